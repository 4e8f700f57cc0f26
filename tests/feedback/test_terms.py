"""Terms: working days with Tết and swapped days, working hours, the clock; pauses, reminders, breaches, escalation."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agencies.working_time import ORDINARY_WEEK
from agencies.worktime import Calendar
from feedback import clock, deadlines, events
from feedback.report import Report
from feedback.workflow import Incomplete, State, Verb
from tests.feedback.making import VIETNAM, at, make_category, make_level, report
from tests.people import SPECIAL_DAYS

CALENDAR = Calendar(
    weekly_hours=dict(ORDINARY_WEEK),
    non_working_dates=frozenset(day.on for day in SPECIAL_DAYS if not day.works),
    working_weekend_dates=frozenset(day.on for day in SPECIAL_DAYS if day.works),
    working_weekend_hours=ORDINARY_WEEK[0],
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=VIETNAM, second=0, microsecond=0)
)


def slow_working_days(start, n):
    """Day by day, as a clerk with a wall calendar counts."""
    day = start.date()
    while n:
        day += timedelta(days=1)
        n -= CALENDAR.is_working(day)
    return datetime.combine(day, datetime.min.time(), VIETNAM).replace(hour=17)


@settings(max_examples=300, deadline=None)
@given(MOMENTS, st.integers(1, 30))
def test_working_days_are_those_a_clerk_counts_on_the_wall(start, n):
    assert clock.due_at(clock.WORKING_DAYS, n, start, CALENDAR) == slow_working_days(start, n)


@settings(max_examples=200, deadline=None)
@given(MOMENTS, st.integers(1, 80), st.sampled_from([clock.WORKING_HOURS, clock.CLOCK_HOURS]))
def test_what_was_left_is_left_after_any_pause(start, n, unit):
    due = clock.due_at(unit, n, start, CALENDAR)
    left = clock.minutes_left(unit, start, due, CALENDAR)
    assert left == n * 60
    pause_ends = start + timedelta(days=9, hours=5)
    again = clock.later(unit, pause_ends, left, CALENDAR)
    assert clock.minutes_left(unit, pause_ends, again, CALENDAR) == left


@settings(max_examples=100, deadline=None)
@given(MOMENTS, st.integers(1, 30))
def test_the_reminder_comes_before_the_end_and_after_the_beginning(start, n):
    due = clock.due_at(clock.WORKING_DAYS, n, start, CALENDAR)
    assert start - timedelta(minutes=1) <= clock.remind_at(clock.WORKING_DAYS, start, due, CALENDAR) <= due


def test_an_urgent_term_runs_through_the_night_and_tet():
    eve = datetime(2026, 2, 16, 22, tzinfo=VIETNAM)
    assert clock.due_at(clock.CLOCK_HOURS, 4, eve, CALENDAR) == datetime(2026, 2, 17, 2, tzinfo=VIETNAM)


def test_chi_is_promised_an_answer_within_three_working_days(category):
    made = report(when=at(day=20, hour=9))  # a Friday; Tuesday the 24th is a holiday
    assert made.due_at == at(day=26, hour=17)


def test_a_change_of_the_term_moves_no_promise(category):
    made = report()
    category.service_level.n = 10
    category.service_level.save()
    made.refresh_from_db()
    assert (made.term_n, made.due_at) == (3, at(day=30, hour=17))


def test_the_clock_stands_still_while_chi_is_asked_and_goes_on_with_what_was_left(road):
    made = road.to("in_progress")
    due = made.due_at
    made.ask(by=road.an, at=at(day=26, hour=8), question="Trụ số mấy?")
    assert made.due_at is None
    made.hear("Trụ số 12.", at=at(day=27, hour=8), through="web")
    assert made.state == State.IN_PROGRESS
    assert made.due_at > due
    left_before = clock.minutes_left(made.term_unit, at(day=26, hour=8), due, made.worktime)
    assert clock.minutes_left(made.term_unit, at(day=27, hour=8), made.due_at, made.worktime) == left_before


def test_notes_and_edits_move_no_date(road):
    made = road.to("in_progress")
    due = made.due_at
    made.note("Đã gọi thợ.", by=road.an, at=at(day=26))
    made.correct(by=road.khoa, at=at(day=26), address="Chợ Mỹ Tho")
    made.assign(road.unit, by=road.khoa, at=at(day=26))
    assert made.due_at == due


def test_another_category_has_its_own_term_from_the_same_beginning(road):
    urgent = make_category("sat-lo", "Sạt lở", level=make_level("Khẩn", "clock_hours", 4))
    made = road.to("accepted")
    made.correct(by=road.khoa, at=at(hour=11), category=urgent)
    assert made.due_at == at(hour=12)


def test_when_nobody_answers_in_time_the_unit_goes_on(road):
    made = road.to("waiting")
    assert deadlines.tick(at=at(day=29))["went_on"] == 0
    assert deadlines.tick(at=at(day=30, hour=10))["went_on"] == 1
    made.refresh_from_db()
    assert made.state == State.IN_PROGRESS
    assert made.due_at > at(day=30, hour=10)


def test_a_new_date_needs_reason_reply_and_is_no_earlier(road):
    made = road.to("in_progress")
    for lacking in (
        {"reason": ""},
        {"reply": " "},
        {"due_at": made.due_at},
        {"due_at": at(day=25, month=12) + timedelta(30)},
    ):
        told = {"due_at": at(day=4, month=12, hour=17), "reason": "Chờ vật tư.", "reply": "Đang đặt hàng."}
        with pytest.raises(Incomplete) as refused:
            made.extend(by=road.an, at=at(hour=11), **{**told, **lacking})
        assert set(refused.value.errors) == set(lacking)
    made.extend(by=road.an, at=at(hour=11), **told)
    line = made.log.get(verb=Verb.EXTENDED)
    assert "04/12/2026" in line.public_note
    assert "Chờ vật tư." in line.public_note
    assert (line.due_before, line.due_after) == (at(day=30, hour=17), at(day=4, month=12, hour=17))


class Heard:
    def __init__(self):
        self.told = []

    def __enter__(self):
        for name in ("left_unassigned", "answers_due_soon", "answers_overdue", "answers_escalated"):
            getattr(events, name).connect(self._hear, weak=False)
        return self.told

    def __exit__(self, *args):
        for name in ("left_unassigned", "answers_due_soon", "answers_overdue", "answers_escalated"):
            getattr(events, name).disconnect(self._hear)

    def _hear(self, signal, reports, unit, level=None, **kwargs):
        name = next(name for name, event in vars(events).items() if event is signal)
        self.told += [(name, level, report.code) for report in reports]


def test_reminder_breach_and_three_levels_are_told_once_each_however_often_the_clock_ticks(road):
    made = road.to("in_progress")
    with Heard() as told:
        moment = at(hour=16)
        while moment < at(day=20, month=12):
            deadlines.tick(at=moment)
            deadlines.tick(at=moment)
            moment += timedelta(hours=1)
    told = [(name, level) for name, level, code in told if code == made.code]
    assert told == [
        ("answers_due_soon", None), ("answers_overdue", None), ("answers_escalated", 1), ("answers_escalated", 2),
        ("answers_escalated", 3),
    ]  # fmt: skip


def test_an_edit_postpones_no_escalation(road):
    made = road.to("in_progress")
    deadlines.tick(at=made.due_at)
    made.refresh_from_db()
    first = made.escalation
    made.note("Đang xem.", by=road.an, at=at(day=1, month=12, hour=8))
    made.assign(road.unit, by=road.khoa, at=at(day=1, month=12, hour=9))
    deadlines.tick(at=at(day=2, month=12, hour=9))  # eight working hours after the breach
    made.refresh_from_db()
    assert (first, made.escalation) == (1, 2)


def test_what_nobody_forwards_within_half_an_hour_raises_one_alarm(category):
    made = report()
    with Heard() as told:
        for minutes in (29, 31, 45, 90):
            deadlines.tick(at=at() + timedelta(minutes=minutes))
    assert told == [("left_unassigned", None, made.code)]


def test_what_was_answered_is_closed_when_the_window_is_over_and_not_before(road, settings):
    settings.REOPEN_DAYS = 10
    made = road.to("published")
    deadlines.tick(at=at(day=5, month=12, hour=15))
    assert Report.objects.get(pk=made.pk).state == State.PUBLISHED
    deadlines.tick(at=at(day=5, month=12, hour=16))
    assert Report.objects.get(pk=made.pk).state == State.CLOSED


def test_moments_are_kept_in_one_zone(category):
    made = report(when=datetime(2026, 11, 25, 1, tzinfo=UTC))
    assert made.due_at == at(day=30, hour=17)
