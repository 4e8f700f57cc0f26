"""Chi's own link: all she wrote, questions to her, her last word; and nobody else's door."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from attachments.models import Attachment
from feedback import allowance
from feedback.afterwards import Survey, survey_token
from feedback.codes import token_of
from feedback.links import LinksRequest
from feedback.report import Report
from tests.attachments.pictures import photo
from tests.feedback.making import HOUR, at, report
from tests.people import CHI


@pytest.fixture
def now(monkeypatch):
    moment = at(hour=17)
    monkeypatch.setattr("feedback.own_views.now", lambda: moment)
    monkeypatch.setattr("feedback.allowance.now", lambda: moment)
    return moment


def own(made):
    return reverse("feedback:own", args=[made.token])


def jpeg():
    return SimpleUploadedFile("den.jpg", photo(), content_type="image/jpeg")


# --- all she wrote --------------------------------------------------------------------------------------------------
def test_chi_reads_all_she_wrote_and_her_contact_half_hidden(category):
    made = report(text="Gọi 0912345678 nhé.", contact={"phone": CHI.phone, "name": CHI.name}, public=False)
    page = Client().get(own(made))
    assert "Gọi 0912345678 nhé." in page.content.decode()
    assert "*******678" in page.content.decode()
    assert CHI.name not in page.content.decode()
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("change", [lambda t: t[:-1] + "x", lambda t: t[:10], lambda t: t + "0", lambda t: "é" + t])
def test_a_token_that_is_not_ours_opens_nothing(category, change):
    made = report()
    strange = change(made.token)
    assert Client().get(f"/phan-anh/cua-toi/{strange}/").status_code == 404
    assert Client().post(f"/phan-anh/cua-toi/{strange}/", {"act": "private"}).status_code == 404


def test_the_token_of_another_report_opens_that_one_alone(category):
    mine, other = report(), report(text="Của người khác.")
    assert "Của người khác." not in Client().get(own(mine)).content.decode()
    assert token_of(mine.code) != token_of(other.code)


# --- questions ------------------------------------------------------------------------------------------------------
def test_chi_answers_a_question_with_a_photo_and_the_work_goes_on(road, now):
    made = road.to("waiting")
    assert "Đèn số mấy?" in Client().get(own(made)).content.decode()
    answer = Client().post(own(made), {"act": "say", "text": "Trụ số 7.", "pictures": jpeg()})
    assert answer.url.endswith("?done=said")
    heard = Report.objects.get(pk=made.pk)
    assert heard.state == "in_progress"
    assert heard.log.order_by("pk").last().note == "Trụ số 7."
    assert Attachment.objects.about(heard.about).count() == 1


def test_photos_are_taken_only_while_somebody_asks(road, now):
    made = road.to("in_progress")
    Client().post(own(made), {"act": "say", "text": "Thêm ảnh.", "pictures": jpeg()})
    assert not Attachment.objects.exists()


def test_an_empty_answer_is_named_and_writes_nothing(road, now):
    made = road.to("waiting")
    answer = Client().post(own(made), {"act": "say", "text": " "})
    assert answer.status_code == 400
    assert "Xin viết câu trả lời." in answer.content.decode()
    assert Report.objects.get(pk=made.pk).state == "waiting"


# --- out of the public ----------------------------------------------------------------------------------------------
def test_chi_takes_it_out_of_the_public(category, khoa, now):
    made = report()
    made.accept(by=khoa, at=at(minute=1))
    Client().post(own(made), {"act": "private"})
    assert not Report.objects.get(pk=made.pk).shown
    assert made.text not in Client().get(reverse("feedback:report", args=[made.code])).content.decode()


@pytest.mark.parametrize("act", ["", "tự-xử", "\x00"])
def test_an_act_nobody_knows_does_nothing(category, now, act):
    made = report()
    assert Client().post(own(made), {"act": act}).status_code == 400
    assert Report.objects.get(pk=made.pk).log.count() == 1


# --- not fixed ------------------------------------------------------------------------------------------------------
def test_chi_asks_to_look_again_once_and_reads_when_it_is_too_late(road, now):
    made = road.to("published")
    assert Client().post(own(made), {"act": "reopen", "reason": ""}).status_code == 400
    assert Client().post(own(made), {"act": "reopen", "reason": "Tối qua vẫn tắt."}).url.endswith("?done=reopening")
    assert Report.objects.get(pk=made.pk).state == "reopening_asked"
    again = Client().post(own(made), {"act": "reopen", "reason": "Vẫn tắt."})
    assert again.status_code == 409
    assert Report.objects.get(pk=made.pk).appeals == 1


# --- the survey -----------------------------------------------------------------------------------------------------
def survey(made):
    return reverse("feedback:survey", args=[survey_token(made)])


def test_opening_the_survey_writes_nothing_and_answering_works_once(road, now):
    made = road.to("published")
    for _preview in range(3):
        assert Client().get(survey(made)).status_code == 200
    assert not Survey.objects.exists()
    said = {"satisfaction": "3", "fixed": "yes", "note": "Nhanh."}
    assert Client().post(survey(made), said).status_code == 200
    given = Survey.objects.get()
    assert (given.satisfaction, given.fixed, given.note) == (3, True, "Nhanh.")
    assert Client().get(survey(made)).status_code == 410
    assert Client().post(survey(made), said).status_code == 410


def test_who_is_not_satisfied_asks_to_look_again_in_the_same_breath(road, now):
    made = road.to("published")
    lacking = Client().post(survey(made), {"satisfaction": "1", "reopen": "on"})
    assert lacking.status_code == 400
    assert not Survey.objects.exists()
    Client().post(survey(made), {"satisfaction": "1", "fixed": "no", "reopen": "on", "note": "Vẫn tắt."})
    assert Report.objects.get(pk=made.pk).state == "reopening_asked"


def test_after_fourteen_days_the_survey_is_over(road, now, monkeypatch):
    made = road.to("published")
    monkeypatch.setattr("feedback.own_views.now", lambda: made.answered_at + 14 * 24 * HOUR)
    assert Client().get(survey(made)).status_code == 410


@pytest.mark.parametrize("token", ["khong-co", "PA22222222-1-0", "PA22222222-1"])
def test_a_survey_that_is_not_ours_is_not_there(road, token):
    assert Client().get(f"/phan-anh/danh-gia/{token}/").status_code == 404


# --- "my reports" ---------------------------------------------------------------------------------------------------
def without_secrets(answer):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_asking_for_links_tells_nobody_whether_an_address_is_known(category, django_assert_num_queries):
    report(contact={"email": CHI.email, "phone": CHI.phone})
    bodies, addresses = set(), [CHI.email, "khong-co@example.org", CHI.phone, "0987654321"]
    for n, address in enumerate(addresses):
        with django_assert_num_queries(1):
            answer = Client().post("/phan-anh/cua-toi/", {"contact": address}, REMOTE_ADDR=f"198.51.100.{n}")
        assert answer.status_code == 200
        bodies.add(without_secrets(answer))
    assert len(bodies) == 1
    assert LinksRequest.objects.count() == len(addresses)


def test_links_are_asked_for_five_times_in_a_quarter_of_an_hour(category):
    client, allowed = Client(), allowance.LINKS[0]
    statuses = [
        client.post("/phan-anh/cua-toi/", {"contact": f"{n}@example.org"}).status_code for n in range(allowed + 1)
    ]
    assert statuses == [200] * allowed + [429]
