"""What nobody was woken for, outages of every length, and forgetting."""

from datetime import timedelta

import pytest

from portal.channels import sweeping
from portal.channels.base import TryAgain
from portal.channels.models import Account, Attempt, Delivery
from portal.channels.states import State
from tests.channels.fakes import CHI, NINE, after, deliver, queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker(monkeypatch):
    class Broker:
        def __init__(self):
            self.away, self.woken = False, []

        def wake(self, task, *, queue, delay=0, **ids):
            if not self.away:
                self.woken.append((task, str(queue), *ids.values()))
            return not self.away

    broker = Broker()
    monkeypatch.setattr(sweeping, "wake", broker.wake)
    monkeypatch.setattr("portal.channels.sending.wake", broker.wake)
    return broker


def sweep(at):
    return Delivery.objects.sweep(at=at)


def test_a_worker_of_the_lane_is_woken_once_the_change_is_committed(chat, broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        delivery = queue()
        assert broker.woken == []
    assert broker.woken == [("post_office.deliver", "dossier", delivery.pk)]


def test_what_nobody_was_woken_for_is_found_by_the_next_sweep(chat, broker, django_capture_on_commit_callbacks):
    broker.away = True
    with django_capture_on_commit_callbacks(execute=True):
        delivery = queue()
    broker.away = False
    assert sweep(after(seconds=10))["woken"] == 1
    assert broker.woken == [("post_office.deliver", "dossier", delivery.pk)]


def test_a_sweep_does_not_knock_twice_for_the_same_row_until_the_first_knock_must_have_got_lost(chat, broker):
    queue(at=after(hours=-1), urgent=True)
    Delivery.objects.update(woken_at=None)
    assert [sweep(after(seconds=s))["woken"] for s in (0, 10, 20, 119, 121)] == [1, 0, 0, 0, 1]


def test_a_sweep_without_a_broker_leaves_everything_for_the_next(chat, broker):
    for n in range(3):
        queue(f"m:{n}")
    Delivery.objects.update(woken_at=None)
    broker.away = True
    assert sweep(NINE)["woken"] == 0
    broker.away = False
    assert sweep(after(seconds=10))["woken"] == 3


def test_bulk_does_not_crowd_out_a_code(chat, broker, monkeypatch):
    monkeypatch.setattr(sweeping, "WAKES_A_LANE", 2)
    for n in range(5):
        queue(f"m:{n}", lane="social")
    queue("otp", lane="otp", kind="code", at=after(seconds=1))
    Delivery.objects.update(woken_at=None)
    sweep(after(seconds=5))
    assert [lane for _, lane, _ in broker.woken] == ["otp", "social", "social"]


def test_what_waits_for_a_stopped_account_wakes_nobody(chat, broker):
    queue()
    Delivery.objects.update(woken_at=None)
    Account.objects.get().pause(reason="test", at=NINE)
    assert sweep(after(seconds=10))["woken"] == 0


def test_a_retry_is_woken_when_its_time_has_come(chat, broker):
    chat.script = [TryAgain(wait=timedelta(seconds=25))]
    deliver(queue())
    assert [sweep(after(seconds=s))["woken"] for s in (10, 20, 30)] == [0, 0, 1]


def test_doubts_are_looked_into_when_their_time_has_come(chat, broker):
    queue()
    Delivery.objects.get().claim(at=NINE)
    sweep(after(minutes=2))
    assert Delivery.objects.reconcile(at=after(minutes=2, seconds=29)) == 0
    assert Delivery.objects.reconcile(at=after(minutes=2, seconds=30)) == 1
    assert broker.woken[-1] == ("post_office.clear", "dossier", Delivery.objects.get().pk)


@pytest.mark.parametrize(
    "outage", [timedelta(seconds=60), timedelta(minutes=5), timedelta(hours=1), timedelta(hours=12)]
)
def test_an_outage_of_the_provider_loses_nothing(chat, broker, settings, outage):
    settings.QUIET_HOURS = ""
    rows = [queue(f"m:{n}", contacts={"phone": CHI["phone"]}) for n in range(3)]
    at, over = NINE, NINE + outage
    while Delivery.objects.filter(state=State.QUEUED).exists():
        chat.script = [TryAgain("connection refused")] * len(rows) if at < over else []
        for row in Delivery.objects.filter(state=State.QUEUED):
            deliver(row, at=at)
        at = min(Delivery.objects.filter(state=State.QUEUED).values_list("not_before", flat=True), default=at)
    assert {row.state for row in Delivery.objects.all()} == {State.SENT}
    assert Attempt.objects.filter(outcome="sent").count() == len(rows)


def test_two_sweeps_at_once_are_one(chat, broker):
    queue()
    Delivery.objects.get().claim(at=NINE)
    sweep(after(minutes=2))
    sweep(after(minutes=2))
    assert Attempt.objects.filter(outcome="unknown").count() == 1


# --- forgetting ---


def test_after_its_time_nothing_says_who_got_what_but_the_figures_stay(chat, settings):
    settings.MESSAGE_RETENTION_DAYS = 30
    delivery = deliver(queue())
    assert Delivery.objects.redact(at=after(days=29)) == 0
    assert Delivery.objects.redact(at=after(days=30, seconds=1)) == 1
    delivery.refresh_from_db()
    assert (delivery.content, delivery.address, delivery.address_index, delivery.recipient, delivery.rest) == ("",) * 5
    assert (delivery.state, delivery.about, delivery.sent_at is not None) == (State.SENT, "dossier:17", True)
    assert delivery.attempts.get().outcome == "sent"
    assert (delivery.text, delivery.params) == ("", {})


def test_what_still_waits_is_not_blanked(chat):
    delivery = queue(expires_at=after(days=100))
    assert Delivery.objects.redact(at=after(days=60)) == 0
    assert deliver(delivery, at=after(days=60)).state == State.SENT


def test_codes_are_blanked_after_a_day(chat):
    delivery = deliver(queue(kind="code", lane="otp"))
    Delivery.objects.redact(at=after(days=1, seconds=1))
    delivery.refresh_from_db()
    assert delivery.content == ""


def test_blanking_goes_on_in_batches_until_all_is_done(chat, monkeypatch):
    monkeypatch.setattr("portal.channels.queries.REDACT_BATCH", 2)
    for n in range(5):
        deliver(queue(f"m:{n}"))
    assert Delivery.objects.redact(at=after(days=40)) == 5
