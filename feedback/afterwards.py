"""After the answer: was it fixed, how content are people, once more from the beginning, and the end.

The survey's link works once and for 14 days; opening it writes nothing, for previews open it too. Who is not content
may ask to reopen: the first time the unit's leader decides, the second time the whole authority's.
"""

import hmac
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.rights import ScopedQuerySet, over_the_whole
from agencies.sealed import SealedTextField, blind_index
from feedback import events
from feedback.workflow import LEAD, NotAllowed, State, Verb, needed

LASTS = timedelta(days=14)
LONGEST_NOTE = 1_000
_MARK = 24


class Satisfaction(models.IntegerChoices):
    """Three steps, as index 766 asks (Decision 766/QĐ-TTg)."""

    CONTENT = 3, _("Satisfied")
    FAIR = 2, _("Neither one nor the other")
    NOT_CONTENT = 1, _("Not satisfied")


class SurveyQuerySet(ScopedQuerySet):
    view_permission = "feedback.view_survey"
    field_path = None


class Survey(models.Model):
    """One answer to "was it settled?". Of who gave it nothing is kept here but the report."""

    report = models.ForeignKey("feedback.Report", models.PROTECT, related_name="surveys")
    round = models.PositiveSmallIntegerField(default=0)
    unit = models.ForeignKey("agencies.Unit", models.PROTECT, related_name="+", verbose_name=_("answered by"))
    satisfaction = models.PositiveSmallIntegerField(_("satisfaction"), choices=Satisfaction)
    fixed = models.BooleanField(_("is it fixed?"), null=True)
    note = SealedTextField(_("in their own words"), blank=True)
    given_on = models.DateField(_("given on"))

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to the survey")
        verbose_name_plural = _("answers to the survey")
        default_permissions = ("view",)
        ordering = ["-pk"]
        indexes = [models.Index(fields=["unit", "-given_on"], name="feedback_surveys_of_unit")]
        constraints = [models.UniqueConstraint(fields=["report", "round"], name="feedback_one_survey_a_round")]

    def __str__(self):
        return str(self.get_satisfaction_display())

    @property
    def scope_unit(self):
        return self.unit


def survey_token(report):
    """For the address of the survey after this answer; another answer has another one."""
    said = f"{report.code}-{report.rounds}"
    return f"{said}-{blind_index(said, 'survey')[:_MARK]}"


def code_of_survey(token):
    """(code, round) in a token of ours, or None."""
    said, _dash, mark = (token or "").rpartition("-")
    code, _dash, rounds = said.partition("-")
    genuine = said.isascii() and mark.isascii() and rounds.isdecimal() and len(rounds) < 5
    right = genuine and hmac.compare_digest(mark, blind_index(said, "survey")[:_MARK])
    return (code, int(rounds)) if right else None


class Afterwards:
    def may_be_rated(self, *, at):
        """Answered, not rated yet, and not too long ago."""
        return self.state == State.PUBLISHED and self.answered_at is not None and at < self.answered_at + LASTS

    def may_be_reopened(self, *, at):
        """Within the window in which a citizen may ask for it (settings.REOPEN_DAYS)."""
        return self.state in (State.PUBLISHED, State.RATED) and at < self.reopen_until

    @property
    def reopen_until(self):
        return self.answered_at + timedelta(days=settings.REOPEN_DAYS)

    def rate(self, *, satisfaction, at, fixed=None, note="", reopen=False):
        """What whoever reported says of the answer, once. Not content, they may ask to reopen in the same breath.

        Raises:
            NotAllowed: rated already, or too long ago.
        """
        with self._doing(Verb.RATED, by=None) as act:
            if not self.may_be_rated(at=at):
                raise NotAllowed(_("This was rated already, or too long ago."))
            self._move(act)
            self.confirmed_fixed = fixed
            Survey.objects.create(
                report=self, round=self.rounds, unit=self.unit, satisfaction=satisfaction, fixed=fixed,
                note=note.strip()[:LONGEST_NOTE], given_on=at.date(),
            )  # fmt: skip
            self._write(Verb.RATED, by=None, at=at)
        if reopen:
            self.ask_reopening(at=at, reason=note)
        return self

    def ask_reopening(self, *, at, reason, by=None):
        """Not fixed: whoever reported asks to look again; a leader decides, the second time a higher one."""
        reason = needed("note", reason, _("Please say what is not right yet."))
        with self._doing(Verb.REOPENING_ASKED, by=by) as act:
            if not self.may_be_reopened(at=at):
                raise NotAllowed(_("It was answered too long ago. Please report it anew."))
            self._move(act)
            self.appeals += 1
            entry = self._write(Verb.REOPENING_ASKED, by=by, at=at, note=reason[:LONGEST_NOTE])
            events.reopening_asked.send(type(self), report=self, entry=entry)
            return entry

    def reopen(self, *, by, at, reason):
        """In work again, with a term from today. An appeal is for whoever leads the whole authority."""
        with self._doing(Verb.REOPENED, by=by) as act:
            self._for_a_higher_one(by)
            due_before = self.due_at
            self._move(act)
            self.outcome, self.confirmed_fixed, self.answered_at, self.closed_at = "", None, None, None
            self.extended_at, self.minutes_left, self.escalation = None, None, 0
            self._set_term(self.category.service_level, at)
            entry = self._write(
                Verb.REOPENED, by=by, at=at, public_note=needed("reason", reason), due_before=due_before,
                event=events.report_reopened,
            )  # fmt: skip
            events.report_given.send(type(self), report=self, entry=entry)
            return entry

    def decline_reopening(self, *, by, at, reason):
        """It stays as it was answered; the citizen reads why."""
        with self._doing(Verb.REOPENING_DECLINED, by=by) as act:
            self._for_a_higher_one(by)
            self._move(act)
            return self._write(
                Verb.REOPENING_DECLINED, by=by, at=at, public_note=needed("reason", reason),
                event=events.reopening_declined,
            )  # fmt: skip

    def close(self, *, at, by=None):
        """Nobody asked for more within the window. Closed does not mean fixed: `outcome` says that."""
        with self._doing(Verb.CLOSED, by=by) as act:
            self._move(act)
            self.closed_at = at
            return self._write(Verb.CLOSED, by=by, at=at)

    def _for_a_higher_one(self, by):
        if self.appeals > 1 and by is not None and not over_the_whole(by, LEAD):
            raise NotAllowed(_("The second time somebody who leads the whole authority decides."))
