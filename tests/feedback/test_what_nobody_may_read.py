"""What a stranger must not learn: by searching, by following, by a thread that everybody reads, by an old address."""

from datetime import timedelta

import pytest

from attachments.models import Attachment
from feedback import links, retention
from feedback.afterwards import survey_token
from feedback.following import Follower
from feedback.masking import HIDDEN, masked
from feedback.report import Report
from feedback.workflow import NotAllowed, State
from portal.channels.models import Delivery
from tests.attachments.pictures import photo
from tests.feedback.making import at, make_category, report

THREAD = {"reply_to": {"email": "thread@example.org"}, "said_in_public": True, "channel": "wall"}


@pytest.fixture(autouse=True)
def mailed(settings):
    settings.CHANNELS = {**settings.CHANNELS, "mail": "tests.channels.fakes.Mail"}
    settings.CHANNEL_LADDER = ["mail"]


def said(kind="report_answered"):
    return "\n".join(delivery.text for delivery in Delivery.objects.filter(kind=kind))


def answered(made, road, words="Đã sửa trụ đèn số 12."):
    made.answer(words, outcome="fixed", by=road.an, at=at(hour=12))
    made.publish(by=road.khoa, at=at(hour=13))


def test_masked_digits_are_not_found_one_by_one(road):
    made = road.to("accepted", text="Đèn tắt, gọi 0912345678 gặp tôi.", address="Nhà 0987654321")
    for wrong in ("0912345678", "0912", "345678", "0987"):
        assert not Report.objects.shown().search_public(wrong).exists(), wrong
    assert Report.objects.shown().search_public("den tat").get() == made
    assert Report.objects.search("0912345678").get() == made


def test_in_a_public_thread_nothing_is_said_of_what_is_never_public(road, calendar):
    private = make_category("thai-do", "Thái độ", private=True, place=False)
    made = report(private, text="Cán bộ quát tháo.", **THREAD)
    made.assign(road.unit, by=road.khoa, at=at(minute=5))
    answered(made, road, "Đã nhắc nhở ông A.")
    assert "ông A" not in said()
    assert made.shown_code in said()


def test_in_a_public_thread_the_answer_of_a_public_report_is_said(road):
    made = report(**THREAD)
    made._assign_by_rule(road.unit, at=at(minute=5), why="Quy tắc")
    answered(made, road)
    assert "Đã sửa trụ đèn" in said()


def test_followers_hear_nothing_of_what_became_private(road):
    made = road.to("assigned")
    Follower.begin(made, {"email": "stranger@example.org"}, at=at(), confirmed=True)
    made.keep_private(at=at(hour=10))
    answered(made, road)
    assert not Delivery.objects.filter(kind="report_answered").exists()


def test_whose_report_was_merged_hears_the_answer_too(road):
    main = road.to("accepted", text="Đèn chợ hỏng.")
    same = road.to("accepted", text="Chợ tối om.", contact={"email": "chi@example.org"})
    same.merge_into(main, by=road.khoa, at=at(hour=9))
    main.assign(road.unit, by=road.khoa, at=at(hour=10))
    answered(main, road)
    assert "Đã sửa trụ đèn" in said()
    assert main.token not in said()


def test_a_hidden_reports_photos_are_nobodys_any_more(road):
    made = road.to("accepted")
    picture = Attachment.objects.take(photo(), door="web", about=made.about, at=at()).attachment
    picture.publish(by=road.khoa, at=at())
    made.hide(by=road.khoa, at=at(hour=9), reason="Lộ biển số xe")
    picture.refresh_from_db()
    assert (picture.public, Report.objects.get(pk=made.pk).pictures) == (False, [])


def test_what_officers_say_in_public_is_masked_too(road):
    made = road.to("in_progress", address="Nhà bà Tư 0987654321")
    made.ask(by=road.an, at=at(hour=11), question="Có phải số 0912345678 của bà không?")
    assert "0912345678" not in made.log.last().public_note
    assert "0987654321" not in made.public_address


