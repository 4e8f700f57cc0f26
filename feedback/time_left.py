"""How much of its term a report has left, as officers say it: “2 working days 3 hours left”, “1 hour overdue”. Pure."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback import clock

WORKING_DAY = 8 * 60  # minutes
WHOLE_DAY = 24 * 60


def time_left(report, *, at):
    """The time that is left, or why none runs; "" for what has ended."""
    if report.is_paused:
        return _("the clock stands still")
    if not report.is_open or report.due_at is None:
        return ""
    minutes = clock.minutes_left(report.term_unit, at, report.due_at, report.worktime)
    spell = _spell(abs(minutes), report.term_unit)
    if report.due_at < at:
        return _("%(time)s overdue") % {"time": spell} if spell else _("just overdue")
    return _("%(time)s left") % {"time": spell} if spell else _("due now")


def _spell(minutes, unit):
    """The two largest parts: days and hours, or hours, or minutes."""
    by_clock = unit == clock.CLOCK_HOURS
    days, rest = divmod(minutes, WHOLE_DAY if by_clock else WORKING_DAY)
    hours, minutes = divmod(rest, 60)
    if days:
        words = ngettext("%(n)s day", "%(n)s days", days) if by_clock else _working_days(days)
        return " ".join([words % {"n": days}, *([_hours(hours)] if hours else [])])
    if hours:
        return _hours(hours)
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes} if minutes else ""


def _working_days(n):
    return ngettext("%(n)s working day", "%(n)s working days", n)


def _hours(n):
    return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}
