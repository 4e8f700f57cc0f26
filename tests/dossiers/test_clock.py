"""What the clock refuses, and how it explains itself. The dates themselves are in the golden table."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from agencies.worktime import VIETNAM, Calendar, NoWorkingTime, Refused
from dossiers.clock import BadEvent, BadTerm, Event, Term, Why, due_at, explain

HOURS = ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))
CULTURE_DAY = date(2026, 11, 24)
OFFICE = Calendar(dict.fromkeys(range(5), HOURS), non_working_dates={CULTURE_DAY})
NEVER = Calendar({})
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=VIETNAM)
THREE_DAYS = Term("working_day", 3)


def at(day, clock="09:00"):
    return datetime.fromisoformat(f"2026-{day}T{clock}+07:00")


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["day", "", None, [], "working_days"])
def test_a_unit_that_does_not_exist_is_refused_by_name(unit):
    with pytest.raises(BadTerm, match=r"^unit: must be one of: working_day, "):
        Term(unit, 3)


@pytest.mark.parametrize("unit", ["working_day", "calendar_day", "month", "working_hour", "hour"])
@pytest.mark.parametrize(
    ("n", "reason"),
    [
        (0, "greater than 0"),
        (-1, "greater than 0"),
        (None, "a number"),
        ("3", "a number"),
        (True, "a number"),
        (float("nan"), "a number"),
        (Decimal("Infinity"), "a number"),
        (10**400, "at most 10000"),
        (Decimal("1e999999"), "at most 10000"),
    ],
)
def test_a_term_without_a_sensible_number_is_refused(unit, n, reason):
    with pytest.raises(BadTerm, match=f"^n: must be {reason}$"):
        Term(unit, n)


@pytest.mark.parametrize("unit", ["working_day", "calendar_day", "month"])
def test_days_and_months_are_whole(unit):
    with pytest.raises(BadTerm, match=r"^n: must be a whole number for this unit$"):
        Term(unit, 0.5)
    assert Term(unit, Decimal("3.00")) == Term(unit, 3.0) == Term(unit, 3)


@pytest.mark.parametrize("unit", ["working_hour", "hour"])
def test_hours_may_be_fractions_of_at_least_a_minute(unit):
    with pytest.raises(BadTerm, match=r"^n: must be at least a minute$"):
        Term(unit, 0.01)
    assert Term(unit, 0.1) == Term(unit, Decimal("0.1"))


def test_the_same_day_looks_at_no_number():
    assert Term("same_day") == Term("same_day", 0) == Term("same_day", 7)


@pytest.mark.parametrize("kind", ["start", "", None, "PAUSE"])
def test_an_event_that_does_not_exist_is_refused_by_name(kind):
    with pytest.raises(BadEvent, match=r"^kind: must be one of: pause, resume, restart, extend$"):
        Event(kind, MONDAY)


def test_moments_need_a_time_zone_and_a_sensible_year():
    with pytest.raises(Refused, match=r"^at: needs a time zone$"):
        Event("pause", datetime(2026, 11, 23, 9))
    with pytest.raises(Refused, match=r"^at: must be a date and time$"):
        Event("pause", date(2026, 11, 23))
    with pytest.raises(Refused, match=r"^received_at: needs a time zone$"):
        due_at(THREE_DAYS, datetime(2026, 11, 23, 9), [], OFFICE)
    with pytest.raises(Refused, match=r"^received_at: must be between the years 1900 and 2199$"):
        due_at(THREE_DAYS, MONDAY.replace(year=9999), [], OFFICE)


@pytest.mark.parametrize("n", [None, 0, -1, 0.5, 10_001])
def test_an_extension_needs_a_number_of_the_terms_own_unit(n):
    with pytest.raises(BadEvent, match=r"^n: must be "):
        due_at(THREE_DAYS, MONDAY, [Event("extend", MONDAY, n)], OFFICE)


def test_extensions_together_do_not_pass_the_limit_of_a_term():
    with pytest.raises(BadEvent, match=r"^events: make the term longer than 10000$"):
        due_at(THREE_DAYS, MONDAY, [Event("extend", MONDAY, 9_000), Event("extend", MONDAY, 1_000)], OFFICE)


@pytest.mark.parametrize("unit", ["working_day", "calendar_day", "month", "working_hour", "same_day"])
def test_a_calendar_without_working_time_says_so(unit):
    with pytest.raises(NoWorkingTime, match="has no working time in 3 years from"):
        due_at(Term(unit, 1), MONDAY, [], NEVER)


def test_hours_by_the_clock_need_no_working_time():
    assert due_at(Term("hour", 24), MONDAY, [], NEVER) == at("11-24")


@pytest.mark.parametrize("unit", ["working_day", "calendar_day", "month", "working_hour", "hour"])
def test_the_longest_term_can_be_computed(unit):
    assert due_at(Term(unit, 10_000), MONDAY, [], OFFICE) > MONDAY


# --- how it explains itself -----------------------------------------------------------------------------------------


def test_the_receipt_tells_from_when_it_counts_and_which_days_off_it_passed_over():
    [received] = explain(THREE_DAYS, at("11-23", "17:30"), [], OFFICE)
    assert (received.kind, received.at) == ("received", at("11-23", "17:30"))
    assert (received.due_before, received.due_after) == (None, at("11-30", "17:00"))
    assert received.reason.why == Why.COUNTS_FROM_OPENING
    assert received.reason.starts_at == at("11-25", "07:30")
    assert received.reason.days_off == (CULTURE_DAY, date(2026, 11, 28), date(2026, 11, 29))
    assert received.reason.holidays == (CULTURE_DAY,)


def test_inside_working_time_it_counts_at_once():
    [received] = explain(THREE_DAYS, MONDAY, [], OFFICE)
    assert received.reason.why == Why.COUNTS_AT_ONCE
    assert received.reason.starts_at == MONDAY


def test_same_day_tells_when_the_day_of_receipt_was_too_late():
    [received] = explain(Term("same_day"), at("11-23", "15:01"), [], OFFICE)
    assert received.reason.why == Why.COUNTS_FROM_NEXT_DAY
    assert received.due_after == at("11-25", "17:00")
    [received] = explain(Term("same_day"), at("11-23", "15:00"), [], OFFICE)
    assert received.reason.why == Why.COUNTS_AT_ONCE


def test_a_pause_and_its_end_tell_how_long_the_clock_stood_and_what_moved():
    events = [Event("pause", at("11-25")), Event("resume", at("11-27"))]
    _received, paused, resumed = explain(THREE_DAYS, MONDAY, events, OFFICE)
    assert (paused.reason.why, paused.due_before, paused.due_after) == (
        Why.STANDS_STILL, at("11-27", "17:00"), None,
    )  # fmt: skip
    assert (resumed.due_before, resumed.due_after) == (None, at("12-01", "17:00"))
    assert resumed.reason.why == Why.GOES_ON
    assert (resumed.reason.amount, resumed.reason.unit) == (2, "working_day")
    assert resumed.reason.paused_at == at("11-25")
    assert resumed.reason.moved_from == at("11-27", "17:00")
    assert resumed.reason.days_off == (date(2026, 11, 28), date(2026, 11, 29))
    assert resumed.reason.holidays == ()


@pytest.mark.parametrize(
    ("term", "amount", "unit"),
    [
        (THREE_DAYS, 2, "working_day"),
        (Term("same_day"), 1, "working_day"),
        (Term("calendar_day", 10), 3, "calendar_day"),
        (Term("month", 1), 3, "calendar_day"),
        (Term("working_hour", 4), 15 * 60 + 30, "working_minute"),
        (Term("hour", 4), 3 * 24 * 60 + 30, "minute"),
    ],
)
def test_a_pause_is_told_in_the_measure_of_its_term(term, amount, unit):
    # From Monday 10:00 to Thursday 10:30; Tuesday is the holiday.
    events = [Event("pause", at("11-23", "10:00")), Event("resume", at("11-26", "10:30"))]
    resumed = explain(term, MONDAY, events, OFFICE)[-1]
    expected = {"working_day": 1, "same_day": 2}.get(term.unit, amount)
    assert (resumed.reason.amount, resumed.reason.unit) == (expected, unit)


def test_lines_that_change_nothing_say_why():
    events = [
        Event("resume", at("11-25")),
        Event("pause", at("11-26")),
        Event("pause", at("11-26", "10:00")),
        Event("resume", at("11-26", "11:00")),
        Event("pause", at("11-27", "17:00")),
    ]
    steps = explain(THREE_DAYS, MONDAY, events, OFFICE)
    assert [step.reason.why for step in steps[1:]] == [
        Why.RAN_ALREADY, Why.STANDS_STILL, Why.STOOD_ALREADY, Why.GOES_ON, Why.DUE_ALREADY,
    ]  # fmt: skip
    assert steps[-1].due_before == steps[-1].due_after == at("11-27", "17:00")


def test_an_extension_tells_by_how_much_in_the_terms_unit():
    extended = explain(THREE_DAYS, MONDAY, [Event("extend", at("11-26"), Decimal("2.00"))], OFFICE)[-1]
    assert extended.reason.why == Why.LONGER
    assert (extended.reason.amount, extended.reason.unit) == (2, "working_day")
    assert (extended.due_before, extended.due_after) == (at("11-27", "17:00"), at("12-01", "17:00"))


def test_a_restart_tells_from_when_it_counts_anew():
    restarted = explain(THREE_DAYS, MONDAY, [Event("restart", at("11-28"))], OFFICE)[-1]
    assert restarted.reason.why == Why.COUNTS_FROM_OPENING
    assert restarted.reason.starts_at == at("11-30", "07:30")
    assert restarted.reason.days_off == (date(2026, 11, 28), date(2026, 11, 29))
    assert restarted.due_after == at("12-03", "17:00")


def test_calendar_days_name_only_the_days_off_that_the_date_rolled_over():
    [received] = explain(Term("calendar_day", 5), at("11-19"), [], OFFICE)
    assert received.due_after == at("11-25", "17:00")
    assert received.reason.days_off == received.reason.holidays == (CULTURE_DAY,)


def test_a_line_dated_before_the_receipt_keeps_its_own_moment_in_the_explanation():
    _received, paused = explain(THREE_DAYS, MONDAY, [Event("pause", at("11-20", "08:00"))], OFFICE)
    assert paused.at == at("11-20", "08:00")
