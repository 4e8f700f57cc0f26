"""What people write to us, stored before anybody reads it: the row is the promise of an answer."""

import logging
import re
import traceback
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from agencies.rights import WHOLE, WholeQuerySet
from agencies.sealed import SealedTextField, seal
from portal.channels import events, photos
from portal.channels.base import Never, SendError, adapter_for, adapters
from portal.channels.contacts import address_index
from portal.channels.models import Delivery
from portal.channels.wake import wake

log = logging.getLogger(__name__)

QUEUE = "reply"
MOST_TRIES = 5
# A worker that took an arrival and was not heard of again; and how long nobody was woken for one.
LEASE = timedelta(seconds=120)
UNHEARD = timedelta(seconds=15)
BATCH = 500
_STORE = """
    INSERT INTO post_office_inboundmessage (channel, mark, event, body, occurred_at, received_at, state, tries, try_at,
                                           sender_index, words, for_people)
    VALUES (%(channel)s, %(mark)s, %(event)s, %(body)s, %(occurred_at)s, %(at)s, 'stored', 0, %(try_at)s, '', '', FALSE)
    ON CONFLICT (channel, mark) DO NOTHING RETURNING id
"""


class InboundState(models.TextChoices):
    STORED = "stored", _("Waiting to be read")
    HANDLED = "handled", _("Answered or noted")
    FAILED = "failed", _("A person must look")


class InboundQuerySet(WholeQuerySet):
    def store(self, channel, arrivals, *, at):
        """Writes what is new, and wakes a worker for it. Twice the same is once."""
        with connection.cursor() as cursor:
            for arrival in arrivals:
                row = {
                    "channel": channel, "mark": arrival.mark, "event": arrival.event, "body": seal(arrival.body),
                    "occurred_at": arrival.occurred_at, "at": at, "try_at": at + UNHEARD,
                }  # fmt: skip
                cursor.execute(_STORE, row)
                if new := cursor.fetchone():
                    wake("post_office.handle", queue=QUEUE, message_id=new[0])

    def sweep(self, *, at):
        """Wakes workers for what nobody was woken for, or whose worker died. Returns how many."""
        waiting = self.filter(state=InboundState.STORED, try_at__lte=at).order_by("try_at")
        pks = list(waiting.values_list("pk", flat=True)[:BATCH])
        return sum(wake("post_office.handle", queue=QUEUE, message_id=pk) for pk in pks)

    def redact(self, *, at):
        """What was written is blanked in time; that something came stays."""
        before = at - timedelta(days=settings.MESSAGE_RETENTION_DAYS)
        old = self.filter(received_at__lt=before, redacted_at=None).exclude(state=InboundState.STORED)
        return old.update(body="", redacted_at=at)


