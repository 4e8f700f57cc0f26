"""What keeps a dossier from going straight: supplements, payments, apologies, withdrawal, stop."""

from django.utils.translation import gettext as _

from agencies.worktime import Refused
from dossiers import events
from dossiers.catalogue import OnSupplement
from dossiers.ledger import ClockEvent
from dossiers.workflow import NotAllowed, Status, Verb, needed


class Interruptions:
    @property
    def next_supplement_counts_as_overdue(self):
        """Index 766 counts a dossier with more than one supplement request as overdue: warn before the second."""
        return self.supplements_count >= 1

    def request_supplement(self, *, what, reason, by, at, bring_by=None, paper_number=""):
        """Ask for what is missing, all of it in one go (Form 02); the clock stands still until it comes.

        `paper_number`, here and in the other verbs that make a paper, is the paper's own in the unit's register; where
        it is blank, the print has a line to write it on.
        """
        with self._changing(by, "dossiers.advance_dossier"):
            self.supplements_count += 1
            self.supplements.create(what=needed(what), reason=needed(reason), requested_at=at, bring_by=bring_by)
            self._pause(at, reason)
            return self._move(
                to=Status.SUPPLEMENT_REQUESTED, verb=Verb.SUPPLEMENT_REQUESTED, by=by, at=at,
                citizen_note=what, note=reason, paper_number=paper_number, event=events.supplement_requested,
            )  # fmt: skip

    def take_supplement(self, *, by, at, note=""):
        """What was missing is here: the clock goes on, or starts anew where the procedure says so."""
        with self._changing(by, "dossiers.receive_dossier"):
            self._must_be(Status.SUPPLEMENT_REQUESTED)
            self.supplements.filter(taken_at=None).update(taken_at=at)
            if self.received_at is None:
                self._write(verb=Verb.SUPPLEMENT_TAKEN, by=by, at=at, note=note)
                return self._start(by, at)
            anew = self.procedure_version.on_supplement == OnSupplement.RESTART
            self._tick(ClockEvent.Kind.RESTART if anew else ClockEvent.Kind.RESUME, at=at)
            return self._move(to=self._working_status(), verb=Verb.SUPPLEMENT_TAKEN, by=by, at=at, note=note)

    def request_payment(self, *, what, by, at, obligation=False):
        """Ask for a fee, or (obligation) for a tax or other financial obligation; the clock stands still."""
        verb = Verb.OBLIGATION_REQUESTED if obligation else Verb.PAYMENT_REQUESTED
        event = events.obligation_requested if obligation else events.payment_requested
        with self._changing(by, "dossiers.advance_dossier"):
            self._pause(at, what)
            return self._move(
                to=Status.PAYMENT_REQUESTED, verb=verb, by=by, at=at, citizen_note=needed(what), event=event
            )

    def take_payment(self, *, by, at, note=""):
        with self._changing(by, "dossiers.advance_dossier"):
            self._must_be(Status.PAYMENT_REQUESTED)
            self._tick(ClockEvent.Kind.RESUME, at=at)
            return self._move(to=Status.PROCESSING, verb=Verb.PAYMENT_TAKEN, by=by, at=at, note=note)

    def apologise(self, *, n, reason, by, at, paper_number=""):
        """Apologise in writing and give a new date, once only (Form 04; Decree 61/2018 Art. 19.9).

        Args:
            n: by how much the term grows, in the term's own unit.
        """
        with self._changing(by, "dossiers.lead_dossier"):
            if self.reappointed_at:
                raise NotAllowed(_("The citizen was given a new date once already; a second time is not allowed."))
            if not self.is_open or self.is_paused or self.received_at is None:
                raise NotAllowed(_("A new date can be given only while the clock runs."))
            self._check_extension(n)
            self.reappointed_at, self.near_announced_at, self.overdue_announced_at = at, None, None
            self._tick(ClockEvent.Kind.EXTEND, at=at, n=n, reason=needed(reason))
            self.save()
            entry = self._write(verb=Verb.APOLOGISED, by=by, at=at, citizen_note=reason, paper_number=paper_number)
            events.due_date_moved.send(type(self), dossier=self, entry=entry)
            return entry

    def _check_extension(self, n):
        try:
            self.term.extension(n)
        except Refused as refused:
            raise NotAllowed(_(refused.reason) % refused.values) from refused

    def stop(self, *, reason, by, at, paper_number=""):
        """Stop the processing for good (Form 05)."""
        with self._changing(by, "dossiers.lead_dossier"):
            return self._end(Verb.STOPPED, reason=reason, by=by, at=at, paper_number=paper_number)

    def ask_withdrawal(self, *, reason, by, at):
        """The citizen wants the dossier back."""
        with self._changing(by, "dossiers.receive_dossier"):
            self.status_before_withdrawal = self.status
            return self._move(
                to=Status.WITHDRAWAL_REQUESTED, verb=Verb.WITHDRAWAL_ASKED, by=by, at=at, note=reason,
                event=events.withdrawal_requested,
            )  # fmt: skip

    def withdraw(self, *, by, at, note="", paper_number=""):
        """The dossier is given back as asked."""
        with self._changing(by, "dossiers.advance_dossier"):
            self._must_be(Status.WITHDRAWAL_REQUESTED)
            reason = note or _("at the citizen's request")
            return self._end(Verb.WITHDRAWN, reason=reason, by=by, at=at, paper_number=paper_number)

    def decline_withdrawal(self, *, reason, by, at):
        """It can no longer be withdrawn: back to where it was, with the reason told."""
        with self._changing(by, "dossiers.lead_dossier"):
            self._must_be(Status.WITHDRAWAL_REQUESTED)
            return self._move(
                to=self.status_before_withdrawal, verb=Verb.WITHDRAWAL_DECLINED, by=by, at=at,
                citizen_note=needed(reason), event=events.dossier_advanced,
            )  # fmt: skip

    def _end(self, verb, *, reason, by, at, paper_number):
        self.finished_at = at
        if self.received_at is not None:
            self._tick(ClockEvent.Kind.STOP, at=at, reason=reason)
        return self._move(
            to=Status.STOPPED, verb=verb, by=by, at=at, citizen_note=needed(reason), paper_number=paper_number,
            event=events.dossier_stopped,
        )  # fmt: skip

    def _pause(self, at, reason):
        if self.received_at is not None:
            self._tick(ClockEvent.Kind.PAUSE, at=at, reason=reason)

    def _must_be(self, status):
        if self.status != status:
            raise NotAllowed(_("The dossier is “%(status)s” now.") % {"status": Status(self.status).label})

    def _working_status(self):
        return (
            self.step.status
            if self.step_id and self.step.status in (Status.RECEIVED, Status.PROCESSING)
            else (Status.PROCESSING)
        )
