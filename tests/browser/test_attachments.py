"""Where An blacks out parts of a photo: drawn with a finger, typed without script, fit for who sees badly."""

import pytest
from django.urls import reverse

from attachments import access
from attachments.models import Attachment
from tests.attachments.moments import AT
from tests.attachments.pictures import photo, scene
from tests.browser.test_back_office import log_in


@pytest.fixture
def chis_photo(transactional_db, an, live_server):
    before = dict(access._checkers)
    access.register("report", may_see=lambda user, ident: user == an)
    yield Attachment.objects.take(photo(scene((400, 300))), door="web", at=AT, about="report:17").attachment
    access._checkers.clear()
    access._checkers.update(before)


@pytest.fixture
def redact(chis_photo):
    return reverse("admin:attachments_attachment_redact", args=[chis_photo.key])


def test_the_pages_are_fit_for_officers_who_see_badly(open_page, an, chis_photo, redact, look):
    page = open_page()
    log_in(page, an)
    addresses = {
        "redact": redact,
        "ask-reason": reverse("admin:attachments_attachment_original", args=[chis_photo.key]),
    }
    bad = {name: look(address, page=page.context.new_page(), name=f"desk-{name}").faults
           for name, address in addresses.items()}  # fmt: skip
    assert [f"{name}: {fault}" for name, found in bad.items() for fault in found] == []


def test_an_draws_a_box_over_a_face(open_page, an, chis_photo, redact):
    page = open_page()
    log_in(page, an)
    page.goto(redact)
    frame = page.locator("[data-redact] img").bounding_box()
    assert page.evaluate("document.querySelector('[data-redact] img').naturalWidth") == 400
    at_share = lambda x, y: (frame["x"] + x * frame["width"], frame["y"] + y * frame["height"])  # noqa: E731
    page.mouse.move(*at_share(0.5, 0.5))
    page.mouse.down()
    page.mouse.move(*at_share(0.25, 0.2))  # backwards, as hands do
    page.mouse.up()
    page.mouse.click(*at_share(0.9, 0.9))  # a click alone is no box
    assert page.locator("[data-redact] rect").count() == 1
    page.fill("#id_alt", "Ổ gà")
    with page.expect_navigation():
        page.click(".redact__form button[type=submit]")
    chis_photo.refresh_from_db()
    assert chis_photo.boxes == [pytest.approx([0.25, 0.2, 0.25, 0.3], abs=0.01)]
    assert page.locator("[data-redact] rect").count() == 1  # it is drawn again from what is stored


def test_an_types_a_box_without_script(open_page, an, chis_photo, redact):
    page = open_page(javascript=False)
    log_in(page, an)
    page.goto(redact)
    page.fill("#id_alt", "Ổ gà")
    for field, value in zip(("x", "y", "width", "height"), ("10", "10", "20,5", "20"), strict=True):
        page.fill(f"#box-1-{field}", value)
    with page.expect_navigation():
        page.press("#box-1-height", "Enter")
    chis_photo.refresh_from_db()
    assert chis_photo.boxes == [[0.1, 0.1, 0.205, 0.2]]
