"""Chi asks the platform that we forget her: it is kept for a person, and she sees what became of it."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from portal.channels.erasing import AlreadySettled, ErasureRequest

pytestmark = pytest.mark.django_db
DOOR = "/webhooks/facebook/data-deletion"
SECRET = "sandbox-app-secret"


@pytest.fixture(autouse=True)
def app(settings):
    settings.FACEBOOK_APP_SECRET = SECRET


def b64(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(secret=SECRET, **said):
    payload = {"algorithm": "HMAC-SHA256", "user_id": "218471", "issued_at": int(now().timestamp()), **said}
    payload = b64(json.dumps(payload).encode())
    return f"{b64(hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest())}.{payload}"


def ask(word=None, door=DOOR):
    return Client().post(door, {"signed_request": signed() if word is None else word})


def test_chi_gets_a_code_and_an_address_where_she_sees_what_became_of_it(hanh):
    answer = ask().json()
    path = urlsplit(answer["url"]).path
    page = Client().get(path).content.decode()
    assert answer["confirmation_code"] in page
    assert "218471" not in page
    ErasureRequest.objects.get().settle("Đã xóa cuộc trò chuyện của người này", by=hanh, at=now())
    page = Client().get(path).content.decode()
    assert "đã được giải quyết" in page
    assert "Đã xóa cuộc trò chuyện" not in page


def test_the_same_person_twice_is_one_request_until_it_is_settled(hanh):
    first, again = ask().json(), ask().json()
    assert first == again
    ErasureRequest.objects.get().settle("Đã xóa", by=hanh, at=now())
    assert ask().json() != first


def test_who_removes_our_app_is_kept_apart():
    assert ask(door="/webhooks/facebook/deauthorize").status_code == 200
    ask()
    assert set(ErasureRequest.objects.values_list("kind", flat=True)) == {"erasure", "farewell"}


FORGED = {
    "nothing": lambda: "", "a dot": lambda: ".", "a word": lambda: "x", "no letters": lambda: "ß.ß",
    "three parts": lambda: "a.b.c", "another's secret": lambda: signed(secret="another"),
    "nobody": lambda: signed(user_id=""), "no moment": lambda: signed(issued_at="x"),
    "long ago": lambda: signed(issued_at=int((now() - timedelta(days=2)).timestamp())),
    "another's words": lambda: f"{signed().partition('.')[0]}.e30",
}  # fmt: skip


@pytest.mark.parametrize("forged", FORGED)
def test_what_the_platform_did_not_sign_just_now_is_refused_and_nothing_is_stored(forged):
    assert ask(FORGED[forged]()).status_code == 403
    assert not ErasureRequest.objects.exists()


def test_without_a_secret_nobody_can_sign(settings):
    settings.FACEBOOK_APP_SECRET = ""
    assert ask(signed(secret="")).status_code == 403


def test_channels_whose_platform_has_no_such_word_have_no_such_door():
    for channel in ("email", "zalo", "pigeon"):
        assert Client().post(f"/webhooks/{channel}/data-deletion", {"signed_request": signed()}).status_code == 404
    assert Client().get(DOOR).status_code == 405
    assert Client().get("/xoa-du-lieu/khong-co/").status_code == 404


def test_hanh_settles_it_once_and_an_sees_nothing_of_it(client_of, hanh, an):
    ask()
    asked = ErasureRequest.objects.get()
    page = reverse("admin:post_office_erasurerequest_settle", args=[asked.pk])
    assert "không tìm được" in client_of(hanh).get(page).content.decode()
    client_of(hanh).post(page, {"reason": "Đã xóa tin nhắn theo tên người này"})
    asked.refresh_from_db()
    assert (asked.settled_by, asked.subject) == (hanh, "")
    with pytest.raises(AlreadySettled):
        asked.settle("Lần nữa", by=hanh, at=now())
    listed = reverse("admin:post_office_erasurerequest_changelist")
    assert client_of(an).get(listed).status_code in (302, 403)
    assert asked.code in client_of(hanh).get(listed).content.decode()
