"""Doubt: what may have been sent is read back from its channel, and only then repeated or left to a person."""

import logging
from datetime import timedelta

from django.db import transaction

from portal.channels.base import NotSent, Receipt
from portal.channels.states import CHECKS, PATIENCE, Reason, State, is_news

log = logging.getLogger(__name__)

# However sure a channel is that it does not have a message: after so many doubts a person looks.
MOST_DOUBTS = 3
# A check whose worker died is done again after this.
CHECK_LEASE = timedelta(minutes=2)


class CannotSendAgain(Exception):
    """It is neither failed nor in doubt, or its text has been blanked."""


class Clearing:
    """Verbs of Delivery."""

    def clear(self, *, at):
        """Asks the channel whether it has the message, and acts on the answer. Safe to call twice."""
        if not self._take_check(at):
            return
        answer = self._ask()
        with transaction.atomic(durable=True):
            fresh = self._locked()
            if fresh.state == State.UNKNOWN and fresh.attempts_made == self.attempts_made:
                fresh._act_on(answer, at)
        self.refresh_from_db()

    def _take_check(self, at):
        if self.state != State.UNKNOWN or self.check_at is None:
            return False
        mine = self._mine().filter(state=State.UNKNOWN, checks_made=self.checks_made, check_at__lte=at)
        next_check = self._next_check() or at + CHECK_LEASE
        taken = mine.update(checks_made=self.checks_made + 1, check_at=next_check)
        if taken:
            self.refresh_from_db()
        return bool(taken)

    def _moments(self):
        """After the doubt: when to look. Where arrival is confirmed, the last look is when that proof is overdue."""
        overdue = self.adapter.receipt_timeout if self.adapter.confirms_delivery else CHECKS[-1]
        return CHECKS if overdue <= CHECKS[-1] else [*CHECKS, overdue]

    def _next_check(self):
        moments, n = self._moments(), self.checks_made
        return self.check_at + moments[n + 1] - moments[n] if n + 1 < len(moments) else None

    def _ask(self):
        try:
            return self.adapter.reconcile(self.letter())
        except Exception as error:  # not being able to ask is no answer either
            log.warning("%s could not be asked about delivery %s: %s", self.channel, self.pk, type(error).__name__)
            return None

    def _act_on(self, answer, at):
        if isinstance(answer, Receipt):
            return self.hear(answer.state, at=at, external_id=answer.external_id)
        if isinstance(answer, NotSent):
            self.note("not_sent", at=at, words=answer.words)
            return self._repeat(at) if self.doubts < MOST_DOUBTS else self._leave_to_a_person(at)
        if self.adapter.resend_is_safe and self.doubts == 1:
            return self._repeat(at)
        if self.checks_made >= len(self._moments()):
            self._give_up_asking(at)

    def _repeat(self, at):
        self.put_back(at)
        self.wake_worker()

    def _give_up_asking(self, at):
        if self.adapter.confirms_delivery and self.rungs_left:
            return self.fail(Reason.NO_RECEIPT, at=at)
        self._leave_to_a_person(at)

    def _leave_to_a_person(self, at):
        self.note("handed_over", at=at)
        self._set(needs_person=True, reason=Reason.DOUBT, check_at=None)

    def hear(self, state, *, at, external_id="", words=""):
        """A receipt, in whatever order and however often it comes. Call it with the row locked."""
        if external_id and not self.external_id:
            self._set(external_id=external_id[:200])
        if is_news(self.state, state):
            self.note(state, at=at, words=words)
            self.take_news(state, at=at)

    @property
    def can_be_sent_again(self):
        return self.state in (State.FAILED, State.UNKNOWN) and not self.redacted_at

    @property
    def can_be_settled(self):
        return self.state == State.UNKNOWN or self.needs_person

    def send_again(self, *, by, reason, at):
        """A person's decision. Raises CannotSendAgain."""
        with transaction.atomic():
            fresh = self._locked()
            if not fresh.can_be_sent_again:
                raise CannotSendAgain(fresh.key)
            fresh.note("resent", at=at, words=reason, by=by)
            fresh._start_anew(at)
            fresh.wake_worker()
        self.refresh_from_db()

    def _start_anew(self, at):
        self.put_back(
            at,
            reason="",
            needs_person=False,
            retries=0,
            doubts=0,
            finished_at=None,
            expires_at=max(self.expires_at, at + PATIENCE[self.lane]),
        )

    def settle(self, *, arrived, by, reason, at):
        """A person has looked: it arrived, or it is to be left alone. Nothing more is sent."""
        with transaction.atomic():
            fresh = self._locked()
            fresh.note("settled", at=at, words=reason, by=by)
            fresh._set(needs_person=False)
            if fresh.state == State.UNKNOWN:
                state = State.DELIVERED if arrived else State.FAILED
                fresh.become(state, finished_at=at, check_at=None)
        self.refresh_from_db()
