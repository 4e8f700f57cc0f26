"""What Zalo brings is believed only with its signature, stored once, and read by a worker."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from portal.channels import inbound
from portal.channels.checks import the_channels_are_set_up
from portal.channels.events import message_received
from portal.channels.inbound import InboundMessage
from portal.channels.states import State
from portal.channels.zalo import events, signature
from tests.channels.zalo.conftest import DOSSIER
from tests.channels.zalo.test_sending import deliver, promise
from tests.sandbox.driving import APP_ID

DOOR = "/webhooks/zalo/"
VECTOR = (
    '{"app_id":"3608465248940903967","sender":{"id":"2468458835296117922"},"recipient":{"id":"388613280878808645"},'
    '"user_id_by_app":"552177279717587730","event_name":"user_send_text","message":{"text":"Tra cứu hồ sơ 000.01.H58",'
    '"msg_id":"96d3cdf3af150460909"},"timestamp":"1785312004871"}'
).encode()
OA = "388613280878808645"
RUBBISH = [b"", b"{", b"[]", b"null", b'{"timestamp": "x"}', b'{"timestamp": 1e400}', b"\xff", b"[" * 9999]
MAC = "ffcb8761d71b549356298bef27562b63814e42dce98c00261d7d7778aa319709"


@pytest.fixture(autouse=True)
def app(settings):
    settings.ZALO_APP_ID, settings.ZALO_OA_ID = APP_ID, OA
    settings.ZALO_OA_SECRET_KEY = "sandbox-oa-secret-key"


def event(name="user_send_text", at=None, **more):
    said = {
        "app_id": APP_ID, "sender": {"id": "U1"}, "recipient": {"id": OA}, "event_name": name,
        "message": {"text": "Tra cứu", "msg_id": "m1"}, "timestamp": str(int((at or now()).timestamp() * 1000)),
    }  # fmt: skip
    return json.dumps({**said, **more}, ensure_ascii=False).encode()


def bring(body, **headers):
    moment = json.loads(body)["timestamp"]
    signed = {"X-ZEvent-Signature": f"mac={signature.mac(body, moment)}", **headers}
    return Client().post(DOOR, body, content_type="application/json", headers=signed)


# --- the door -------------------------------------------------------------------------------------------------------
def test_the_signature_is_the_one_of_the_documentation():
    assert len(VECTOR) == 288
    assert signature.mac(VECTOR, "1785312004871") == MAC
    (arrival,) = signature.opened(
        VECTOR, {"X-ZEvent-Signature": f"mac={MAC}"}, at=datetime.fromtimestamp(1785312005, UTC)
    )
    assert (arrival.event, arrival.mark) == ("user_send_text", "user_send_text:96d3cdf3af150460909")


@pytest.mark.django_db(transaction=True)
def test_the_same_event_twice_is_stored_once_and_answered_both_times():
    body = event()
    assert [bring(body).status_code for _ in range(3)] == [200, 200, 200]
    assert InboundMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("forged", ["mac=" + "0" * 64, "mac=", "0" * 64, "mac=ß", MAC])
def test_a_wrong_signature_is_refused_and_nothing_is_stored(forged):
    assert bring(event(), **{"X-ZEvent-Signature": forged.encode().decode("latin-1")}).status_code == 403
    assert not InboundMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ago", [timedelta(hours=4), timedelta(hours=-1)])
def test_what_was_recorded_and_is_played_again_is_refused(ago):
    assert bring(event(at=now() - ago)).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_zalos_last_try_two_hours_later_is_still_believed():
    assert bring(event(at=now() - timedelta(hours=2))).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_consoles_check_button_is_answered_and_does_nothing():
    answer = Client().post(DOOR, event(), content_type="application/json")
    assert answer.status_code == 200
    assert not InboundMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("body", RUBBISH)
def test_rubbish_is_refused_without_an_error(body):
    answer = Client().post(DOOR, body, content_type="application/json", headers={"X-ZEvent-Signature": "mac=1"})
    assert answer.status_code == 403


@pytest.mark.django_db(transaction=True)
def test_other_doors_and_other_ways_to_knock():
    assert Client().post("/webhooks/pigeon/").status_code == 404
    assert Client().post("/webhooks/email/").status_code == 404
    assert Client().get(DOOR).status_code == 405
    assert Client().post(DOOR, b"x" * 300_000, content_type="application/json").status_code == 413


# --- what it says ---------------------------------------------------------------------------------------------------
def said(name, **more):
    return events.read(name, event(name, **more).decode())


def test_a_location_is_understood_in_both_shapes():
    place = {"latitude": "10.360", "longitude": "106.359"}
    attached = {"msg_id": "1", "attachments": [{"type": "location", "payload": {"coordinates": place}}]}
    assert said("user_send_location", message=attached).place == (10.36, 106.359)
    assert said("user_send_location", message={"msg_id": "1", "location": place}).place == (10.36, 106.359)


def test_seen_messages_come_as_a_list_or_as_one():
    assert said("user_seen_message", message={"msg_ids": ["a", "b"]}).receipt[1] == ("a", "b")
    assert said("user_seen_message", message={"msg_id": "a"}).receipt[1] == ("a",)


@pytest.mark.parametrize("message", [None, "x", [], {}, {"attachments": "x"}, {"attachments": [{"type": "image"}]}])
@pytest.mark.parametrize("name", [*events.READERS, "an_event_of_tomorrow"])
def test_an_event_of_another_shape_is_noted_and_breaks_nothing(name, message):
    assert said(name, message=message).kind


def test_every_event_that_zalo_has_is_read(sandbox):
    names = sandbox.look("zalo/events")["events"]
    assert len(names) > 50
    for name in names:
        payload = {"timestamp": "1785312004871", **sandbox.control("zalo/events", event_name=name)}
        body = json.dumps(payload).encode()
        (arrival,) = signature.opened(
            body,
            {"X-ZEvent-Signature": "mac=" + signature.mac(body, str(payload["timestamp"]))},
            at=datetime.fromtimestamp(int(payload["timestamp"]) / 1000, UTC),
        )
        assert events.read(arrival.event, arrival.body).kind


# --- what becomes of it ---------------------------------------------------------------------------------------------
@pytest.fixture
def heard():
    heard = []

    def listen(sender, *, incoming, **said):
        heard.append(incoming)

    message_received.connect(listen)
    yield heard
    message_received.disconnect(listen)


def handle_all(at=None):
    for message in InboundMessage.objects.filter(state="stored"):
        message.handle(at=at or now())


@pytest.mark.django_db(transaction=True)
def test_a_message_is_handed_on_once_however_many_workers_were_woken(heard):
    bring(event())
    (message,) = InboundMessage.objects.all()
    again = InboundMessage.objects.get()
    message.handle(at=now())
    again.handle(at=now())
    InboundMessage.objects.get().handle(at=now())
    assert [one.text for one in heard] == ["Tra cứu"]


@pytest.mark.django_db(transaction=True)
def test_what_fails_is_tried_again_and_then_left_to_a_person(monkeypatch):
    def deaf(sender, **said):
        raise RuntimeError("0912345678")

    message_received.connect(deaf)
    try:
        bring(event())
        for _ in range(inbound.MOST_TRIES):
            handle_all()
    finally:
        message_received.disconnect(deaf)
    message = InboundMessage.objects.get()
    assert (message.state, message.words) == ("failed", "RuntimeError")


@pytest.mark.django_db(transaction=True)
def test_a_receipt_moves_a_message_of_ours_forward_and_never_back(sandbox, consented):
    sandbox.act("chi", "follow")
    delivery = deliver(promise(contacts={"zalo": sandbox.uid("chi")}))
    assert delivery.state == State.SENT
    number = {"msg_id": delivery.external_id}
    for name in ("user_seen_message", "user_received_message", "user_received_message"):
        bring(event(name, message=number, at=now() - timedelta(seconds=len(name))))
    handle_all()
    delivery.refresh_from_db()
    assert delivery.state == State.DELIVERED


@pytest.mark.django_db(transaction=True)
def test_a_receipt_by_phone_names_what_we_sent_along(sandbox, consented, settings):
    settings.ZALO_TEMPLATES = {"note": DOSSIER}
    sandbox.fault("drop_after", "zalo.zbs*", times=1)
    delivery = deliver(promise(contacts={"phone": "0900000001"}))
    assert delivery.state == State.UNKNOWN
    bring(event("user_received_message", message={"msg_id": "z9", "tracking_id": delivery.reference.hex}))
    handle_all()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.external_id) == (State.DELIVERED, "z9")


@pytest.mark.django_db
def test_texts_are_sealed_and_blanked_in_time(settings):
    bring(event())
    message = InboundMessage.objects.get()
    InboundMessage.objects.filter(pk=message.pk).update(state="handled")
    assert "Tra cứu" in message.body
    InboundMessage.objects.redact(at=now() + timedelta(days=settings.MESSAGE_RETENTION_DAYS + 1))
    message.refresh_from_db()
    assert message.body == ""


# --- what is set up wrong -------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("gone", ["ZALO_OA_SECRET_KEY", "ZALO_APP_ID"])
def test_without_a_secret_key_nobody_can_sign_and_the_check_says_so(settings, gone):
    setattr(settings, gone, "")
    assert bring(event()).status_code == 403
    assert not InboundMessage.objects.exists()
    told = [error.msg for error in the_channels_are_set_up(None)]
    assert any(gone in words for words in told) == (gone != "ZALO_APP_ID")


@pytest.mark.parametrize("template", [{}, {"id": "1"}, {"id": "1", "data": {"a": "number:x"}}, "100001"])
def test_a_template_that_is_none_is_found_before_anybody_waits(settings, template):
    settings.ZALO_TEMPLATES, settings.ZALO_APP_SECRET = {"dossier_received": template}, "sandbox-app-secret"
    (error,) = the_channels_are_set_up(None)
    assert "ZALO_TEMPLATES['dossier_received'] is no template" in error.msg


def test_what_was_said_to_another_account_of_the_app_is_nobodys_here():
    read = events.read("user_send_text", event(recipient={"id": "999"}).decode())
    assert (read.kind, read.sender) == ("other", "")
