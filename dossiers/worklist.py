"""Today's work: groups of dossiers by urgency. A figure and the list it opens come from the same line here."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from agencies.models import Unit, WorkCalendar
from agencies.rights import rights_of
from dossiers.remaining import SOON_WORKING_DAYS, end_of, last_soon_day
from dossiers.workflow import OPEN, PAUSED, Status


@dataclass(frozen=True)
class Group:
    """A named part of the work. `colour` is a class of the back-office's stylesheet."""

    key: str
    name: str
    colour: str = "grey"


OPEN_WORK = Group("open", _("Open dossiers"))
OVERDUE = Group("overdue", _("Overdue"), "red")
TODAY = Group("today", _("Due today"), "orange")
SOON = Group("soon", _("Due within two working days"), "yellow")
WAITING = Group("waiting", _("Waiting for the citizen"), "blue")
READY = Group("ready", _("Result ready to hand over"), "green")
ALL = Group("all", _("All, newest first"))
FIGURES = [OVERDUE, TODAY, SOON, WAITING, READY]
GROUPS = {group.key: group for group in (OPEN_WORK, *FIGURES, ALL)}


@dataclass(frozen=True)
class Today:
    """The moment the work is looked at, and the last day that counts as soon."""

    at: datetime
    soon_until: date

    @classmethod
    def of(cls, user, *, at):
        """By the calendar of the officer's own unit: before a long holiday the days after it are soon already."""
        return cls(at, _soon_until(user, localtime(at).date()))

    def q(self, group):
        day_ends = end_of(localtime(self.at).date())
        return {
            OPEN_WORK: Q(status__in=OPEN),
            OVERDUE: Q(status__in=OPEN, due_at__lt=self.at),
            TODAY: Q(status__in=OPEN, due_at__gte=self.at, due_at__lt=day_ends),
            SOON: Q(status__in=OPEN, due_at__gte=day_ends, due_at__lt=end_of(self.soon_until)),
            # Also a condition that the index of open dossiers recognises.
            WAITING: Q(status__in=OPEN) & Q(status__in=PAUSED),
            READY: Q(status=Status.RESULT_READY),
            ALL: Q(),
        }[group]

    def urgency(self, dossier):
        """The group a dossier counts in, or None: no hurry."""
        if dossier.status == Status.RESULT_READY:
            return READY
        if not dossier.is_open:
            return None
        if dossier.due_at is None:
            return WAITING if dossier.is_paused else None
        if dossier.due_at < self.at:
            return OVERDUE
        if dossier.is_paused:
            return WAITING
        if dossier.due_at < end_of(localtime(self.at).date()):
            return TODAY
        return SOON if dossier.due_at < end_of(self.soon_until) else None


def _soon_until(user, today):
    try:
        return last_soon_day(_calendar_of(user).as_worktime(), today)
    except WorkCalendar.DoesNotExist:
        return today + timedelta(days=SOON_WORKING_DAYS)


def _calendar_of(user):
    """That of the topmost unit the officer works for; the path is known already, so one query."""
    return WorkCalendar.objects.nearest_to(Unit(path=rights_of(user).home_path))
