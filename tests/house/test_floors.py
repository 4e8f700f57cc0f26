"""What a review would forget: the arrows, the words, the paths."""

import ast
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings

from portal.channels.base import adapters

ROOT = Path(__file__).resolve().parents[2]
CORE = ("agencies", "attachments", "dossiers", "feedback", "portal")


def source_files(*folders, suffixes=(".py", ".html", ".txt")):
    for folder in folders:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in suffixes and "migrations" not in path.parts and "__pycache__" not in path.parts:
                yield path


def test_all_arrows_go_down():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("channel", [*settings.CHANNELS, "zalo", "facebook", "telegram", "messenger"])
def test_the_core_never_says_a_channels_name(channel):
    kinds = {adapter.address_kind for adapter in adapters()}
    # "email" is also what an address is called, and may be; its folder may not be named.
    name = f"channels.{channel}" if channel in kinds else channel
    # Two of Meta's names, one platform: its folder says both.
    own_folder = ROOT / "portal" / "channels" / {"messenger": "facebook"}.get(channel, channel)
    said = [
        path.relative_to(ROOT)
        for path in source_files(*CORE)
        if own_folder not in path.parents
        and path != ROOT / "portal" / "settings.py"
        and "messages" not in path.parts
        and name in path.read_text().lower()
    ]
    assert said == []


def test_the_core_never_asks_which_channel_it_is():
    asked = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in source_files("portal", suffixes=(".py",))
        for line in path.read_text().splitlines()
        if re.search(r"channel(\.name)?\s*==\s*[\"']", line)
    ]
    assert asked == []


PATH = r"(?<![\w./-])(?:portal|dossiers|feedback|agencies|attachments|sandbox|tests|docs|bin|bench)/[\w./-]*[\w/]"
MADE = {"docs/benchmarks", "docs/benchmarks/"}  # bin/bench makes it


def missing(named):
    """Those of the paths that are not there. A decision may be named by its number."""
    return [
        path for path in sorted(set(named) - MADE) if not (ROOT / path).exists() and not any(ROOT.glob(f"{path}-*"))
    ]


def test_every_path_of_the_architecture_page_exists():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    named = re.findall(rf"`({PATH})`", text)
    assert named
    assert missing(named) == []


def drawn():
    """Every path in the tree of the architecture page: a folder at the margin holds what follows it."""
    tree = (ROOT / "ARCHITECTURE.md").read_text().split("```text\n", 1)[1].split("```", 1)[0]
    folder = ""
    for line in tree.splitlines():
        names = re.findall(r"(?<!\S)[\w*.-]+(?:/|\.(?:py|txt|yml|md))(?!\S)", line)
        if line[:1].strip():
            folder = names.pop(0) if names[0].endswith("/") else ""
            yield folder or "manage.py"
        yield from (folder + name for name in names)


def test_everything_in_the_tree_of_the_architecture_page_exists():
    named = set(drawn())
    assert {"portal/notices/", "portal/channels/", "docs/glossary.md", "requirements*.txt"} <= named
    assert [path for path in named - MADE if not any(ROOT.glob(path.rstrip("/")))] == []


def docstrings(path):
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, documented))
    return "\n".join(ast.get_docstring(node) or "" for node in nodes)


def test_every_path_in_a_docstring_exists():
    files = source_files(*CORE, "sandbox", "bin", "bench", "tests", suffixes=(".py",))
    lost = {path.relative_to(ROOT): missing(re.findall(PATH, docstrings(path))) for path in files}
    assert {path: named for path, named in lost.items() if named} == {}


def test_every_app_says_in_ten_lines_what_it_is_for():
    for app in ("agencies", "attachments", "dossiers", "feedback", "portal/channels", "portal/website", "sandbox"):
        readme = ROOT / app / "README.md"
        assert readme.exists(), app
        assert readme.read_text().startswith("# ")


def test_no_folder_hides_behind_a_word_that_says_nothing():
    hiding = {"utils", "helpers", "common", "core", "services", "misc", "managers"}
    found = [p.relative_to(ROOT) for p in source_files(*CORE, "sandbox", "bin", "tests") if hiding & {*p.parts, p.stem}]
    assert found == []


def test_every_dependency_has_its_reason_on_its_line():
    lines = (ROOT / "pyproject.toml").read_text().split("dependencies = [", 1)[1].split("\n]", 1)[0].splitlines()
    pins = [line for line in lines if "==" in line]
    assert len(pins) > 20
    assert [line.strip() for line in pins if "#" not in line] == []


def test_the_driver_is_the_one_that_was_measured():
    """Django would take psycopg 3 silently if it were installed (docs/decisions/0003)."""
    assert find_spec("psycopg2")
    assert find_spec("psycopg") is None


def test_no_migration_imports_code_of_the_apps():
    ours = re.compile(rf"^from ({'|'.join(CORE)})\.(?!sealed|migrations)\w+ import", re.M)
    importing = [
        path.relative_to(ROOT)
        for app in CORE
        for path in (ROOT / app).rglob("migrations/*.py")
        if ours.search(path.read_text())
    ]
    assert importing == []
