"""Chi reports something in a chat: what, which kind, where, a photo, and "send it"."""

from datetime import timedelta

import pytest
from django.utils import translation

from feedback.report import Report
from feedback.talking import Said, Speaker, Talk, hear, offer
from feedback.workflow import State
from tests.feedback.making import MY_THO_MARKET, at, make_category, make_level

CHI = Speaker(channel="chat", contacts={"chat": "chi-7"})


class Chat:
    def __init__(self, speaker=CHI):
        self.speaker, self.now = speaker, at()

    def _hear(self, kind, **said):
        self.now += timedelta(seconds=20)
        with translation.override("vi"):
            return hear(Said(kind=kind, at=self.now, **said), speaker=self.speaker, at=self.now)

    def says(self, text):
        return self._hear("text", text=text)

    def sends(self, *pictures, text=""):
        return self._hear("photo", pictures=pictures, text=text)

    def is_at(self, place):
        return self._hear("location", place=place)


@pytest.fixture
def chat(calendar, my_tho, dao_thanh):
    make_category("chieu-sang", "Đèn đường không sáng", keywords="đèn đường, chiếu sáng", photo="wanted")
    make_category(
        "ngap", "Ngập nước", keywords="ngập, triều cường", photo="wanted", level=make_level("8 giờ", "working_hours", 8)
    )
    make_category("o-ga", "Ổ gà", keywords="ổ gà, mặt đường", photo="needed")
    make_category("thai-do", "Thái độ", keywords="thái độ, hách dịch", place=False, private=True, kind="procedure")
    make_category("to-cao", "Tố cáo", keywords="tố cáo", stopper="Gửi Thanh tra tỉnh.", place=False)
    make_category("viec-khac", "Việc khác", place=False)
    return Chat()


def test_chi_reports_a_flooded_street_by_place_and_photo(chat):
    assert chat.says("phản ánh").kind == "chat_report_what"
    assert chat.says("Đường Lý Thường Kiệt ngập tới đầu gối").kind == "chat_report_where"
    assert chat.is_at(MY_THO_MARKET).kind == "chat_report_photo"
    assert chat.sends("https://zdn.vn/1.jpg").params["n"] == 1
    summary = chat.says("xong")
    assert (summary.kind, summary.params["category"], summary.params["n"]) == ("chat_report_confirm", "Ngập nước", 1)
    done = chat.says("1")
    made = Report.objects.get()
    assert (done.report, done.params["pictures"]) == (made, ["https://zdn.vn/1.jpg"])
    assert (made.category.code, made.place, made.channel, made.public_wanted) == ("ngap", MY_THO_MARKET, "chat", True)
    assert made.reply_to == {"chat": "chi-7"}
    assert not Talk.objects.exists()


def test_all_in_one_sentence_is_understood(chat):
    assert chat.says("Tôi muốn phản ánh đèn đường hỏng ở chợ").kind == "chat_report_where"
    assert chat.says("Đường Trưng Trắc, phường Mỹ Tho").kind == "chat_report_photo"
    chat.says("không có")
    chat.says("2")
    made = Report.objects.get()
    assert (made.text, made.ward.name, made.public_wanted) == ("đèn đường hỏng ở chợ", "Phường Mỹ Tho", False)
    assert made.address == "Đường Trưng Trắc, phường Mỹ Tho"


def test_the_conversation_goes_on_the_day_after_and_not_the_week_after(chat):
    chat.says("phản ánh ngập nước quá sâu")
    chat.now += timedelta(hours=30)
    assert chat.is_at(MY_THO_MARKET).kind == "chat_report_photo"
    chat.now += timedelta(days=3)
    assert chat.says("xong") is None


def test_a_place_or_a_photo_is_welcome_before_anything_else(chat):
    assert chat.is_at(MY_THO_MARKET).kind == "chat_report_what"
    chat.sends("https://zdn.vn/2.jpg")
    assert chat.says("ngập hết rồi").params["n"] == 1
    chat.says("xong")
    assert chat.says("gửi").report.place == MY_THO_MARKET


def test_a_place_outside_the_province_is_refused_in_words(chat):
    chat.says("phản ánh ngập nước quá sâu")
    assert chat.is_at((21.03, 105.85)).kind == "chat_report_outside"
    assert chat.is_at(MY_THO_MARKET).kind == "chat_report_photo"


def test_where_words_leave_a_doubt_chi_chooses_by_number(chat):
    chat.says("phản ánh")
    asked = chat.says("Mưa là đường ngập, đèn đường cũng tắt")
    assert asked.kind == "chat_report_category"
    assert "1. " in asked.params["choices"]
    assert chat.says("9").kind == "chat_report_category"
    chat.says("1")
    chat.is_at(MY_THO_MARKET)
    chat.says("xong")
    assert chat.says("1").report.category.code in ("ngap", "chieu-sang")


