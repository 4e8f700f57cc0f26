"""Doubt: what may have been sent, or may not have arrived, is asked of its channel before anything else is done."""

import logging
from datetime import timedelta

from django.db import transaction

from portal.channels import events
from portal.channels.base import NotSent, Receipt
from portal.channels.states import CHECKS, PATIENCE, Reason, State, is_news

log = logging.getLogger(__name__)

# However sure a channel is that it does not have a message: after so many doubts a person looks.
MOST_DOUBTS = 3
# A channel that cannot be asked whether a message arrived has so many chances to answer.
MOST_ASKS = 3
# A check whose worker died is done again after this.
CHECK_LEASE = timedelta(minutes=2)


class CannotSendAgain(Exception):
    """It is neither failed nor in doubt, or its text has been blanked."""


class Clearing:
    """Verbs of Delivery."""

    def clear(self, *, at):
        """Asks the channel whether it has the message, and acts on the answer. Safe to call twice."""
        if self.state != State.UNKNOWN or not self._take_check(at):
            return
        answer = self._ask(lambda: self.adapter.reconcile(self.letter()))
        with transaction.atomic(durable=True):
            fresh = self._locked()
            if fresh.state == State.UNKNOWN and fresh.attempts_made == self.attempts_made:
                fresh._act_on(answer, at)
        self.refresh_from_db()

    def confirm(self, *, at):
        """No proof of arrival came in time: asks the channel before the next one is taken. Safe to call twice."""
        if self.state != State.SENT or not self._take_check(at):
            return
        arrived = self._ask(lambda: self.adapter.arrived(self.external_id))
        with transaction.atomic(durable=True):
            fresh = self._locked()
            if fresh.state == State.SENT and fresh.checks_made == self.checks_made:
                fresh._act_on_arrival(arrived, at)
        self.refresh_from_db()

    def _act_on_arrival(self, arrived, at):
        if arrived:
            self.hear(State.DELIVERED, at=at)
        elif arrived is not None or self.checks_made >= MOST_ASKS:
            self.fail(Reason.NO_RECEIPT, at=at)

    def _take_check(self, at):
        if self.check_at is None:
            return False
        mine = self._mine().filter(state=self.state, checks_made=self.checks_made, check_at__lte=at)
        next_check = self._next_check() or at + CHECK_LEASE
        taken = mine.update(checks_made=self.checks_made + 1, check_at=next_check)
        if taken:
            self.refresh_from_db()
        return bool(taken)

    def _moments(self):
        """After the doubt: when to look. Where arrival is confirmed, the last look is when that proof is overdue."""
        if not self.adapter.confirms_delivery:
            return CHECKS
        overdue = self.adapter.receipt_timeout_of(self.kind)
        return [*(moment for moment in CHECKS if moment < overdue), overdue]

    def _next_check(self):
        """None where no other is planned: then one that was taken and not finished is taken again after its lease."""
        moments, n = self._moments() if self.state == State.UNKNOWN else [], self.checks_made
        return self.check_at + moments[n + 1] - moments[n] if n + 1 < len(moments) else None

    def _ask(self, question):
        """None when there is no answer."""
        try:
            return question()
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
                if not arrived:
                    events.deliveries_lost.send(type(self), intents=[fresh.intent], reason=Reason.DOUBT, at=at)
        self.refresh_from_db()