def test_one_is_merged_only_into_what_is_open_and_takes_no_others_along(road):
    closed, main, other = road.to("closed"), road.to("accepted", text="A."), road.to("accepted", text="B.")
    third = road.to("accepted", text="C.")
    with pytest.raises(NotAllowed):
        main.merge_into(closed, by=road.khoa, at=at(hour=9))
    other.merge_into(main, by=road.khoa, at=at(hour=9))
    with pytest.raises(NotAllowed):
        Report.objects.get(pk=main.pk).merge_into(third, by=road.khoa, at=at(hour=10))


def test_a_wish_to_reopen_is_not_late(road):
    made = road.to("reopening_asked")
    assert made.state == State.REOPENING_ASKED
    assert not made.is_late(at(day=30, month=12))
    assert not Report.objects.overdue(at=at(day=30, month=12)).filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    "private",
    ["0912345678 đồng chí", "sđt0912345678", "0912/345/678", "0912 - 345 - 678", "0912–345–678", "CCCD082190001234",
     "0912,345,678", "25/11/2026 0912345678"],
)  # fmt: skip
def test_numbers_are_hidden_however_they_are_written(private):
    shown = masked(f"Gọi {private} nhé")
    assert HIDDEN in shown
    assert "345" not in shown
    assert "190001" not in shown


def test_a_day_and_its_hour_stay():
    assert masked("Từ 25/11/2026 22:30 tới nay") == "Từ 25/11/2026 22:30 tới nay"


def test_letters_that_become_two_stop_no_forgetting(road):
    made = road.to("closed", contact={"name": "Trần Thị Chi", "email": "chi@example.org"})
    made.hear("གྷ་ Trần Thị Chi གྷ", at=at(day=31, month=12), through="web")
    assert retention.forget(at=at() + timedelta(days=500)) == 1
    assert "Chi" not in made.log.order_by("pk").last().note


def test_after_reopening_a_new_date_can_be_given_again(road):
    made = road.to("in_progress")
    facts = {"reason": "Chờ vật tư.", "reply": "Đang đặt hàng."}
    made.extend(by=road.an, at=at(hour=11), due_at=at(day=4, month=12, hour=17), **facts)
    made.answer("Đã sửa.", outcome="fixed", by=road.an, at=at(hour=12))
    made.publish(by=road.khoa, at=at(hour=13))
    made.reopen(by=road.dung, at=at(day=20, month=12), reason="Xem lại.")
    made.start(by=road.an, at=at(day=20, month=12, hour=9))
    made.extend(by=road.an, at=at(day=21, month=12), due_at=at(day=30, month=12, hour=17), **facts)
    assert made.due_at == at(day=30, month=12, hour=17)


def test_how_it_was_settled_is_told_once_that_is_approved(road):
    made = road.to("answered")
    assert (made.outcome, made.public_outcome) == ("fixed", "")
    made.publish(by=road.khoa, at=at(hour=17))
    assert made.public_outcome


def test_under_a_post_the_person_is_banned_and_not_the_place(road):
    made = report(said_by="U1", **THREAD)
    made.ban_sender(by=road.khoa, at=at(hour=9), reason="Quấy rối")
    assert report(text="Lại nữa.", said_by="U1", **THREAD).hidden
    assert not report(text="Người khác.", said_by="U2", **THREAD).hidden


def test_nobody_is_found_by_an_address_without_a_digit(road):
    road.to("accepted", contact={"name": "Chi"})
    assert links.reported_from({"phone": "()"}) == []


def test_staff_read_the_message_without_its_secrets(road):
    made = road.to("published", contact={"email": "chi@example.org"})
    for delivery in Delivery.objects.filter(about=made.about, kind__in=["report_opened", "report_answered"]):
        assert made.token in delivery.text
        assert made.token not in delivery.text_for_staff
        assert survey_token(made) not in delivery.text_for_staff
