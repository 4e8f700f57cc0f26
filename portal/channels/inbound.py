"""What people write to us, stored before anybody reads it: the row is the promise of an answer."""

import logging
import re
import traceback
import uuid
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection, models, transaction
from django.dispatch import receiver
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from agencies.rights import WHOLE, WholeQuerySet
from agencies.sealed import SealedTextField, seal
from portal.channels import events, photos
from portal.channels.base import Never, SendError, adapter_for, adapters_beside
from portal.channels.contacts import address_index
from portal.channels.models import Delivery
from portal.channels.states import Reason
from portal.channels.wake import wake

log = logging.getLogger(__name__)

QUEUE = "reply"
MOST_TRIES = 5
# A receipt of nothing we know is looked at again after this, twice this …: five minutes in all.
UNMATCHED = timedelta(seconds=30)
# A worker that took an arrival and was not heard of again; and how long nobody was woken for one.
LEASE = timedelta(seconds=120)
UNHEARD = timedelta(seconds=15)
BATCH = 500
MINUTE = timedelta(minutes=1)
MOST_PICTURES = 3  # of one message
# What a person says, and waits to hear of; the other kinds only happen.
SPOKEN = {"text", "photo", "location", "contact", "other"}
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


class NotWaiting(Exception):
    """Somebody has settled it meanwhile: who, and how, is what this exception says."""


