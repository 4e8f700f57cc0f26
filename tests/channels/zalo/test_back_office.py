"""Hạnh connects the Official Account, sees how it does, and answers what nobody else could."""

import base64
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils.timezone import localtime, now

from agencies.models import AccessLog
from dossiers.models import Follower
from portal.channels import outbox
from portal.channels.base import AccountConfig
from portal.channels.inbound import InboundMessage, NotWaiting
from portal.channels.models import Account, Contact, Delivery, Grant
from portal.channels.states import State
from portal.channels.zalo import answers, explained, facts
from tests.channels.zalo.conftest import DOSSIER
from tests.channels.zalo.test_conversation import chi, dossier, photo_of, qr_of, work  # noqa: F401  (her chat)
from tests.channels.zalo.test_sending import promise
from tests.dossiers.making import STEPS, step

pytestmark = pytest.mark.django_db(transaction=True)
NEVER_ASKED = {-123, -128, -129, -142, -143}  # of keys for hidden numbers, which we do not use


@pytest.fixture
def account(sandbox):
    return Account.objects.of("zalo")


def page(name, *args):
    return reverse(f"admin:post_office_{name}", args=args)


def text(response):
    return response.content.decode()


def test_hanh_consents_and_messages_go_on(client_of, hanh, sandbox, account, settings):
    account.break_down(needs_consent=True, words="-14020", at=now())
    client = client_of(hanh)
    away = client.get(page("account_connect", account.pk))["Location"]
    assert away.startswith(settings.ZALO_OAUTH_URL)
    back = sandbox.http.post(away, follow_redirects=False).headers["location"]
    assert urlsplit(back).path == page("account_consented", "zalo")
    answer = client.get(urlsplit(back).path, dict(parse_qs(urlsplit(back).query)), follow=True)
    assert "Đã kết nối" in text(answer)
    account.refresh_from_db()
    assert account.state == "ok"
    again = client.get(urlsplit(back).path, dict(parse_qs(urlsplit(back).query)), follow=True)
    assert "không bắt đầu từ đây" in text(again)


def test_a_consent_that_somebody_else_began_connects_nothing(client_of, hanh, an, sandbox, account):
    stranger = {"code": "somebody-elses", "state": "x"}
    assert "không bắt đầu từ đây" in text(client_of(hanh).get(page("account_consented", "zalo"), stranger, follow=True))
    assert client_of(an).get(page("account_consented", "zalo"), stranger).status_code == 403
    assert not Grant.objects.filter(obtained_at__isnull=False).exists()


def test_a_consent_for_another_official_account_connects_nothing(client_of, hanh, sandbox, account, settings):
    client, settings.ZALO_OA_ID = client_of(hanh), "666"
    back = sandbox.http.post(client.get(page("account_connect", account.pk))["Location"], follow_redirects=False)
    back = urlsplit(back.headers["location"])
    answer = client.get(back.path, {**dict(parse_qs(back.query)), "oa_id": "666"}, follow=True)
    assert "không phải 666" in text(answer)
    assert not Grant.objects.filter(obtained_at__isnull=False).exists()


def test_a_consent_that_was_begun_long_ago_is_begun_again(client_of, hanh, sandbox, account, monkeypatch):
    client = client_of(hanh)
    back = sandbox.http.post(client.get(page("account_connect", account.pk))["Location"], follow_redirects=False)
    back, later = urlsplit(back.headers["location"]), now() + timedelta(minutes=16)
    monkeypatch.setattr("portal.channels.admin.accounts.now", lambda: later)
    assert "không bắt đầu từ đây" in text(client.get(back.path, dict(parse_qs(back.query)), follow=True))


@pytest.mark.parametrize("rate", ["0", "-1", "1e-300"])
def test_a_pace_at_which_nothing_would_go_is_refused(client_of, hanh, account, rate):
    refused = client_of(hanh).post(page("account_change", account.pk), {"rate": rate, "burst": "1"})
    assert refused.status_code == 200
    assert "0,01" in text(refused) or "0.01" in text(refused)
    account.refresh_from_db()
    assert account.rate is None


def test_hanh_sees_how_the_account_does(client_of, hanh, consented, account, sandbox):
    shown = text(client_of(hanh).get(page("account_look", account.pk)))
    assert "Một Cửa (thử nghiệm)" in shown
    assert "token hết hạn lúc" in shown
    sandbox.fault("http_503", "zalo.*", times=4)
    assert "không trả lời như mong đợi" in text(client_of(hanh).get(page("account_look", account.pk)))


def looked_at(client, channel):
    return text(client.get(page("account_look", Account.objects.of(channel).pk)))


