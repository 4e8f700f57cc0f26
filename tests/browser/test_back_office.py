"""The back-office under its own policy: the log-in works, and its pages are fit for officers who see badly."""

from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from tests.house import msgids
from tests.house.test_translations import BORROWED, vietnamese
from tests.people import PASSWORD


@pytest.fixture
def desk(open_page, hanh):
    """A browser in which Hạnh has logged in."""
    page = open_page(width=1280)
    log_in(page, hanh)
    return page


@pytest.fixture
def all_seeing(open_page, hanh):
    """A browser in which somebody with every right has logged in."""
    type(hanh).objects.filter(pk=hanh.pk).update(is_superuser=True)
    page = open_page(width=1280)
    log_in(page, hanh)
    return page


def log_in(page, officer):
    page.goto("/quan-tri/")
    page.fill("input[name=username]", officer.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("form button[type=submit]")
    page.wait_for_url("**/quan-tri/")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_door_is_fit_for_everybody_and_refuses_nothing_of_its_own(look, language):
    assert look("/quan-tri/login/", language=language, name="desk-login").faults == []


def test_hanh_logs_in_and_sees_nothing_refused(desk, look):
    seen = look("/quan-tri/", page=desk, name="desk")
    assert seen.status == 200
    assert seen.faults == []


def test_no_word_of_the_theme_is_left_in_english(desk):
    english = _english_words()
    for address in [
        "/quan-tri/",
        "/quan-tri/agencies/unit/",
        "/quan-tri/agencies/unit/add/",
        "/quan-tri/password_change/",
    ]:
        desk.goto(address)
        words = {word.strip() for word in desk.locator("body").inner_text().splitlines()}
        assert words & english == set(), address


@pytest.mark.parametrize("app", sorted({model._meta.app_label for model in admin.site._registry}))
def test_every_list_and_form_is_fit_for_officers_who_see_badly(app, all_seeing, look):
    bad = {}
    for address in _addresses_of(app):
        if all_seeing.request.get(address).status == 200:
            bad[address] = look(address, page=all_seeing.context.new_page()).faults
    assert {address: found for address, found in bad.items() if found} == {}


def _addresses_of(app):
    for model in admin.site._registry:
        if model._meta.app_label == app:
            for kind in ("changelist", "add"):
                with suppress(NoReverseMatch):  # files have no list of their own
                    yield reverse(f"admin:{app}_{model._meta.model_name}_{kind}")


def _english_words():
    """Strings of the theme and the admin that have another form in Vietnamese."""
    found = set()
    for package in ("unfold", "django.contrib.admin"):
        for context, msgid in msgids.of_folder(Path(find_spec(package).origin).parent, without=BORROWED[package]):
            text = vietnamese().get(msgid)
            if not context and text and text != msgid:
                found.add(msgid)
    return found
