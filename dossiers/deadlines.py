"""Deadlines of many dossiers at once: told in time, told when missed, and moved when the calendar changes."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers import events
from dossiers.dossier import Dossier
from dossiers.ledger import ClockEvent, LogEntry
from dossiers.workflow import Verb

NEAR_WORKING_MINUTES = 2 * 8 * 60
BATCH = 1_000


def announce_near_and_overdue(*, at):
    """Say once for each dossier that its deadline is near (two working days) or has passed. Returns how many."""
    running = Dossier.objects.open().select_related("calendar")
    # Two working days are never more than two weeks, however long the holiday.
    near = running.filter(due_at__range=(at, at + timedelta(days=14)), near_announced_at=None)
    told = sum(_announce(d, "near_announced_at", events.deadline_near, at) for d in near if _is_near(d, at))
    late = running.overdue(at=at).filter(overdue_announced_at=None)
    return told + sum(_announce(d, "overdue_announced_at", events.dossier_overdue, at) for d in late)


def _is_near(dossier, at):
    worktime = dossier.calendar.as_worktime()
    return worktime.working_minutes_between(at, dossier.due_at) <= NEAR_WORKING_MINUTES


def _announce(dossier, field, event, at):
    with transaction.atomic():
        # Compare and set: two beats at the same moment tell it once.
        if not Dossier.objects.filter(pk=dossier.pk, **{field: None}).update(**{field: at}):
            return 0
        event.send(Dossier, dossier=dossier, entry=None)
    return 1


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
        """Recompute, then announce, batch by batch; can be interrupted anywhere and run again."""
        while (size := self._step(self._recompute, batch, at)) > 0:
            if progress:
                progress(size)
        while self._step(self._announce, batch, at) > 0:
            pass
        Recalculation.objects.filter(pk=self.pk, done_at=None).update(done_at=at)

    def _step(self, work, batch, at):
        """One batch in one transaction. The row lock keeps two workers from doing it twice."""
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Recalculation.objects.select_for_update(of=("self",)))
            size = work(batch, at)
            self.save()
        return size

    def _recompute(self, batch, at):
        # What was received later was computed with this amendment, or a newer one, already.
        dossiers = list(
            Dossier.objects.open()
            .filter(calendar=self.revision.calendar, received_at__lt=self.revision.at, pk__gt=self.recomputed_up_to)
            .select_for_update(of=("self",))
            .order_by("pk")[:batch]
        )
        if not dossiers:
            return 0
        ledger = self._ledger_of(dossiers)
        worktime = self.revision.as_worktime()
        moved = []
        for dossier in dossiers:
            due_at = dossier.computed_due_at(ledger.get(dossier.pk, []), worktime)
            if due_at != dossier.due_at:
                moved.append((dossier, dossier.due_at, due_at))
        self._store(moved, at)
        self.recomputed_up_to = dossiers[-1].pk
        self.moved += len(moved)
        return len(dossiers)

    def _ledger_of(self, dossiers):
        ledger = {}
        for event in ClockEvent.objects.filter(dossier__in=dossiers, kind__in=ClockEvent.COUNTED):
            ledger.setdefault(event.dossier_id, []).append(event)
        return ledger

    def _store(self, moved, at):
        reason = self.revision.reason_in_words()[:500]
        for dossier, _before, after in moved:
            dossier.due_at, dossier.near_announced_at, dossier.overdue_announced_at = after, None, None
        Dossier.objects.bulk_update(
            [dossier for dossier, *_dates in moved], ["due_at", "near_announced_at", "overdue_announced_at"]
        )
        ClockEvent.objects.bulk_create(
            ClockEvent(
                dossier=dossier, kind=ClockEvent.Kind.CALENDAR_CHANGED, at=at, reason=reason,
                due_before=before, due_after=after, revision=self.revision,
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
            .select_related("dossier__procedure_version__procedure", "dossier__unit")
            .order_by("pk")[:batch]
        )
        for line in lines:
            events.due_date_moved.send(Dossier, dossier=line.dossier, entry=None)
        if lines:
            self.announced_up_to = lines[-1].pk
        return len(lines)


def recompute_unfinished(*, at):
    """Finish every recalculation that was begun; returns how many there were."""
    unfinished = list(Recalculation.objects.filter(done_at=None).order_by("pk").select_related("revision__calendar"))
    for recalculation in unfinished:
        recalculation.run(at=at)
    return len(unfinished)


def differing_from_ledger(dossiers):
    """Those whose stored due date is not what ledger and calendar give: must be none; checked nightly."""
    counted = models.Prefetch("clock_events", ClockEvent.objects.filter(Q(kind__in=ClockEvent.COUNTED)))
    for dossier in dossiers.select_related("calendar").prefetch_related(counted).iterator(chunk_size=BATCH):
        if dossier.due_at != dossier.computed_due_at(dossier.clock_events.all()):
            yield dossier
