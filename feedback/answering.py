"""The answer: written by the unit, approved by a person, sent to where the report came from and to who follows."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.rights import WHOLE, WholeQuerySet, allowed
from feedback import events
from feedback.masking import masked
from feedback.workflow import Incomplete, NotAllowed, Outcome, Verb, needed

LONGEST_ANSWER = 4_000


class AnswerTemplate(models.Model):
    """Words that are used again and again, offered where an answer is written."""

    scope_unit, scope_field = WHOLE, None

    name = models.CharField(gettext_lazy("name"), max_length=120, unique=True)
    category = models.ForeignKey(
        "feedback.Category", verbose_name=gettext_lazy("category"), null=True, blank=True, on_delete=models.CASCADE,
        related_name="+", help_text=gettext_lazy("Empty: offered everywhere."),
    )  # fmt: skip
    outcome = models.CharField(
        gettext_lazy("how it was settled"), max_length=20, choices=Outcome, default=Outcome.EXPLAINED
    )
    text = models.TextField(gettext_lazy("text"))

    objects = WholeQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("template for answers")
        verbose_name_plural = gettext_lazy("templates for answers")
        ordering = ["name"]

    def __str__(self):
        return self.name


class Answering:
    def answer(self, text, *, outcome, by, at, partner="", has_photo_after=False):
        """The unit's answer; it waits for approval, and nobody outside reads it before that.

        Args:
            partner: who is in charge, where it is not this authority.
            has_photo_after: whether a photo of how it looks now lies with the report.

        Raises:
            Incomplete: no text; "fixed" without the photo its category asks for; "not ours" without whose it is.
        """
        text, outcome = needed("text", text), Outcome(outcome)
        if len(text) > LONGEST_ANSWER:
            words = _("At most %(n)s signs; this has %(has)s.")
            raise Incomplete({"text": words % {"n": LONGEST_ANSWER, "has": len(text)}})
        if outcome == Outcome.NOT_OURS:
            partner = needed("partner", partner, _("Say which authority it belongs to."))
        with self._doing(Verb.ANSWERED, by=by) as act:
            if outcome == Outcome.FIXED and self.category.photo_after and not has_photo_after:
                raise Incomplete({"photos": _("“Fixed” needs a photo of how it looks now.")})
            self._move(act)
            self.outcome, self.partner = outcome, partner.strip()[:200] or self.partner
            # Not public yet: only the line that publishes it carries what the public reads.
            entry = self._write(Verb.ANSWERED, by=by, at=at, note=text)
            events.answer_written.send(type(self), report=self, entry=entry)
            return entry

    def send_back(self, *, by, at, reason):
        """Not good enough to go out: back to the unit, with the reason."""
        with self._doing(Verb.SENT_BACK, by=by) as act:
            self._move(act)
            self.outcome = ""
            entry = self._write(Verb.SENT_BACK, by=by, at=at, note=needed("reason", reason))
            events.answer_sent_back.send(type(self), report=self, entry=entry)
            return entry

    def publish(self, *, by, at, text=None):
        """A person lets the answer go out, in these words or in the unit's own; the term ends.

        Numbers of persons are hidden in what the public reads.

        Raises:
            NotAllowed: the same person may not write and approve it, where somebody else could.
        """
        with self._doing(Verb.PUBLISHED, by=by) as act:
            written = self.log.filter(verb=Verb.ANSWERED).order_by("pk").last()
            if written.by_id and by is not None and written.by_id == by.pk and not self._may_approve_own(by):
                raise NotAllowed(_("Somebody else approves what you have written."))
            words = masked(needed("text", written.note if text is None else text))
            self._move(act)
            self.looked_at = self.looked_at or at  # whoever approves has read it
            self._refresh_shown()
            self.answered_at, self.remind_at, self.minutes_left = at, None, None
            self.rounds += 1
            return self._write(Verb.PUBLISHED, by=by, at=at, public_note=words, event=events.report_answered)

    def _may_approve_own(self, by):
        """Who leads may; a unit without a second person would have no way to answer."""
        return allowed(by, "feedback.lead_report", self)

    @property
    def written_answer(self):
        """The unit's words that wait for approval, or were approved last."""
        entry = self.log.filter(verb=Verb.ANSWERED).order_by("pk").last()
        return entry.note if entry else ""

    @property
    def public_answer(self):
        """What went out last, or ""."""
        entry = self.log.filter(verb=Verb.PUBLISHED).order_by("pk").last()
        return entry.public_note if entry else ""
