"""An opens originals of what he may see; each time it is written down. Bình, who may not, learns nothing."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from agencies.models import AccessLog
from attachments import storing
from attachments.models import Attachment
from tests.attachments.moments import AT, LATER
from tests.attachments.pictures import photo, scene
from tests.people import appoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(chis_photo):
    return lambda name: f"/quan-tri/attachments/attachment/{chis_photo.key}/{name}/"


@pytest.fixture
def ans_report(reports_of, an):
    reports_of({an: {"17"}})


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_an_opens_an_original_for_a_reason_that_is_written_down(client_of, an, page, ans_report, chis_photo):
    asked = client_of(an).get(page("original"))
    assert asked.status_code == 200
    assert "text/html" in asked["Content-Type"]
    assert not AccessLog.objects.exists()
    answer = client_of(an).get(page("original"), {"reason": "handling"})
    assert body(answer) == storing.read(chis_photo.original)
    assert "no-store" in answer["Cache-Control"]
    entry = AccessLog.objects.get()
    assert (entry.officer, entry.about, entry.what) == (an, "report:17", "original handling")
    assert entry.at is not None


def test_a_small_picture_of_an_original_is_a_look_too(client_of, an, page, ans_report):
    assert client_of(an).get(page("thumbnail")).status_code == 200
    assert AccessLog.objects.get().what == "thumbnail"


def test_the_log_says_it_in_words(client_of, an, giang, page, ans_report):
    client_of(an).get(page("original"), {"reason": "complaint"})
    answer = client_of(giang).get("/quan-tri/agencies/accesslog/")
    assert "mở tệp gốc" in body(answer).decode()


@pytest.mark.parametrize("name", ["original", "thumbnail", "redact"])
def test_who_may_not_see_the_report_sees_nothing_of_its_photos(client_of, binh, an, page, ans_report, name):
    for options in ({}, {"reason": "handling"}):
        assert client_of(binh).get(page(name), options).status_code == 404
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("name", ["original", "thumbnail", "redact"])
def test_about_what_no_app_answers_for_nobody_may_see(client_of, an, dung, page, name):
    for officer in (an, dung):
        assert client_of(officer).get(page(name), {"reason": "handling"}).status_code == 404


def test_without_the_permission_the_right_to_the_report_is_not_enough(client_of, hanh, page, reports_of):
    reports_of({hanh: {"17"}})
    assert client_of(hanh).get(page("original"), {"reason": "handling"}).status_code == 404


def test_giang_audits_but_blacks_nothing_out(client_of, giang, page, reports_of, chis_photo):
    reports_of({giang: {"17"}})
    assert client_of(giang).get(page("original"), {"reason": "inspection"}).status_code == 200
    assert client_of(giang).post(page("redact"), {"alt": "x"}).status_code == 403
    chis_photo.refresh_from_db()
    assert chis_photo.alt == ""


def test_a_stranger_is_sent_to_the_door(client, page):
    assert client.get(page("original")).status_code == 302


def test_an_types_two_boxes_without_any_script(client_of, an, page, ans_report, chis_photo):
    typed = {"alt": "Ổ gà", "box-1-x": "25", "box-1-y": "20,5", "box-1-width": "50", "box-1-height": "10",
             "box-3-x": "0", "box-3-y": "0", "box-3-width": "1", "box-3-height": "1"}  # fmt: skip
    answer = client_of(an).post(page("redact"), typed, follow=True)
    assert answer.status_code == 200
    chis_photo.refresh_from_db()
    assert chis_photo.boxes == [[0.25, 0.205, 0.5, 0.1], [0, 0, 0.01, 0.01]]
    assert chis_photo.alt == "Ổ gà"
    assert chis_photo.trail.order_by("-pgh_id").first().pgh_context["by"] == f"officer:{an.pk}"
    assert 'value="20.5"' in body(answer).decode()


@pytest.mark.parametrize(
    ("wrong", "row"),
    [({"box-2-x": "60", "box-2-width": "50"}, 2), ({"box-2-x": "links"}, 2), ({"box-2-width": "0"}, 2)],
)
def test_what_was_typed_wrongly_stays_and_its_row_is_named(client_of, an, page, ans_report, chis_photo, wrong, row):
    typed = {"alt": "Ổ gà", "box-2-x": "1", "box-2-y": "1", "box-2-width": "5", "box-2-height": "5", **wrong}
    answer = client_of(an).post(page("redact"), typed)
    assert answer.status_code == 422
    text = body(answer).decode()
    assert f'id="box-{row}-error"' in text
    for value in wrong.values():
        assert f'value="{value}"' in text
    chis_photo.refresh_from_db()
    assert chis_photo.boxes == []


def test_a_photo_has_to_be_described_on_the_way(client_of, an, page, ans_report):
    answer = client_of(an).post(page("redact"), {"alt": " "})
    assert answer.status_code == 422
    assert 'id="id_alt_error"' in body(answer).decode()


def test_the_page_runs_no_script_and_no_style_of_its_own(client_of, an, page, ans_report):
    text = body(client_of(an).get(page("redact"))).decode()
    ours = text[text.index('class="redact"') :]
    ours = ours[: ours.index("</form>")]
    assert not [word for word in ("onclick", "<script", "style=", "<style") if word in ours]
    assert "attachments/redact.js" in text
    assert "reason=redacting" in ours


def drawn(tag, user, attachments):
    request = RequestFactory().get("/")
    request.user = user
    template = Template("{% load attachments %}{% " + tag + " attachments %}")
    return template.render(Context({"request": request, "attachments": attachments}))


def test_a_page_for_everybody_shows_what_is_public_with_words_for_it(chis_photo, an):
    other = Attachment.objects.take(photo(scene((50, 50))), door="web", at=AT, about="report:17").attachment
    chis_photo.publish(by=an, at=LATER)
    chis_photo.describe('Ổ gà "lớn"', by=an, at=LATER)
    text = drawn("thumbnails", an, Attachment.objects.about("report:17"))
    assert f'src="/tep/{chis_photo.key}/nho"' in text
    assert 'alt="Ổ gà &quot;lớn&quot;"' in text
    assert other.key not in text


def test_a_page_for_the_staff_shows_all_to_whom_they_belong(chis_photo, an, binh, dao_thanh, ans_report):
    assert f"{chis_photo.key}/redact/" in drawn("thumbnails_for_staff", an, [chis_photo])
    appoint(binh, "leading", unit=dao_thanh)
    assert chis_photo.key not in drawn("thumbnails_for_staff", binh, [chis_photo])
