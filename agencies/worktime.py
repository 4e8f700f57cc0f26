"""Working time: when an authority is open, and arithmetic with it. Pure: no Django, no database, no clock of its own.

All moments are told by Vietnam's clock (Asia/Ho_Chi_Minh: +07:00, no summer time), cut to the minute. The rules in
words are in docs/clock.md.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from itertools import count

VIETNAM = timezone(timedelta(hours=7))
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST_YEAR, LAST_YEAR = 1900, 2199
# A calendar that has no working time for this long has none at all: nobody waits four years for a counter to open.
EMPTY_YEARS = 3


def _(text):
    """Marks a text for translation; the edge that shows it translates it."""
    return text


class Refused(ValueError):
    """Something given is wrong.

    Attributes:
        field: where, e.g. "weekly_hours.mon".
        reason: what is wrong, an English phrase with %-places that is also the key of its translation.
        values: what stands in the places.
    """

    def __init__(self, field, reason, **values):
        self.field, self.reason, self.values = field, reason, values
        super().__init__(f"{field}: {reason % values}")


class BadCalendar(Refused):
    """The calendar contradicts itself."""


class NoWorkingTime(Refused):
    """Working time was asked for where the calendar has none."""


def minute(moment, name="at"):
    """The moment by Vietnam's clock, cut to the minute. Raises Refused (naming `name`) without a zone or far away."""
    if not isinstance(moment, datetime):
        raise Refused(name, _("must be a date and time"))
    if moment.utcoffset() is None:
        raise Refused(name, _("needs a time zone"))
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Refused(name, _("must be between the years %(first)s and %(last)s"), first=FIRST_YEAR, last=LAST_YEAR)
    return moment.astimezone(VIETNAM).replace(second=0, microsecond=0)