def test_one_page_tells_hanh_all_and_has_the_switch(client_of, hanh, consented, account, sandbox, settings):
    promise(contacts={"zalo": sandbox.uid("chi")})
    shown = looked_at(client_of(hanh), "zalo")
    for words in [
        "Tin đang được gửi bình thường", "tin đang chờ", "hệ thống tự gia hạn", "2000 / 2000", "/ 4000", "Nâng cao",
        "lỗi gần nhất", page("account_pause", account.pk), page("account_connect", account.pk),
    ]:  # fmt: skip
        assert words in shown, words
    account.pause(reason="sai chữ trong mẫu", at=now())
    shown = looked_at(client_of(hanh), "zalo")
    assert "không tin nào rời đi" in shown
    assert "sai chữ trong mẫu" in shown
    assert page("account_resume", account.pk) in shown
    assert page("account_pause", account.pk) not in shown


def test_a_rest_says_until_when(client_of, hanh, consented, account):
    until = now() + timedelta(minutes=1)
    account.throttle(until=until, words="-32 Your OA reached limit call api", at=now())
    shown = looked_at(client_of(hanh), "zalo")
    assert f"Đang tạm nghỉ đến {localtime(until):%H:%M}" in shown
    assert "không cần làm gì" in shown


@pytest.mark.parametrize(
    ("channel", "words", "meaning"),
    [
        ("zalo", "-321 ZCA out of money", "hãy nạp thêm"),
        ("zalo", "-204 Offical Account is disable", "Zalo đã khóa OA"),
        ("zalo-phone", "-109 Template ID is invalid", "đối chiếu danh sách"),
    ],
)
def test_a_number_of_zalo_is_told_in_words(client_of, hanh, consented, channel, words, meaning):
    Account.objects.of(channel).break_down(needs_consent=False, words=words, at=now())
    shown = looked_at(client_of(hanh), channel)
    assert words in shown
    assert meaning in shown
    assert "Nền tảng không chấp nhận tài khoản này" in shown


def test_every_number_that_stops_an_account_has_its_words():
    stopping = {
        (host, code)
        for host, table in answers.MEANINGS.items()
        for code, meaning in table.items()
        if isinstance(meaning("", now()), AccountConfig)
    }
    told = {(host, code) for host, table in explained.MEANINGS.items() for code in table}
    assert {(host, code) for host, code in stopping - told if code not in NEVER_ASKED} == set()


def test_templates_are_shown_as_zalo_has_them(client_of, hanh, consented, sandbox, settings):
    settings.ZALO_TEMPLATES = {"note": {**DOSSIER, "timeout": 60}, "code": {**DOSSIER, "id": "1", "data": {}}}
    shown = looked_at(client_of(hanh), "zalo-phone")
    assert "5000 / 5000" in shown
    assert "Sandbox: hồ sơ có thay đổi: đã duyệt; Zalo thử gửi trong 120 phút, ta chờ 60 phút" in shown
    assert "chưa lấy được: -109" in shown


def test_a_number_of_another_shape_does_not_take_the_page_away(client_of, hanh, consented, monkeypatch, settings):
    settings.ZALO_TEMPLATES = {"note": DOSSIER}
    monkeypatch.setattr(facts.client, "ask", lambda path, data=None, **query: None)
    assert "câu trả lời có dạng khác" in looked_at(client_of(hanh), "zalo-phone")
    assert "Tài khoản OA" in looked_at(client_of(hanh), "zalo")


def test_giang_looks_and_can_do_nothing_and_an_sees_nothing(client_of, giang, an, consented, account):
    shown = looked_at(client_of(giang), "zalo")
    assert "Tin đang được gửi bình thường" in shown
    assert page("account_pause", account.pk) not in shown
    assert page("account_connect", account.pk) not in shown
    assert client_of(an).get(page("account_look", account.pk)).status_code in (403, 404)


def test_a_channel_without_a_platform_has_its_page_too(client_of, hanh, sandbox):
    shown = looked_at(client_of(hanh), "email")
    assert "Tin đang được gửi bình thường" in shown


def test_a_stopped_account_holds_back_what_a_worker_already_has_in_hand(hanh, consented, account, sandbox):
    sandbox.act("chi", "follow")
    waiting = promise(contacts={"zalo": sandbox.uid("chi")})
    in_hand = Delivery.objects.select_related("account").get(pk=waiting.pk)
    assert in_hand.account.state == "ok"
    account.pause(reason="sai chữ", at=now())
    in_hand.deliver(at=now())
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts_made) == (State.QUEUED, 0)
    assert sandbox.ledger(to="chi") == []
    account.resume()
    waiting.deliver(at=now())
    assert len(sandbox.ledger(to="chi")) == 1


