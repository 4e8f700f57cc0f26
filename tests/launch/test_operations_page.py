"""docs/operations.md says what the people who run it need; a variable that nobody knows of helps nobody."""

import re

from tests.launch.conftest import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text()
NAMED = set(re.findall(r"`([A-Z][A-Z_]+)(?:=[^`]*)?`", PAGE))


def names_read(pattern, *files):
    return {name for file in files for name in re.findall(pattern, (ROOT / file).read_text())}


def test_every_setting_of_the_environment_is_explained():
    assert names_read(r"""env(?:\.\w+)?\(\s*["']([A-Z_]+)["']""", "portal/settings.py") - NAMED == set()


def test_every_variable_of_the_launcher_is_explained():
    files = [path.relative_to(ROOT) for path in (ROOT / "bin" / "launch").glob("*.py")]
    read = names_read(r"""environ(?:\.get\(|\[)["']([A-Z_]+)["']""", *files)
    assert read - NAMED - {"CI", "PATH", "DJANGO_SETTINGS_MODULE"} == set()


def test_every_file_that_the_page_sends_to_exists():
    sent = set(re.findall(r"`((?:docs|bin)/[\w.\-/]+|[\w\-]+\.(?:yml|md|txt))`", PAGE))
    assert "docker-compose.yml" in sent
    assert [name for name in sent if not (ROOT / name).exists()] == []


def test_every_command_of_ours_is_told_in_vietnamese():
    told = PAGE[PAGE.index("## Tóm tắt") : PAGE.index("## One machine")]
    ours = {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")}
    assert len(ours) > 10
    assert [name for name in ours if f"`{name}`" not in told] == []
