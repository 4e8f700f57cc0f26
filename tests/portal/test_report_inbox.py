"""What comes in and is about the street: under a post, in a mail, in a chat; and who hears what became of it."""

import json

import pytest

from feedback.categories import Category
from feedback.intake import Draft
from feedback.log import LogEntry
from feedback.pictures import AwaitedPicture
from feedback.report import Report
from feedback.workflow import State
from portal.channels.base import adapter_for
from portal.channels.inbound import InboundMessage
from portal.channels.models import Delivery
from tests.channels.fakes import NINE, after
from tests.feedback.making import make_category

pytestmark = pytest.mark.django_db(transaction=True)
HOLE = {"kind": "text", "public": True, "thread": "c-1", "parent": "p-1", "answer_to": {"phone": "c-1"}, "sender": "U1"}


@pytest.fixture(autouse=True)
def wall(settings, calendar, my_tho):
    settings.CHANNELS = {**settings.CHANNELS, "wall": "tests.channels.fakes.Wall"}
    settings.CHANNEL_LADDER = ["wall"]
    make_category("o-ga", "Ổ gà", keywords="ổ gà, mặt đường", photo="needed")
    make_category("viec-khac", "Việc khác", place=False)
    return adapter_for("wall")


def bring(at=NINE, **said):
    body = json.dumps(said, ensure_ascii=False).encode()
    arrivals = adapter_for("wall").open(body, {}, at=at)
    InboundMessage.objects.store("wall", arrivals, at=at)
    message = InboundMessage.objects.get(mark=arrivals[0].mark)
    message.handle(at=at)
    message.refresh_from_db()
    return message


def told():
    return list(Delivery.objects.order_by("pk").values_list("kind", flat=True))


def test_a_comment_that_reports_something_becomes_a_case_and_says_so_once():
    message = bring(**HOLE, text="Ổ gà to trước cổng trường Nguyễn Đình Chiểu", photos=["https://img/1.jpg"])
    made = Report.objects.get()
    assert (made.category.code, made.state, made.said_in_public, made.origin) == ("o-ga", State.NEW, True, "wall:c-1")
    assert (told(), message.for_people) == (["report_opened"], False)
    assert made.shown_code in message.words
    assert AwaitedPicture.objects.get().address == "https://img/1.jpg"


def test_a_question_waits_for_a_person_and_courtesy_for_nobody():
    assert bring(**HOLE, text="Cho hỏi mấy giờ một cửa mở cửa vậy ạ?").for_people
    assert not bring(**{**HOLE, "thread": "c-2"}, text="Cảm ơn admin nhiều ạ ❤️").for_people
    assert bring(**{**HOLE, "thread": "c-3"}, text="Bà con mình xem nè").for_people
    assert (Report.objects.count(), told()) == (0, [])


def test_a_dossier_is_never_spoken_of_where_everybody_reads():
    private = {"phone": "c-1-private"}
    bring(**HOLE, private_to=private, text="Hồ sơ H20.30-261123-0001 của tôi xong chưa?")
    public, alone = Delivery.objects.order_by("pk")
    assert (public.kind, alone.kind) == ("chat_ask_in_private", "chat_private_lookup")
    assert "H20.30" not in public.text + alone.text


def test_what_is_said_below_belongs_to_the_case_and_a_change_is_noted():
    bring(**HOLE, text="Ổ gà to trước cổng trường")
    bring(**{**HOLE, "thread": "c-9", "parent": "c-1", "sender": "U2"}, text="Hôm qua có người té")
    bring(**{**HOLE, "kind": "edited"}, text="Ổ gà to trước cổng trường cấp 2")
    bring(**{**HOLE, "kind": "removed"})
    notes = [entry.note for entry in LogEntry.objects.filter(verb="citizen_said").order_by("pk")]
    assert notes == ["Hôm qua có người té", "[edited] Ổ gà to trước cổng trường cấp 2", "[removed] –"]
    assert (Report.objects.count(), told()) == (1, ["report_opened"])


def test_three_times_the_same_comment_is_one_case():
    for _ in range(3):
        bring(**HOLE, text="Ổ gà to trước cổng trường")
    assert (Report.objects.count(), told()) == (1, ["report_opened"])


