"""What was done to a report: a list that only grows, each line sealed to the one before it.

A line says what stood in it and which line came before, in one digest: whoever changes one by hand, past the triggers
that forbid it, breaks the chain at that line, and `manage.py verify_reports` names it.

What was said lies beside the line and may be forgotten when its time is over (retention.py); that it was said, by whom
and when, and a keyed mark of the words, stay.
"""

import hashlib
import json

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.audit import append_only
from agencies.sealed import blind_index
from feedback.workflow import State, Verb

V = Verb
PUBLIC = [
    V.OPENED, V.ACCEPTED, V.REFUSED, V.ASSIGNED, V.ASKED, V.PASSED_ON, V.EXTENDED, V.PUBLISHED, V.RATED, V.REOPENED,
    V.REOPENING_DECLINED, V.CLOSED, V.MERGED,
]  # fmt: skip


class LogQuerySet(models.QuerySet):
    def public(self):
        """What anybody may read of a report, in order."""
        return self.filter(verb__in=PUBLIC)


class LogManager(models.Manager.from_queryset(LogQuerySet)):
    def get_queryset(self):
        return super().get_queryset().select_related("texts")


@append_only
class LogEntry(models.Model):
    """One act, with its person and moment. The newest line is the report's present state."""

    report = models.ForeignKey("feedback.Report", on_delete=models.PROTECT, related_name="log")
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        "agencies.Officer", verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_("by (name then)"), max_length=200, blank=True)
    verb = models.CharField(_("act"), max_length=30, choices=Verb)
    state = models.CharField(_("state"), max_length=30, choices=State)
    unit = models.ForeignKey(
        "agencies.Unit", verbose_name=_("unit"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    due_before = models.DateTimeField(_("due before"), null=True)
    due_after = models.DateTimeField(_("due after"), null=True)
    words = models.CharField(max_length=64, blank=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)

    objects = LogManager()

    class Meta:
        verbose_name = _("line of a report's log")
        verbose_name_plural = _("lines of reports' logs")
        ordering = ["at", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["report", "at"], name="feedback_log_of_report"),
            models.Index(fields=["at", "id"], condition=models.Q(verb__in=PUBLIC), name="feedback_log_public"),
        ]

    def __str__(self):
        return f"{self.get_verb_display()} ({self.at:%d/%m/%Y %H:%M})"

    @property
    def note(self):
        """For colleagues."""
        return self._texts.note

    @property
    def public_note(self):
        """What the public reads."""
        return self._texts.public_note

    @property
    def _texts(self):
        return getattr(self, "texts", None) or EntryTexts()

    def write(self, previous, *, note="", public_note=""):
        """Stores the line after the one with that digest ("" if it is the first), and what was said beside it."""
        texts = EntryTexts(entry=self, note=note, public_note=public_note)
        self.seal_after(previous, texts)
        self.save(force_insert=True)
        if self.words:
            texts.save(force_insert=True)
        return self

    def seal_after(self, previous, texts):
        """Fills mark and digest; returns the digest, by which the next line is sealed."""
        self.words = texts.mark
        self.digest = self._digest(previous)
        return self.digest

    def fits(self, previous):
        """Whether line and words are those that were written after that digest. Forgotten words cannot be compared."""
        texts = self._texts
        return self.digest == self._digest(previous) and (texts.forgotten or not self.words or self.words == texts.mark)

    def _digest(self, previous):
        moments = [moment.timestamp() if moment else None for moment in (self.at, self.due_before, self.due_after)]
        facts = [
            self.report_id, *moments, self.by_id, self.by_name, str(self.verb), str(self.state), self.unit_id,
            self.words,
        ]  # fmt: skip
        said = json.dumps(facts, ensure_ascii=False)
        return hashlib.sha256(f"{previous}\n{said}".encode()).hexdigest()


class EntryTexts(models.Model):
    """What was said with an act."""

    entry = models.OneToOneField(LogEntry, primary_key=True, on_delete=models.PROTECT, related_name="texts")
    note = models.TextField(_("note for colleagues"), blank=True)
    public_note = models.TextField(_("what the public reads"), blank=True)
    forgotten = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("words of a line")
        verbose_name_plural = _("words of lines")
        default_permissions = ()

    def __str__(self):
        return self.public_note[:80] or self.note[:80]

    @property
    def mark(self):
        said = f"{self.note}\x1f{self.public_note}"
        return blind_index(said, "feedback.log") if self.note or self.public_note else ""


def broken_lines(report):
    """The lines of a report's log that were not written there in this order, the first one at the head."""
    broken, previous = [], ""
    for entry in report.log.order_by("pk"):
        if not entry.fits(previous):
            broken.append(entry)
        previous = entry.digest
    return broken
