"""How much working time a dossier has left, as officers say it: “2 days 3 hours left”, “1 day overdue”. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.worktime import VIETNAM, NoWorkingTime, minute

SOON_WORKING_DAYS = 2
# For a calendar whose ordinary week is empty; nobody's, but an import may bring one.
ORDINARY_DAY = 8 * 60


@dataclass(frozen=True)
class Remaining:
    """Working minutes until the due date, negative when it has passed; a day has `day` of them."""

    minutes: int
    day: int
    overdue: bool

    @property
    def text(self):
        spell = _spell(abs(self.minutes), self.day)
        if self.overdue:
            return _("%(time)s overdue") % {"time": spell} if spell else _("just overdue")
        return _("%(time)s left") % {"time": spell} if spell else _("due now")


def remaining(*, due_at, at, worktime):
    """The working time from `at` to `due_at` by this calendar (an agencies.worktime.Calendar)."""
    return Remaining(worktime.working_minutes_between(at, due_at), day_length(worktime, due_at), due_at < at)


def last_soon_day(worktime, today):
    """The second working day after today: what is due by its end is near. Two days on without working time."""
    try:
        return worktime.nth_working_day(today + timedelta(days=1), SOON_WORKING_DAYS)
    except NoWorkingTime:
        return today + timedelta(days=SOON_WORKING_DAYS)


def end_of(day):
    return datetime.combine(day + timedelta(days=1), time(0), VIETNAM)


def day_length(worktime, moment):
    """Working minutes of the longest ordinary day in the moment's week: a half-day Saturday is no day to count by."""
    monday = minute(moment).astimezone(VIETNAM).date()
    monday -= timedelta(days=monday.weekday())
    week = (worktime.ordinary_hours(monday + timedelta(days=n)) for n in range(7))
    return max((sum(map(_span, hours)) for hours in week), default=0) or ORDINARY_DAY


def _span(hours):
    opens, closes = hours
    return (closes.hour - opens.hour) * 60 + closes.minute - opens.minute


def _spell(minutes, day):
    """The two largest parts: days and hours, or hours, or minutes."""
    days, rest = divmod(minutes, day)
    hours, minutes = divmod(rest, 60)
    if days:
        return " ".join([_days(days), *([_hours(hours)] if hours else [])])
    if hours:
        return _hours(hours)
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes} if minutes else ""


def _days(n):
    return ngettext("%(n)s working day", "%(n)s working days", n) % {"n": n}


def _hours(n):
    return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}
