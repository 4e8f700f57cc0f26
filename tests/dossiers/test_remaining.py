"""How much time is left, in working time and in words."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from agencies.worktime import VIETNAM, Calendar
from dossiers.remaining import day_length, remaining

HOURS = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
WEEK = dict.fromkeys(range(5), HOURS)
ORDINARY = Calendar(weekly_hours=WEEK, non_working_dates=frozenset({datetime(2026, 11, 24).date()}))
DUE = datetime(2026, 11, 27, 17, 0, tzinfo=VIETNAM)


def words(at, due_at=DUE, worktime=ORDINARY):
    day, month, clock = at.split(".")[0], at.split(".")[1].split()[0], at.split()[1]
    moment = datetime(2026, int(month), int(day), *map(int, clock.split(":")), tzinfo=VIETNAM)
    return remaining(due_at=due_at, at=moment, worktime=worktime).text


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("23.11 09:00", "còn 3 ngày 6 giờ"),  # 24/11 is a public holiday
        ("24.11 09:00", "còn 3 ngày"),
        ("26.11 07:30", "còn 2 ngày"),
        ("26.11 17:00", "còn 1 ngày"),
        ("27.11 07:30", "còn 1 ngày"),
        ("27.11 07:31", "còn 7 giờ"),
        ("27.11 12:15", "còn 3 giờ"),
        ("27.11 16:35", "còn 25 phút"),
        ("27.11 17:00", "đến hạn"),
        ("27.11 20:00", "vừa quá hạn"),
        ("29.11 20:00", "vừa quá hạn"),
        ("30.11 08:15", "quá 45 phút"),
        ("30.11 17:00", "quá 1 ngày"),
        ("2.12 09:30", "quá 2 ngày 2 giờ"),
    ],
)
def test_the_time_left_is_told_in_working_days_and_hours(at, expected):
    assert words(at) == expected


def test_english_tells_one_day_from_two():
    with translation.override("en"):
        assert words("27.11 07:30") == "1 working day left"
        assert words("26.11 07:30") == "2 working days left"


def test_a_half_day_is_no_day_to_count_by():
    saturday = Calendar(weekly_hours={**WEEK, 5: ((time(7, 30), time(11, 30)),)})
    due_at = datetime(2026, 11, 28, 11, 30, tzinfo=VIETNAM)
    assert words("26.11 07:30", due_at, saturday) == "còn 2 ngày 4 giờ"


def test_a_week_without_hours_counts_days_of_eight():
    assert day_length(Calendar(weekly_hours={}), DUE) == 480


@given(st.integers(-40_000, 40_000), st.integers(0, 10_000))
def test_more_time_gone_is_never_more_time_left(start, gone):
    at = DUE - timedelta(minutes=start)
    before = remaining(due_at=DUE, at=at, worktime=ORDINARY)
    after = remaining(due_at=DUE, at=at + timedelta(minutes=gone), worktime=ORDINARY)
    assert after.minutes <= before.minutes
    assert before.overdue <= after.overdue