class InboundMessage(models.Model):
    scope_unit, scope_field = WHOLE, None

    channel = models.CharField(_("channel"), max_length=30)
    mark = models.CharField(max_length=200, editable=False)
    event = models.CharField(_("event"), max_length=80)
    body = SealedTextField(blank=True)
    sender_index = models.CharField(max_length=64, blank=True)
    occurred_at = models.DateTimeField(_("happened at"))
    received_at = models.DateTimeField(_("received at"))
    state = models.CharField(_("state"), max_length=10, choices=InboundState, default=InboundState.STORED)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    try_at = models.DateTimeField(null=True)
    for_people = models.BooleanField(_("for a person to read"), default=False)
    words = models.CharField(_("what became of it"), max_length=300, blank=True)
    handled_at = models.DateTimeField(_("handled at"), null=True)
    redacted_at = models.DateTimeField(_("blanked at"), null=True)

    objects = InboundQuerySet.as_manager()

    class Meta:
        verbose_name = _("message that came in")
        verbose_name_plural = _("messages that came in")
        default_permissions = ("view",)
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["channel", "mark"], name="post_office_one_arrival_a_mark")]
        indexes = [
            models.Index(fields=["try_at"], condition=models.Q(state="stored"), name="post_office_to_read"),
            models.Index(fields=["sender_index", "-occurred_at"], name="post_office_from"),
        ]

    def __str__(self):
        return f"{self.channel} · {self.event}"

    @property
    def channel_label(self):
        return adapter_for(self.channel).label if self.channel in settings.CHANNELS else self.channel

    @property
    def incoming(self):
        """What it says; of one that was blanked in time nothing is left."""
        return adapter_for(self.channel).read(self.event, self.body) if self.body else None

    @property
    def said(self):
        incoming = self.incoming
        return incoming.text if incoming else ""

    @property
    def about(self):
        return f"inbound:{self.pk}"

    def settle(self, words, *, by):
        """A person has read it, and did what the words say."""
        self.for_people, self.words = False, f"{by}: {words}"[:300]
        self.save(update_fields=["for_people", "words"])

    def leave_to_people(self):
        """Nobody here could answer it: it waits in the list of what a person must read."""
        self.for_people = True
        self.save(update_fields=["for_people"])

    def handle(self, *, at):
        """Read, look up what lies elsewhere, and let whoever answers answer: all its effects in one transaction."""
        if not self._take(at):
            return
        try:
            incoming = adapter_for(self.channel).read(self.event, self.body)
            codes = self._codes_in(incoming)
        except SendError as error:  # the picture is not to be had now
            self._put_back(str(error), at=at)
            return
        except Exception as error:
            self._report(error, at)
            return
        try:
            self._tell(incoming, codes, at)
        except Exception as error:
            self._report(error, at)

    def _take(self, at):
        """Compare-and-set: whoever counts the try has it, for so long."""
        mine = type(self).objects.filter(pk=self.pk, state=InboundState.STORED, tries=self.tries)
        taken = mine.update(tries=self.tries + 1, try_at=at + LEASE)
        self.tries += taken
        return bool(taken)

    def _codes_in(self, incoming):
        """None where there was no picture; what cannot be had or read is a picture without a code."""
        if not incoming.photos:
            return None
        found = []
        for address in incoming.photos[:3]:
            try:
                found += photos.codes_in(adapter_for(self.channel).fetch(address))
            except (Never, photos.NoPicture) as error:
                log.info("A picture on %s was not read: %s", self.channel, error)
        return found

    def _tell(self, incoming, codes, at):
        with transaction.atomic(durable=True):
            fresh = type(self).objects.select_for_update().get(pk=self.pk)
            if fresh.state != InboundState.STORED:
                return
            if incoming.receipt:
                _hear(self.channel, incoming, at=at)
            if incoming.sender:
                events.message_received.send(
                    InboundMessage, message=fresh, channel=self.channel, incoming=incoming, codes=codes, at=at
                )
            fresh.state, fresh.handled_at, fresh.try_at = InboundState.HANDLED, at, None
            fresh.sender_index = address_index(incoming.sender) if incoming.sender else ""
            fresh.save(update_fields=["state", "handled_at", "try_at", "sender_index"])

    def _put_back(self, words, *, at):
        if self.tries >= MOST_TRIES:
            self._become(InboundState.FAILED, words=words, try_at=None)
        else:
            self._become(InboundState.STORED, words=words, try_at=at + timedelta(seconds=5 * 2**self.tries))

    def _report(self, error, at):
        # Where, not what: the words of an exception may quote the person.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("Arrival %s failed: %s\n%s", self.pk, type(error).__name__, where)
        self._put_back(type(error).__name__, at=at)

    def _become(self, state, *, words, try_at):
        mine = type(self).objects.filter(pk=self.pk, state=InboundState.STORED, tries=self.tries)
        mine.update(state=state, words=words[:300], try_at=try_at)


def _hear(channel, incoming, *, at):
    """A receipt of one of ours: by the channel's number, or by the reference that we sent along."""
    state, numbers, reference = incoming.receipt
    ours = models.Q(channel__in=_sharing(channel), external_id__in=[number for number in numbers if number])
    if re.fullmatch(r"[0-9a-f]{32}", reference):
        ours |= models.Q(reference=uuid.UUID(reference))
    rows = Delivery.objects.filter(ours).select_for_update(of=["self"]).select_related("account")
    for delivery in rows.order_by("pk"):
        delivery.hear(state, at=at, external_id=numbers[0] if numbers else "")


def _sharing(channel):
    """The channels for which this one hears: those that work with the same grant."""
    grant = adapter_for(channel).grant
    return [adapter.name for adapter in adapters() if adapter.name == channel or (grant and adapter.grant == grant)]
