"""Our side of Facebook, against the sandbox over HTTP: no network outside this machine."""

import pytest
from django.test import Client
from django.utils.timezone import now

from portal.channels import outbox
from portal.channels.facebook import client, rest, signature, tokens
from portal.channels.inbound import InboundMessage
from portal.channels.models import Delivery
from tests.sandbox.driving import Driver, Program

WAYS = ["facebook", "facebook-thread", "facebook-private"]
SETTINGS = {
    "PAGE_ID": "102938475610293", "PAGE_TOKEN": "sandbox-page-token", "APP_ID": "5610293847561029",
    "APP_SECRET": "sandbox-app-secret", "VERIFY_TOKEN": "sandbox-verify-token",
}  # fmt: skip


@pytest.fixture(scope="session")
def program():
    program = Program()
    yield program
    program.stop()


@pytest.fixture
def sandbox(program, settings, transactional_db):
    """A Driver; the portal's Facebook is the sandbox, and its token was looked at."""
    driver = Driver(program.url)
    driver.control("reset")
    for name, value in SETTINGS.items():
        setattr(settings, f"FACEBOOK_{name}", value)
    settings.FACEBOOK_GRAPH_URL = f"{program.url}/facebook/graph"
    settings.CHANNEL_LADDER, settings.QUIET_HOURS = [*WAYS, "mail"], ""
    rest._last_seen.clear()
    tokens.look_after(client.about_token, at=now())
    yield driver
    driver.http.close()


def take_in(sandbox):
    """What the sandbox has to tell comes in by our door, as its postman would bring it, and is read."""
    for post in sandbox.look("webhooks")["posts"]:
        answer = Client().post(
            "/webhooks/facebook/", post["body"].encode(), content_type="application/json",
            headers={"X-Hub-Signature-256": signature.signed(post["body"].encode())},
        )  # fmt: skip
        assert answer.status_code == 200
    for message in InboundMessage.objects.filter(state="stored").order_by("pk"):
        message.handle(at=now())


def hears(sandbox, **said):
    """The stored message of the newest arrival of this kind."""
    take_in(sandbox)
    return InboundMessage.objects.filter(**said).latest("pk")


def promise(**changes):
    order = {
        "key": "report:17:answer:1", "kind": "chat_from_officer", "contacts": {}, "lane": "reply",
        "params": {"text": "Phường đã cho người đi sửa."}, "about": "report:17", "at": now(),
    }  # fmt: skip
    return outbox.queue(**{**order, **changes})


def deliver(delivery, at=None):
    Delivery.objects.select_related("account").get(pk=delivery.pk).deliver(at=at or now())
    delivery.refresh_from_db()
    return delivery


def said_by_us(sandbox, **wanted):
    return sandbox.ledger(platform="facebook", **wanted)
