"""What may have been sent is read back from its channel, and only then repeated or left to a person."""

from datetime import timedelta

import pytest

from portal.channels.base import NotSent, Receipt, RecipientUnreachable, Unknown
from portal.channels.clearing import CannotSendAgain
from portal.channels.models import Delivery
from portal.channels.states import LEASE, Reason, State
from tests.channels.fakes import NINE, after, deliver, queue

pytestmark = pytest.mark.django_db
CHECKED_AT = [after(seconds=30), after(minutes=2), after(minutes=10)]


@pytest.fixture
def doubtful(chat):
    chat.script = [Unknown("timeout")]
    delivery = deliver(queue(contacts={"phone": "0912345678"}))
    assert delivery.state == State.UNKNOWN
    return delivery


def clear(delivery, at):
    """A moment later, so that the time the send took is over."""
    Delivery.objects.get(pk=delivery.pk).clear(at=at + timedelta(seconds=1))
    delivery.refresh_from_db()
    return delivery


def test_a_channel_that_has_the_message_ends_the_doubt(chat, doubtful):
    chat.answers = [Receipt(external_id="m-77")]
    clear(doubtful, CHECKED_AT[0])
    assert (doubtful.state, doubtful.external_id, len(chat.letters)) == (State.SENT, "m-77", 1)


def test_a_channel_that_surely_does_not_have_it_gets_it_again(chat, doubtful):
    chat.answers = [NotSent()]
    clear(doubtful, CHECKED_AT[0])
    deliver(doubtful, at=after(minutes=1))
    assert (doubtful.state, len(chat.letters)) == (State.SENT, 2)


def test_it_is_looked_for_after_half_a_minute_two_minutes_and_ten(chat, doubtful):
    clear(doubtful, after(seconds=20))
    assert doubtful.checks_made == 0
    for n, moment in enumerate(CHECKED_AT, start=1):
        clear(doubtful, moment)
        assert doubtful.checks_made == n


def test_when_nobody_can_tell_it_is_left_to_a_person_and_never_sent_twice(chat, doubtful):
    for moment in CHECKED_AT:
        clear(doubtful, moment)
    Delivery.objects.sweep(at=after(days=1))
    assert (doubtful.state, doubtful.reason, doubtful.needs_person) == (State.UNKNOWN, Reason.DOUBT, True)
    assert len(chat.letters) == 1
    assert list(doubtful.attempts.values_list("outcome", flat=True)) == ["unknown", "handed_over"]


def test_a_channel_where_a_repeat_does_no_harm_repeats_once(chat, doubtful):
    chat.resend_is_safe = True
    clear(doubtful, CHECKED_AT[0])
    assert doubtful.state == State.QUEUED
    chat.script = [Unknown("timeout again")]
    deliver(doubtful, at=after(minutes=1))
    for moment in CHECKED_AT:
        clear(doubtful, moment + timedelta(minutes=1))
    assert (doubtful.state, doubtful.needs_person, len(chat.letters)) == (State.UNKNOWN, True, 2)


def test_a_channel_that_keeps_saying_not_sent_is_not_believed_for_ever(chat, doubtful):
    at = NINE
    for _ in range(5):
        at += timedelta(minutes=20)
        chat.answers, chat.script = [NotSent()], [Unknown()]
        clear(doubtful, at)
        deliver(doubtful, at=at + timedelta(minutes=1))
    assert (doubtful.needs_person, len(chat.letters)) == (True, 3)


def test_not_being_able_to_ask_is_no_answer(chat, doubtful):
    chat.answers = [ConnectionError("down"), Receipt(external_id="m-5")]
    clear(doubtful, CHECKED_AT[0])
    assert doubtful.state == State.UNKNOWN
    assert clear(doubtful, CHECKED_AT[1]).state == State.SENT


def test_two_workers_ask_once(chat, doubtful):
    first, second = (Delivery.objects.get(pk=doubtful.pk) for _ in range(2))
    chat.answers = [Receipt(external_id="m-1"), Receipt(external_id="m-2")]
    first.clear(at=after(minutes=1))
    second.clear(at=after(minutes=1))
    doubtful.refresh_from_db()
    assert doubtful.external_id == "m-1"


