"""Every component of the face, ordinary, wrong and overlong; and that our look finds what is wrong."""

import pytest
from django.http import HttpResponse
from django.urls import path

from tests.browser import gallery

# A group of radio buttons is one stop, whichever of them the browser picks.
NUMBER_THE_STOPS = """() => {
    const wanted = "a[href], button, input:not([type=hidden]):not([type=radio]), select, textarea, summary, [tabindex]";
    const stops = [...document.querySelectorAll(wanted)].filter(stop => stop.checkVisibility());
    stops.forEach((stop, place) => stop.dataset.stop = place);
    return stops.length;
}"""


@pytest.fixture(autouse=True)
def _gallery(settings):
    settings.ROOT_URLCONF = "tests.browser.gallery"


@pytest.mark.parametrize("address", ["/mau/", "/mau/?wrong", "/mau/xong/"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_of_every_component_is_fit_for_everybody(address, language, look):
    assert look(address, language=language, name=f"components{address.strip('/').replace('/', '-')}").complaints == []


def test_the_error_summary_has_the_focus_and_leads_to_the_field(open_page):
    page = open_page(javascript=False)
    page.goto("/mau/?wrong")
    assert page.locator(".govuk-error-summary").evaluate("box => box === document.activeElement")
    page.get_by_role("link", name="Mã hồ sơ: ").click()
    assert page.locator("#id_code").evaluate("input => input === document.activeElement")


def test_a_screen_reader_hears_hint_and_error_with_the_field(open_page):
    page = open_page()
    page.goto("/mau/?wrong")
    heard = page.locator("#id_code").get_attribute("aria-describedby").split()
    texts = [page.locator(f"#{part}").inner_text() for part in heard]
    assert texts[0] == "In ở đầu giấy hẹn"
    assert texts[1].startswith("Lỗi:")


def test_everything_can_be_reached_with_the_keyboard_alone_from_top_to_bottom(open_page):
    page = open_page()
    page.goto("/mau/")
    stops = page.evaluate(NUMBER_THE_STOPS)
    reached = []
    for _ in range(stops + 1):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.dataset.stop"))
    assert [int(stop) for stop in reached if stop][:stops] == list(range(stops))


def test_the_look_finds_what_is_wrong(settings, look, monkeypatch):
    def bad(request):
        return HttpResponse(
            "<html><body style='width:3000px'><img src='http://127.0.0.2:9/x.png'><p onclick='alert(1)'>x</p>"
            "<script>alert(1)</script></body></html>"
        )

    monkeypatch.setattr(gallery, "urlpatterns", [path("bad/", bad), *gallery.urlpatterns])
    found = " ".join(look("/bad/").complaints)
    for word in ["axe html-has-lang", "axe image-alt", "policy refused script-src", "policy refused style-src"]:
        assert word in found
    assert "foreign host: http://127.0.0.2:9/x.png" in found
