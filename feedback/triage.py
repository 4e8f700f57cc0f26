"""Whoever sorts: accept, refuse, assign, correct the category, merge and take apart again."""

from django.utils.translation import gettext as _

from feedback import events
from feedback.following import Follower
from feedback.routing import centre
from feedback.workflow import OPEN, Incomplete, NotAllowed, Refusal, Verb, needed


class Triage:
    def accept(self, *, by, at, note=""):
        """It is ours and can be understood. A person has looked at it: it may be public now."""
        with self._doing(Verb.ACCEPTED, by=by) as act:
            self._move(act)
            self._looked(at)
            return self._write(Verb.ACCEPTED, by=by, at=at, note=note, event=events.report_accepted)

    def refuse(self, *, by, at, reason, why, where_to="", note=""):
        """Not taken: the citizen reads why, who says so and where to go instead.

        Args:
            reason: of Refusal. A complaint or denunciation has its own way by law, and is told which.
            where_to: the receiving authority; needed where it is another one's or the wrong channel.
        """
        reason = Refusal(reason)
        if reason in (Refusal.NOT_OURS, Refusal.WRONG_CHANNEL):
            needed("where_to", where_to, _("Say where the citizen can go instead."))
        words = "\n".join(part for part in (needed("why", why), where_to.strip()) if part)
        with self._doing(Verb.REFUSED, by=by) as act:
            self._move(act)
            self.closed_at, self.partner = at, where_to.strip()[:200]
            note = " · ".join(part for part in (str(reason.label), note) if part)
            return self._write(Verb.REFUSED, by=by, at=at, note=note, public_note=words, event=events.report_refused)

    def assign(self, unit, *, by, at, officer=None, note=""):
        """To the unit in charge, and there to a person if one is named. Accepts it too, if nobody has.

        Raises:
            Incomplete: the officer does not work there.
        """
        if officer is not None and officer.unit_id != unit.pk:
            raise Incomplete({"officer": _("%(officer)s does not work at %(unit)s.")
                              % {"officer": officer, "unit": unit}})  # fmt: skip
        with self._doing(Verb.ASSIGNED, by=by) as act:
            self._looked(at)
            return self._assign(act, unit, by=by, at=at, officer=officer, note=note)

    def _assign_by_rule(self, unit, *, at, why):
        """By a rule that needs no person; that it is public needs one all the same."""
        with self._doing(Verb.ASSIGNED, by=None) as act:
            self._assign(act, unit, by=None, at=at, note=why)

    def _assign(self, act, unit, *, by, at, officer=None, note=""):
        self._move(act)
        self.unit, self.officer, self.partner = unit, officer, ""
        self.assigned_at = self.assigned_at or at
        entry = self._write(Verb.ASSIGNED, by=by, at=at, note=note, event=events.report_assigned)
        events.report_given.send(type(self), report=self, entry=entry)
        return entry

    def correct(self, *, by, at, category=None, ward=None, address=None, note=""):
        """Another category, ward or street. The term is that of the new category, from the same beginning."""
        with self._doing(Verb.CHANGED, by=by):
            due_before = self.due_at
            if category is not None and category.pk != self.category_id:
                self._change_category(category)
            self.ward = ward or self.ward
            self.address = self.address if address is None else address.strip()[:300]
            return self._write(Verb.CHANGED, by=by, at=at, note=note, due_before=due_before)

    def _change_category(self, category):
        self.category, self.kind = category, category.kind
        self.public_wanted = self.public_wanted and not category.private
        if self.extended_at is None and self.minutes_left is None and not self.appeals:
            told = (self.reminded_at, self.overdue_told_at)
            self._set_term(category.service_level, self.received_at)
            self.reminded_at, self.overdue_told_at = told  # nobody is told twice

    def merge_into(self, main, *, by, at, note=""):
        """The same as another one: its followers hear that one's news from now on, its code leads there.

        Raises:
            NotAllowed: the other one is merged itself, or this one.
        """
        if main.pk == self.pk or main.state not in OPEN:
            raise NotAllowed(_("Choose the report that stays open."))
        if self.merged_reports.exists():
            raise NotAllowed(_("Others were merged into this one: merge them into the other one first."))
        with self._doing(Verb.MERGED, by=by) as act:
            main._lock()
            if main.state not in OPEN:
                raise NotAllowed(_("Choose the report that stays open."))
            self._move(act)
            self.merged_into = main
            entry = self._write(Verb.MERGED, by=by, at=at, note=note, event=events.report_merged)
            Follower.objects.move(self, to=main)
            main.supports += self.supports + 1
            main.save(update_fields=["supports"])
            main._write(Verb.NOTED, by=by, at=at, note=_("%(code)s was merged into this one.") % {"code": self})
            return entry

    def take_apart(self, *, by, at, note=""):
        """Not the same after all: a report of its own again, with its own followers."""
        with self._doing(Verb.UNMERGED, by=by) as act:
            main = type(self).objects.select_for_update().get(pk=self.merged_into_id)
            self._move(act)
            self.merged_into = None
            Follower.objects.move_back(self, of=main)
            main.supports = max(main.supports - self.supports - 1, 0)
            main.save(update_fields=["supports"])
            main._write(Verb.NOTED, by=by, at=at, note=_("%(code)s was taken out of this one.") % {"code": self})
            return self._write(Verb.UNMERGED, by=by, at=at, note=note)

    def give_back(self, *, by, at, reason):
        """The unit says that it is not theirs: back to whoever sorts."""
        with self._doing(Verb.GIVEN_BACK, by=by) as act:
            self._move(act)
            entry = self._write(Verb.GIVEN_BACK, by=by, at=at, note=needed("reason", reason))
            self.unit, self.officer, self.unassigned_told_at = centre().unit, None, None
            return entry

    def _looked(self, at):
        self.looked_at = self.looked_at or at