def test_a_check_whose_worker_died_is_done_again(chat, doubtful):
    for moment in CHECKED_AT[:2]:
        clear(doubtful, moment)
    assert Delivery.objects.get(pk=doubtful.pk)._take_check(CHECKED_AT[2] + timedelta(seconds=1))
    clear(doubtful, after(minutes=15))
    assert doubtful.needs_person


def test_where_arrival_is_confirmed_silence_until_the_deadline_tries_the_next_channel(chat, mail):
    chat.confirms_delivery, chat.receipt_timeout = True, timedelta(minutes=15)
    chat.script = [Unknown("timeout")]
    delivery = deliver(queue())
    for moment in [*CHECKED_AT, after(minutes=15)]:
        assert delivery.state == State.UNKNOWN
        clear(delivery, moment)
    assert (delivery.state, delivery.reason) == (State.FAILED, Reason.NO_RECEIPT)
    assert Delivery.objects.get(rung=1).channel == "mail"


def test_a_channel_whose_proof_is_due_early_is_not_waited_for_longer(chat, mail):
    chat.confirms_delivery, chat.receipt_timeout = True, timedelta(minutes=2)
    chat.script = [Unknown("timeout")]
    delivery = deliver(queue())
    for moment in CHECKED_AT[:2]:
        clear(delivery, moment)
    assert (delivery.state, delivery.reason) == (State.FAILED, Reason.NO_RECEIPT)


def test_a_receipt_ends_the_doubt_before_anybody_asks(chat, doubtful):
    Delivery.objects.take_receipt(
        channel="chat", reference=doubtful.reference.hex, external_id="m-3", state=State.DELIVERED, at=after(seconds=9)
    )
    clear(doubtful, CHECKED_AT[0])
    assert (doubtful.state, doubtful.external_id) == (State.DELIVERED, "m-3")


def test_a_worker_that_was_never_heard_of_again_leaves_doubt_not_a_second_message(chat):
    delivery = queue()
    Delivery.objects.get(pk=delivery.pk).claim(at=NINE)
    Delivery.objects.sweep(at=NINE + LEASE - timedelta(seconds=1))
    assert deliver(delivery, at=NINE + LEASE).state == State.CLAIMED
    Delivery.objects.sweep(at=NINE + LEASE)
    assert deliver(delivery, at=after(minutes=3)).state == State.UNKNOWN
    assert chat.letters == []


def test_hanh_sends_a_doubtful_message_again_and_her_reason_is_kept(chat, doubtful, hanh):
    doubtful.send_again(by=hanh, reason="Chi says she got nothing", at=after(hours=1))
    deliver(doubtful, at=after(hours=1))
    assert (doubtful.state, len(chat.letters)) == (State.SENT, 2)
    line = doubtful.attempts.get(outcome="resent")
    assert (line.by, line.detail) == (hanh, "Chi says she got nothing")


def test_what_was_sent_or_blanked_cannot_be_sent_again(chat, hanh):
    sent = deliver(queue("a"))
    with pytest.raises(CannotSendAgain):
        sent.send_again(by=hanh, reason="once more", at=after(hours=1))
    chat.script = [RecipientUnreachable()]
    failed = deliver(queue("b", contacts={"phone": "0912345678"}))
    Delivery.objects.redact(at=after(days=40))
    with pytest.raises(CannotSendAgain):
        failed.send_again(by=hanh, reason="once more", at=after(days=40))


@pytest.mark.parametrize(("arrived", "state"), [(True, State.DELIVERED), (False, State.FAILED)])
def test_hanh_settles_a_doubt_without_sending_anything(chat, doubtful, hanh, arrived, state):
    doubtful.settle(arrived=arrived, by=hanh, reason="asked Chi", at=after(hours=1))
    assert (doubtful.state, doubtful.needs_person, len(chat.letters)) == (state, False, 1)
