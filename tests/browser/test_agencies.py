"""The pages that agencies add to the back-office: history, amendments, keys, the second factor."""

import pytest
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.models import ApiKey
from agencies.roles import role
from tests.agencies.test_login import FACTOR, _token
from tests.browser.looking import WIDTHS, submit
from tests.browser.test_back_office import log_in
from tests.people import appoint


@pytest.fixture
def desk(open_page, hanh, province):
    """A browser in which Hạnh has logged in, who also holds what she hands on."""
    appoint(hanh, "integration", unit=province)
    page = open_page(width=1280)
    log_in(page, hanh)
    return page


def _url(name, *args):
    return reverse(f"admin:agencies_{name}", args=args)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_its_pages_are_fit_for_officers_who_see_badly(desk, look, language, my_tho, an, calendar):
    my_tho.phone = "0273 3872111"
    my_tho.save()
    key, _plain = ApiKey.issue(unit=my_tho, name="Một cửa điện tử", at=calendar.current.at)
    if language == "en":
        desk.context.add_cookies([{"name": "django_language", "value": "en", "url": desk.url}])
    addresses = {
        "unit": _url("unit_change", my_tho.pk),
        "unit-history": _url("unit_history", my_tho.pk),
        "officer": _url("officer_change", an.pk),
        "forget": _url("officer_forget_second_factor", an.pk),
        "calendar": _url("workcalendar_change", calendar.pk),
        "amend": _url("workcalendar_amend", calendar.pk),
        "revoke": _url("apikey_revoke", key.pk),
        "second-factor": FACTOR,
    }
    widths = WIDTHS if language == "vi" else WIDTHS[:1]  # the layout is the same
    bad = {
        name: look(path, page=desk, name=f"agencies-{name}", widths=widths).faults for name, path in addresses.items()
    }
    assert {name: faults for name, faults in bad.items() if faults} == {}


def test_a_bad_amendment_comes_back_readable(desk, look, calendar):
    def send(page):
        page.fill("input[name=days-0-hours]", "7-6")
        page.fill("input[name=days-0-on]", "2026-11-30")
        submit(page, "form button[type=submit]:has-text('Điều chỉnh')")

    address = _url("workcalendar_amend", calendar.pk)
    assert look(address, page=desk, then=send, name="agencies-amend-errors").faults == []


def test_hanh_issues_a_key_and_reads_it_once(desk, look, my_tho):
    def send(page):
        page.locator("select[name=unit]").evaluate(
            "(select, id) => select.add(new Option('x', id, true, true))", str(my_tho.pk)
        )
        page.select_option("select[name=role]", str(role("integration").pk))
        page.fill("input[name=name]", "Một cửa điện tử")
        page.press("input[name=name]", "Enter")
        page.wait_for_selector("#api-key")

    assert look(_url("apikey_add"), page=desk, then=send, name="agencies-key").faults == []
    assert ApiKey.objects.authenticate(desk.locator("#api-key").inner_text()).unit == my_tho


def test_hanh_enrols_her_phone_and_reads_her_recovery_codes(desk, look, hanh):
    def send(page):
        page.fill("input[name=token]", _token(TOTPDevice.objects.get(user=hanh)))
        page.press("input[name=token]", "Enter")
        page.wait_for_selector("#recovery-codes")

    assert look(FACTOR, page=desk, then=send, name="agencies-codes").faults == []
    assert desk.locator("#recovery-codes li").count() == 10