def test_hanh_answers_a_complaint_where_it_was_said(client_of, hanh, an, consented, chi, sandbox):  # noqa: F811
    chi.says("Đèn đường trước nhà tôi hỏng ba hôm nay")
    message = InboundMessage.objects.get(for_people=True)
    client = client_of(hanh)
    opened = client.get(page("inboundmessage_change", message.pk))
    assert "Đèn đường" in text(opened)
    assert AccessLog.objects.filter(about=f"inbound:{message.pk}", officer=hanh).exists()
    assert client_of(an).get(page("inboundmessage_change", message.pk)).status_code in (403, 404)
    assert "Đèn đường" in text(client.get(page("inboundmessage_answer", message.pk)))
    client.post(page("inboundmessage_answer", message.pk), {"reason": "Tổ điện sẽ sửa trong hôm nay."})
    assert "Tổ điện sẽ sửa" in chi.reads()
    assert not InboundMessage.objects.filter(for_people=True).exists()
    message.refresh_from_db()
    assert message.words == f"{hanh}: đã trả lời"


def test_who_connects_accounts_is_told_when_the_platform_refuses(hanh, sandbox, consented, settings):
    type(hanh).objects.filter(pk=hanh.pk).update(email="hanh@example.org")
    Grant.objects.get().refuse("-14020 invalid", at=now())
    told = Delivery.objects.get(kind="grant_refused")
    assert told.about == f"officer:{hanh.pk}"


# --- what a person reads --------------------------------------------------------------------------------------------
def test_hanh_sees_what_came_whatever_it_is(client_of, hanh, consented, chi, sandbox):  # noqa: F811
    sandbox.act("chi", "location", latitude=10.3601, longitude=106.359)
    sandbox.act("chi", "submit-info", name="Trần Thị Chi", phone="0912345678")
    sandbox.act("chi", "file", data=base64.b64encode(b"%PDF").decode(), filename="don-khieu-nai.pdf")
    sandbox.act("chi", "image", data="AAAA", filename="den-hong.jpg")
    sandbox.act("chi", "sticker")
    chi.reads()
    client = client_of(hanh)
    listed = text(client.get(page("inboundmessage_changelist")))
    assert [word for word in ("Số điện thoại được chia sẻ", "Tệp", "Nhãn dán") if word not in listed] == []
    assert "user_send" not in listed
    # A place begins a report, and the photo after it belongs to that: neither waits for a person.
    pks = list(InboundMessage.objects.values_list("pk", flat=True))
    assert InboundMessage.objects.filter(for_people=True).count() == 3
    for name in ("inboundmessage_change",):
        shown = "".join(text(client.get(page(name, pk))) for pk in pks)
        for words in ("10.3601, 106.359", "0912345678", "Trần Thị Chi", "don-khieu-nai.pdf", "/zalo/media/"):
            assert words in shown, (name, words)
        assert "openstreetmap" not in shown


def test_a_list_of_messages_costs_the_same_however_long_it_is(client_of, hanh, consented, chi, queries_of):  # noqa: F811
    client = client_of(hanh)
    chi.says("Đèn đường hỏng")
    one = queries_of(client, page("inboundmessage_changelist"))
    [chi.says(f"Đèn đường {number} hỏng") for number in range(4)]
    assert queries_of(client, page("inboundmessage_changelist")) == one


@pytest.fixture
def queries_of(django_assert_max_num_queries):
    def count(client, address):
        client.get(address)
        with django_assert_max_num_queries(100) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    return count


def test_hanh_finds_everything_of_the_same_person(client_of, hanh, consented, chi):  # noqa: F811
    chi.says("Đèn đường hỏng")
    chi.says("menu")
    message = InboundMessage.objects.get(for_people=True)
    client = client_of(hanh)
    address = f"{page('inboundmessage_changelist')}?waiting=all&amp;sender_index={message.sender_index}"
    assert address in text(client.get(page("inboundmessage_change", message.pk)))
    found = text(client.get(address.replace("&amp;", "&")))
    theirs = InboundMessage.objects.exclude(sender_index="").values_list("pk", flat=True)
    assert len(theirs) == 2
    assert all(page("inboundmessage_change", pk) in found for pk in theirs)


def test_who_opens_the_answer_reads_and_that_is_written_down(client_of, hanh, consented, chi):  # noqa: F811
    chi.says("Đèn đường hỏng")
    message = InboundMessage.objects.get(for_people=True)
    client_of(hanh).get(page("inboundmessage_answer", message.pk))
    assert AccessLog.objects.get(about=message.about).officer == hanh


# --- what became of an answer ---------------------------------------------------------------------------------------
@pytest.fixture
def asked(consented, chi):  # noqa: F811
    chi.says("Đèn đường hỏng")
    return InboundMessage.objects.get(for_people=True)


