"""What was done to a dossier and what its clock did: two lists that only grow."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.audit import append_only, tracked
from dossiers import clock
from dossiers.workflow import FORMS, Status, Verb

# How long a reason may be that the clock's ledger keeps: forms and rows ask for no more.
REASON = 500


@append_only
class LogEntry(models.Model):
    """One act, with its person and moment. The newest line is the dossier's present state."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="log")
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        "agencies.Officer", verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_("by (name then)"), max_length=200, blank=True)
    verb = models.CharField(_("act"), max_length=30, choices=Verb)
    status = models.CharField(_("status"), max_length=30, choices=Status)
    step = models.ForeignKey("dossiers.Step", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("note for colleagues"), blank=True)
    citizen_note = models.TextField(_("what the citizen reads"), blank=True)
    paper_number = models.CharField(_("number of the paper"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["dossier", "at"])]

    def __str__(self):
        return f"{self.get_verb_display()} ({self.at:%d/%m/%Y %H:%M})"

    @property
    def form(self):
        """The official form that belongs to this act, "01" to "05", or ""."""
        return FORMS.get(self.verb, "")


@append_only
class ClockEvent(models.Model):
    """What happened to the clock. The due date is a pure function of these lines and the calendar (clock.py)."""

    class Kind(models.TextChoices):
        START = "start", _("started")
        PAUSE = "pause", _("paused")
        RESUME = "resume", _("went on")
        RESTART = "restart", _("started anew")
        EXTEND = "extend", _("extended")
        CALENDAR_CHANGED = "calendar_changed", _("working calendar changed")
        STOP = "stop", _("stopped")

    COUNTED = [Kind.PAUSE, Kind.RESUME, Kind.RESTART, Kind.EXTEND]

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="clock_events")
    kind = models.CharField(_("clock"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("at"))
    n = models.DecimalField(_("by"), max_digits=6, decimal_places=2, null=True)
    reason = models.CharField(_("reason"), max_length=REASON, blank=True)
    due_before = models.DateTimeField(_("due before"), null=True)
    due_after = models.DateTimeField(_("due after"), null=True)
    revision = models.ForeignKey("agencies.CalendarRevision", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("line of the clock's ledger")
        verbose_name_plural = _("clock's ledger")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["dossier", "at"])]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.at:%d/%m/%Y %H:%M})"

    def as_event(self):
        return clock.Event(kind=self.kind, at=self.at, n=self.n)


@tracked()
class Supplement(models.Model):
    """A request to bring what is missing (Form 02): complete, in one go (Decree 309/2026 Art. 17.2a)."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="supplements")
    requested_at = models.DateTimeField(_("requested at"))
    what = models.TextField(_("what to bring"))
    reason = models.TextField(_("reason"))
    bring_by = models.DateField(_("bring it by"), null=True, blank=True)
    taken_at = models.DateTimeField(_("received at"), null=True)

    class Meta:
        verbose_name = _("supplement request")
        verbose_name_plural = _("supplement requests")
        ordering = ["requested_at", "pk"]

    def __str__(self):
        return self.what[:80]