def test_what_fits_nothing_is_something_else(chat):
    chat.says("phản ánh")
    assert chat.says("Chuyện này khó nói quá").kind == "chat_report_category"
    assert chat.says("0").kind == "chat_report_confirm"
    assert chat.says("1").report.category.code == "viec-khac"


def test_a_category_that_needs_a_photo_does_not_go_on_without_one(chat):
    chat.says("phản ánh ổ gà to lắm")
    chat.is_at(MY_THO_MARKET)
    assert chat.says("xong").kind == "chat_report_photo_needed"
    chat.sends("https://zdn.vn/3.jpg")
    assert chat.says("xong").kind == "chat_report_confirm"


def test_what_is_never_public_is_not_offered_as_public(chat):
    summary = chat.says("phản ánh thái độ hách dịch của cán bộ")
    assert summary.params["private"]
    chat.says("gửi")
    assert Report.objects.get().public_wanted is False


def test_a_denunciation_is_told_where_to_go_and_nothing_is_kept(chat):
    chat.says("phản ánh")
    chat.says("Tôi không biết nói sao")
    Talk.objects.all().delete()
    told = chat.says("Tôi muốn phản ánh tố cáo ông A nhận tiền")
    assert told.kind == "chat_report_category"  # its words are no category's that can be chosen
    assert not Report.objects.exists()


def test_chi_may_change_her_mind(chat):
    chat.says("phản ánh ngập nước quá sâu")
    assert chat.says("Hủy").kind == "chat_report_cancelled"
    assert chat.says("1") is None
    assert not Report.objects.exists()


def test_said_twice_it_is_one_report(chat):
    for _ in range(2):
        chat.says("phản ánh ngập nước quá sâu")
        chat.is_at(MY_THO_MARKET)
        chat.says("xong")
        last = chat.says("1")
    assert Report.objects.count() == 1
    assert last.kind == "chat_report_status"


def test_what_sounds_like_a_report_is_asked_about_and_a_no_leaves_it_to_others(chat):
    said = Said(kind="text", at=chat.now, text="Đèn đường hẻm 5 tắt cả tuần")
    assert offer(said, speaker=CHI, at=chat.now).kind == "chat_report_offer"
    assert chat.says("không").kind == "chat_report_cancelled"
    offer(said, speaker=CHI, at=chat.now)
    assert chat.says("Có").kind == "chat_report_where"
    question = Said(kind="text", at=chat.now, text="Đèn đường do ai quản lý?")
    assert offer(question, speaker=CHI, at=chat.now) is None


def test_after_an_offer_something_else_altogether_is_somebody_elses(chat):
    offer(Said(kind="text", at=chat.now, text="Đèn đường tắt"), speaker=CHI, at=chat.now)
    assert chat.says("Xin số điện thoại ủy ban") is None
    assert not Talk.objects.exists()


def test_who_was_asked_answers_in_the_same_chat(chat, khoa, an, my_tho):
    chat.says("phản ánh ngập nước quá sâu")
    chat.is_at(MY_THO_MARKET)
    chat.says("xong")
    made = chat.says("1").report
    made.assign(my_tho, by=khoa, at=at(hour=9))
    made.ask(by=an, at=at(hour=9), question="Nước còn ngập không?")
    chat.now = at(hour=10)
    heard = chat.says("Còn, tới mắt cá")
    assert heard.kind == "chat_report_heard"
    made.refresh_from_db()
    assert made.state == State.IN_PROGRESS
    assert made.log.last().note == "Còn, tới mắt cá"


def test_a_code_tells_the_state_and_a_wrong_one_says_so(chat):
    chat.says("phản ánh ngập nước quá sâu")
    chat.is_at(MY_THO_MARKET)
    chat.says("xong")
    made = chat.says("1").report
    assert chat.says(f"tới đâu rồi {made.shown_code}").params["report"] == made
    other = made.code[:-1] + ("2" if made.code[-1] != "2" else "3")
    assert chat.says(other) is None or chat.says(other).kind == "chat_report_unknown"


def test_what_chi_says_on_the_way_is_added(chat):
    chat.says("phản ánh ngập nước quá sâu")
    chat.is_at(MY_THO_MARKET)
    chat.says("Có cháu bé suýt ngã")
    chat.says("xong")
    assert chat.says("1").report.text == "ngập nước quá sâu\nCó cháu bé suýt ngã"


@pytest.mark.parametrize("rubbish", ["\x00", "​", "9" * 50, "²", "١", "#", "?" * 3000, "🤷", "1.", "-1"])
def test_rubbish_ends_no_conversation(chat, rubbish):
    chat.says("phản ánh")
    chat.says("Chuyện này khó nói quá")
    for _ in range(3):
        chat.says(rubbish.replace("\x00", ""))
    assert Talk.objects.count() <= 1
