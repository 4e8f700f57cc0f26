"""Any history the table of moves allows comes in whole, at once or in pieces, with the due date our clock gives."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers.dossier import Dossier
from dossiers.exchange.known import Directory
from dossiers.exchange.rows import DOSSIER, read
from dossiers.exchange.takeover import take_over
from dossiers.ledger import ClockEvent
from dossiers.workflow import MOVES, OPEN, PAUSED, Status
from tests.dossiers.making import at, make_version

pytestmark = pytest.mark.django_db

NOW = at("23/11/2026 16:00")
QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@st.composite
def histories(draw):
    """A walk through the ten statuses, minutes to days apart, between March and November 2026."""
    moment = at("02/03/2026 07:00") + timedelta(minutes=draw(st.integers(0, 60 * 24 * 60)))
    status = draw(st.sampled_from([Status.SUBMITTED, Status.RECEIVED]))
    walk = []
    while True:
        walk.append(
            {"at": moment.isoformat(), "status": status.value, "citizen_note": draw(st.sampled_from(["", "Nộp"]))}
        )
        moment += timedelta(minutes=draw(st.sampled_from([1, 45, 300, 1440, 4 * 1440]) | st.integers(1, 10_000)))
        onwards = sorted(MOVES[Status(status)])
        if not onwards or len(walk) == 12 or moment >= NOW or draw(st.integers(0, 9)) == 0:
            return walk
        status = Status(draw(st.sampled_from(onwards)))


@pytest.fixture(autouse=True)
def world(calendar, my_tho):
    make_version()
    make_version(code="1.001612", name="Đăng ký hộ kinh doanh", on_supplement="restart", term=("working_hour", 20))


def tell(history, procedure, number="H20.30-260302-0001"):
    row = {"number": number, "procedure": procedure, "unit": "H20.30", "parties": [{"name": "Chi"}], "history": history}
    [taken] = take_over([read(DOSSIER, row)], by=None, at=NOW, directory=Directory())
    assert not isinstance(taken, Exception), taken
    return taken.result


def story(dossier):
    """What an import made of it, but for the keys of its rows."""
    dossier.refresh_from_db()
    log = list(dossier.log.values_list("at", "verb", "status", "step__code", "citizen_note"))
    ledger = list(dossier.clock_events.values_list("at", "kind", "due_before", "due_after"))
    waiting = list(dossier.supplements.values_list("requested_at", "taken_at"))
    facts = (dossier.status, dossier.received_at, dossier.due_at, dossier.finished_at, dossier.handed_over_at)
    return log, ledger, waiting, facts


@QUICK
@given(history=histories(), procedure=st.sampled_from(["1.004873", "1.001612"]), cut=st.integers(0, 12))
def test_a_walk_comes_in_whole_and_in_pieces_alike(history, procedure, cut):
    known = Dossier.objects.count()
    whole, pieces = f"H20.30-260302-{known + 1:06}", f"H20.30-260302-{known + 2:06}"
    assert tell(history, procedure, whole) == "created"
    assert tell(history, procedure, whole) == "unchanged"
    first = history[: max(1, min(cut, len(history)))]
    assert tell(first, procedure, pieces) == "created"
    assert tell(history, procedure, pieces) == ("unchanged" if first == history else "changed")
    one, two = Dossier.objects.get(number=whole), Dossier.objects.get(number=pieces)
    assert story(one) == story(two)
    check(one, history)


def check(dossier, history):
    assert dossier.status == history[-1]["status"]
    assert dossier.log.count() == len(history)
    assert dossier.due_at == dossier.computed_due_at()
    kinds = list(dossier.clock_events.values_list("kind", flat=True))
    assert ("start" in kinds) == (dossier.received_at is not None)
    assert kinds.count("start") <= 1
    if dossier.status in PAUSED and dossier.received_at:
        pauses = [kind for kind in kinds if kind in (ClockEvent.Kind.PAUSE, "resume", "restart")]
        assert pauses[-1] == "pause"
    assert (dossier.finished_at is None) == (dossier.status in OPEN)
