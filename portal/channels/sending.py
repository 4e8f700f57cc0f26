"""From claimed to told: how one delivery is sent so that it has one effect, by whatever number of workers."""

import logging
import traceback
from datetime import timedelta
from time import perf_counter

from django.db import transaction

from portal.channels.accounts import Account
from portal.channels.base import (
    AccountConfig,
    ContentRejected,
    Never,
    Receipt,
    SendError,
    Throttled,
    TryAgain,
    Unknown,
)
from portal.channels.quiet import first_loud_moment
from portal.channels.states import CHECKS, LEASE, QUIET_LANES, Reason, State, retry_wait
from portal.channels.wake import wake

log = logging.getLogger(__name__)

# A turn in the account's line lapses, so that what waited behind a stopped account does not go all at once.
TURN_LASTS = timedelta(seconds=60)
# Beyond this the sweep is prompt enough; a worker must not hold messages in its memory for long.
LONGEST_COUNTDOWN = timedelta(seconds=30)


class Sending:
    """Verbs of Delivery."""

    def deliver(self, *, at):
        """Claim, send, record. The claim is committed before the network is touched, and nothing is open meanwhile."""
        if not self.claim(at=at):
            return
        started = perf_counter()
        outcome = self._hand_over()
        took = timedelta(seconds=perf_counter() - started)
        self._record(outcome, at=at + took, took=took)

    def claim(self, *, at):
        """Compare-and-set: True for exactly one of all who try, and only when it may go now."""
        if self.state != State.QUEUED or self._waits_for_morning(at):
            return False
        with transaction.atomic(durable=True):
            if not self._take(at):
                return False
            return self._is_still_wanted(at) and self._has_its_turn(at)

    def _take(self, at):
        n = self.attempts_made
        claim = {"state": State.CLAIMED, "attempts_made": n + 1, "claimed_at": at, "lease_until": at + LEASE}
        taken = self._mine().claimable(at).filter(attempts_made=n).update(**claim, reason="")
        if taken:
            for name, value in claim.items():
                setattr(self, name, value)
        return bool(taken)

    def _waits_for_morning(self, at):
        """What the evening left over, because a broker or a channel was away, rings nobody's phone at night."""
        if self.urgent or self.lane not in QUIET_LANES:
            return False
        morning = first_loud_moment(at)
        if morning == at:
            return False
        self._mine().filter(state=State.QUEUED).update(not_before=morning, woken_at=None)
        return True

    def _is_still_wanted(self, at):
        """Two changes that were committed side by side each saw only their own message: the newer one wins here."""
        if not (self.collapse_key and self._mine().overtaken().exists()):
            return True
        self.become(State.SUPPRESSED, reason=Reason.SUPERSEDED, finished_at=at)
        return False

    def _has_its_turn(self, at):
        if self.slot_at and at - self.slot_at < TURN_LASTS:
            self._set(slot_at=None)
            return True
        wait = Account(pk=self.account_id, rate=self.account.rate).take_token(at)
        if not wait:
            return True
        turn = at + wait
        self.put_back(turn, slot_at=turn, attempts_made=self.attempts_made - 1)
        if wait <= LONGEST_COUNTDOWN:
            self.wake_worker(delay=wait.total_seconds())
        return False

    def _hand_over(self):
        """The Receipt, or the SendError that says how it ended. Whatever else goes wrong may have been sent."""
        try:
            answer = self.adapter.send(self.letter())
        except SendError as error:
            return error
        except Exception as error:
            # Where, not what: the words of an exception may quote the person.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("%s failed on delivery %s: %s\n%s", self.channel, self.pk, type(error).__name__, where)
            return Unknown(f"unforeseen: {type(error).__name__}")
        return answer if isinstance(answer, Receipt) else Unknown("no receipt was given")

    def _record(self, outcome, *, at, took):
        with transaction.atomic(durable=True):
            # While the claim stands nobody else has written to the row: what we have in hand is what is there.
            delivery = self if self._still_holds_its_claim() else self._locked()
            if not delivery.is_of_attempt(self.attempts_made):
                log.warning("Delivery %s moved on before its attempt %s ended.", self.pk, self.attempts_made)
                return
            delivery.end_attempt(outcome, at=at, took=took)

    def _still_holds_its_claim(self):
        held = self._mine().filter(state=State.CLAIMED, attempts_made=self.attempts_made)
        return bool(list(held.select_for_update().values_list("pk")))

    def is_of_attempt(self, n):
        """Nobody has claimed it anew or put it back; a receipt may have overtaken the answer, a lease run out."""
        return self.attempts_made == n and self.state != State.QUEUED

    @property
    def awaits_its_answer(self):
        """How it ended has not been told by a receipt or a person before."""
        return self.state in (State.CLAIMED, State.UNKNOWN)

    def end_attempt(self, outcome, *, at, took=None):
        """Writes down how the attempt ended, in the caller's transaction, with the row locked."""
        next(verb for kind, verb in _ENDINGS.items() if isinstance(outcome, kind))(self, outcome, at, took)

    def _end_with_receipt(self, receipt, at, took):
        self.note(receipt.state, at=at, took=took)
        self.external_id, self.sent_at = receipt.external_id[:200], self.sent_at or at
        self.account.has_answered(at)
        if not self.take_news(receipt.state, at=at):
            self.save(update_fields=["external_id", "sent_at"])

    def _end_again(self, error, at, took):
        self.note("again", at=at, took=took, words=error)
        wait = retry_wait(self.retries)
        if not self.awaits_its_answer:
            return
        if wait is None:
            return self.fail(Reason.GAVE_UP, at=at)
        again = error.at or at + (error.wait or wait)
        self.put_back(again, retries=self.retries + 1)

    def _end_throttled(self, error, at, took):
        self.note("throttled", at=at, took=took, words=error)
        self.account.throttle(until=error.until, words=error, at=at)
        if self.awaits_its_answer:
            self.put_back(error.until)

    def _end_account(self, error, at, took):
        self.note("failed", at=at, took=took, words=error)
        self.account.break_down(needs_consent=error.needs_consent, words=error, at=at)
        if not self.awaits_its_answer:
            return
        if self.rungs_left:
            return self.fail(Reason.ACCOUNT, at=at)
        # No other way: it waits where it is until a person has mended the account.
        self.put_back(at, reason=Reason.ACCOUNT)

    def _end_never(self, error, at, took):
        self.note("failed", at=at, took=took, words=error)
        if not self.awaits_its_answer:
            return
        rejected = isinstance(error, ContentRejected)
        self.fail(Reason.REJECTED if rejected else Reason.UNREACHABLE, at=at, needs_person=rejected)

    def _end_unknown(self, error, at, took):
        self.note("unknown", at=at, took=took, words=error)
        if self.state == State.CLAIMED:
            self.become(
                State.UNKNOWN, doubts=self.doubts + 1, checks_made=0, check_at=at + CHECKS[0], lease_until=None
            )  # fmt: skip

    def note(self, outcome, *, at, took=None, words="", by=None):
        """A line of history. Foreign words may quote the address: it is blanked before they are kept."""
        detail = str(words).replace(self.address, "…") if self.address else str(words)
        milliseconds = None if took is None else round(took.total_seconds() * 1000)
        self.attempts.create(
            n=self.attempts_made, at=at, outcome=outcome, detail=detail[:300], duration_ms=milliseconds, by=by
        )

    def _mine(self):
        return type(self).objects.filter(pk=self.pk)

    def _locked(self):
        return self._mine().select_for_update(of=["self"]).select_related("account").get()

    def _set(self, **fields):
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))

    def put_back(self, not_before, **fields):
        """To be sent (again) from that moment on; the sweep finds it then."""
        self.become(
            State.QUEUED, not_before=not_before, lease_until=None, check_at=None, woken_at=None, **fields
        )  # fmt: skip

    def wake_worker(self, delay=0):
        """Once the transaction stands. If nobody can be woken, the next sweep sees that nobody was."""
        transaction.on_commit(lambda: self._knock(delay), robust=True)

    def _knock(self, delay):
        heard = wake("post_office.deliver", queue=self.lane, delay=delay, delivery_id=self.pk)
        if not heard:
            self._mine().update(woken_at=None)


# Subclasses before their parents.
_ENDINGS = {
    Receipt: Sending._end_with_receipt,
    TryAgain: Sending._end_again,
    Throttled: Sending._end_throttled,
    AccountConfig: Sending._end_account,
    Never: Sending._end_never,
    Unknown: Sending._end_unknown,
}
