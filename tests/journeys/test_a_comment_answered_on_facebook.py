"""Chi comments on a hole in the road; it waits for a person; Hạnh's answer stands under the comment once.

In private the chat answers her by itself. Over real HTTP against the sandbox, which signs what it brings.
"""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from portal.channels.facebook import trying
from portal.channels.inbound import InboundMessage
from portal.channels.models import Delivery
from portal.channels.states import State
from tests.channels.facebook.conftest import SETTINGS, WAYS
from tests.sandbox.driving import Driver, Program

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def program():
    program = Program()
    yield program
    program.stop()


@pytest.fixture
def sandbox(program, settings, live_server):
    """The sandbox plays Facebook, and knocks at our real door."""
    driver = Driver(program.url)
    driver.control("reset")
    settings.SANDBOX_URL, settings.BASE_URL, settings.QUIET_HOURS = program.url, live_server.url, ""
    settings.FACEBOOK_GRAPH_URL, settings.CHANNEL_LADDER = f"{program.url}/facebook/graph", WAYS
    for name, value in SETTINGS.items():
        setattr(settings, f"FACEBOOK_{name}", value)
    trying.join(people=[])
    yield driver
    driver.http.close()


def work(sandbox):
    """As workers would, until nothing is left to do."""
    sandbox.settle()
    for message in InboundMessage.objects.filter(state="stored"):
        message.handle(at=now())
    for delivery in Delivery.objects.filter(state=State.QUEUED):
        delivery.deliver(at=now())


def test_a_comment_is_answered_where_it_was_written(sandbox, client_of, hanh):
    hole = sandbox.on_facebook("chi", "comment", text="Ổ gà trước số 12 Lý Thường Kiệt")["id"]
    work(sandbox)
    (message,) = InboundMessage.objects.filter(for_people=True)
    assert message.incoming.text == "Ổ gà trước số 12 Lý Thường Kiệt"
    assert sandbox.ledger(platform="facebook", kind="comment") == []
    answering = reverse("admin:post_office_inboundmessage_answer", args=[message.pk])
    assert "nơi ai cũng đọc được" in client_of(hanh).get(answering).content.decode()
    client_of(hanh).post(answering, {"reason": "Tổ giao thông vá trong hôm nay."})
    work(sandbox)
    (effect,) = sandbox.ledger(platform="facebook", kind="comment")
    assert effect["data"]["parent"] == hole
    work(sandbox)  # our own words come back
    assert not InboundMessage.objects.filter(for_people=True).exists()


def test_in_private_the_chat_answers_by_itself(sandbox):
    sandbox.on_facebook("chi", "start", ref="hs-AbC_1=")
    sandbox.on_facebook("chi", "text", text="Xin chào")
    work(sandbox)
    told = sandbox.ledger(platform="facebook", to="chi")
    assert [effect["kind"] for effect in told] == ["message", "message"]
    opened = InboundMessage.objects.get(event="postback").incoming
    assert (opened.kind, opened.ref) == ("follow", "hs-AbC_1=")


def test_however_it_comes_each_thing_is_heard_once(sandbox):
    """Twice, late, in any order, many together, with another Page's among them, at first unsigned."""
    sandbox.page_settings(batch=7, shuffled=True, strangers=True, slashes=True)
    sandbox.fault("duplicate", "webhook.*", share=0.5)
    sandbox.fault("bad_signature", "webhook.*", times=3)
    numbers = [sandbox.on_facebook("chi", "comment", text=f"Ổ gà {n}")["id"] for n in range(20)]
    for number in numbers[:5]:
        sandbox.on_facebook("chi", "edit", id=number, text="Đã vá một nửa")
    for number in numbers[5:10]:
        sandbox.on_facebook("chi", "remove", id=number)
    for n in range(10):
        sandbox.on_facebook("phuc", "text", text=f"Xin hỏi {n}")
    sandbox.control("facebook/flush")
    sandbox.settle()
    sandbox.advance(minutes=10)
    sandbox.settle()
    events = list(InboundMessage.objects.values_list("event", flat=True))
    assert {name: events.count(name) for name in set(events)} == {
        "feed.comment.add": 20, "feed.comment.edited": 5, "feed.comment.remove": 5, "message": 10,
    }  # fmt: skip
