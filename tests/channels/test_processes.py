"""Real processes: many at once, and such that are killed with -9 wherever it hurts."""

import signal

import pytest
from django.utils.timezone import now

from portal.channels.models import Delivery
from portal.channels.states import LEASE, State
from tests.channels import ledger, processes
from tests.channels.fakes import deliver, queue
from tests.channels.swarm import swarm

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("ledger_first")]


def test_eight_workers_and_every_task_three_times_have_one_effect_a_message():
    figures = swarm(messages=240, workers=8)
    assert figures["with_one_effect"] == 240
    assert figures["states"] == {"sent": 240}


def test_after_a_swarm_the_database_is_as_it_was():
    swarm(messages=3, workers=1)
    assert not Delivery.objects.exists()


KILLED = [
    ("before_claim_is_committed", State.QUEUED, 0),
    ("after_claim", State.CLAIMED, 0),
    ("after_request", State.CLAIMED, 1),
    ("after_answer", State.CLAIMED, 1),
    ("before_commit", State.CLAIMED, 1),
]


@pytest.mark.parametrize(("moment", "state", "effects"), KILLED)
def test_a_killed_worker_loses_nothing_and_repeats_nothing(moment, state, effects):
    delivery = queue(at=now())
    assert processes.start("-m", "tests.channels.one_task", str(delivery.pk), KILL_AT=moment).wait() == -signal.SIGKILL
    delivery.refresh_from_db()
    assert (delivery.state, ledger.effects().get(delivery.key, 0)) == (state, effects)

    # The broker delivers the task again; only what was surely not sent goes out now.
    deliver(delivery, at=now())
    assert ledger.effects().get(delivery.key, 0) == (1 if state == State.QUEUED else effects)
    if state == State.QUEUED:
        return

    later = now() + LEASE
    Delivery.objects.sweep(at=later)
    delivery.refresh_from_db()
    assert delivery.state == State.UNKNOWN

    # Read back from the provider: adopted where it has the message, sent again where it surely does not.
    Delivery.objects.get(pk=delivery.pk).clear(at=delivery.check_at)
    deliver(delivery, at=delivery.check_at or later + LEASE)
    assert (delivery.state, ledger.effects()) == (State.SENT, {delivery.key: 1})
