"""Working time: when an authority is open, and arithmetic with it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agencies.worktime import VIETNAM, BadCalendar, Calendar, NoWorkingTime, Refused, minute

HOURS = ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))
MORNING = ((time(7, 30), time(11, 30)),)
WEEK = dict.fromkeys(range(5), HOURS)
CULTURE_DAY, SWAPPED_SATURDAY = date(2026, 11, 24), date(2026, 8, 22)
OFFICE = Calendar(
    WEEK, non_working_dates={CULTURE_DAY, date(2026, 8, 31)}, working_weekend_dates={SWAPPED_SATURDAY},
    working_weekend_hours=HOURS,
)  # fmt: skip


def at(day, clock):
    return datetime.fromisoformat(f"2026-{day}T{clock}+07:00")


# --- which days and hours -------------------------------------------------------------------------------------------


def test_a_day_follows_the_week():
    assert OFFICE.intervals(date(2026, 6, 1)) == (
        (at("06-01", "07:30"), at("06-01", "11:30")),
        (at("06-01", "13:30"), at("06-01", "17:00")),
    )
    assert OFFICE.is_working(date(2026, 6, 5))
    assert not OFFICE.is_working(date(2026, 6, 6))


def test_a_day_off_wins_over_the_week():
    assert not OFFICE.is_working(CULTURE_DAY)
    assert OFFICE.intervals(CULTURE_DAY) == ()


def test_a_swapped_saturday_works_in_its_own_hours():
    assert OFFICE.is_working(SWAPPED_SATURDAY)
    assert OFFICE.closing(SWAPPED_SATURDAY) == at("08-22", "17:00")


def test_a_swapped_saturday_is_worked_like_a_full_day_where_saturday_mornings_are_ordinary():
    office = Calendar(
        {**WEEK, 5: MORNING}, working_weekend_dates=[SWAPPED_SATURDAY], working_weekend_hours=HOURS
    )  # fmt: skip
    assert office.closing(date(2026, 8, 15)) == at("08-15", "11:30")
    assert office.closing(SWAPPED_SATURDAY) == at("08-22", "17:00")


def test_a_single_day_can_have_hours_of_its_own():
    new_years_eve = date(2026, 12, 31)
    office = Calendar(WEEK, hours_on={new_years_eve: MORNING, date(2026, 12, 30): ()})
    assert office.closing(new_years_eve) == at("12-31", "11:30")
    assert not office.is_working(date(2026, 12, 30))


def test_the_week_can_change_with_the_season():
    winter = {weekday: ((time(8), time(12)), (time(13), time(16, 30))) for weekday in range(5)}
    office = Calendar(WEEK, weekly_hours_from={date(2027, 4, 15): WEEK, date(2026, 10, 15): winter})
    assert office.closing(date(2026, 10, 14)) == at("10-14", "17:00")
    assert office.closing(date(2026, 10, 15)) == at("10-15", "16:30")
    assert office.hours(date(2027, 4, 14)) == winter[2]
    assert office.hours(date(2027, 4, 15)) == HOURS


def test_a_holiday_is_a_day_off_that_the_week_would_have_worked():
    assert OFFICE.is_holiday(CULTURE_DAY)
    assert not OFFICE.is_holiday(date(2026, 11, 28))
    assert not OFFICE.is_holiday(date(2026, 11, 25))


def test_a_closed_day_has_no_closing():
    with pytest.raises(NoWorkingTime, match="2026-11-24 is not a working day"):
        OFFICE.closing(CULTURE_DAY)


def test_hours_may_be_given_in_any_order_and_may_touch():
    office = Calendar({0: ((time(11, 30), time(17)), (time(7, 30), time(11, 30)))})
    assert office.hours(date(2026, 6, 1)) == ((time(7, 30), time(11, 30)), (time(11, 30), time(17)))


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"weekly_hours": {0: ((time(17), time(7, 30)),)}}, "weekly_hours.mon: must close after it opens: 17"),
        ({"weekly_hours": {6: ((time(7), time(7)),)}}, "weekly_hours.sun: must close after it opens"),
        ({"weekly_hours": {4: ((time(7), time(12)), (time(11), time(17)))}}, "weekly_hours.fri: overlaps: opens at 11"),
        ({"weekly_hours": {7: HOURS}}, "weekly_hours: 7 is not a weekday"),
        ({"weekly_hours": {0: ((time(7, 30, 30), time(11)),)}}, "weekly_hours.mon: must be whole minutes"),
        ({"working_weekend_dates": {SWAPPED_SATURDAY}}, "working_weekend_hours: is needed"),
        ({"working_weekend_hours": ((time(9), time(8)),)}, "working_weekend_hours: must close after it opens"),
        ({"hours_on": {CULTURE_DAY: ((time(9), time(8)),)}}, "hours_on.2026-11-24: must close after it opens"),
        ({"weekly_hours_from": {CULTURE_DAY: {1: ((time(9), time(8)),)}}}, "weekly_hours_from.2026-11-24.tue: "),
        (
            {"non_working_dates": {SWAPPED_SATURDAY}, "working_weekend_dates": {SWAPPED_SATURDAY},
             "working_weekend_hours": HOURS},
            "working_weekend_dates: 2026-08-22 is in non_working_dates too",
        ),
        ({"non_working_dates": {CULTURE_DAY}, "hours_on": {CULTURE_DAY: HOURS}}, "hours_on: 2026-11-24 is in non_"),
    ],
)  # fmt: skip
def test_a_calendar_that_contradicts_itself_is_refused_and_the_field_is_named(fields, named):
    with pytest.raises(BadCalendar) as refused:
        Calendar(**{"weekly_hours": WEEK, **fields})
    assert str(refused.value).startswith(named)


def test_a_calendar_does_not_change_when_what_it_was_made_from_does():
    week = dict(WEEK)
    office = Calendar(week)
    del week[0]
    assert office.is_working(date(2026, 6, 1))


# --- moments --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "start"),
    [
        (at("06-01", "06:00"), at("06-01", "07:30")),
        (at("06-01", "07:30"), at("06-01", "07:30")),
        (at("06-01", "11:29"), at("06-01", "11:29")),
        (at("06-01", "11:30"), at("06-01", "13:30")),
        (at("06-01", "12:00"), at("06-01", "13:30")),
        (at("06-01", "17:00"), at("06-02", "07:30")),
        (at("06-05", "17:00"), at("06-08", "07:30")),
        (at("11-23", "18:00"), at("11-25", "07:30")),
        (at("08-21", "18:00"), at("08-22", "07:30")),
        (datetime(2026, 6, 1, 10, 0, 59, tzinfo=UTC), at("06-02", "07:30")),
        (datetime(2026, 6, 1, 9, 59, 59, tzinfo=UTC), at("06-01", "16:59")),
    ],
)
def test_opening_belongs_to_working_time_and_closing_does_not(moment, start):
    assert OFFICE.effective_start(moment) == start


def test_the_next_opening_comes_after_the_moment():
    assert OFFICE.next_opening(at("06-01", "07:29")) == at("06-01", "07:30")
    assert OFFICE.next_opening(at("06-01", "07:30")) == at("06-01", "13:30")
    assert OFFICE.next_opening(at("06-01", "13:30")) == at("06-02", "07:30")


def test_a_moment_without_a_zone_is_refused_by_name():
    with pytest.raises(Refused, match=r"^received_at: needs a time zone$"):
        minute(datetime(2026, 6, 1, 9), "received_at")


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (at("06-01", "07:30"), 0, at("06-01", "07:30")),
        (at("06-01", "17:00"), 0, at("06-02", "07:30")),
        (at("06-01", "07:30"), 240, at("06-01", "11:30")),
        (at("06-01", "07:30"), 241, at("06-01", "13:31")),
        (at("06-01", "12:00"), 1, at("06-01", "13:31")),
        (at("06-01", "07:30"), 450, at("06-01", "17:00")),
        (at("06-01", "07:30"), 451, at("06-02", "07:31")),
        (at("06-05", "16:30"), 60, at("06-08", "08:00")),
        (at("06-01", "07:30"), 450 * 20, at("06-26", "17:00")),
    ],
)
def test_working_minutes_are_added_over_breaks_nights_and_week_ends(start, minutes, end):
    assert OFFICE.add_working_minutes(start, minutes) == end


def test_working_minutes_are_not_taken_away():
    with pytest.raises(Refused, match=r"^minutes: "):
        OFFICE.add_working_minutes(at("06-01", "09:00"), -1)


@pytest.mark.parametrize(
    ("a", "b", "minutes"),
    [
        (at("06-01", "09:00"), at("06-01", "09:00"), 0),
        (at("06-01", "09:00"), at("06-01", "17:00"), 360),
        (at("06-01", "11:30"), at("06-01", "13:30"), 0),
        (at("06-05", "16:00"), at("06-08", "08:30"), 120),
        (at("06-08", "08:30"), at("06-05", "16:00"), -120),
        (at("11-23", "16:00"), at("11-25", "08:30"), 120),
        (at("01-01", "00:00"), at("01-08", "00:00"), 450 * 5),
    ],
)
def test_the_time_left_is_told_in_working_minutes_and_is_negative_when_it_is_over(a, b, minutes):
    assert OFFICE.working_minutes_between(a, b) == minutes


def test_working_days_are_counted_from_a_first_candidate():
    assert OFFICE.nth_working_day(date(2026, 6, 1), 1) == date(2026, 6, 1)
    assert OFFICE.nth_working_day(date(2026, 6, 6), 1) == date(2026, 6, 8)
    assert OFFICE.nth_working_day(date(2026, 11, 24), 3) == date(2026, 11, 27)
    assert OFFICE.nth_working_day(date(2026, 12, 31), 2) == date(2027, 1, 1)
    with pytest.raises(Refused, match=r"^n: must be greater than 0$"):
        OFFICE.nth_working_day(date(2026, 6, 1), 0)


def test_working_days_between_two_dates_include_both():
    assert OFFICE.working_days(date(2026, 11, 23), date(2026, 11, 25)) == [date(2026, 11, 23), date(2026, 11, 25)]
    assert OFFICE.working_days(date(2026, 11, 25), date(2026, 11, 23)) == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda never: never.effective_start(at("06-01", "09:00")),
        lambda never: never.next_opening(at("06-01", "09:00")),
        lambda never: never.add_working_minutes(at("06-01", "09:00"), 1),
        lambda never: never.nth_working_day(date(2026, 6, 1), 1),
    ],
)
def test_a_calendar_without_working_time_says_so_instead_of_searching_for_ever(ask):
    with pytest.raises(NoWorkingTime, match="has no working time in 3 years from 2026-06-01"):
        ask(Calendar({}))


def test_a_calendar_that_ends_says_so_too():
    closed_down = Calendar(WEEK, weekly_hours_from={date(2026, 7, 1): {}})
    assert closed_down.nth_working_day(date(2026, 6, 30), 1) == date(2026, 6, 30)
    with pytest.raises(NoWorkingTime):
        closed_down.nth_working_day(date(2026, 6, 30), 2)
    assert closed_down.working_minutes_between(at("06-30", "16:00"), at("07-30", "16:00")) == 60


# --- what always holds ----------------------------------------------------------------------------------------------

MOMENTS = st.integers(0, 60 * 24 * 60).map(lambda n: datetime(2026, 8, 1, tzinfo=VIETNAM) + timedelta(minutes=n))


@settings(deadline=None)
@given(MOMENTS, st.integers(0, 5_000))
def test_what_is_added_is_what_lies_between(start, minutes):
    end = OFFICE.add_working_minutes(start, minutes)
    assert OFFICE.working_minutes_between(start, end) == minutes
    assert end >= OFFICE.effective_start(start) >= start


@settings(deadline=None)
@given(MOMENTS, MOMENTS, MOMENTS)
def test_stretches_of_working_time_add_up(a, b, c):
    between = OFFICE.working_minutes_between
    assert between(a, b) + between(b, c) == between(a, c)


@settings(deadline=None, max_examples=30)
@given(MOMENTS, st.integers(0, 6_000))
def test_working_minutes_are_the_open_minutes_counted_one_by_one(start, length):
    def is_open(moment):
        return any(opens <= moment < closes for opens, closes in OFFICE.intervals(moment.date()))

    counted = sum(is_open(start + timedelta(minutes=n)) for n in range(length))
    assert OFFICE.working_minutes_between(start, start + timedelta(minutes=length)) == counted
