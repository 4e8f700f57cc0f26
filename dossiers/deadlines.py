"""Deadlines of many dossiers at once: told in time, told when missed, and moved when the calendar changes."""

import logging
from itertools import groupby
from operator import attrgetter

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.models import WorkCalendar
from dossiers import events
from dossiers.dossier import Dossier
from dossiers.ledger import ClockEvent, LogEntry
from dossiers.remaining import end_of, last_soon_day
from dossiers.workflow import Verb

log = logging.getLogger(__name__)

BATCH = 1_000


def announce_near_and_overdue(*, at):
    """Say once for each dossier that its deadline is near (as the officers' list has it) or has passed. How many?"""
    running = Dossier.objects.open()
    told = 0
    for calendar in WorkCalendar.objects.exclude(current=None):
        soon = end_of(last_soon_day(calendar.as_worktime(), localdate(at)))
        near = running.filter(calendar=calendar, due_at__gte=at, due_at__lt=soon)
        told += _announce(near, field="near_announced_at", event=events.deadline_near, at=at)
    return told + _announce(running.overdue(at=at), field="overdue_announced_at", event=events.dossier_overdue, at=at)


def _announce(dossiers, *, field, event, at):
    told = 0
    while size := _announce_some(dossiers.filter(**{field: None}), field=field, event=event, at=at):
        told += size
    return told


def _announce_some(dossiers, *, field, event, at):
    """A batch in one transaction, unit by unit; what another beat has in hand is left to it."""
    with transaction.atomic():
        free = dossiers.select_for_update(of=("self",), skip_locked=True).select_related("unit")
        found = list(free.only("number", "due_at", "unit").order_by("unit_id", "pk")[:BATCH])
        Dossier.objects.filter(pk__in=[dossier.pk for dossier in found]).update(**{field: at})
        for unit, theirs in groupby(found, key=attrgetter("unit")):
            event.send(Dossier, unit=unit, dossiers=list(theirs), at=at)
    return len(found)


class InOtherHands(Exception):
    """Another worker is at it, or has finished it."""


# Two lists instead of a thousand conditions, which take Django longer to word than all the rest of a batch.
_MOVE = """
    UPDATE dossiers_dossier SET due_at = moved.due_at, near_announced_at = NULL, overdue_announced_at = NULL
      FROM unnest(%s::bigint[], %s::timestamptz[]) AS moved (id, due_at)
     WHERE dossiers_dossier.id = moved.id
"""


