"""No proof of arrival came in time: a channel that can be asked is asked before Chi hears it a second way."""

import pytest

from portal.channels.base import TryAgain
from portal.channels.clearing import CHECK_LEASE, MOST_ASKS
from portal.channels.models import Delivery
from portal.channels.states import Reason, State
from tests.channels.fakes import after, deliver, queue

pytestmark = pytest.mark.django_db
DUE = after(minutes=16)


@pytest.fixture
def sent(chat, mail):
    chat.confirms_delivery = chat.tells_arrival = True
    return deliver(queue())


def confirm(delivery, at):
    """As the task does it: with an object of its own."""
    Delivery.objects.get(pk=delivery.pk).confirm(at=at)
    delivery.refresh_from_db()
    return delivery


def test_what_arrived_though_nobody_told_us_goes_no_second_way(chat, sent):
    chat.answers = [True]
    assert confirm(sent, DUE).state == State.DELIVERED
    assert Delivery.objects.count() == 1


def test_what_has_not_arrived_goes_the_next_way(chat, sent):
    chat.answers = [False]
    assert confirm(sent, DUE).reason == Reason.NO_RECEIPT
    assert Delivery.objects.get(rung=1).channel == "mail"


def test_nobody_asks_before_it_is_due(chat, sent):
    chat.answers = [False]
    assert confirm(sent, after(minutes=14)).state == State.SENT


def test_two_workers_ask_once(chat, sent):
    chat.answers = [None, False]
    first, second = (Delivery.objects.get(pk=sent.pk) for _ in range(2))
    for worker in (first, second):
        worker.confirm(at=DUE)
    assert chat.answers == [False]


def test_a_channel_that_does_not_answer_is_asked_again_and_then_passed_by(chat, sent):
    chat.answers = [TryAgain("HTTP 503")] * MOST_ASKS
    for n in range(MOST_ASKS):
        assert sent.state == State.SENT
        confirm(sent, DUE + n * CHECK_LEASE)
    assert (sent.state, sent.reason) == (State.FAILED, Reason.NO_RECEIPT)


def test_a_receipt_that_comes_while_we_ask_is_believed(chat, sent):
    def meanwhile(external_id):
        Delivery.objects.take_receipt(channel="chat", external_id=external_id, state=State.DELIVERED, at=DUE)
        return False

    chat.arrived = meanwhile
    try:
        assert confirm(sent, DUE).state == State.DELIVERED
    finally:
        del chat.arrived


def test_the_sweep_leaves_it_to_who_can_ask(monkeypatch, sent):
    woken = []
    monkeypatch.setattr(
        "portal.channels.sweeping.wake", lambda task, *, queue, **ids: woken.append((task, queue, ids)) or True
    )
    Delivery.objects.sweep(at=after(minutes=16))
    sent.refresh_from_db()
    assert sent.state == State.SENT
    assert Delivery.objects.reconcile(at=after(minutes=16)) == 1
    assert woken == [("post_office.confirm", "dossier", {"delivery_id": sent.pk})]