def test_the_answer_stands_under_the_comment_once_and_steps_on_the_way_do_not(khoa, an, my_tho):
    bring(**HOLE, text="Ổ gà to trước cổng trường")
    made = Report.objects.get()
    made.assign(my_tho, by=khoa, at=after(minutes=5))
    made.answer("Đã vá. Gọi anh Tư 0912345678.", outcome="fixed", by=an, at=after(hours=3), has_photo_after=True)
    made.publish(by=khoa, at=after(hours=4))
    assert told() == ["report_opened", "report_answered"]
    answer = Delivery.objects.get(kind="report_answered")
    assert "Đã vá." in answer.text
    assert "0912345678" not in answer.text
    assert made.token not in answer.text


def test_what_a_moderator_has_hidden_is_not_told_in_public(khoa, an, my_tho):
    bring(**HOLE, text="Ổ gà to trước cổng trường")
    made = Report.objects.get()
    made.assign(my_tho, by=khoa, at=after(minutes=5))
    made.hide(by=khoa, at=after(minutes=6), reason="Nói xấu người khác")
    made.answer("Đã vá đoạn trước nhà ông A.", outcome="fixed", by=an, at=after(hours=3), has_photo_after=True)
    made.publish(by=khoa, at=after(hours=4))
    assert "Đã vá" not in Delivery.objects.get(kind="report_answered").text


def test_in_a_chat_the_report_answers_for_itself(wall):
    says = {"kind": "text", "sender": "0912345678"}
    bring(**says, thread="1", text="phản ánh ổ gà sâu quá đường Ấp Bắc")
    bring(kind="location", sender="0912345678", thread="2", place=[10.36, 106.36], at=after(seconds=20))
    bring(kind="photo", sender="0912345678", thread="3", photos=["https://img/2.jpg"], at=after(seconds=40))
    bring(**says, thread="4", text="xong", at=after(seconds=60))
    bring(**says, thread="5", text="1", at=after(seconds=80))
    assert told() == [
        "chat_report_where",
        "chat_report_photo",
        "chat_report_photo",
        "chat_report_confirm",
        "report_opened",
    ]
    made = Report.objects.get()
    assert f"/{made.token}/" in Delivery.objects.get(kind="report_opened").text
    assert AwaitedPicture.objects.get().report == made


def test_stop_and_a_dossiers_number_are_heard_in_the_middle_of_it(wall):
    says = {"kind": "text", "sender": "0912345678"}
    bring(**says, thread="1", text="phản ánh ổ gà sâu quá đường Ấp Bắc")
    bring(**says, thread="2", text="H20.30-261123-0001", at=after(seconds=20))
    bring(**says, thread="3", text="dừng nhận tin", at=after(seconds=40))
    assert told() == ["chat_report_where", "chat_prove", "chat_stopped"]


def test_a_mail_is_a_report_in_one_piece_and_a_second_one_with_the_code_belongs_to_it(wall, monkeypatch):
    monkeypatch.setattr(wall, "converses", False)
    mail = {"kind": "text", "sender": "chi@example.org", "answer_to": {"phone": "chi@example.org"}, "name": "Chi"}
    bring(**mail, thread="m1", subject="Ổ gà", text="Trước số 12 Lý Thường Kiệt.")
    made = Report.objects.get()
    assert (made.text, made.category.code) == ("Ổ gà\nTrước số 12 Lý Thường Kiệt.", "o-ga")
    bring(**mail, thread="m2", subject=f"Re: {made.shown_code}", text="Thêm: rất sâu.", at=after(hours=1))
    stranger = {**mail, "sender": "x@example.org", "answer_to": {"phone": "x@example.org"}}
    bring(**stranger, thread="m3", subject=made.shown_code, text="Tôi chen vào.", at=after(hours=2))
    assert [entry.note for entry in made.log.filter(verb="citizen_said")] == ["Thêm: rất sâu."]
    assert Report.objects.count() == 2


def test_before_anybody_has_set_up_categories_a_person_reads_it(wall, monkeypatch):
    Category.objects.update(active=False)
    assert bring(**HOLE, text="Ổ gà to").for_people
    monkeypatch.setattr(wall, "converses", False)
    assert bring(kind="text", sender="0912345678", thread="m", subject="Ổ gà", text="to").for_people


