"""The sweep: whatever nobody was woken for, whatever a dead worker left behind, whatever has grown too old."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from portal.channels import events
from portal.channels.accounts import Account
from portal.channels.base import Unknown, adapters
from portal.channels.states import Lane, Reason, State
from portal.channels.wake import wake

BATCH = 500
LATE_BATCH = 5_000
# More than a worker pool sends between two sweeps; each lane has its own, so that bulk never crowds out a code.
WAKES_A_LANE = 2_000
# A wake-up that got lost in a broker is repeated after this.
WAKE_AGAIN = timedelta(minutes=2)


class Sweeping:
    """Verbs of DeliveryQuerySet. Two sweeps may run at once: each skips the rows that the other holds."""

    def sweep(self, *, at):
        """Puts everything right and wakes workers for all that is due. Returns how many of each it found."""
        return {
            "lapsed": self._lapse(at),
            "expired": self._expire(at),
            "unconfirmed": self._close_unconfirmed(at),
            "rerouted": self._leave_broken_accounts(at),
            "woken": sum(self._wake_due(lane, at) for lane in Lane),
        }

    def _lapse(self, at):
        """A worker took it and was never heard of again. It may have been sent."""
        lost = self.filter(state=State.CLAIMED, lease_until__lte=at)
        return _each(lost, lambda row: row.end_attempt(Unknown("the worker did not come back"), at=at))

    def _expire(self, at):
        late = self.filter(state=State.QUEUED, expires_at__lte=at)
        with transaction.atomic():
            free = late.select_for_update(skip_locked=True).order_by()
            batch = dict(free.values_list("pk", "intent")[:LATE_BATCH])
            ended = {"state": State.EXPIRED, "reason": Reason.LATE, "finished_at": at}
            self.model.objects.filter(pk__in=batch).update(**ended)
            if batch:
                events.deliveries_lost.send(self.model, intents=list(batch.values()), reason=Reason.LATE, at=at)
        return len(batch)

    def _close_unconfirmed(self, at):
        """Where the channel can be asked whether they arrived, `reconcile` has it asked first."""
        overdue = self.filter(state=State.SENT, check_at__lte=at).exclude(channel__in=_telling())
        return _each(overdue, lambda row: row.fail(Reason.NO_RECEIPT, at=at))

    def _leave_broken_accounts(self, at):
        if not Account.objects.broken().exists():
            return 0
        stuck = self.filter(state=State.QUEUED, rungs_left__gt=0, account__in=Account.objects.broken())
        return _each(stuck, lambda row: row.fail(Reason.ACCOUNT, at=at))

    def _wake_due(self, lane, at):
        unheard = Q(woken_at__isnull=True) | Q(woken_at__lte=at - WAKE_AGAIN)
        with transaction.atomic():
            due = self.claimable(at).filter(unheard, lane=lane).order_by("not_before")
            pks = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:WAKES_A_LANE])
            self.model.objects.filter(pk__in=pks).update(woken_at=at)
        for position, pk in enumerate(pks):
            if not wake("post_office.deliver", queue=lane, delivery_id=pk):
                self.model.objects.filter(pk__in=pks[position:]).update(woken_at=None)
                return position
        return len(pks)

    def reconcile(self, *, at):
        """Wakes a worker for each send of which its channel is to be asked now: the doubtful, and the unconfirmed."""
        due = self.filter(check_at__lte=at).order_by("check_at")
        unconfirmed = due.filter(state=State.SENT, channel__in=_telling())
        return _wake_each("clear", due.filter(state=State.UNKNOWN)) + _wake_each("confirm", unconfirmed)


def _telling():
    return [adapter.name for adapter in adapters() if adapter.tells_arrival]


def _wake_each(task, rows):
    named = list(rows.values_list("pk", "lane")[:WAKES_A_LANE])
    return sum(wake(f"post_office.{task}", queue=lane, delivery_id=pk) for pk, lane in named)


def _each(rows, verb):
    """In one transaction a batch; whatever is left over is for the next sweep, seconds later."""
    with transaction.atomic():
        batch = list(rows.select_related("account").select_for_update(skip_locked=True, of=["self"])[:BATCH])
        for row in batch:
            verb(row)
    return len(batch)
