"""What cannot be read, comes too often or kills its reader: nothing is lost, and a person sees it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from portal.channels import inbound
from portal.channels.inbound import InboundMessage
from portal.channels.models import Delivery
from tests.channels.zalo.test_conversation import chi, photo_of, work  # noqa: F401  (her chat)
from tests.channels.zalo.test_sending import promise
from tests.channels.zalo.test_webhook import bring, event, handle_all

pytestmark = [pytest.mark.usefixtures("consented"), pytest.mark.django_db(transaction=True)]


class Killed(BaseException):
    """The kernel took the worker: nothing after it is run."""


@pytest.fixture
def uid(chi):  # noqa: F811
    """She follows us, so what is brought in her name can be answered."""
    chi.sandbox.act("chi", "follow")
    chi.reads()
    InboundMessage.objects.all().delete()
    Delivery.objects.all().delete()
    chi.sandbox.settings(receipt_after=-1)
    return chi.sandbox.uid("chi")


@pytest.fixture
def poison(monkeypatch):
    def kill(content):
        raise Killed

    monkeypatch.setattr(inbound.photos, "codes_in", kill)


def test_a_photo_that_kills_each_worker_is_left_to_people_in_the_end(chi, poison, monkeypatch):  # noqa: F811
    woken = []
    monkeypatch.setattr(inbound, "wake", lambda name, *, queue, message_id: woken.append(message_id) or True)
    chi.sandbox.act("chi", "image", data="AAAA", filename="qr.jpg")
    chi.sandbox.settle()
    at, woken[:] = now(), []
    for _ in range(8):
        at += inbound.LEASE + timedelta(seconds=1)
        InboundMessage.objects.sweep(at=at)
        message = InboundMessage.objects.get()
        if message.state == "stored":
            with pytest.raises(Killed):
                message.handle(at=at)
    assert (message.state, message.for_people, message.tries) == ("failed", True, inbound.MOST_TRIES)
    assert len(woken) == inbound.MOST_TRIES
    assert "Cán bộ sẽ đọc" in Delivery.objects.get(about=message.about).text


def test_a_try_that_is_still_running_is_not_ended_by_a_second_wake_up(chi, poison):  # noqa: F811
    chi.sandbox.act("chi", "image", data="AAAA", filename="qr.jpg")
    chi.sandbox.settle()
    InboundMessage.objects.update(tries=inbound.MOST_TRIES, try_at=now() + inbound.LEASE)
    InboundMessage.objects.get().handle(at=now())
    assert InboundMessage.objects.get().state == "stored"


def test_what_failed_waits_for_people_and_its_sender_hears_so(chi, monkeypatch):  # noqa: F811
    def broken(content):
        raise RuntimeError("0912345678")

    monkeypatch.setattr(inbound.photos, "codes_in", broken)
    chi.sends_photo(b"any")
    for _ in range(inbound.MOST_TRIES):
        work()
    message = InboundMessage.objects.get(for_people=True)
    assert (message.state, message.words) == ("failed", "RuntimeError")
    assert "Cán bộ sẽ đọc" in chi.sandbox.ledger(to="chi")[-1]["text"]


def test_a_receipt_without_a_reference_is_only_a_receipt():
    bring(event("user_received_message", message={"msg_id": "m9", "tracking_id": None}))
    handle_all()
    message = InboundMessage.objects.get()
    assert (message.state, message.tries) == ("stored", 1)  # of a message whose answer may still come
    for _ in range(4):
        InboundMessage.objects.get().handle(at=InboundMessage.objects.get().try_at or now())
    message.refresh_from_db()
    assert (message.state, message.for_people) == ("handled", False)


def test_a_receipt_that_comes_before_our_send_is_written_down_is_not_lost(uid):
    bring(event("user_received_message", sender={"id": "388613280878808645"}, message={"msg_id": "m9"}))
    handle_all()
    sent = promise(contacts={"zalo": uid})
    Delivery.objects.filter(pk=sent.pk).update(state="sent", external_id="m9", attempts_made=1)
    arrival = InboundMessage.objects.get()
    arrival.handle(at=arrival.try_at)
    sent.refresh_from_db()
    arrival.refresh_from_db()
    assert (sent.state, arrival.state) == ("delivered", "handled")


def test_a_picture_at_no_address_is_a_picture_without_a_code(uid):
    attached = [{"type": "image", "payload": {"url": "https://[x.zdn.vn"}}]
    bring(event("user_send_image", sender={"id": uid}, message={"msg_id": "i1", "attachments": attached}))
    handle_all()
    message = InboundMessage.objects.get()
    assert (message.state, message.for_people) == ("handled", True)


# --- how much one person may say ------------------------------------------------------------------------------------
def flood(uid, count, name="user_send_text", **message):
    for number in range(count):
        bring(event(name, sender={"id": uid}, message={"text": "menu", "msg_id": f"f{number}", **message}))


def test_who_writes_without_end_is_answered_once_and_nothing_is_lost(chi, uid, settings):  # noqa: F811
    settings.INBOUND_MESSAGES_A_MINUTE = 5
    flood(uid, 12)
    answers = chi.reads()
    assert answers.count("xin chào") == 5
    assert answers.count("Quá nhiều tin") == 1
    assert InboundMessage.objects.filter(state="handled").count() == 12
    (waiting,) = InboundMessage.objects.filter(for_people=True)
    assert InboundMessage.objects.filter(sender_index=waiting.sender_index, redacted_at=None).count() == 12


def test_others_are_heard_while_one_person_writes_without_end(chi, uid, settings):  # noqa: F811
    settings.INBOUND_MESSAGES_A_MINUTE = 2
    flood(uid, 6)
    bring(event(sender={"id": chi.sandbox.uid("phuc")}, message={"text": "menu", "msg_id": "p1"}))
    handle_all()
    assert Delivery.objects.filter(kind="chat_menu").count() == 3


def test_of_one_person_only_so_many_pictures_are_unpacked_in_a_minute(uid, settings, monkeypatch):
    settings.INBOUND_PICTURES_A_MINUTE = 6
    unpacked = []
    monkeypatch.setattr(inbound.photos, "codes_in", lambda content: unpacked.append(content) or [])
    monkeypatch.setattr("portal.channels.zalo.adapter.pictures.fetch", lambda address, **where: b"")
    attached = [{"type": "image", "payload": {"url": "https://a.zdn.vn/1"}}] * 3
    flood(uid, 5, "user_send_image", attachments=attached)
    handle_all()
    assert len(unpacked) == 6
    assert InboundMessage.objects.exclude(state="handled").count() == 0


def test_leaving_is_heard_however_much_was_said_before(chi, uid, settings):  # noqa: F811
    settings.INBOUND_MESSAGES_A_MINUTE = 2
    flood(uid, 4)
    handle_all()
    bring(event("user_withdraw", sender={"id": uid}, message={}))
    handle_all()
    assert not InboundMessage.objects.filter(redacted_at=None).exists()


# --- half a character -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("broken", [rb"\ud83d", rb"\u0000"])
def test_half_a_character_and_a_nul_are_read_as_their_place(chi, uid, client_of, hanh, broken):  # noqa: F811
    body = event(message={"text": "X", "msg_id": "s1"}, sender={"id": uid})
    bring(body.replace(b'"X"', b'"xin gi\\u00fap ' + broken + b'"'))
    assert "Cán bộ sẽ đọc" in chi.reads()
    message = InboundMessage.objects.get()
    client = client_of(hanh)
    pages = [("changelist", []), ("change", [message.pk]), ("answer", [message.pk])]
    shown = [client.get(reverse(f"admin:post_office_inboundmessage_{name}", args=args)) for name, args in pages]
    assert [page.status_code for page in shown] == [200] * 3
    assert "xin giúp \ufffd" in shown[1].content.decode()


def test_a_number_with_half_a_character_is_answered(chi, uid):  # noqa: F811
    body = event(message={"text": "X", "msg_id": "s2"}, sender={"id": uid})
    bring(body.replace(b'"X"', rb'"hs 1 \ud83d"'))
    assert chi.reads()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
