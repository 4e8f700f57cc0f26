"""How each unit of a term counts. Pure; the clock (dossiers/clock.py) is the only reader.

A pause makes the term longer by its own length, measured as the unit measures: that is what "does not count" comes to.
It holds because a pause that counts begins before the moment then due, so all it takes away lies before the new one.
"""

from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum

from agencies.worktime import Refused

MOST = 10_000
SAME_DAY_UNTIL = time(15, 0)  # inclusive (Decree 23/2015/NĐ-CP Art. 7; Decree 309/2026/NĐ-CP Art. 18.2)


def _(text):
    """Marks a text for translation; the edge that shows it translates it."""
    return text


class BadTerm(Refused):
    """There is no such term."""


class BadEvent(Refused):
    """There is no such event."""


class Why(StrEnum):
    """What a line of the ledger did to the date."""

    COUNTS_AT_ONCE = "counts_at_once"  # received, restart: inside working time, or the unit does not ask
    COUNTS_FROM_OPENING = "counts_from_opening"  # received, restart: outside working time, counted from `starts_at`
    COUNTS_FROM_NEXT_DAY = "counts_from_next_day"  # same day: after 15:00, after closing or on a day off
    STANDS_STILL = "stands_still"  # pause: no date until it goes on
    STOOD_ALREADY = "stood_already"  # pause in a pause: changes nothing
    DUE_ALREADY = "due_already"  # pause at or after the moment due: changes nothing
    GOES_ON = "goes_on"  # resume: `amount` of `unit` was not counted
    RAN_ALREADY = "ran_already"  # resume without a pause that counts: changes nothing
    LONGER = "longer"  # extend: by `amount` of `unit`


class _Unit:
    """Counts from one receipt on. `name` is what a term and an extension are told in, `stood_name` what a pause is."""

    why = Why.COUNTS_AT_ONCE

    def __init__(self, received_at, calendar):
        self.received_at, self.calendar = received_at, calendar
        self.starts_at = received_at

    @staticmethod
    def checked(n, error):
        """The number as the unit counts it, exact. Raises `error` naming n."""
        n = _number(n, error)
        if n != int(n):
            raise error("n", _("must be a whole number for this unit"))
        return int(n)

    def days_off(self, since, n, stood):
        """The days without working time that the date passes over since a moment."""
        return self._days_off_between(since.date(), self.due(n, stood).date())

    def _days_off_between(self, first, last):
        days = (first + timedelta(days=n) for n in range((last - first).days))
        return tuple(on for on in days if not self.calendar.is_working(on))


class _InWorkingTime(_Unit):
    """What counts in working time starts in working time."""

    def __init__(self, received_at, calendar):
        super().__init__(received_at, calendar)
        self.starts_at = calendar.effective_start(received_at)
        if self.starts_at != received_at:
            self.why = Why.COUNTS_FROM_OPENING


class _Closings(_Unit):
    """Counts the closings of working days from the day `first` on."""

    name = stood_name = "working_day"

    def due(self, n, stood):
        return self.calendar.closing(self.calendar.nth_working_day(self.first, n + stood))

    def stood(self, paused_at, resumed_at):
        days = self.calendar.working_days(max(self.first, paused_at.date()), resumed_at.date())
        return sum(paused_at < self.calendar.closing(on) < resumed_at for on in days)


class WorkingDays(_Closings, _InWorkingTime):
    """The day of the effective start does not count (Civil Code Art. 147.2)."""

    @property
    def first(self):
        return self.starts_at.date() + timedelta(days=1)


class SameDay(_Closings):
    """The first closing; the day of receipt counts if it was received in time."""

    def __init__(self, received_at, calendar):
        super().__init__(received_at, calendar)
        self.first = received_at.date()
        if not self._in_time():
            self.first += timedelta(days=1)
            self.why = Why.COUNTS_FROM_NEXT_DAY

    def _in_time(self):
        on = self.received_at.date()
        if self.received_at.time() > SAME_DAY_UNTIL or not self.calendar.is_working(on):
            return False
        return self.received_at < self.calendar.closing(on)


class CalendarDays(_Unit):
    """Counts dates; one that falls on a day off rolls on to a working day (Civil Code Art. 148.5)."""

    name = stood_name = "calendar_day"

    def due(self, n, stood):
        return self.calendar.closing(self.calendar.nth_working_day(self._last_date(n, stood), 1))

    def stood(self, paused_at, resumed_at):
        return (resumed_at.date() - paused_at.date()).days

    def days_off(self, since, n, stood):
        """Only those it rolled over: before its last date a day off counts like any other."""
        return self._days_off_between(self._last_date(n, stood), self.due(n, stood).date())

    def _last_date(self, n, stood):
        return self.received_at.date() + timedelta(days=n + stood)


class Months(CalendarDays):
    """The same day of a later month, or its last day where it is shorter (Civil Code Art. 148.3)."""

    name = "month"

    def _last_date(self, n, stood):
        received = self.received_at.date()
        first = _first_of_month(received, n)
        last = _first_of_month(received, n + 1) - timedelta(days=1)
        return first.replace(day=min(received.day, last.day)) + timedelta(days=stood)


class WorkingHours(_InWorkingTime):
    """Counts working minutes from the effective start on."""

    name, stood_name = "working_hour", "working_minute"

    def due(self, n, stood):
        return self.calendar.add_working_minutes(self.starts_at, int(n * 60) + stood)

    def stood(self, paused_at, resumed_at):
        return self.calendar.working_minutes_between(paused_at, resumed_at)

    @staticmethod
    def checked(n, error):
        n = _number(n, error)
        if n * 60 < 1:
            raise error("n", _("must be at least a minute"))
        return n


class Hours(_Unit):
    """Counts minutes by the clock on the wall, day and night (Civil Code Art. 147.1)."""

    name, stood_name = "hour", "minute"
    checked = staticmethod(WorkingHours.checked)

    def due(self, n, stood):
        return self.received_at + timedelta(minutes=int(n * 60) + stood)

    def stood(self, paused_at, resumed_at):
        return (resumed_at - paused_at) // timedelta(minutes=1)

    def days_off(self, since, n, stood):
        return ()


UNITS = {
    "working_day": WorkingDays,
    "calendar_day": CalendarDays,
    "month": Months,
    "working_hour": WorkingHours,
    "hour": Hours,
    "same_day": SameDay,
}


def _first_of_month(on, months_later):
    year, month = divmod(on.year * 12 + on.month - 1 + months_later, 12)
    return date(year, month + 1, 1)


def _number(n, error):
    """Exact, so that 0.1 hours are six minutes."""
    if isinstance(n, bool) or not isinstance(n, (int, float, Decimal)):
        raise error("n", _("must be a number"))
    n = Decimal(repr(n)) if isinstance(n, float) else Decimal(n)
    if not n.is_finite():
        raise error("n", _("must be a number"))
    if n <= 0:
        raise error("n", _("must be greater than 0"))
    if n > MOST:
        raise error("n", _("must be at most %(most)s"), most=MOST)
    return n
