"""The unit at work: begin, ask the citizen, pass on, give a new date, note. The term pauses only for the citizen."""

from datetime import timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from feedback import clock, events
from feedback.workflow import Incomplete, State, Verb, needed

MOST_SAID = 4_000


class Handling:
    def start(self, *, by, at, note=""):
        with self._doing(Verb.STARTED, by=by) as act:
            self._move(act)
            self.officer = self.officer or by
            return self._write(Verb.STARTED, by=by, at=at, note=note)

    def ask(self, *, by, at, question):
        """Ask whoever reported; the term stands still until they answer, or until their time for it is over."""
        question = needed("question", question)
        with self._doing(Verb.ASKED, by=by) as act:
            self._move(act)
            self._pause(at)
            self.replies_until = at + timedelta(days=self.category.service_level.reply_days)
            return self._write(Verb.ASKED, by=by, at=at, public_note=question, event=events.question_asked)

    def hear(self, text, *, at, by=None, through="", theirs=True):
        """Somebody adds something. Never lost, whatever the state.

        Args:
            theirs: it was said by whoever reported: if they were asked, the term goes on.
        """
        text = needed("text", text)[:MOST_SAID]
        return self._said(Verb.CITIZEN_SAID, text, at=at, by=by or through, answers=theirs)

    def hear_partner(self, text, *, at, by=None, through=""):
        """A body outside says something: kept as a note, also when nobody waits for it any more."""
        return self._said(Verb.PARTNER_SAID, needed("text", text)[:MOST_SAID], at=at, by=by or through)

    def _said(self, verb, text, *, at, by, answers=False):
        with self._changing():
            if answers and self.state == State.WAITING:
                self.state = State.IN_PROGRESS
                self._go_on(at)
            entry = self._write(verb, by=by, at=at, note=text)
            events.citizen_said.send(type(self), report=self, entry=entry)
            return entry

    def go_on(self, *, at, by=None):
        """The citizen's time to answer is over: back to work with what is known."""
        with self._doing(Verb.WENT_ON, by=by) as act:
            self._move(act)
            self._go_on(at)
            return self._write(Verb.WENT_ON, by=by, at=at)

    def pass_on(self, partner, *, by, at, why=""):
        """Handled by a body outside (a power company, another ministry). The term goes on: the promise is ours."""
        partner = needed("partner", partner)
        with self._doing(Verb.PASSED_ON, by=by) as act:
            self._move(act)
            self.partner = partner[:200]
            words = _("Passed on to: %(partner)s.") % {"partner": partner}
            words = "\n".join(part for part in (words, why.strip()) if part)
            return self._write(Verb.PASSED_ON, by=by, at=at, public_note=words, event=events.report_passed_on)

    def take_back(self, *, by, at, note=""):
        with self._doing(Verb.TAKEN_BACK, by=by) as act:
            self._move(act)
            return self._write(Verb.TAKEN_BACK, by=by, at=at, note=note)

    def extend(self, *, by, at, due_at, reason, reply):
        """A new date, with the reason and an interim reply that the citizen and the public read.

        Raises:
            Incomplete: no reason or reply; the date is no later one, or too far away.
        """
        reason, reply = needed("reason", reason), needed("reply", reply)
        with self._doing(Verb.EXTENDED, by=by):
            due_before = self.due_at
            self._check_new_date(due_at, at)
            self._set_due(clock.minute(due_at), start=at)
            self.extended_at, self.escalation = at, 0
            day = f"{localtime(due_at):%d/%m/%Y}"
            words = _("%(reply)s\nNew date: %(day)s. Reason: %(reason)s")
            words %= {"reply": reply, "day": day, "reason": reason}
            return self._write(
                Verb.EXTENDED, by=by, at=at, public_note=words, due_before=due_before, event=events.report_extended
            )

    def _check_new_date(self, due_at, at):
        if due_at <= max(at, self.due_at):
            raise Incomplete({"due_at": _("The new date must lie after the present one, and after today.")})
        most = self.category.service_level.most_extra_days
        last = self._first_due_at() + timedelta(days=most)
        if due_at > max(last, at + timedelta(days=1)):
            words = _("At most %(n)s days after the first date: until %(last)s.")
            raise Incomplete({"due_at": words % {"n": most, "last": f"{localtime(last):%d/%m/%Y}"}})

    def _first_due_at(self):
        lines = self.log.filter(verb=Verb.EXTENDED).order_by("pk")
        if again := self.log.filter(verb=Verb.REOPENED).order_by("pk").last():
            lines = lines.filter(pk__gt=again.pk)
        first = lines.values_list("due_before", flat=True).first()
        return first or self.due_at

    def note(self, text, *, by, at):
        """For colleagues only. It moves nothing."""
        with self._doing(Verb.NOTED, by=by):
            return self._write(Verb.NOTED, by=by, at=at, note=needed("note", text))

    def _pause(self, at):
        if self.due_at is not None:
            self.minutes_left = clock.minutes_left(self.term_unit, at, self.due_at, self.worktime)
            self.due_at = self.remind_at = None

    def _go_on(self, at):
        """With what was left of the term; what was late is as late as it was."""
        self.replies_until = None
        if self.minutes_left is not None and self.due_at is None:
            left, self.minutes_left = self.minutes_left, None
            due_at = clock.later(self.term_unit, at, left, self.worktime)
            told = (self.reminded_at, self.overdue_told_at)
            self._set_due(due_at, start=at)
            # Nobody is reminded twice of one term.
            self.reminded_at, self.overdue_told_at = told