class InboundQuerySet(WholeQuerySet):
    def store(self, channel, arrivals, *, at):
        """Writes what is new, all or nothing, and wakes a worker for each. Twice the same is once."""
        with transaction.atomic(), connection.cursor() as cursor:
            # In one order, so that two webhooks that bring the same never wait for each other.
            new = [self._keep(cursor, channel, one, at) for one in sorted(arrivals, key=lambda one: one.mark)]
        for message_id in filter(None, new):
            wake("post_office.handle", queue=QUEUE, message_id=message_id)

    @staticmethod
    def _keep(cursor, channel, arrival, at):
        """The number of the new row; None for one that was there."""
        row = {
            "channel": channel, "mark": arrival.mark, "event": arrival.event, "body": seal(arrival.body),
            "occurred_at": arrival.occurred_at, "at": at, "try_at": at + UNHEARD,
        }  # fmt: skip
        cursor.execute(_STORE, row)
        found = cursor.fetchone()
        return found and found[0]

    def collect(self, adapter, *, at):
        """Stores what waits at a channel for somebody to come for it. Says how many came; None while another is at it.

        One at a time. The lease is no lock of the database, for behind a pooler that would outlive whoever took it;
        should it ever fail, two would bring the same letter, and it would be stored once (its mark).
        """
        lease = f"post_office.collect:{adapter.name}"
        if not cache.add(lease, 1, timeout=LEASE.total_seconds()):
            return None
        try:
            with closing(adapter.collect(at=at)) as arrivals:
                return sum(self._stored(adapter.name, arrival, at) for arrival in arrivals)
        finally:
            cache.delete(lease)

    def _stored(self, channel, arrival, at):
        self.store(channel, [arrival], at=at)
        return 1

    def sweep(self, *, at):
        """Wakes workers for what nobody was woken for, or whose worker died; ends here what killed each that took it.

        Returns how many were woken.
        """
        waiting = self.filter(state=InboundState.STORED, try_at__lte=at).order_by("try_at")
        due = list(waiting.values_list("pk", "tries")[:BATCH])
        for message in self.filter(pk__in=[pk for pk, tries in due if tries >= MOST_TRIES]):
            message.handle(at=at)
        return sum(
            wake("post_office.handle", queue=QUEUE, message_id=pk) for pk, tries in due if tries < MOST_TRIES
        )  # fmt: skip

    def waiting(self, pk):
        """The message, locked, for whoever is about to settle it. Raises NotWaiting."""
        message = self.select_for_update().get(pk=pk)
        if not message.for_people:
            raise NotWaiting(message.words)
        return message

    def redact(self, *, at):
        """What was written is blanked in time; that something came stays. What nobody has read yet waits for that."""
        before = at - timedelta(days=settings.MESSAGE_RETENTION_DAYS)
        old = self.filter(received_at__lt=before, redacted_at=None, for_people=False)
        return old.exclude(state=InboundState.STORED).update(body="", redacted_at=at)

    def forget(self, *, channel, address, at):
        """Whoever asks for it is forgotten: what they wrote is blanked, read or not; that something came stays."""
        theirs = self.filter(channel=channel, sender_index=address_index(address), redacted_at=None)
        words = str(_("This person asked to be forgotten."))
        return theirs.update(
            body="", redacted_at=at, for_people=False, state=InboundState.HANDLED, try_at=None, words=words
        )


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
        permissions = [("answer_inboundmessage", _("Can answer what came in"))]
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["channel", "mark"], name="post_office_one_arrival_a_mark")]
        indexes = [
            models.Index(fields=["try_at"], condition=models.Q(state="stored"), name="post_office_to_read"),
            models.Index(fields=["sender_index", "-occurred_at"], name="post_office_from"),
        ]

    def __str__(self):
        return f"{self.channel_label} · {date_format(localtime(self.received_at), 'SHORT_DATETIME_FORMAT')}"

    @property
    def channel_label(self):
        return adapter_for(self.channel).label if self.channel in settings.CHANNELS else self.channel

    @property
    def incoming(self):
        """What it says; None of one that was blanked, or that nobody here can read."""
        try:
            return self._read() if self.body else None
        except Exception as error:
            log.info("Arrival %s cannot be read: %s", self.pk, type(error).__name__)
            return None

    @property
    def about(self):
        return f"inbound:{self.pk}"

    def answer_key(self, at):
        """The intention of a person's answer; by it the message is found again when the answer is lost."""
        return f"{self.about}:answer:{at:%Y%m%d%H%M%S%f}"

    def settle(self, words, *, by):
        """A person has read it, and did what the words say. Raises NotWaiting when somebody was quicker."""
        with transaction.atomic():
            fresh = type(self).objects.waiting(self.pk)
            fresh.for_people, fresh.words = False, f"{by}: {words}"[:300]
            fresh.save(update_fields=["for_people", "words"])
        self.for_people, self.words = fresh.for_people, fresh.words

    def leave_to_people(self):
        """Nobody here could answer it: it waits in the list of what a person must read."""
        self.for_people = True
        self.save(update_fields=["for_people"])

    def handle(self, *, at):
        """Read, look up what lies elsewhere, and let whoever answers answer: all its effects in one transaction.

        Guesses that are counted in PostgreSQL are among these effects: a handling that fails takes its count back
        together with the answer, so that nobody has learnt anything that was not counted.
        """
        if self._is_spent(at):
            self._give_up(str(_("Each worker that read it was lost.")), at=at)
        elif self._take(at):
            self._try(at)

    def _is_spent(self, at):
        """The last worker that took it did not come back, and no try is left."""
        return self.state == InboundState.STORED and self.tries >= MOST_TRIES and self.try_at <= at

    def _take(self, at):
        """Compare-and-set: whoever counts the try has it, for so long."""
        if self.tries >= MOST_TRIES:
            return False
        mine = type(self).objects.filter(pk=self.pk, state=InboundState.STORED, tries=self.tries)
        taken = mine.update(tries=self.tries + 1, try_at=at + LEASE)
        self.tries += taken
        return bool(taken)

    def _try(self, at):
        try:
            incoming = self._read()
            self._note_sender(incoming)
            if self._is_too_much(incoming):
                words = str(_("Too much at once from one person: kept, and not answered one by one."))
                self._tell(replace(incoming, kind="flood"), None, at, words=words)
            else:
                self._tell(incoming, self._codes_in(incoming), at)
        except SendError as error:  # the picture is not to be had now
            self._put_back(str(error), at=at)
        except Exception as error:
            self._report(error, at)

    def _read(self):
        return adapter_for(self.channel).read(self.event, self.body)

    def _note_sender(self, incoming):
        """Before anything is looked up, so that messages that are in work together know of each other."""
        if incoming.sender:
            self.sender_index = address_index(incoming.sender)
            type(self).objects.filter(pk=self.pk).update(sender_index=self.sender_index)

    def _is_too_much(self, incoming):
        if incoming.kind not in SPOKEN or not incoming.sender:
            return False
        around = (self.occurred_at - MINUTE, self.occurred_at + MINUTE)
        others = type(self).objects.filter(sender_index=self.sender_index, occurred_at__range=around)
        others = others.filter(channel=self.channel).exclude(pk=self.pk)
        if others[: settings.INBOUND_MESSAGES_A_MINUTE].count() >= settings.INBOUND_MESSAGES_A_MINUTE:
            return True
        return bool(incoming.photos) and self._pictures(others, incoming) > settings.INBOUND_PICTURES_A_MINUTE

    def _pictures(self, others, incoming):
        """How many this person sent: of the platform's own name for such a message are only few among the others."""
        said = [incoming, *[one.incoming for one in others.filter(event=self.event)]]
        return sum(len(one.photos[:MOST_PICTURES]) for one in said if one)

    def _codes_in(self, incoming):
        """None where there was no picture; what cannot be had or read is a picture without a code.

        A code that lies in public opens nothing: there it is not looked for.
        """
        if incoming.public or not incoming.photos:
            return None
        found = []
        for address in incoming.photos[:MOST_PICTURES]:
            try:
                found += photos.codes_in(adapter_for(self.channel).fetch(address))
            except (Never, ValueError) as error:  # a ValueError: no picture, or no address of one
                log.info("A picture on %s was not read: %s", self.channel, type(error).__name__)
        return found

    def _tell(self, incoming, codes, at, *, state=InboundState.HANDLED, words=""):
        with transaction.atomic(durable=True):
            fresh = type(self).objects.select_for_update().get(pk=self.pk)
            if fresh.state != InboundState.STORED:
                return
            if incoming.receipt and not _hear(self.channel, incoming, at=at) and self.tries < MOST_TRIES - 1:
                # It came before the answer to our send was written down, or after that answer was lost.
                fresh.try_at = at + self.tries * UNMATCHED
                return fresh.save(update_fields=["try_at"])
            if incoming.sender or incoming.thread or incoming.kind == "policy":
                events.message_received.send(
                    InboundMessage, message=fresh, channel=self.channel, incoming=incoming, codes=codes, at=at
                )
            fresh.state, fresh.handled_at, fresh.try_at, fresh.words = state, at, None, (words or fresh.words)[:300]
            fresh.save(update_fields=["state", "handled_at", "try_at", "words"])
            if incoming.rating:  # said in confidence, and kept where it belongs
                type(self).objects.filter(pk=self.pk).update(body="", redacted_at=at)

    def _put_back(self, words, *, at):
        if self.tries >= MOST_TRIES:
            self._give_up(words, at=at)
        else:
            self._become(InboundState.STORED, words=words, try_at=at + timedelta(seconds=5 * 2**self.tries))

    def _give_up(self, words, *, at):
        """A person has to look; whoever wrote hears that one will, unless that is what cannot be done."""
        incoming = self.incoming
        if incoming and incoming.kind in SPOKEN:
            try:
                return self._tell(replace(incoming, kind="unread"), None, at, state=InboundState.FAILED, words=words)
            except Exception as error:
                log.error("The sender of arrival %s could not be told: %s", self.pk, type(error).__name__)
        self._become(InboundState.FAILED, words=words, try_at=None, for_people=True)

    def _report(self, error, at):
        # Where, not what: the words of an exception may quote the person.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("Arrival %s failed: %s\n%s", self.pk, type(error).__name__, where)
        self._put_back(type(error).__name__, at=at)

    def _become(self, state, *, words, try_at, **more):
        mine = type(self).objects.filter(pk=self.pk, state=InboundState.STORED, tries=self.tries)
        mine.update(state=state, words=words[:300], try_at=try_at, **more)