@dataclass(frozen=True)
class Calendar:
    """When an authority works. Hours are tuples of (opens, closes): opening belongs to them, closing does not.

    A date may stand in one only of the three lists of special days; which of them it is in decides:
    `non_working_dates`, closed; `working_weekend_dates`, open in `working_weekend_hours`, also where the week has other
    hours for that day; `hours_on`, open in its own hours. Every other day follows the week.

    Args:
        weekly_hours: {0 (Monday) … 6: hours}; weekdays not named are closed.
        weekly_hours_from: {date: weekly hours that replace the earlier ones from that date on}.

    Raises:
        BadCalendar: names the field that is wrong.
    """

    weekly_hours: dict
    non_working_dates: frozenset = frozenset()
    working_weekend_dates: frozenset = frozenset()
    working_weekend_hours: tuple = ()
    hours_on: dict = field(default_factory=dict)
    weekly_hours_from: dict = field(default_factory=dict)
    _intervals: dict = field(default_factory=dict, init=False, repr=False, compare=False)
    _years: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self):
        keep = object.__setattr__
        keep(self, "weekly_hours", _checked_week("weekly_hours", self.weekly_hours))
        keep(self, "non_working_dates", frozenset(self.non_working_dates))
        keep(self, "working_weekend_dates", frozenset(self.working_weekend_dates))
        keep(self, "working_weekend_hours", _checked_hours("working_weekend_hours", self.working_weekend_hours))
        keep(self, "hours_on", {on: _checked_hours(f"hours_on.{on}", hours) for on, hours in self.hours_on.items()})
        seasons = sorted(self.weekly_hours_from.items())
        keep(self, "weekly_hours_from", {on: _checked_week(f"weekly_hours_from.{on}", week) for on, week in seasons})
        self._refuse_contradictions()

    def _refuse_contradictions(self):
        if self.working_weekend_dates and not self.working_weekend_hours:
            raise BadCalendar("working_weekend_hours", _("is needed for the working_weekend_dates"))
        special = (self.non_working_dates, self.working_weekend_dates, self.hours_on)
        names = ("non_working_dates", "working_weekend_dates", "hours_on")
        for one, other in ((0, 1), (0, 2), (1, 2)):
            if both := sorted(special[one] & frozenset(special[other])):
                raise BadCalendar(names[other], _("%(on)s is in %(list)s too"), on=both[0], list=names[one])

    def hours(self, on):
        """The hours of a date as (opens, closes) times; empty when it is closed."""
        if on in self.non_working_dates:
            return ()
        if on in self.hours_on:
            return self.hours_on[on]
        if on in self.working_weekend_dates:
            return self.working_weekend_hours
        return self.ordinary_hours(on)

    def ordinary_hours(self, on):
        """What the week has for that date, whatever special day it is."""
        week = self.weekly_hours
        for since, later in self.weekly_hours_from.items():
            if since > on:
                break
            week = later
        return week.get(on.weekday(), ())

    def intervals(self, on):
        """The working time of a date as (opening, closing) moments; empty when it is closed."""
        if on not in self._intervals:
            self._intervals[on] = tuple((_at(on, opens), _at(on, closes)) for opens, closes in self.hours(on))
        return self._intervals[on]

    def is_working(self, on):
        return bool(self.intervals(on))

    def is_holiday(self, on):
        """Closed on a day that the ordinary week works."""
        return bool(self.ordinary_hours(on)) and not self.is_working(on)

    def closing(self, on):
        """The last closing of a working day. Raises NoWorkingTime when it is closed all day."""
        if not self.is_working(on):
            raise NoWorkingTime("calendar", _("%(on)s is not a working day"), on=on)
        return self.intervals(on)[-1][1]

    def next_opening(self, moment):
        """The first opening after a moment (not at it); after the midday break there is one too."""
        moment = minute(moment)
        return next(opens for opens, _closes in self._spans_from(moment) if opens > moment)

    def effective_start(self, moment):
        """The moment itself inside working time, else the next opening."""
        return next(self._spans_from(minute(moment)))[0]

    def add_working_minutes(self, start, minutes):
        """The earliest moment with so many working minutes between the effective start and it.

        It may be a closing, never an opening, but for 0 minutes: that is the effective start.
        """
        if minutes < 0:
            raise Refused("minutes", _("must not be negative"))
        for opens, closes in self._spans_from(minute(start)):
            span = _minutes(opens, closes)
            if minutes <= span:
                return opens + timedelta(minutes=minutes)
            minutes -= span

    def working_minutes_between(self, a, b):
        """Working minutes from a to b; negative when b is the earlier."""
        a, b = minute(a), minute(b)
        if b < a:
            return -self.working_minutes_between(b, a)
        return sum(
            _minutes(max(opens, a), min(closes, b))
            for on in self.working_days(a.date(), b.date())
            for opens, closes in self.intervals(on)
            if opens < b and a < closes
        )

    def working_days(self, first, last):
        """All working days from `first` to `last`, both included, in order."""
        found = []
        for year in range(first.year, last.year + 1):
            days = self._working_days_in(year)
            found.extend(days[bisect_left(days, first) : bisect_right(days, last)])
        return found

    def nth_working_day(self, first, n):
        """The n-th working day (1, 2, …) from `first` on, `first` itself being a candidate."""
        if n < 1:
            raise Refused("n", _("must be greater than 0"))
        for days in self._years_from(first):
            if n <= len(days):
                return days[n - 1]
            n -= len(days)

    def _spans_from(self, moment):
        """All working time from the moment on, without end, as (opening or the moment, closing)."""
        for days in self._years_from(moment.date()):
            for on in days:
                for opens, closes in self.intervals(on):
                    if closes > moment:
                        yield max(opens, moment), closes

    def _years_from(self, first):
        """The working days from `first` on, without end, a tuple a year. Raises NoWorkingTime after years of none."""
        last_worked = first.year
        for year in count(first.year):
            if year > last_worked + EMPTY_YEARS:
                raise NoWorkingTime(
                    "calendar", _("has no working time in %(years)s years from %(on)s"), years=EMPTY_YEARS, on=first
                )
            days = self._working_days_in(year)
            if year == first.year:
                days = days[bisect_left(days, first) :]
            if days:
                last_worked = year
                yield days

    def _working_days_in(self, year):
        if year not in self._years:
            new_year = date(year, 1, 1)
            length = (date(year + 1, 1, 1) - new_year).days
            days = (new_year + timedelta(days=n) for n in range(length))
            self._years[year] = tuple(on for on in days if self.hours(on))
        return self._years[year]


def _checked_week(name, week):
    for weekday in week:
        if weekday not in range(7):
            raise BadCalendar(name, _("%(weekday)s is not a weekday (0 to 6)"), weekday=weekday)
    return {weekday: _checked_hours(f"{name}.{WEEKDAYS[weekday]}", hours) for weekday, hours in week.items()}


def _checked_hours(name, hours):
    """Sorted; raises BadCalendar where they overlap, run backwards or are not whole minutes."""
    hours = tuple(sorted((opens, closes) for opens, closes in hours))
    previous = None
    for opens, closes in hours:
        if opens.second or closes.second or opens.microsecond or closes.microsecond:
            raise BadCalendar(name, _("must be whole minutes: %(opens)s–%(closes)s"), opens=opens, closes=closes)
        if opens >= closes:
            raise BadCalendar(
                name, _("must close after it opens: %(opens)s–%(closes)s"), opens=_hm(opens), closes=_hm(closes)
            )
        if previous and opens < previous:
            raise BadCalendar(name, _("overlaps: opens at %(opens)s before it closed at %(closed)s"),
                              opens=_hm(opens), closed=_hm(previous))  # fmt: skip
        previous = closes
    return hours


def _hm(moment: time):
    return f"{moment:%H:%M}"


def _at(on, clock):
    return datetime.combine(on, clock, VIETNAM)


def _minutes(start, end):
    return (end - start) // timedelta(minutes=1)
