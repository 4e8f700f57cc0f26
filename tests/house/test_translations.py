"""Every string is there in Vietnamese, whoever wrote it: we, Django, or the back-office's theme."""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import polib
import pytest
from django.utils.translation import trans_real

from tests.house import msgids

ROOT = Path(__file__).resolve().parents[2]
OURS = ["agencies", "attachments", "dossiers", "feedback", "portal"]
# Each package, less what is not in INSTALLED_APPS or what nobody sees (REST framework's browsable API).
BORROWED = {
    "unfold": [
        "constance",
        "guardian",
        "import_export",
        "simple_history",
        "location_field",
        "unfold_crispy",
        "inlines",
    ],
    "django.contrib.admin": [],
    "django.contrib.auth": [],
    "django.contrib.postgres": [],
    "django.core": [],
    "django.db": [],
    "django.forms": [],
    "django_filters": [],
    "rest_framework": ["authtoken", "schemas", "templates"],
    "axes": [],
    "django_otp": ["otp_email", "otp_hotp"],
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sdr]|\{\w*(?::\w)?\}")
CATALOGUES = sorted(path for app in OURS for path in (ROOT / app).rglob("vi/LC_MESSAGES/django.po"))


@cache
def vietnamese():
    return trans_real.translation("vi")._catalog


def translated(context, msgid):
    key = f"{context}\x04{msgid}" if context else msgid
    return bool(vietnamese().get(key)) or bool(vietnamese().get((key, 0)))


def untranslated(asked):
    return [f"{path.name}: {msgid}" for (context, msgid), path in asked.items() if not translated(context, msgid)]


def name(path):
    return str(path.relative_to(ROOT).parents[2])


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_catalogue_is_whole(path):
    catalogue = polib.pofile(str(path))
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_catalogue_is_compiled_as_it_is_written(path):
    written, compiled = (
        {(entry.msgctxt, entry.msgid): entry.msgstr_plural or entry.msgstr for entry in entries if not entry.obsolete}
        for entries in (polib.pofile(str(path)), polib.mofile(str(path.with_suffix(".mo"))))
    )
    assert compiled == written


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_translation_keeps_the_places_for_values(path):
    for entry in polib.pofile(str(path)):
        wanted = {tuple(sorted(PLACEHOLDER.findall(text))) for text in (entry.msgid, entry.msgid_plural) if text}
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            assert tuple(sorted(PLACEHOLDER.findall(text))) in wanted, entry.msgid


def test_the_same_words_mean_the_same_in_every_catalogue():
    """The catalogues are laid over each other: of two translations one would win everywhere."""
    found = {}
    for path in CATALOGUES:
        for entry in polib.pofile(str(path)):
            found.setdefault((entry.msgctxt, entry.msgid), set()).add(entry.msgstr)
    assert {key: texts for key, texts in found.items() if len(texts) > 1} == {}


@pytest.mark.parametrize("app", OURS)
def test_every_string_of_ours_is_there_in_vietnamese(app):
    asked = msgids.of_folder(ROOT / app)
    assert asked
    assert untranslated(asked) == []


@pytest.mark.parametrize("package", BORROWED)
def test_every_string_of_a_package_that_people_see_is_there_in_vietnamese(package):
    asked = msgids.of_folder(Path(find_spec(package).origin).parent, without=BORROWED[package])
    assert asked
    assert untranslated(asked) == []


# One word a thing (docs/glossary.md): these are the other words.
STRANGE = {
    "thư xin lỗi": "văn bản xin lỗi",
    "phiếu xin lỗi": "văn bản xin lỗi",
    "mã số hồ sơ": "mã hồ sơ",
    "giấy biên nhận": "giấy hẹn",
}


def test_a_thing_has_one_name_wherever_people_read_of_it():
    read = [
        *CATALOGUES,
        *(ROOT / "portal/templates").rglob("*.txt"),
        *(ROOT / "dossiers/paper/templates").glob("*.typ"),
    ]
    found = {(path.name, word) for path in read for word in STRANGE if word in path.read_text().lower()}
    assert found == set()


def test_an_officer_is_addressed_in_one_way():
    """Chi is ông/bà, An is anh/chị: these catalogues speak to officers only."""
    for app in ("agencies", "portal"):
        assert "ông/bà" not in (ROOT / app / "locale/vi/LC_MESSAGES/django.po").read_text().lower()