ANSWER = re.compile(r"inbound:(\d+):answer:.*")


@receiver(events.deliveries_lost, dispatch_uid="post_office.answer_lost")
def wait_again(*, intents, reason, at, **kwargs):
    """Whoever wrote has not heard what an officer answered: the message waits for people, and says why."""
    lost = [int(found[1]) for found in map(ANSWER.fullmatch, intents) if found]
    if lost:
        words = _("The answer did not arrive: %(reason)s.") % {"reason": Reason(reason).label}
        InboundMessage.objects.filter(pk__in=lost).update(for_people=True, words=str(words)[:300])


def _hear(channel, incoming, *, at):
    """A receipt of one of ours: by the channel's number, or by the reference that we sent along. Was there one?"""
    state, numbers, reference = incoming.receipt
    hearing = [channel, *(adapter.name for adapter in adapters_beside(channel))]
    ours = models.Q(channel__in=hearing, external_id__in=[number for number in numbers if number])
    if re.fullmatch(r"[0-9a-f]{32}", str(reference)):  # a channel may name none, in its own way
        ours |= models.Q(reference=uuid.UUID(reference))
    rows = Delivery.objects.filter(ours).select_for_update(of=["self"]).select_related("account")
    rows = list(rows.order_by("pk"))
    for delivery in rows:
        delivery.hear(state, at=at, external_id=numbers[0] if numbers else "")
        if incoming.rating and delivery.about:
            events.message_rated.send(
                Delivery, about=delivery.about, channel=channel, at=incoming.at, **incoming.rating
            )
    return bool(rows)