def test_abroad_nothing_of_a_dossier_is_said_not_even_when_asked(wall, monkeypatch):
    monkeypatch.setattr(wall, "abroad", True)
    says = {"kind": "text", "sender": "0912345678"}
    for number, text in enumerate(
        ["H20.30-261123-0001 123456", "danh sách", "menu", "theo dõi", "Tôi muốn gặp chủ tịch"]
    ):
        bring(**says, thread=f"a{number}", text=text, at=after(minutes=number))
    assert told() == ["chat_abroad"] * 4 + ["chat_abroad_other"]
    assert "H20.30-261123-0001" not in "".join(delivery.text for delivery in Delivery.objects.all())
    bring(**says, thread="a9", text="phản ánh ổ gà sâu quá đường Ấp Bắc", at=after(minutes=10))
    bring(**says, thread="a10", text="dừng nhận tin", at=after(minutes=11))
    assert told()[-2:] == ["chat_report_where", "chat_stopped"]


# --- officers -------------------------------------------------------------------------------------------------------
@pytest.fixture
def mailed(settings):
    settings.CHANNELS = {**settings.CHANNELS, "mail": "tests.channels.fakes.Mail"}
    settings.CHANNEL_LADDER = ["wall", "mail"]


def to(officer):
    about = f"officer:{officer.pk}"
    return list(Delivery.objects.filter(about=about).order_by("pk").values_list("kind", flat=True))


def test_officers_hear_of_their_work_and_of_nothing_else(mailed, khoa, an, binh, dung, my_tho):
    for person in (khoa, an, binh, dung):
        type(person).objects.filter(pk=person.pk).update(email=f"{person.username}@example.org")
    bring(**HOLE, text="Ổ gà to trước cổng trường")
    made = Report.objects.get()
    made.assign(my_tho, by=khoa, at=after(minutes=5))
    made.answer("Đã vá.", outcome="fixed", by=an, at=after(hours=3), has_photo_after=True)
    made.publish(by=dung, at=after(hours=4))
    made.ask_reopening(at=after(hours=9), reason="Vẫn còn.")
    assert to(an) == ["report_for_you"]
    assert to(binh) == []
    assert to(khoa) == ["report_to_approve"]
    assert "report_reopening" in to(dung)


def test_who_reported_on_the_web_answers_our_mail_and_is_known(wall, monkeypatch, khoa, an, my_tho):
    monkeypatch.setattr(wall, "converses", False)
    category = Category.objects.get(code="viec-khac")
    made = Report.open(Draft(category, "Đèn tắt.", "web", contact={"email": "chi@example.org"}), at=NINE)
    made.assign(my_tho, by=khoa, at=after(minutes=5))
    made.ask(by=an, at=after(minutes=6), question="Trụ số mấy?")
    mail = {"kind": "text", "sender": "chi@example.org", "answer_to": {"email": "chi@example.org"}}
    bring(**mail, thread="m7", subject=f"Re: {made.shown_code}", text="Trụ 12.", at=after(hours=1))
    made.refresh_from_db()
    assert (made.state, Report.objects.count()) == (State.IN_PROGRESS, 1)
    bring(kind="photo", sender="x@example.org", thread="m8", answer_to={"email": "x@example.org"}, photos=["https://i/1"],
          at=after(hours=2))  # fmt: skip
    assert Report.objects.count() == 2


def test_anybody_elses_comment_ends_no_question(khoa, an, my_tho):
    bring(**HOLE, text="Ổ gà to trước cổng trường")
    made = Report.objects.get()
    made.assign(my_tho, by=khoa, at=after(minutes=5))
    made.ask(by=an, at=after(minutes=6), question="Cổng nào?")
    bring(**{**HOLE, "thread": "c-5", "parent": "c-1", "sender": "U9"}, text="Ai biết đâu", at=after(minutes=7))
    made.refresh_from_db()
    assert made.state == State.WAITING
    bring(**{**HOLE, "thread": "c-6", "parent": "c-1"}, text="Cổng chính", at=after(minutes=8))
    made.refresh_from_db()
    assert made.state == State.IN_PROGRESS
