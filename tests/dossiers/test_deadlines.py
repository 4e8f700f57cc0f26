from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import Day
from dossiers import events
from dossiers.deadlines import (
    InOtherHands,
    announce_near_and_overdue,
    compare_with_ledgers,
    differing_from_ledger,
    recompute_unfinished,
)
from dossiers.models import ClockEvent, Dossier, LogEntry, Recalculation
from tests.dossiers.making import at, make_version, receive
from tests.people import make_calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """What was announced, by name."""
    said = []
    listened = {"near": events.deadline_near, "overdue": events.dossier_overdue, "moved": events.due_date_moved}

    def ear(name):
        return lambda dossier=None, dossiers=(), **_: said.extend((name, d.number) for d in dossiers or [dossier])

    for name, event in listened.items():
        event.connect(ear(name), weak=False, dispatch_uid=f"ear {name}")
    yield said
    for name, event in listened.items():
        event.disconnect(dispatch_uid=f"ear {name}")


def test_a_near_deadline_is_told_once(an, my_tho, calendar, heard):
    dossier = receive(by=an, unit=my_tho)  # due on Friday 27/11 at 17:00
    announce_near_and_overdue(at=at("23/11/2026 14:00"))  # 24/11 is a holiday: three working days to go
    assert heard == []
    for _beat in range(3):
        announce_near_and_overdue(at=at("25/11/2026 08:00"))
    assert heard == [("near", dossier.number)]


def test_a_missed_deadline_is_told_once(an, my_tho, calendar, heard):
    dossier = receive(by=an, unit=my_tho)
    announce_near_and_overdue(at=at("27/11/2026 17:00"))
    assert ("overdue", dossier.number) not in heard
    for _beat in range(3):
        announce_near_and_overdue(at=at("27/11/2026 17:01"))
    assert heard.count(("overdue", dossier.number)) == 1


def test_many_missed_deadlines_cost_no_more_queries_than_two_and_read_no_papers(an, my_tho, calendar, heard):
    def asked_for(n):
        for _ in range(n):
            receive(by=an, unit=my_tho)
        with CaptureQueriesContext(connection) as asked:
            assert announce_near_and_overdue(at=at("27/11/2026 17:01")) == n
        return [query["sql"] for query in asked]

    two, ten = asked_for(2), asked_for(10)
    assert len(two) == len(ten)
    assert not [sql for sql in ten if '"documents"' in sql]


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
    recompute_unfinished(at=at("23/11/2026 08:00"))
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


def test_who_receives_while_the_calendar_changes_counts_with_the_new_one(an, my_tho, hanh, calendar, monkeypatch):
    calendar.refresh_from_db()
    as_it_was = type(calendar).objects.get(pk=calendar.pk)
    declare_holiday(calendar, hanh, when="23/11/2026 08:00")
    monkeypatch.setattr(type(my_tho), "working_calendar", lambda self: as_it_was)
    dossier = receive(by=an, unit=my_tho)
    assert dossier.due_at == at("30/11/2026 17:00")
    assert dossier.clock_events.get().due_after == dossier.due_at
    assert list(differing_from_ledger(Dossier.objects.open())) == []


def test_an_overtaken_amendment_that_is_worked_off_late_moves_nothing_back(an, my_tho, hanh, calendar):
    dossier = receive(by=an, unit=my_tho)
    declare_holiday(calendar, hanh)
    first = Recalculation.objects.latest("pk")
    calendar.amend(document="1240/UBND-NC", by=hanh, at=at("25/11/2026 09:00"), days=(), ordinary=[date(2026, 11, 26)])
    for recalculation in (Recalculation.objects.latest("pk"), first):
        recalculation.run(at=at("25/11/2026 09:01"))
    dossier.refresh_from_db()
    assert dossier.due_at == at("27/11/2026 17:00")


def test_one_recalculation_that_fails_keeps_no_other_waiting(an, my_tho, hanh, calendar, monkeypatch):
    recompute_unfinished(at=at("23/11/2026 08:00"))
    other = make_calendar(my_tho, name="Lịch của phường")
    dossier = receive(by=an, unit=my_tho)
    declare_holiday(calendar, hanh)
    broken = Recalculation.objects.latest("pk").pk
    declare_holiday(other, hanh)
    ledger_of = Recalculation._recompute

    def fails_once(self, *batch_and_at):
        if self.pk == broken:
            raise RuntimeError("the disk is full")
        return ledger_of(self, *batch_and_at)

    monkeypatch.setattr(Recalculation, "_recompute", fails_once)
    recompute_unfinished(at=at("25/11/2026 08:01"))
    dossier.refresh_from_db()
    assert dossier.due_at == at("30/11/2026 17:00")
    assert list(Recalculation.objects.filter(done_at=None).values_list("pk", flat=True)) == [broken]


def test_a_supplement_asked_for_before_the_news_went_out_is_all_that_chi_hears(an, my_tho, hanh, calendar, heard):
    dossier = receive(by=an, unit=my_tho)
    declare_holiday(calendar, hanh)
    recalculation = Recalculation.objects.latest("pk")
    recalculation._step(recalculation._recompute, 100, at("25/11/2026 08:01"))
    dossier.request_supplement(what="A", reason="B", by=an, at=at("25/11/2026 08:02"))
    recompute_unfinished(at=at("25/11/2026 08:03"))
    assert heard == []
    assert not Recalculation.objects.filter(done_at=None).exists()


def test_a_second_worker_leaves_a_recalculation_to_the_first(an, my_tho, hanh, calendar):
    declare_holiday(calendar, hanh)
    recalculation = Recalculation.objects.latest("pk")
    recalculation.run(at=at("25/11/2026 08:01"))
    with pytest.raises(InOtherHands):
        recalculation.run(at=at("25/11/2026 08:02"))


def test_stored_dates_are_compared_with_the_ledgers(an, my_tho, calendar, caplog):
    dossier = receive(by=an, unit=my_tho)
    assert compare_with_ledgers() == 0
    Dossier.objects.filter(pk=dossier.pk).update(due_at=at("30/11/2026 17:00"))
    assert compare_with_ledgers() == 1
    assert dossier.number in caplog.text


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
