"""What people say where everybody reads it: it waits for a person, and nothing answers by itself."""

import json

import pytest
from django.urls import reverse

from portal.channels import outbox
from portal.channels.base import adapter_for
from portal.channels.events import message_received
from portal.channels.inbound import InboundMessage, InboundState
from portal.channels.models import Delivery
from tests.channels.fakes import NINE

pytestmark = pytest.mark.django_db(transaction=True)
HOLE = {"kind": "text", "public": True, "thread": "c-1", "parent": "p-1", "text": "Ổ gà ở phố Lý Thường Kiệt"}


@pytest.fixture(autouse=True)
def wall(settings):
    settings.CHANNELS = {**settings.CHANNELS, "wall": "tests.channels.fakes.Wall"}


def bring(**said):
    body = json.dumps(said, ensure_ascii=False).encode()
    arrivals = adapter_for("wall").open(body, {}, at=NINE)
    InboundMessage.objects.store("wall", arrivals, at=NINE)
    message = InboundMessage.objects.get(mark=arrivals[0].mark)
    message.handle(at=NINE)
    message.refresh_from_db()
    return message


@pytest.mark.parametrize("sender", ["U1", ""])
@pytest.mark.parametrize("kind", ["text", "photo", "other"])
def test_a_comment_waits_for_a_person_and_nobody_is_answered(chat, sender, kind):
    message = bring(**{**HOLE, "kind": kind, "sender": sender})
    assert (message.state, message.for_people) == (InboundState.HANDLED, True)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("kind", ["edited", "removed", "echo"])
def test_what_was_not_said_to_us_waits_for_nobody(chat, kind):
    message = bring(**{**HOLE, "kind": kind, "sender": "U1"})
    assert (message.state, message.for_people) == (InboundState.HANDLED, False)
    assert not Delivery.objects.exists()


def test_a_warning_of_the_platform_waits_for_a_person(chat):
    assert bring(kind="policy", text="warning").for_people


def test_a_flood_of_comments_waits_for_people_and_is_not_answered_either(chat, settings):
    settings.INBOUND_MESSAGES_A_MINUTE = 1
    told = [bring(**{**HOLE, "thread": f"c-{n}", "sender": "U1"}) for n in range(3)]
    assert [message.for_people for message in told] == [True] * 3
    assert not Delivery.objects.exists()


def test_whoever_listens_hears_of_a_comment_without_a_name_and_of_its_removal(chat):
    heard = []

    def listen(sender, *, incoming, **said):
        heard.append((incoming.kind, incoming.thread))

    message_received.connect(listen)
    try:
        bring(**HOLE)
        bring(kind="removed", public=True, thread="c-1")
    finally:
        message_received.disconnect(listen)
    assert heard == [("text", "c-1"), ("removed", "c-1")]


def test_a_receipt_that_somebody_shows_in_public_is_not_looked_into(chat):
    """An empty list would say that it was: a wall has no pictures to fetch."""
    heard = []

    def listen(sender, *, codes, **said):
        heard.append(codes)

    message_received.connect(listen)
    try:
        bring(**{**HOLE, "kind": "photo", "photos": ["https://pictures.example/receipt.jpg"]})
    finally:
        message_received.disconnect(listen)
    assert heard == [None]


def test_an_officers_answer_goes_where_it_was_said(chat, an, settings):
    settings.CHANNEL_LADDER = ["wall", "chat"]
    message = bring(**HOLE, answer_to={"phone": "thread-of-c-1"})
    delivery = outbox.answer(message, "Đã cho người đi sửa.", by=an, at=NINE)
    assert (delivery.channel, delivery.address) == ("wall", "thread-of-c-1")


def test_what_nobody_says_who_said_has_no_way_back(chat, an):
    message = bring(**HOLE)
    with pytest.raises(outbox.NoWay):
        outbox.answer(message, "Đã cho người đi sửa.", by=an, at=NINE)


def test_an_officer_is_told_that_everybody_will_read_the_answer(chat, client_of, hanh):
    message = bring(**HOLE, sender="U1", name="Lê Văn Tám")
    page = client_of(hanh).get(reverse("admin:post_office_inboundmessage_answer", args=[message.pk]))
    assert "nơi ai cũng đọc được" in page.content.decode()
    assert "Lê Văn Tám" in page.content.decode()
