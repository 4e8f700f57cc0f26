"""The door: what the platform brings is believed only with its signature, over the bytes as they came."""

import json

import pytest
from django.test import Client
from django.utils.timezone import now

from portal.channels.checks import the_channels_are_set_up
from portal.channels.facebook import signature
from portal.channels.inbound import InboundMessage
from portal.channels.models import Delivery
from tests.channels.facebook.test_events import PAGE, PAYLOADS

DOOR = "/webhooks/facebook/"
VECTOR = (
    rb'{"object":"page","entry":[{"id":"102938475610293","time":1785312004,"changes":[{"field":"feed","value":'
    rb'{"item":"comment","verb":"add","comment_id":"102938475610293_1","message":"Ch\u00e0o"}}]}]}'
)
SIGNED = "sha256=f6309a665441d0cc49f1272bea009581777699c4a9a943332a0fa8685cf129a0"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def app(settings):
    settings.FACEBOOK_PAGE_ID, settings.FACEBOOK_APP_SECRET = PAGE, "sandbox-app-secret"
    settings.FACEBOOK_VERIFY_TOKEN = "mot-tu-dai"


def bring(raw, signed=None):
    headers = {"X-Hub-Signature-256": signature.signed(raw) if signed is None else signed}
    return Client().post(DOOR, raw, content_type="application/json", headers=headers)


def recorded(name):
    (path,) = [path for path in PAYLOADS if path.stem == name]
    return json.loads(path.read_text(encoding="utf-8"))["body"]


def test_the_signature_is_the_one_of_the_documentation():
    assert len(VECTOR) == 194
    assert signature.signed(VECTOR) == SIGNED
    assert bring(VECTOR, SIGNED).status_code == 200
    assert InboundMessage.objects.get().incoming.text == "Chào"


def test_the_same_words_written_with_the_letter_itself_are_other_bytes_and_refused():
    unescaped = VECTOR.replace(rb"\u00e0", "à".encode())
    assert bring(unescaped, SIGNED).status_code == 403
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize(
    "forged", ["", "sha256=", "sha256=" + "0" * 64, SIGNED[7:], "sha256=ß".encode().decode("latin-1")]
)
def test_a_wrong_signature_is_refused_and_nothing_is_stored(forged):
    assert bring(VECTOR, forged).status_code == 403
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'{"object":"page"}', b"\xff", b"[" * 9999])
def test_rubbish_is_refused_without_an_error_even_when_it_is_signed(raw):
    assert bring(raw).status_code == 403


def test_without_a_secret_nobody_can_sign_and_the_check_says_so(settings):
    settings.FACEBOOK_APP_SECRET = ""
    assert bring(VECTOR).status_code == 403
    told = [error.msg for error in the_channels_are_set_up(None)]
    assert any("FACEBOOK_APP_SECRET" in words for words in told)


@pytest.mark.parametrize("page", ["motcua.dongthap", "12 3"])
def test_a_name_in_place_of_the_number_is_found_before_anybody_waits(settings, page):
    settings.FACEBOOK_PAGE_ID, settings.FACEBOOK_VERSION = page, "26"
    told = " ".join(error.msg for error in the_channels_are_set_up(None))
    assert "FACEBOOK_PAGE_ID is no number" in told
    assert "FACEBOOK_VERSION is '26'" in told


# --- the handshake --------------------------------------------------------------------------------------------------
def shake(**query):
    asked = {"mode": "subscribe", "challenge": "1158201444", "verify_token": "mot-tu-dai", **query}
    return Client().get(DOOR, {f"hub.{name}": value for name, value in asked.items()})


def test_the_platform_hears_its_own_number_from_our_door():
    answer = shake()
    assert (answer.status_code, answer.content) == (200, b"1158201444")
    assert answer["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("wrong", [{"verify_token": "x"}, {"verify_token": ""}, {"verify_token": "ß"}, {"mode": "x"}])
def test_whoever_knows_not_the_word_hears_nothing(wrong):
    answer = shake(**wrong)
    assert (answer.status_code, answer.content) == (403, b"")


def test_with_no_word_of_ours_nobody_knows_it(settings):
    settings.FACEBOOK_VERIFY_TOKEN = ""
    assert shake(verify_token="").status_code == 403


def test_the_other_ways_of_the_platform_have_no_door():
    for way in ("facebook-thread", "facebook-private"):
        assert Client().post(f"/webhooks/{way}/", VECTOR, content_type="application/json").status_code == 404
        assert Client().get(f"/webhooks/{way}/").status_code == 405


# --- what becomes of it ---------------------------------------------------------------------------------------------
def test_a_batch_is_stored_whole_each_once_and_other_pages_are_nobodys():
    names = ["comment_add", "comment_edited", "message_text", "standby_message", "comment_add"]
    entries = [entry for name in names for entry in recorded(name)["entry"]]
    stranger = {**entries[0], "id": "999"}
    raw = json.dumps({"object": "page", "entry": [*entries, stranger]}).encode()
    assert [bring(raw).status_code for _ in range(2)] == [200, 200]
    assert sorted(InboundMessage.objects.values_list("event", flat=True)) == [
        "feed.comment.add", "feed.comment.edited", "message", "standby",
    ]  # fmt: skip


def test_a_thousand_updates_fit_through_the_door():
    value = {"item": "comment", "verb": "add", "message": "Ngập! " * 40}
    changes = [{"field": "feed", "value": {**value, "comment_id": f"551_{n}"}} for n in range(1000)]
    raw = json.dumps({"object": "page", "entry": [{"id": PAGE, "time": 1785312004, "changes": changes}]}).encode()
    assert bring(raw).status_code == 200
    assert InboundMessage.objects.count() == 1000


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_nothing_that_is_public_or_overheard_is_answered_by_itself(path, monkeypatch):
    """A message in private is, as on any channel."""
    monkeypatch.setattr("portal.channels.facebook.adapter.pictures.fetch", lambda address, **where: b"")
    bring(json.dumps(json.loads(path.read_text(encoding="utf-8"))["body"]).encode())
    message = InboundMessage.objects.get()
    incoming = message.incoming
    message.handle(at=now())
    private = (
        incoming.sender and not incoming.public and incoming.kind in ("text", "photo", "location", "follow", "other")
    )
    assert Delivery.objects.exists() == bool(private)
    message.refresh_from_db()
    waits = incoming.kind == "policy" or (incoming.public and incoming.kind in ("text", "photo"))
    if not private:
        assert message.for_people == waits
