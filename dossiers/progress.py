"""The straight way: from step to step, to the result, to the citizen's hand."""

from django.utils.translation import gettext as _

from dossiers import events
from dossiers.ledger import ClockEvent
from dossiers.workflow import NotAllowed, Status, Verb


class Progress:
    def next_steps(self):
        """The steps after the present one, in order; the first is the usual next."""
        steps = list(self.procedure_version.steps.all())
        done = next((place for place, step in enumerate(steps) if step.pk == self.step_id), -1)
        return steps[done + 1 :]

    def advance(self, *, to, by, at, note=""):
        """Go to a step of this dossier's version. A step that informs is announced to the citizen.

        Raises:
            NotAllowed: the step belongs to another version, or the move is not in the table.
        """
        if to.version_id != self.procedure_version_id:
            raise NotAllowed(_("This step belongs to another procedure or version."))
        if to.status == Status.RESULT_READY:
            return self.finish(by=by, at=at, note=note, step=to)
        with self._changing(by, "dossiers.advance_dossier"):
            # What waits for the citizen goes on by take_supplement or take_payment, which let the clock run again.
            if self.status not in (Status.RECEIVED, Status.PROCESSING):
                raise NotAllowed(_("The dossier is “%(status)s” now.") % {"status": self.get_status_display()})
            if to.pk == self.step_id:
                raise NotAllowed(_("The dossier is at this step already."))
            return self._move(
                to=to.status, verb=Verb.ADVANCED, by=by, at=at, step=to, note=note,
                citizen_note=to.citizen_text, event=events.dossier_advanced,
            )  # fmt: skip

    def finish(self, *, by, at, note="", step=None):
        """The result is there: the clock ends, the citizen may collect it."""
        with self._changing(by, "dossiers.advance_dossier"):
            self.finished_at = at
            self._tick(ClockEvent.Kind.STOP, at=at)
            return self._move(
                to=Status.RESULT_READY, verb=Verb.RESULT_READY, by=by, at=at, step=step, note=note,
                event=events.result_ready,
            )  # fmt: skip

    def hand_over(self, *, by, at, note=""):
        """The citizen has the result; the dossier is closed."""
        with self._changing(by, "dossiers.receive_dossier"):
            self.handed_over_at = at
            return self._move(
                to=Status.HANDED_OVER, verb=Verb.HANDED_OVER, by=by, at=at, note=note,
                event=events.result_handed_over,
            )  # fmt: skip

    def correct(self, *, by, at, reason):
        """Take a finished dossier back into work because the result was wrong; the clock was never stopped then."""
        if not reason.strip():
            raise NotAllowed(_("A correction needs its reason."))
        with self._changing(by, "dossiers.lead_dossier"):
            if self.status != Status.RESULT_READY:
                raise NotAllowed(_("Only a finished dossier that was not handed over can be corrected."))
            self.finished_at = None
            self._tick(ClockEvent.Kind.RESUME, at=at, reason=reason)
            return self._move(
                to=Status.PROCESSING, verb=Verb.CORRECTED, by=by, at=at, note=reason, event=events.result_withdrawn
            )
