"""The work of the back-office in groups by what one does next. A figure and the list it opens are one line here."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.workflow import OPEN, RUNNING, UNASSIGNED, State

COUNTED_UP_TO = 1_000


@dataclass(frozen=True, eq=False)
class Group:
    """A named part of the work. `colour` is a class of the back-office's stylesheet.

    Each is itself and no other: by its fields it would be another one in another language.
    """

    key: str
    name: str
    colour: str = "grey"


WORK = Group("open", gettext_lazy("All open"))
SORT = Group("sort", gettext_lazy("To sort"), "yellow")
GIVEN = Group("given", gettext_lazy("Given, not begun"), "yellow")
HAND = Group("hand", gettext_lazy("In hand"), "blue")
APPROVE = Group("approve", gettext_lazy("To approve"), "green")
WAITING = Group("waiting", gettext_lazy("The citizen is asked"), "blue")
SOON = Group("soon", gettext_lazy("Due soon"), "orange")
LATE = Group("late", gettext_lazy("Late"), "red")
REOPENING = Group("reopening", gettext_lazy("Asked to reopen"), "orange")
FLAGGED = Group("flagged", gettext_lazy("Flagged by citizens"), "red")
ALL = Group("all", gettext_lazy("All, newest first"))
GROUPS = {
    group.key: group
    for group in (SORT, GIVEN, HAND, APPROVE, WAITING, SOON, LATE, REOPENING, FLAGGED, WORK, ALL)
}  # fmt: skip
COUNTED = [group for group in GROUPS.values() if group is not ALL]
FIGURES = [LATE, SOON, SORT, GIVEN, HAND, APPROVE, WAITING, REOPENING, FLAGGED]
NEWEST_FIRST = (ALL, FLAGGED)
IN_STATES = {
    SORT: UNASSIGNED,
    GIVEN: [State.ASSIGNED, State.REOPENED],
    HAND: [State.IN_PROGRESS, State.PASSED_ON],
    APPROVE: [State.ANSWERED],
    WAITING: [State.WAITING],
    REOPENING: [State.REOPENING_ASKED],
}


def group_q(group, *, at):
    """The reports of a group at this moment."""
    if group in IN_STATES:
        # Also in words that the index of open reports recognises.
        return Q(state__in=OPEN) & Q(state__in=IN_STATES[group])
    return {
        SOON: Q(state__in=OPEN, due_at__gte=at, remind_at__lte=at) & Q(state__in=RUNNING),
        LATE: Q(state__in=OPEN, due_at__lt=at) & Q(state__in=RUNNING),
        FLAGGED: Q(flags__gt=0),
        WORK: Q(state__in=OPEN),
        ALL: Q(),
    }[group]


def urgency(report, *, at: datetime):
    """The group whose colour the time left has, or None: no hurry."""
    if report.state not in RUNNING or report.due_at is None:
        return WAITING if report.is_paused else None
    if report.due_at < at:
        return LATE
    return SOON if report.remind_at and report.remind_at <= at else None


def shown_count(count):
    return number_format(count, force_grouping=True) if count <= COUNTED_UP_TO else _("1,000+")
