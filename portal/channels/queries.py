"""Questions and verbs about many deliveries."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.constants import OnConflict

from agencies.prepared import Statement
from agencies.rights import WholeQuerySet
from portal.channels.accounts import Account
from portal.channels.climbing import key_of
from portal.channels.contacts import address_index
from portal.channels.states import FINAL, Lane, Reason, State
from portal.channels.sweeping import Sweeping

REDACT_BATCH = 5_000
# A code is worthless after minutes; nothing of it is kept longer than the next night.
KEPT_CODES = timedelta(days=1)


# Every message asks it. That the key is not empty has to be said, or the index of such rows is not used.
_WAITING = Statement(
    "post_office_waiting",
    ("text", "text"),
    """
SELECT id FROM post_office_delivery
 WHERE recipient = $1 AND collapse_key = $2 AND NOT collapse_key = '' AND state = 'queued' LIMIT 2
""",
)


class DeliveryQuerySet(Sweeping, WholeQuerySet):
    def promise(self, delivery):
        """Inserts it unless its key is taken: (the row that stands under this key, is it new?)."""
        delivery.key = key_of(delivery.intent, delivery.rung)
        if self._stored(delivery):
            return delivery, True
        return self.get(key=delivery.key), False

    def _stored(self, delivery):
        """False when the key is taken. No error then, which would cost the caller's transaction, and no savepoint."""
        columns = [column for column in self.model._meta.local_concrete_fields if not column.primary_key]
        [found] = self._insert(
            [delivery], columns, returning_fields=[self.model._meta.pk], using=self.db, on_conflict=OnConflict.IGNORE
        )
        if found is None:
            return False
        [delivery.pk], delivery._state.adding, delivery._state.db = found, False, self.db
        return True

    def claimable(self, at):
        # Every condition stands on the row itself, so that PostgreSQL checks it anew after waiting for another worker.
        sendable = Account.objects.sendable(at).values("pk")
        return self.filter(state=State.QUEUED, not_before__lte=at, expires_at__gt=at, account__in=sendable)

    def overtaken(self):
        """Those for which a newer message about the same thing to the same person exists."""
        newer = Q(created_at__gt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), pk__gt=OuterRef("pk"))
        same = {"recipient": OuterRef("recipient"), "collapse_key": OuterRef("collapse_key")}
        others = self.model.objects.filter(newer, **same).exclude(intent=OuterRef("intent"))
        return self.filter(Exists(others)).exclude(collapse_key="")

    def collapse(self, *, recipient, collapse_key, at):
        """Of what waits for this person about one thing, only the newest stays. Says how many went."""
        if len(_WAITING.fetch_all(recipient, collapse_key)) < 2:  # one alone, as nearly always: no need to compare
            return 0
        waiting = self.filter(recipient=recipient, collapse_key=collapse_key, state=State.QUEUED)
        return waiting.overtaken().update(state=State.SUPPRESSED, reason=Reason.SUPERSEDED, finished_at=at)

    def take_receipt(self, *, channel, state, at, external_id="", reference="", words=""):
        """News from a channel. False: no such delivery, or its own answer has not been written yet; ask again soon."""
        named = {"reference": _uuid(reference)} if reference else {"external_id": external_id}
        with transaction.atomic():
            known = self.filter(channel=channel, **named).filter(attempts_made__gt=0)
            delivery = known.select_for_update().first() if all(named.values()) else None
            if delivery is None:
                return False
            delivery.hear(state, at=at, external_id=external_id, words=words)
        return True

    def search(self, text):
        """What somebody types: what it is about, a number of ours or the channel's, or a whole address."""
        text = text.strip()
        marks = {address_index(text), address_index(text.lower())}
        found = Q(about=text) | Q(key=key_of(text, 0)) | Q(address_index__in=marks) | Q(reference=_uuid(text))
        return self.filter(found | (Q(external_id=text) & ~Q(external_id="")))

    # --- figures ---

    def real(self):
        """Without simulated recipients and without what was never meant to leave."""
        return self.filter(simulated=False).exclude(state=State.SUPPRESSED)

    def handed_over_within(self, seconds, *, since):
        """Those a channel had taken so many seconds after they could first go."""
        return self.real().filter(due_at__gte=since, sent_at__lte=F("due_at") + timedelta(seconds=seconds))

    def share_handed_over_within(self, seconds, *, since, at):
        """0.0 to 1.0 of what fell due since then; None when nothing did. What is not yet late counts as neither."""
        judged = self.real().filter(due_at__gte=since, due_at__lte=at - timedelta(seconds=seconds)).count()
        in_time = self.handed_over_within(seconds, since=since).filter(due_at__lte=at - timedelta(seconds=seconds))
        return in_time.count() / judged if judged else None

    # --- forgetting ---

    def redact(self, *, at):
        """Blanks texts and addresses whose time is over, in batches; states and times stay for the figures."""
        total = 0
        while done := self._redact_some(at):
            total += done
        return total

    def forget(self, *, address, at):
        """Whoever asks for it is forgotten: what went to this address is blanked, but for what is still on its way."""
        return self._blank(Q(address_index=address_index(address)), at)

    def _redact_some(self, at):
        old = Q(created_at__lt=at - timedelta(days=settings.MESSAGE_RETENTION_DAYS))
        return self._blank(old | Q(created_at__lt=at - KEPT_CODES, lane=Lane.OTP), at)

    def _blank(self, which, at):
        at_rest = self.filter(which, redacted_at__isnull=True, state__in=[*FINAL, State.SENT, State.UNKNOWN])
        blank = dict.fromkeys(["content", "address", "rest", "address_index", "recipient"], "")
        with transaction.atomic():
            free = at_rest.select_for_update(skip_locked=True).order_by()
            pks = list(free.values_list("pk", flat=True)[:REDACT_BATCH])
            self.model.objects.filter(pk__in=pks).update(**blank, needs_person=False, check_at=None, redacted_at=at)
            # The words of a channel may quote whom it was for.
            self.model._meta.get_field("attempts").related_model.objects.filter(delivery__in=pks).update(detail="")
        return len(pks)


def _uuid(text):
    """None for what a channel gives back that never was a number of ours."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
