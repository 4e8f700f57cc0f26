"""Receipts come late, twice, in any order, and before our own answer is written: one end state, one line each."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from portal.channels.base import AccountConfig, Receipt, RecipientUnreachable, Throttled, TryAgain, Unknown
from portal.channels.models import Delivery
from portal.channels.states import State
from tests.channels.fakes import CHI, NINE, after, deliver, queue

pytestmark = pytest.mark.django_db
EVENTS = ["answer", State.SENT, State.DELIVERED, State.FAILED]


def receipt(delivery, state, at=NINE):
    named = {"external_id": "m-1", "reference": delivery.reference.hex}
    return Delivery.objects.take_receipt(channel="chat", **named, state=state, at=at)


def test_delivered_twice_is_one_line(chat):
    delivery = deliver(queue())
    for _ in range(2):
        receipt(delivery, State.DELIVERED)
    assert list(delivery.attempts.values_list("outcome", flat=True)) == ["sent", "delivered"]


def test_failed_after_delivered_changes_nothing(chat, mail):
    delivery = deliver(queue())
    receipt(delivery, State.DELIVERED)
    receipt(delivery, State.FAILED)
    delivery.refresh_from_db()
    assert (delivery.state, Delivery.objects.count()) == (State.DELIVERED, 1)


def test_a_receipt_before_our_own_answer_is_written_is_kept(chat):
    delivery = queue()
    claimed = Delivery.objects.get(pk=delivery.pk)
    claimed.claim(at=NINE)
    assert receipt(delivery, State.DELIVERED)
    claimed._record(Receipt(external_id="m-1"), at=NINE, took=timedelta(0))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.external_id) == (State.DELIVERED, "m-1")


@pytest.mark.parametrize("told", [State.SENT, State.DELIVERED, State.FAILED])
@pytest.mark.parametrize(
    "answer",
    [
        Receipt(external_id="z-9"),
        TryAgain(),
        Throttled(until=after(minutes=1)),
        RecipientUnreachable(),
        AccountConfig(),
        Unknown(),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_what_a_receipt_has_told_no_late_answer_takes_back(chat, told, answer):
    delivery = queue(contacts={"phone": CHI["phone"]})
    claimed = Delivery.objects.get(pk=delivery.pk)
    claimed.claim(at=NINE)
    Delivery.objects.take_receipt(channel="chat", reference=delivery.reference.hex, state=told, at=NINE)
    claimed._record(answer, at=NINE, took=timedelta(0))
    delivery.refresh_from_db()
    assert delivery.state == told
    assert delivery.external_id == ("z-9" if isinstance(answer, Receipt) else "")
    assert delivery.attempts.count() == 2


def test_a_receipt_that_names_an_unknown_number_may_be_asked_again_later(chat):
    delivery = queue()
    asked = {"channel": "chat", "external_id": "m-1", "state": State.DELIVERED, "at": NINE}
    assert not Delivery.objects.take_receipt(**asked)
    deliver(delivery)
    assert Delivery.objects.take_receipt(**asked)


def test_a_number_of_another_channel_is_not_ours(chat, mail):
    deliver(queue())
    assert not Delivery.objects.take_receipt(channel="mail", external_id="m-1", state=State.DELIVERED, at=NINE)


@property_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(EVENTS), max_size=6), st.booleans())
def test_any_interleaving_ends_in_one_state(chat, mail, others, doubtful):
    chat.forget()
    events = ["answer", *others] if others.count("answer") == 0 else others
    delivery = queue(uuid4().hex, contacts={"phone": CHI["phone"]})
    claimed = Delivery.objects.get(pk=delivery.pk)
    claimed.claim(at=NINE)
    for event in events:
        if event == "answer":
            claimed._record(Unknown() if doubtful else Receipt(external_id="m-1"), at=NINE, took=timedelta(0))
        else:
            receipt(delivery, event)
    delivery.refresh_from_db()
    told = [event for event in events if event != "answer"] + ([] if doubtful else [State.SENT])
    expected = max(told, key=[State.SENT, State.FAILED, State.DELIVERED].index) if told else State.UNKNOWN
    assert delivery.state == expected
    assert delivery.attempts.filter(outcome=State.DELIVERED).count() <= 1


def test_a_receipt_for_what_a_person_put_back_calls_it_off(chat, hanh):
    chat.script = [Unknown()]
    delivery = deliver(queue())
    delivery.send_again(by=hanh, reason="to be sure", at=after(minutes=1))
    receipt(delivery, State.DELIVERED, at=after(minutes=2))
    deliver(delivery, at=after(minutes=3))
    assert (delivery.state, len(chat.letters)) == (State.DELIVERED, 1)
