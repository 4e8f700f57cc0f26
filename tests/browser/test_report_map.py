"""Maps of reports: loaded when somebody opens them, from our own host alone, and picking a place fills the form."""

import pytest

from feedback.report import Report
from tests.browser import reports
from tests.browser.looking import WATCH_POLICY
from tests.feedback.making import MY_THO_MARKET


@pytest.fixture
def watched(open_page, live_server):
    """A phone's page, and what it asked for."""
    page, asked = open_page(width=360), []
    page.add_init_script(WATCH_POLICY)
    page.on("request", lambda request: asked.append(request.url))
    yield page, asked
    assert page.evaluate("window.refused") == []
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []


def test_the_map_shows_public_reports_and_each_leads_to_its_page(watched, request):
    page, asked = watched
    reports.some(request)
    page.goto("/phan-anh/ban-do/")
    assert not [url for url in asked if "leaflet" in url or "ban-do.json" in url]
    page.click("[data-open]")
    page.wait_for_selector(".face-map__point")
    assert page.locator("[data-said]").inner_text().startswith("4 ")
    page.locator(".face-map__point").first.press("Enter")
    page.locator(".leaflet-popup a").click()
    page.wait_for_url("**/phan-anh/PA*/")


def test_a_place_that_is_picked_on_the_map_is_sent(watched, request):
    page, _asked = watched
    page.goto(reports.form(request))
    page.click("[data-open]")
    page.wait_for_selector(".face-map__tile")
    page.click("[data-canvas]")
    latitude, longitude = map(float, page.input_value("#id_place").split(","))
    assert 10 < latitude < 11.1
    assert 105 < longitude < 107
    page.fill("#id_text", "Đèn trước chợ không sáng.")
    page.click("main button[type=submit]")
    page.wait_for_selector("button[value=send]")
    page.click("button[value=send]")
    page.wait_for_url("**/da-gui/")
    assert Report.objects.get().place == pytest.approx((latitude, longitude), abs=1e-5)


def test_where_the_phone_is_fills_the_form_only_when_its_owner_allows_it(watched, request):
    page, _asked = watched
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": MY_THO_MARKET[0], "longitude": MY_THO_MARKET[1]})
    page.goto(reports.form(request))
    page.click("[data-here]")
    page.wait_for_function("document.getElementById('id_place').value")
    assert page.input_value("#id_place") == "{:.6f},{:.6f}".format(*MY_THO_MARKET)