def test_the_second_officer_hears_who_answered(client_of, hanh, asked):
    client = client_of(hanh)
    outbox.answer(asked, "Sẽ sửa", by=hanh, at=now())
    with pytest.raises(NotWaiting, match="Đặng Mỹ Hạnh"):
        outbox.answer(asked, "Đang xem", by=hanh, at=now())
    for name in ("inboundmessage_answer", "inboundmessage_put_aside"):
        told = client.post(page(name, asked.pk), {"reason": "Đã sửa"}, follow=True)
        assert "đã trả lời" in text(told)
        assert "Chưa làm gì" in text(told)
    with pytest.raises(NotWaiting):
        asked.settle("khác", by=hanh)
    assert Delivery.objects.filter(kind="chat_from_officer").count() == 1


def test_an_answer_waits_two_days_for_the_channel_and_then_the_message_waits_again(hanh, asked):
    Account.objects.of("zalo").pause(reason="x", at=now())
    answer = outbox.answer(asked, "Sẽ sửa", by=hanh, at=now())
    Delivery.objects.sweep(at=now() + timedelta(hours=47))
    answer.refresh_from_db()
    assert answer.state == State.QUEUED
    Delivery.objects.sweep(at=now() + timedelta(hours=49))
    asked.refresh_from_db()
    assert asked.for_people
    assert asked.words == "Câu trả lời không đến được: Không gửi được khi tin còn giá trị."


def test_an_answer_that_the_channel_refuses_brings_the_message_back(hanh, asked, sandbox):
    sandbox.control("clock", advance=8 * 86400)
    outbox.answer(asked, "Sẽ sửa", by=hanh, at=now())
    work()
    asked.refresh_from_db()
    assert asked.for_people
    assert asked.words.startswith("Câu trả lời không đến được")


def test_what_the_portal_answered_by_itself_brings_nothing_back(consented, chi):  # noqa: F811
    Account.objects.of("zalo").pause(reason="x", at=now())
    chi.says("menu")
    Delivery.objects.sweep(at=now() + timedelta(hours=1))
    assert Delivery.objects.get().state == State.EXPIRED
    assert not InboundMessage.objects.filter(for_people=True).exists()


def test_where_no_channel_goes_the_officer_hears_it_at_once(client_of, hanh, asked, settings):
    settings.CHANNEL_LADDER = ["zalo-phone"]
    told = client_of(hanh).post(page("inboundmessage_answer", asked.pk), {"reason": "Sẽ sửa"}, follow=True)
    assert "Không trả lời được tại đây" in text(told)
    assert InboundMessage.objects.filter(for_people=True).exists()


# --- in time --------------------------------------------------------------------------------------------------------
def test_what_nobody_has_read_is_kept_until_somebody_has(hanh, asked):
    later = now() + timedelta(days=31)
    InboundMessage.objects.redact(at=later)
    asked.refresh_from_db()
    assert asked.body
    asked.settle("đã gọi điện", by=hanh)
    InboundMessage.objects.redact(at=later)
    asked.refresh_from_db()
    assert not asked.body


def test_what_was_blanked_is_put_aside_and_not_answered(client_of, hanh, asked):
    InboundMessage.objects.update(body="", redacted_at=now())
    client = client_of(hanh)
    assert "Nội dung đã được xóa" in text(client.get(page("inboundmessage_change", asked.pk)))
    told = client.post(page("inboundmessage_answer", asked.pk), {"reason": "Sẽ sửa"}, follow=True)
    assert "Không trả lời được tại đây" in text(told)
    client.post(page("inboundmessage_put_aside", asked.pk), {"reason": "không còn"})
    assert not InboundMessage.objects.filter(for_people=True).exists()


def test_whoever_withdraws_is_forgotten_and_never_written_to_again(consented, chi, dossier, an):  # noqa: F811
    chi.sends_photo(photo_of(qr_of(dossier, an)))
    chi.says("tên tôi là Chi, sđt 0912345678, đèn hỏng")
    assert chi.does("withdraw") == ""
    assert not any(one.body or one.for_people for one in InboundMessage.objects.exclude(sender_index=""))
    assert not any(one.address for one in [*Follower.objects.all(), *Contact.objects.filter(channel="zalo")])
    assert not any(one.address for one in Delivery.objects.filter(channel="zalo"))
    index = Contact.objects.get(channel="zalo").address_index
    assert Contact.objects.filter(address_index=index, opted_out_at__isnull=False).exists()
    dossier.advance(to=step(dossier, STEPS[1][0]), by=an, at=now())
    assert chi.reads() == ""
