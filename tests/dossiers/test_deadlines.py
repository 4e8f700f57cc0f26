from datetime import date, timedelta

import pytest

from agencies.models import Day
from dossiers import events
from dossiers.deadlines import announce_near_and_overdue, differing_from_ledger, recompute_unfinished
from dossiers.models import ClockEvent, Dossier, LogEntry, Recalculation
from tests.dossiers.making import at, make_version, receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """What was announced, by name."""
    said = []
    listened = {"near": events.deadline_near, "overdue": events.dossier_overdue, "moved": events.due_date_moved}

    def ear(name):
        return lambda dossier, **_: said.append((name, dossier.number))

    for name, event in listened.items():
        event.connect(ear(name), weak=False, dispatch_uid=f"ear {name}")
    yield said
    for name, event in listened.items():
        event.disconnect(dispatch_uid=f"ear {name}")


def test_a_near_deadline_is_told_once(an, my_tho, calendar, heard):
    dossier = receive(by=an, unit=my_tho)  # due on Friday 27/11 at 17:00
    announce_near_and_overdue(at=at("25/11/2026 14:00"))
    assert heard == []
    for _beat in range(3):
        announce_near_and_overdue(at=at("26/11/2026 08:00"))
    assert heard == [("near", dossier.number)]


def test_a_missed_deadline_is_told_once(an, my_tho, calendar, heard):
    dossier = receive(by=an, unit=my_tho)
    announce_near_and_overdue(at=at("27/11/2026 17:00"))
    assert ("overdue", dossier.number) not in heard
    for _beat in range(3):
        announce_near_and_overdue(at=at("27/11/2026 17:01"))
    assert heard.count(("overdue", dossier.number)) == 1


def test_a_dossier_whose_clock_stands_still_is_never_overdue(an, my_tho, calendar, heard):
    dossier = receive(by=an, unit=my_tho)
    dossier.request_supplement(what="A", reason="B", by=an, at=at("24/11/2026 10:00"))
    announce_near_and_overdue(at=at("31/12/2026 10:00"))
    assert heard == []


def declare_holiday(calendar, hanh, day=date(2026, 11, 26), when="25/11/2026 08:00"):
    calendar.amend(
        document="1234/UBND-NC", by=hanh, at=at(when), days=[Day(day, works=False, reason="Nghỉ theo công văn")]
    )


def test_a_changed_calendar_moves_open_deadlines_and_says_so(an, my_tho, hanh, calendar, heard):
    dossier = receive(by=an, unit=my_tho)
    finished = receive(by=an, unit=my_tho)
    finished.finish(by=an, at=at("23/11/2026 15:00"))
    declare_holiday(calendar, hanh)
    recompute_unfinished(at=at("25/11/2026 08:01"))

    dossier.refresh_from_db()
    assert dossier.due_at == at("30/11/2026 17:00")
    line = dossier.clock_events.get(kind=ClockEvent.Kind.CALENDAR_CHANGED)
    assert (line.due_before, line.due_after) == (at("27/11/2026 17:00"), at("30/11/2026 17:00"))
    assert "1234/UBND-NC" in line.reason
    assert "26/11/2026" in dossier.log.last().citizen_note
    assert heard == [("moved", dossier.number)]
    finished.refresh_from_db()
    assert finished.due_at == at("27/11/2026 17:00")
    assert list(differing_from_ledger(Dossier.objects.open())) == []


def test_a_day_far_away_moves_nothing_and_tells_nobody(an, my_tho, hanh, calendar, heard):
    receive(by=an, unit=my_tho)
    declare_holiday(calendar, hanh, day=date(2027, 3, 3))
    recompute_unfinished(at=at("25/11/2026 08:01"))
    assert heard == []
    assert not ClockEvent.objects.filter(kind=ClockEvent.Kind.CALENDAR_CHANGED).exists()


def test_a_recalculation_that_was_interrupted_is_finished_by_the_next(an, my_tho, hanh, calendar, heard, monkeypatch):
    version = make_version()
    dossiers = [receive(by=an, unit=my_tho, version=version) for _ in range(5)]
    declare_holiday(calendar, hanh)
    recalculation = Recalculation.objects.latest("pk")
    recalculation._step(recalculation._recompute, 2, at("25/11/2026 08:01"))  # and then the power went
    recompute_unfinished(at=at("25/11/2026 08:10"))
    recompute_unfinished(at=at("25/11/2026 08:20"))
    assert sorted(heard) == sorted(("moved", d.number) for d in dossiers)
    assert LogEntry.objects.filter(verb="calendar_changed").count() == 5
    recalculation.refresh_from_db()
    assert (recalculation.moved, recalculation.done_at) == (5, at("25/11/2026 08:10"))


def test_the_work_is_written_down_with_the_change_itself(an, my_tho, hanh, calendar):
    before = Recalculation.objects.count()
    declare_holiday(calendar, hanh)
    assert Recalculation.objects.count() == before + 1


def test_a_holiday_that_is_taken_back_moves_the_date_back(an, my_tho, hanh, calendar, heard):
    dossier = receive(by=an, unit=my_tho)
    declare_holiday(calendar, hanh)
    recompute_unfinished(at=at("25/11/2026 08:01"))
    calendar.amend(document="1240/UBND-NC", by=hanh, at=at("25/11/2026 14:00"), days=(), ordinary=[date(2026, 11, 26)])
    recompute_unfinished(at=at("25/11/2026 14:00") + timedelta(minutes=1))
    dossier.refresh_from_db()
    assert dossier.due_at == at("27/11/2026 17:00")
    assert dossier.clock_events.filter(kind=ClockEvent.Kind.CALENDAR_CHANGED).count() == 2
