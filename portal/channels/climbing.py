"""The ladder: one person, one message; the next channel only when the one before surely did not reach them."""

import json

from portal.channels import events
from portal.channels.accounts import Account
from portal.channels.base import adapters_beside, ladder
from portal.channels.contacts import Contact, address_index
from portal.channels.simulated import is_simulated
from portal.channels.states import Reason, State, is_news


def key_of(intent, rung):
    """Unique, and never the key of another intention: the last part is always the rung."""
    return f"{intent}:{rung}"


def usable(rungs, *, lane, purpose):
    """The (channel, address) pairs that may be used now. A broken account is better than none: there it waits."""
    refused = Contact.objects.refusing(dict(rungs), lane=lane, purpose=purpose)
    ready = {adapter.name for adapter in ladder()} - refused
    open_rungs = [(channel, address) for channel, address in rungs if channel in ready]
    if len(open_rungs) < 2:  # broken or not, there is no other
        return open_rungs
    broken = set(Account.objects.broken().values_list("channel", flat=True))
    return [rung for rung in open_rungs if rung[0] not in broken] or open_rungs


def place(rungs):
    """The fields of a delivery that goes by the first rung and keeps the others."""
    (channel, address), *rest = rungs
    return {
        "channel": channel,
        "account": Account.objects.of(channel),
        "address": address,
        "address_index": address_index(address),
        "simulated": is_simulated(address),
        "rest": json.dumps(rest) if rest else "",
        "rungs_left": len(rest),
    }


# What a further rung takes over from the one before.
SAME = ["intent", "recipient", "kind", "lane", "purpose", "about", "language", "urgent", "content", "collapse_key"]
SAME += ["created_at", "expires_at"]


class Climbing:
    """Verbs of Delivery; call them with the row locked."""

    def take_news(self, state, *, at):
        """A receipt or an answer moves it forward, never back. Says whether it told anything new."""
        if not is_news(self.state, state):
            return False
        if state == State.FAILED:
            self.fail(Reason.UNREACHABLE, at=at)
        else:
            self._reach(State(state), at)
        return True

    def _reach(self, state, at):
        waits = state == State.SENT and self.adapter.confirms_delivery
        self.become(
            state,
            reason="",
            needs_person=False,
            lease_until=None,
            sent_at=self.sent_at or at,
            external_id=self.external_id,
            finished_at=None if waits else at,
            check_at=at + self.adapter.receipt_timeout_of(self.kind) if waits else None,
            checks_made=0,
        )
        if self.rungs_left and not waits:
            self._call_off_the_rest(at)

    def _call_off_the_rest(self, at):
        """A late proof of arrival: what waits on a further rung would be a second message to the same person."""
        keys = [key_of(self.intent, self.rung + n) for n in range(1, self.rungs_left + 1)]
        further = type(self).objects.filter(key__in=keys, state=State.QUEUED)
        further.update(state=State.SUPPRESSED, reason=Reason.ARRIVED, finished_at=at)

    def fail(self, reason, *, at, needs_person=False):
        """This channel did not reach the person: the next one is promised in the same transaction."""
        silent = self.state == State.SENT and reason == Reason.NO_RECEIPT
        self.become(
            State.FAILED,
            reason=reason,
            needs_person=needs_person,
            sent_at=self.sent_at,
            external_id=self.external_id,
            finished_at=at,
            lease_until=None,
            check_at=None,
        )
        self._climb(at, silent=silent)

    def _climb(self, at, *, silent):
        """The next rung; after a send and silence not one to the same app: a phone that was off would ring twice."""
        rungs = json.loads(self.rest or "[]")
        if silent:
            same = {adapter.name for adapter in adapters_beside(self.channel)}
            rungs = [rung for rung in rungs if rung[0] not in same]
        rungs = usable(rungs, lane=self.lane, purpose=self.purpose)
        if not rungs or at >= self.expires_at:
            events.deliveries_lost.send(type(self), intents=[self.intent], reason=self.reason, at=at)
            return
        same = {name: getattr(self, name) for name in SAME}
        step = type(self)(**same, **place(rungs), rung=self.rung + 1, due_at=at, not_before=at, woken_at=at)
        delivery, is_new = type(self).objects.promise(step)
        if is_new:
            delivery.wake_worker()
