"""Chi talks to her authority on Zalo: over the sandbox's HTTP both ways, with our worker's work done by hand."""

import base64
import io
import json
from datetime import timedelta

import pytest
import segno
from django.utils.timezone import now
from PIL import Image

from dossiers import chat
from dossiers.models import Follower, FormerNumber, OpenQuestion, SigningKey
from dossiers.qr import Claim, receipt_url
from portal.channels.inbound import InboundMessage
from portal.channels.models import Contact, Delivery
from portal.channels.states import State
from portal.channels.zalo import trying
from portal.notices.dossiers import tell_that_somebody_follows
from tests.dossiers.making import STEPS, make_version, receive, step

pytestmark = [pytest.mark.usefixtures("consented"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def dossier(an, my_tho, calendar):
    make_version()
    return receive(by=an, unit=my_tho, when=now())


@pytest.fixture
def chi(sandbox, live_server, settings):
    """Chi's chat: what she does reaches our door, what we promised reaches her."""
    settings.CHANNEL_LADDER = ["zalo"]
    sandbox.settings(webhook_url=f"{live_server.url}/webhooks/zalo/", echo=False, receipt_after=0)
    return Chat(sandbox, "chi")


class Chat:
    def __init__(self, sandbox, person):
        self.sandbox, self.person = sandbox, person

    def says(self, text):
        self.sandbox.act(self.person, "text", text=text)
        return self.reads()

    def sends_photo(self, content):
        self.sandbox.act(self.person, "image", data=base64.b64encode(content).decode(), filename="qr.jpg")
        return self.reads()

    def does(self, act):
        self.sandbox.act(self.person, act)
        return self.reads()

    def reads(self):
        """Everything that came since she last looked, after our worker has done its work."""
        seen = len(self.sandbox.ledger(to=self.person))
        self.sandbox.settle()
        work()
        self.sandbox.settle()
        work()
        return "\n".join(effect["text"] for effect in self.sandbox.ledger(to=self.person)[seen:])


def work():
    for message in InboundMessage.objects.filter(state="stored").order_by("pk"):
        message.handle(at=now())
    for delivery in Delivery.objects.filter(state=State.QUEUED).select_related("account"):
        delivery.deliver(at=now())


def photo_of(text):
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=6, border=4)
    return out.getvalue()


def qr_of(dossier, an):
    receipt = dossier.issue_receipt(by=an, at=now())
    claim = Claim.about(
        receipt.token, number=dossier.number, unit="H20.30", received_at=dossier.received_at, due_at=dossier.due_at
    )
    return receipt_url("https://hoso.example", receipt.token, SigningKey.current(now()).sign(claim))


def test_chi_sends_the_photo_of_her_receipt_and_follows_from_then_on(chi, dossier, an):
    answer = chi.sends_photo(photo_of(qr_of(dossier, an)))
    assert dossier.number in answer
    assert "Từ nay tiến độ" in answer
    assert "Trần" not in answer
    assert dossier.number in chi.says(dossier.number.lower())  # the number alone is enough now
    dossier.advance(to=step(dossier, STEPS[1][0]), by=an, at=now())
    told = chi.reads()
    assert told.count(dossier.number) >= 1
    assert len([e for e in chi.sandbox.ledger(to="chi") if "tiến độ mới" in e["text"]]) == 1


def test_stop_means_stop_and_a_new_photo_begins_anew(chi, dossier, an):
    text = qr_of(dossier, an)
    chi.sends_photo(photo_of(text))
    assert "Đã dừng" in chi.says("dừng")
    dossier.advance(to=step(dossier, STEPS[1][0]), by=an, at=now())
    assert chi.reads() == ""
    assert not Follower.objects.active().exists()
    assert "Từ nay tiến độ" in chi.sends_photo(photo_of(text))


def test_a_revoked_receipt_ends_what_was_followed_by_it(chi, dossier, an):
    chi.sends_photo(photo_of(qr_of(dossier, an)))
    dossier.receipts.get().revoke(by=an, at=now())
    dossier.advance(to=step(dossier, STEPS[1][0]), by=an, at=now())
    assert chi.reads() == ""
    assert "mã QR" in chi.says(dossier.number)


def test_followers_hear_nothing_of_what_became_confidential(chi, dossier, an):
    chi.sends_photo(photo_of(qr_of(dossier, an)))
    type(dossier).objects.filter(pk=dossier.pk).update(confidential=True)
    dossier.refresh_from_db()
    dossier.advance(to=step(dossier, STEPS[1][0]), by=None, at=now())
    assert chi.reads() == ""
    assert "mã QR" in chi.says(dossier.number)


def test_who_proved_nothing_hears_the_same_of_every_number(chi, dossier):
    known, unknown = chi.says(dossier.number), chi.says("H20.30-260101-9999")
    assert known.replace(dossier.number, "X") == unknown.replace("H20.30-260101-9999", "X")
    assert "mã QR" in known


def test_the_pin_makes_a_follower_and_four_digits_of_a_phone_do_not(chi, dossier):
    assert "Đang" in chi.says(f"{dossier.number} 5678") or dossier.number in chi.says(f"{dossier.number} 5678")
    assert not Follower.objects.exists()
    assert "Từ nay tiến độ" in chi.says(f"{dossier.number} PIN {dossier.pin}")
    assert Follower.objects.get().proof == "pin"
    assert dossier.number in chi.says("danh sách")


def test_wrong_proofs_end_in_patience_as_on_the_web(chi, dossier):
    answers = [chi.says(f"{dossier.number} 0000") for _ in range(6)]
    assert ["Chưa khớp" in answer for answer in answers] == [True] * 5 + [False], answers
    assert "quá nhiều lần" in answers[5]


def test_a_photo_without_a_code_and_a_complaint_are_answered_and_left_to_people(chi):
    assert "Chưa đọc được" in chi.sends_photo(b"\x89PNG no picture")
    assert "Cán bộ sẽ đọc" in chi.says("Đèn đường trước nhà tôi hỏng ba hôm nay")
    assert InboundMessage.objects.filter(for_people=True).count() == 2


@pytest.mark.parametrize("typed", ["Alo đèn đường hỏng", "Dạ cho em hỏi nộp ở đâu", "ok sao lâu vậy"])
def test_what_is_said_behind_a_greeting_is_read_by_people(chi, typed):
    assert "Cán bộ sẽ đọc" in chi.says(typed)


def test_a_number_that_no_database_would_take_is_answered_too(chi, dossier):
    assert "mã QR" in chi.says("#HS 12\x0034")
    assert not InboundMessage.objects.exclude(state="handled").exists()


def test_following_us_is_greeted_and_leaving_us_ends_everything(chi, dossier, an):
    assert "xin chào" in chi.does("follow")
    chi.sends_photo(photo_of(qr_of(dossier, an)))
    assert chi.does("unfollow") == ""
    assert not Follower.objects.active().exists()


def test_an_event_that_comes_twice_is_answered_once(chi, sandbox):
    sandbox.fault("duplicate", "webhook.user_send_text", times=1)
    assert chi.says("menu").count("xin chào") == 1


def test_a_lost_answer_is_found_in_the_conversation(chi, sandbox):
    sandbox.fault("drop_after", "zalo.cs", times=1)
    chi.says("menu")
    delivery = Delivery.objects.get(kind="chat_menu")
    assert delivery.state == State.UNKNOWN
    delivery.clear(at=delivery.check_at)
    delivery.refresh_from_db()
    assert delivery.state in (State.SENT, State.DELIVERED)
    assert len(sandbox.ledger(to="chi")) == 1


def test_the_applicant_hears_by_phone_that_somebody_follows(chi, dossier, an, settings):
    settings.CHANNEL_LADDER = ["zalo", "console"]
    chi.sends_photo(photo_of(qr_of(dossier, an)))
    told = Delivery.objects.get(kind="dossier_followed")
    assert (told.channel, told.state) == ("console", State.DELIVERED)
    dossier.advance(to=step(dossier, STEPS[1][0]), by=an, at=now())
    assert set(Delivery.objects.filter(kind="dossier_advanced").values_list("channel", flat=True)) == {"zalo"}


@pytest.fixture
def chi_with_a_phone(chi, settings):
    """Zalo reaches the number of Chi's papers too: there a code arrives, on a phone of its own in the ledger."""
    settings.CHANNEL_LADDER = ["zalo", "zalo-phone"]
    settings.ZALO_TEMPLATES = {"follow_code": CODE}
    chi.sandbox.control("people", name="Chi Hai", phone="84912345678")
    chi.sandbox.control("zalo/templates", templates=json.loads(trying.TEMPLATES.read_text(encoding="utf-8")))
    return chi


CODE = {"id": "200002", "by_uid": False, "data": {"ma_xac_nhan": "code:10", "ma_ho_so": "number:30"}}


def code_on_the_phone():
    return Delivery.objects.filter(kind="follow_code").latest("pk").params["code"]


def test_a_number_and_its_proof_may_come_one_after_the_other(chi, dossier):
    assert "PIN" in chi.says(dossier.number)
    assert "Từ nay tiến độ" in chi.says(dossier.pin)
    assert "mã hồ sơ" in chi.says("123456")  # answered, and nobody knows any more what about


def test_whoever_has_the_phone_on_file_follows_by_a_code(chi_with_a_phone, dossier, an):
    chi = chi_with_a_phone
    chi.says(dossier.number)
    assert "Theo dõi hồ sơ này" in chi.says("5678")
    assert not Follower.objects.exists()
    assert "Đã gửi mã xác nhận" in chi.says("#theodoi")
    sent = Delivery.objects.get(kind="follow_code")
    assert (sent.channel, sent.lane, sent.state, sent.text_for_staff) == ("zalo-phone", "otp", State.DELIVERED, "")
    assert "Từ nay tiến độ" in chi.says(code_on_the_phone())
    follower = Follower.objects.active().get()
    assert (follower.proof, follower.party.name) == ("phone", "Trần Thị Chi")
    assert not Delivery.objects.filter(kind="dossier_followed").exists()  # she confirmed it herself just now
    assert not OpenQuestion.objects.exists()


def test_hanh_who_reads_messages_does_not_read_the_code(chi_with_a_phone, dossier, client_of, hanh, an):
    chi_with_a_phone.says(f"{dossier.number} 5678")
    chi_with_a_phone.says("#theodoi")
    sent, messages = Delivery.objects.get(kind="follow_code"), "/quan-tri/post_office/delivery/"
    pages = [messages, f"{messages}{sent.pk}/change/"]
    shown = [client_of(hanh).get(page).content.decode() for page in pages]
    shown += [client_of(an).get(f"/quan-tri/dossiers/dossier/{dossier.pk}/change/").content.decode()]
    assert [code_on_the_phone() in page for page in shown] == [False] * 3
    assert all("Mã xác nhận" in page for page in shown)


def test_a_wrong_code_makes_no_follower_and_a_slip_of_the_finger_is_forgiven(chi_with_a_phone, dossier):
    chi = chi_with_a_phone
    chi.says(f"{dossier.number} 5678")
    chi.says("theo dõi")
    right = code_on_the_phone()
    assert "Chưa khớp" in chi.says(str((int(right) + 1) % 10**6).zfill(6))
    assert not Follower.objects.exists()
    assert "Từ nay tiến độ" in chi.says(right)


def test_a_code_is_good_for_ten_minutes_and_one_answer(chi_with_a_phone, dossier):
    chi = chi_with_a_phone
    chi.says(f"{dossier.number} 5678")
    chi.says("theo dõi")
    OpenQuestion.objects.update(code_ends_at=now())
    assert "Chưa khớp" in chi.says(code_on_the_phone())
    assert not Follower.objects.exists()


def test_nobody_makes_a_phone_ring_without_its_last_digits_or_without_end(chi_with_a_phone, dossier):
    chi = chi_with_a_phone
    chi.says(dossier.number)
    assert "xác nhận trước khi" in chi.says("#theodoi")
    assert not Delivery.objects.filter(kind="follow_code").exists()
    chi.says("5678")
    answers = [chi.says("#theodoi") for _ in range(4)]
    assert ["Đã gửi mã" in answer for answer in answers] == [True] * 3 + [False], answers
    assert "nhiều mã xác nhận" in answers[3]
    assert Delivery.objects.filter(kind="follow_code").count() == 3


def test_where_no_channel_reaches_a_phone_no_code_is_promised(chi, dossier):
    answer = chi.says(f"{dossier.number} 5678")
    assert dossier.number in answer
    assert "Theo dõi hồ sơ này" not in answer
    assert "xác nhận trước khi" in chi.says("#theodoi")


def test_the_phone_that_confirmed_rings_once(chi_with_a_phone, dossier, an):
    chi = chi_with_a_phone
    chi.says(f"{dossier.number} 5678")
    chi.says("#theodoi")
    chi.says(code_on_the_phone())
    dossier.advance(to=step(dossier, STEPS[1][0]), by=an, at=now())
    assert "tiến độ mới" in chi.reads()
    assert set(Delivery.objects.filter(kind="dossier_advanced").values_list("channel", flat=True)) == {"zalo"}


def test_a_question_that_nobody_answers_is_forgotten(chi, dossier):
    chi.says(dossier.number)
    OpenQuestion.objects.forget(at=now())
    assert OpenQuestion.objects.exists()
    OpenQuestion.objects.forget(at=now() + timedelta(days=2))
    assert not OpenQuestion.objects.exists()


# --- what people meant ----------------------------------------------------------------------------------------------
def test_a_yes_to_an_officer_stops_nothing(chi, dossier, an):
    chi.sends_photo(photo_of(qr_of(dossier, an)))
    for said in ("Đúng ạ", "Dũng", "đừng"):
        assert "Cán bộ sẽ đọc" in chi.says(said)
    assert "muốn dừng nhận tin" in chi.says("dung")  # without its marks it may be either
    assert Follower.objects.active().exists()
    assert "Đã dừng" in chi.says("#dung")  # the button


def test_what_is_no_number_of_ours_is_not_said_again(chi):
    for said in ("#HS 082190001234", "hs CCCD082190001234 5678"):
        assert "082190001234" not in chi.says(said)


def test_a_remark_beside_the_number_is_answered_and_read_by_people(chi, dossier, an):
    chi.sends_photo(photo_of(qr_of(dossier, an)))
    assert dossier.number in chi.says(f"hồ sơ {dossier.number} bị sai tên")
    assert InboundMessage.objects.filter(for_people=True).count() == 1
    assert dossier.number in chi.says(f"{dossier.number} xong chưa ạ")
    assert InboundMessage.objects.filter(for_people=True).count() == 1


def test_a_pasted_link_of_a_receipt_is_as_good_as_its_photo(chi, dossier, an):
    assert "Từ nay tiến độ" in chi.says(qr_of(dossier, an))


def test_both_receipts_in_a_photo_are_followed(chi, dossier, an, my_tho):
    other = receive(by=an, unit=my_tho, when=now())
    one, two = (Image.open(io.BytesIO(photo_of(qr_of(each, an)))).convert("RGB") for each in (dossier, other))
    both = Image.new("RGB", (one.width + two.width, max(one.height, two.height)), "white")
    both.paste(one, (0, 0))
    both.paste(two, (one.width, 0))
    out = io.BytesIO()
    both.save(out, "PNG")
    answer = chi.sends_photo(out.getvalue())
    assert dossier.number in answer
    assert other.number in answer
    assert Follower.objects.active().count() == 2


def test_a_code_of_something_else_is_named_so(chi):
    assert "không phải mã trên giấy hẹn" in chi.sends_photo(photo_of("082190001234|Trần Thị Chi"))


def test_what_was_said_before_stop_comes_too_late(chi, dossier, an):
    """The photo could not be had at once, she said "dừng" meanwhile; then the photo is read."""
    person = {"channel": "zalo", "address": chi.sandbox.uid("chi")}
    early, late = now() - timedelta(minutes=2), now()
    chi.says("dừng")
    token = qr_of(dossier, an)
    stopped = Contact.objects.stopped_after(early, **person)
    assert stopped
    assert not Contact.objects.stopped_after(late + timedelta(minutes=1), **person)
    reply = chat.answer_photo([token], person=chat.Person(**person, said_at=early, has_stopped=stopped), at=late)
    assert (reply.began, reply.follows) == ((), False)
    assert not Follower.objects.active().exists()


def test_an_old_leaving_does_not_end_what_began_after_it(chi, dossier, an):
    chi.sends_photo(photo_of(qr_of(dossier, an)))
    left = chat.Person(channel="zalo", address=chi.sandbox.uid("chi"), said_at=now() - timedelta(minutes=90))
    chat.stop(person=left)
    assert Follower.objects.active().exists()


# --- whose place a follower takes -----------------------------------------------------------------------------------
FOLLOWED = {
    "id": "200005", "data": {"ma_ho_so": "number:30", "kenh": "channel:30", "duong_day_nong": "hotline:30"},
}  # fmt: skip
PROGRESS = {
    "id": "200001",
    "data": {"ma_ho_so": "number:30", "trang_thai": "status:100", "co_quan": "unit:100", "hen_tra": "due:40"},
}


def ways(kind):
    return sorted(Delivery.objects.filter(kind=kind).exclude(state="suppressed").values_list("channel", flat=True))


def test_whom_nobody_told_of_the_follower_is_told_of_progress_as_before(chi_with_a_phone, dossier, an, settings):
    settings.ZALO_TEMPLATES = {"dossier_advanced": PROGRESS}
    chi_with_a_phone.sends_photo(photo_of(qr_of(dossier, an)))
    dossier.advance(to=step(dossier, STEPS[1][0]), by=an, at=now())
    assert ways("dossier_advanced") == ["zalo", "zalo-phone"]


def test_whoever_was_told_of_the_follower_hears_once(chi_with_a_phone, dossier, an, settings):
    settings.ZALO_TEMPLATES = {"dossier_advanced": PROGRESS, "dossier_followed": FOLLOWED}
    chi_with_a_phone.sends_photo(photo_of(qr_of(dossier, an)))
    assert ways("dossier_followed") == ["zalo-phone"]
    dossier.advance(to=step(dossier, STEPS[1][0]), by=an, at=now())
    assert ways("dossier_advanced") == ["zalo"]


def test_stop_ends_what_comes_by_the_phone_that_was_confirmed_too(chi_with_a_phone, dossier, an, settings):
    settings.ZALO_TEMPLATES = {"dossier_advanced": PROGRESS, "follow_code": CODE}
    chi = chi_with_a_phone
    chi.says(f"{dossier.number} 5678")
    chi.says("#theodoi")
    chi.says(code_on_the_phone())
    chi.says("dừng")
    dossier.advance(to=step(dossier, STEPS[1][0]), by=an, at=now())
    assert ways("dossier_advanced") == []


def test_a_phone_that_is_off_does_not_ring_twice_when_it_is_on_again(chi_with_a_phone, dossier, an, settings):
    settings.ZALO_TEMPLATES = {"dossier_advanced": PROGRESS, "dossier_followed": FOLLOWED}
    chi = chi_with_a_phone
    chi.sends_photo(photo_of(qr_of(dossier, an)))
    chi.sandbox.settings(receipt_after=-1)
    dossier.advance(to=step(dossier, STEPS[1][0]), by=an, at=now())
    work()
    told = Delivery.objects.get(kind="dossier_advanced")
    Delivery.objects.sweep(at=told.check_at)
    told.refresh_from_db()
    assert (told.state, told.reason, ways("dossier_advanced")) == ("failed", "no_receipt", ["zalo"])


def test_the_pin_of_a_lost_paper_follows_nothing_any_more(chi, dossier, an):
    receipt, pin = dossier.issue_receipt(by=an, at=now()), dossier.pin
    chi.says(f"{dossier.number} {pin}")
    receipt.revoke(by=an, at=now())
    assert not Follower.objects.active().exists()
    assert "Chưa khớp" in chi.says(f"{dossier.number} {pin}")
    dossier.refresh_from_db()
    assert dossier.pin != pin
    assert "Từ nay tiến độ" in chi.says(f"{dossier.number} {dossier.pin}")


# --- what a second look found ---------------------------------------------------------------------------------------
def test_stop_is_heard_in_a_flood(chi, dossier, an, settings):
    settings.INBOUND_MESSAGES_A_MINUTE = 3
    chi.sends_photo(photo_of(qr_of(dossier, an)))
    for _ in range(5):
        chi.says("alo")
    chi.says("dừng")
    assert not Follower.objects.active().exists()


def test_refused_requests_for_codes_make_the_wait_no_longer(chi_with_a_phone, dossier):
    chi = chi_with_a_phone
    chi.says(f"{dossier.number} 5678")
    answers = [chi.says("#theodoi") for _ in range(8)]
    assert answers[3] == answers[7]
    assert "nhiều mã xác nhận" in answers[7]


def test_a_stop_that_comes_late_does_not_silence_who_follows_again(chi, dossier, an):
    chi.sends_photo(photo_of(qr_of(dossier, an)))
    person = chat.Person(channel="zalo", address=chi.sandbox.uid("chi"), said_at=now() - timedelta(minutes=5))
    assert not chat.stop(person=person).stopped


def test_who_confirms_the_phone_again_hears_by_it_again(chi_with_a_phone, dossier, an):
    chi = chi_with_a_phone
    for _ in range(2):
        chi.says(f"{dossier.number} 5678")
        chi.says("#theodoi")
        assert "Từ nay tiến độ" in chi.says(code_on_the_phone())
        last = chi.says("dừng")
    assert "kể cả tin theo số điện thoại đã xác nhận" in last
    chi.says(f"{dossier.number} 5678")
    chi.says("#theodoi")
    chi.says(code_on_the_phone())
    assert not Contact.objects.exclude(opted_out_at=None).exists()


def test_nobody_takes_the_place_of_whom_the_word_did_not_reach(chi_with_a_phone, dossier, an, settings):
    settings.ZALO_TEMPLATES = {"dossier_advanced": PROGRESS, "dossier_followed": FOLLOWED}
    chi_with_a_phone.sandbox.settings(receipt_after=-1)  # it was sent, and perhaps never arrived
    chi_with_a_phone.sends_photo(photo_of(qr_of(dossier, an)))
    dossier.advance(to=step(dossier, STEPS[1][0]), by=an, at=now())
    assert ways("dossier_advanced") == ["zalo", "zalo-phone"]


@pytest.mark.parametrize("said", ["mã {}", "Dạ mã xác nhận là {} ạ", "{number} {}"])
def test_a_code_is_taken_however_it_is_said(chi_with_a_phone, dossier, said):
    chi = chi_with_a_phone
    chi.says(f"{dossier.number} 5678")
    chi.says("theo dõi")
    assert "Từ nay tiến độ" in chi.says(said.format(code_on_the_phone(), number=dossier.number))


def test_who_followed_by_paper_and_confirms_the_phone_follows_on_after_a_revocation(chi_with_a_phone, dossier, an):
    chi = chi_with_a_phone
    chi.sends_photo(photo_of(qr_of(dossier, an)))
    follower = Follower.objects.get()
    again = Follower.begin(
        dossier.pk, channel="zalo", address=follower.address, proof="phone", party=dossier.parties.get(), at=now()
    )
    dossier.receipts.get().revoke(by=an, at=now())
    assert not again
    assert Follower.objects.active().get().proof == "phone"


def test_words_beside_a_pasted_link_are_read_by_people(chi, dossier, an):
    assert dossier.number in chi.says(f"{qr_of(dossier, an)} sai tên của tôi rồi")
    assert InboundMessage.objects.filter(for_people=True).count() == 1


def test_a_follower_of_a_channel_that_is_gone_holds_nobody_up(chi, dossier, an, settings):
    chi.sends_photo(photo_of(qr_of(dossier, an)))
    Follower.objects.update(channel="pigeon")
    dossier.advance(to=step(dossier, STEPS[1][0]), by=an, at=now())
    assert dossier.status == "processing"


def test_how_it_was_is_not_asked_of_a_stranger_with_the_paper(chi, dossier, an):
    chi.sends_photo(photo_of(qr_of(dossier, an)))
    dossier.finish(by=an, at=now())
    dossier.hand_over(by=an, at=now())
    asked = Delivery.objects.filter(kind="result_handed_over").exclude(state="suppressed").get()
    assert "/danh-gia/" not in asked.text


def test_many_strangers_ring_the_applicants_phone_no_more_than_three_times_a_day(dossier, an, db):
    for n in range(6):
        person = chat.Person(channel="console", address=f"U{n}", said_at=now())
        person.follows(dossier.pk, proof="qr")
        tell_that_somebody_follows(dossier.pk, person=person, at=now())
    assert Delivery.objects.filter(kind="dossier_followed").count() == 3


def test_the_number_that_another_dossier_once_bore_is_no_riddle(chi, dossier, an, my_tho):
    other = receive(by=an, unit=my_tho, when=now())
    FormerNumber.objects.create(dossier=other, number=dossier.number, number_key=dossier.number_key)
    assert "Từ nay tiến độ" in chi.says(f"{dossier.number} {dossier.pin}")
    assert Follower.objects.get().dossier == dossier