class Recalculation(models.Model):
    """The work that a changed calendar makes: every open dossier's due date anew. A row, so that no crash loses it."""

    revision = models.OneToOneField("agencies.CalendarRevision", on_delete=models.PROTECT, related_name="+")
    recomputed_up_to = models.BigIntegerField(default=0)
    announced_up_to = models.BigIntegerField(default=0)
    moved = models.PositiveIntegerField(_("due dates moved"), default=0)
    done_at = models.DateTimeField(_("done at"), null=True)

    class Meta:
        verbose_name = _("recalculation of deadlines")
        verbose_name_plural = _("recalculations of deadlines")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.revision}: {self.moved}"

    def run(self, *, at, batch=BATCH, progress=None):
        """Recompute, then announce, batch by batch; can be interrupted anywhere and run again.

        Raises:
            InOtherHands: another worker is at the same recalculation.
        """
        while (size := self._step(self._recompute, batch, at)) > 0:
            if progress:
                progress(size)
        while self._step(self._announce, batch, at) > 0:
            pass
        Recalculation.objects.filter(pk=self.pk, done_at=None).update(done_at=at)

    def _step(self, work, batch, at):
        """One batch in one transaction. A second worker does not wait for the row: there is other work to do."""
        with transaction.atomic():
            free = Recalculation.objects.filter(done_at=None).select_for_update(of=("self",), skip_locked=True)
            try:
                self.refresh_from_db(from_queryset=free)
            except Recalculation.DoesNotExist:
                raise InOtherHands from None
            size = work(batch, at)
            self.save()
        return size

    def _recompute(self, batch, at):
        dossiers = list(
            Dossier.objects.open()
            .filter(calendar=self.revision.calendar, pk__gt=self.recomputed_up_to)
            .select_for_update(of=("self",))
            .order_by("pk")[:batch]
        )
        if not dossiers:
            return 0
        ledger = self._ledger_of(dossiers)
        # A later amendment may be there already: nothing is ever moved to where an overtaken one would have it.
        revision = WorkCalendar.objects.select_related("current").get(pk=self.revision.calendar_id).current
        worktime = revision.as_worktime()
        moved = []
        for dossier in dossiers:
            due_at = dossier.computed_due_at(ledger.get(dossier.pk, []), worktime)
            if due_at != dossier.due_at:
                moved.append((dossier, dossier.due_at, due_at))
        self._store(moved, revision=revision, at=at)
        self.recomputed_up_to = dossiers[-1].pk
        self.moved += len(moved)
        return len(dossiers)

    def _ledger_of(self, dossiers):
        ledger = {}
        for event in ClockEvent.objects.filter(dossier__in=dossiers, kind__in=ClockEvent.COUNTED):
            ledger.setdefault(event.dossier_id, []).append(event)
        return ledger

    def _store(self, moved, *, revision, at):
        reason = revision.reason_in_words()[:500]
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, [[dossier.pk for dossier, *_dates in moved], [after for *_rest, after in moved]])
        ClockEvent.objects.bulk_create(
            ClockEvent(
                dossier=dossier, kind=ClockEvent.Kind.CALENDAR_CHANGED, at=at, reason=reason,
                due_before=before, due_after=after, revision=revision,
            )
            for dossier, before, after in moved
        )  # fmt: skip
        LogEntry.objects.bulk_create(
            LogEntry(
                dossier=dossier, verb=Verb.CALENDAR_CHANGED, at=at, status=dossier.status, step_id=dossier.step_id,
                citizen_note=reason,
            )
            for dossier, *_dates in moved
        )  # fmt: skip

    def _announce(self, batch, at):
        lines = list(
            ClockEvent.objects.filter(revision=self.revision, pk__gt=self.announced_up_to)
            .select_related("dossier__unit", "dossier__received_by_unit")
            .defer("dossier__documents")
            .order_by("pk")[:batch]
        )
        for line in lines:
            # What happened meanwhile has been told by itself; this date is no news any more.
            if line.dossier.is_open and line.dossier.due_at == line.due_after:
                events.due_date_moved.send(Dossier, dossier=line.dossier, entry=None, line=line)
        if lines:
            self.announced_up_to = lines[-1].pk
        return len(lines)


def recompute_unfinished(*, at):
    """Finish every recalculation that was begun; returns how many there were. One that fails keeps no other waiting."""
    unfinished = list(Recalculation.objects.filter(done_at=None).order_by("pk").select_related("revision__calendar"))
    for recalculation in unfinished:
        try:
            recalculation.run(at=at)
        except InOtherHands:
            pass
        except Exception:
            log.exception("The recalculation %s could not be finished.", recalculation.pk)
    return len(unfinished)


def differing_from_ledger(dossiers):
    """Those whose stored due date is not what ledger and calendar give. There must be none."""
    counted = models.Prefetch("clock_events", ClockEvent.objects.filter(Q(kind__in=ClockEvent.COUNTED)))
    for dossier in dossiers.select_related("calendar").prefetch_related(counted).iterator(chunk_size=BATCH):
        if dossier.due_at != dossier.computed_due_at(dossier.clock_events.all()):
            yield dossier


def compare_with_ledgers():
    """Look at every open dossier; whoever reads the log hears of each that differs. Returns how many."""
    differing = 0
    for dossier in differing_from_ledger(Dossier.objects.open()):
        differing += 1
        log.error("Dossier %s is not due when its ledger says (%s).", dossier.number, dossier.due_at)
    return differing
