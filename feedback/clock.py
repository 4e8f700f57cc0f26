"""How long an answer may take: working hours, working days, or hours by the clock for what is urgent. Pure.

The term pauses while the citizen is asked; nothing else stops it, and no edit or note begins it anew. Whoever pauses
keeps how many minutes were left, and goes on with these: the same for a weekend as for Tết.
"""

from datetime import timedelta

from agencies.worktime import minute

WORKING_HOURS, WORKING_DAYS, CLOCK_HOURS = "working_hours", "working_days", "clock_hours"
REMIND_AT = 0.75


def due_at(unit, n, start, calendar):
    """When n units from `start` are over. A term of working days ends with the closing of its last day.

    The day of `start` counts as none of them, as with dossiers (docs/clock.md).
    """
    start = minute(start)
    if unit == CLOCK_HOURS:
        return start + timedelta(hours=n)
    if unit == WORKING_HOURS:
        return calendar.add_working_minutes(start, n * 60)
    return calendar.closing(calendar.nth_working_day(start.date() + timedelta(days=1), n))


def minutes_left(unit, at, due, calendar):
    """Minutes of the term from `at` to `due`, by the clock or of working time; negative when it is over."""
    if unit == CLOCK_HOURS:
        return int((minute(due) - minute(at)).total_seconds() // 60)
    return calendar.working_minutes_between(at, due)


def later(unit, at, minutes, calendar):
    """The moment with so many minutes of the term left from `at` on; a term that was over stays over by as much."""
    if unit == CLOCK_HOURS or minutes <= 0:
        return minute(at) + timedelta(minutes=minutes)
    return calendar.add_working_minutes(at, minutes)


def remind_at(unit, start, due, calendar):
    """When three quarters of the term are over."""
    whole = minutes_left(unit, start, due, calendar)
    return later(unit, start, int(max(whole, 0) * REMIND_AT), calendar)
