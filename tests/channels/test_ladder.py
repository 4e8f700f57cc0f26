"""One person, one message: the next channel only when the one before did not reach them."""

from datetime import timedelta

import pytest

from portal.channels.base import Receipt, RecipientUnreachable
from portal.channels.models import Contact, Delivery
from portal.channels.states import Reason, State
from tests.channels.fakes import CHI, NINE, after, deliver, queue

pytestmark = pytest.mark.django_db


def rungs():
    return list(Delivery.objects.order_by("rung").values_list("channel", "state"))


def test_who_cannot_be_reached_by_chat_gets_the_same_message_by_mail(chat, mail):
    chat.script = [RecipientUnreachable("blocked us")]
    first = deliver(queue())
    second = deliver(Delivery.objects.get(rung=1), at=after(seconds=1))
    assert second.key == "dossier:17:log:1:1"
    assert (second.text, second.about, second.created_at) == (first.text, first.about, first.created_at)
    assert second.address == CHI["email"]
    assert rungs() == [("chat", State.FAILED), ("mail", State.SENT)]


def test_the_last_channel_failing_makes_no_further_row(chat, mail):
    chat.script, mail.script = [RecipientUnreachable()], [RecipientUnreachable()]
    deliver(queue())
    deliver(Delivery.objects.get(rung=1), at=after(seconds=1))
    assert rungs() == [("chat", State.FAILED), ("mail", State.FAILED)]


def test_where_arrival_is_never_confirmed_sent_is_the_end(chat, mail):
    delivery = deliver(queue())
    Delivery.objects.sweep(at=after(days=1))
    assert rungs() == [("chat", State.SENT)]
    assert delivery.finished_at


def test_without_a_proof_of_arrival_in_time_the_next_channel_is_tried(chat, mail):
    chat.confirms_delivery, chat.receipt_timeout = True, timedelta(minutes=15)
    delivery = deliver(queue())
    assert delivery.finished_at is None
    Delivery.objects.sweep(at=after(minutes=14))
    assert rungs() == [("chat", State.SENT)]
    Delivery.objects.sweep(at=after(minutes=16))
    assert rungs() == [("chat", State.FAILED), ("mail", State.QUEUED)]


def test_a_proof_of_arrival_in_time_stops_the_ladder(chat, mail):
    chat.confirms_delivery = True
    deliver(queue())
    Delivery.objects.take_receipt(channel="chat", external_id="m-1", state=State.DELIVERED, at=after(minutes=1))
    Delivery.objects.sweep(at=after(hours=1))
    assert rungs() == [("chat", State.DELIVERED)]


def test_a_late_proof_calls_off_what_waits_on_the_next_rung(chat, mail):
    chat.confirms_delivery = True
    deliver(queue())
    Delivery.objects.sweep(at=after(minutes=16))
    Delivery.objects.take_receipt(channel="chat", external_id="m-1", state=State.DELIVERED, at=after(minutes=17))
    assert rungs() == [("chat", State.DELIVERED), ("mail", State.SUPPRESSED)]
    assert Delivery.objects.get(rung=1).reason == Reason.ARRIVED


def test_who_said_stop_meanwhile_is_left_alone_on_that_rung(chat, mail):
    chat.script = [RecipientUnreachable()]
    delivery = queue()
    Contact.objects.at(channel="mail", address=CHI["email"]).opt_out(at=NINE, through="mail")
    deliver(delivery)
    assert rungs() == [("chat", State.FAILED)]


def test_what_is_worthless_by_now_does_not_climb(chat, mail):
    chat.script = [RecipientUnreachable()]
    delivery = queue(expires_at=after(seconds=5))
    claimed = Delivery.objects.get(pk=delivery.pk)
    claimed.claim(at=NINE)
    claimed._record(RecipientUnreachable(), at=after(seconds=6), took=timedelta(seconds=6))
    assert rungs() == [("chat", State.FAILED)]


def test_an_expired_message_says_so_and_nobody_gets_it_late(chat, mail):
    delivery = queue(expires_at=after(minutes=5))
    Delivery.objects.sweep(at=after(minutes=5))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.EXPIRED, Reason.LATE)
    assert rungs() == [("chat", State.EXPIRED)]


def test_an_older_message_does_not_climb_past_a_newer_one(chat, mail):
    chat.script = [RecipientUnreachable()]
    older = queue("a", collapse_key="dossier:17")
    claimed = Delivery.objects.get(pk=older.pk)
    claimed.claim(at=NINE)
    queue("b", at=after(minutes=1), collapse_key="dossier:17")
    claimed._record(RecipientUnreachable(), at=after(minutes=2), took=timedelta(minutes=2))
    deliver(Delivery.objects.get(key="a:1"), at=after(minutes=2))
    assert mail.letters == []
    assert Delivery.objects.get(key="a:1").reason == Reason.SUPERSEDED


def test_two_changes_committed_side_by_side_send_the_newer_one_only(chat):
    """Neither transaction could see the other's message, so both stand in the queue."""
    older, newer = queue("a"), queue("b", at=after(seconds=1))
    Delivery.objects.update(collapse_key="dossier:17")
    deliver(newer, at=after(seconds=2))
    deliver(older, at=after(seconds=2))
    assert [letter.key for letter in chat.letters] == ["b:0"]
    assert older.reason == Reason.SUPERSEDED


def test_one_who_opted_out_and_one_who_is_unknown_do_not_hold_up_three_others(chat):
    phones = [f"09000000{n:02}" for n in range(5)]
    Contact.objects.at(channel="chat", address=phones[0]).opt_out(at=NINE, through="chat")
    chat.script = [RecipientUnreachable()]
    for n, phone in enumerate(phones):
        delivery = queue(f"m:{n}", contacts={"phone": phone})
        if delivery.state == State.QUEUED:
            deliver(delivery)
    states = list(Delivery.objects.order_by("pk").values_list("state", flat=True))
    assert states == [State.SUPPRESSED, State.FAILED, State.SENT, State.SENT, State.SENT]


def test_a_receipt_of_a_failure_after_sent_tries_the_next_channel(chat, mail):
    delivery = deliver(queue())
    Delivery.objects.take_receipt(channel="chat", external_id="m-1", state=State.FAILED, at=after(minutes=1))
    delivery.refresh_from_db()
    assert rungs() == [("chat", State.FAILED), ("mail", State.QUEUED)]


def test_an_answer_of_delivered_needs_no_receipt(chat, mail):
    chat.confirms_delivery = True
    chat.script = [Receipt(state=State.DELIVERED)]
    assert deliver(queue()).finished_at
