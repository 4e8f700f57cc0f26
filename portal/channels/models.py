"""The promise of a message, kept row by row. Verbs live beside this page: sending, climbing, clearing, sweeping."""

import json
import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.rights import WHOLE
from agencies.sealed import SealedTextField
from portal.channels.accounts import Account, AccountState
from portal.channels.base import Letter, adapter_for
from portal.channels.clearing import Clearing
from portal.channels.climbing import Climbing
from portal.channels.contacts import ConsentEntry, Contact
from portal.channels.erasing import ErasureRequest
from portal.channels.grants import Grant
from portal.channels.queries import DeliveryQuerySet
from portal.channels.sending import Sending
from portal.channels.simulated import Simulator
from portal.channels.states import Lane, Reason, State, may_move

__all__ = ["Account", "AccountState", "Attempt", "ConsentEntry", "Contact", "Delivery", "ErasureRequest", "Grant"]


class IllegalMove(Exception):
    """The table of moves (states.MOVES) does not allow it."""


class Delivery(Sending, Climbing, Clearing, models.Model):
    """One message to one person by one channel. What it says and where it goes is sealed, and blanked in time."""

    scope_unit, scope_field = WHOLE, None

    key = models.CharField(max_length=200, unique=True, editable=False)
    intent = models.CharField(_("intention"), max_length=190)
    rung = models.PositiveSmallIntegerField(_("rung"), default=0, help_text=_("0 is the best channel of this person."))
    reference = models.UUIDField(_("reference"), unique=True, default=uuid.uuid4, editable=False)

    channel = models.CharField(_("channel"), max_length=30, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, verbose_name=_("channel account"))
    address = SealedTextField(_("address"), blank=True)
    address_index = models.CharField(max_length=64, blank=True)
    recipient = models.CharField(max_length=64, blank=True, help_text="One person's addresses, whatever the channel.")
    rest = SealedTextField(blank=True, help_text="The further rungs of the ladder.")
    rungs_left = models.PositiveSmallIntegerField(default=0)

    kind = models.CharField(_("kind of message"), max_length=60)
    lane = models.CharField(_("lane"), max_length=10, choices=Lane)
    purpose = models.CharField(_("purpose"), max_length=40, blank=True, help_text=_("Needs a standing consent to it."))
    about = models.CharField(_("about"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=8, default="vi")
    urgent = models.BooleanField(_("urgent"), default=False)
    simulated = models.BooleanField(_("simulated"), default=False)
    content = SealedTextField(blank=True)
    collapse_key = models.CharField(max_length=120, blank=True)

    state = models.CharField(_("state"), max_length=12, choices=State, default=State.QUEUED)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    needs_person = models.BooleanField(_("needs a person"), default=False)
    external_id = models.CharField(_("the channel's number"), max_length=200, blank=True)
    attempts_made = models.PositiveSmallIntegerField(_("attempts"), default=0)
    retries = models.PositiveSmallIntegerField(default=0)
    doubts = models.PositiveSmallIntegerField(default=0)
    checks_made = models.PositiveSmallIntegerField(default=0)

    created_at = models.DateTimeField(_("ordered at"))
    due_at = models.DateTimeField(_("may go from"), help_text=_("When it could first go, after quiet hours."))
    not_before = models.DateTimeField(_("not before"))
    expires_at = models.DateTimeField(_("worthless after"))
    claimed_at = models.DateTimeField(_("claimed at"), null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    finished_at = models.DateTimeField(_("ended at"), null=True)
    redacted_at = models.DateTimeField(_("blanked at"), null=True)
    lease_until = models.DateTimeField(null=True)
    check_at = models.DateTimeField(null=True, help_text="Look again: at the channel, or for a receipt that is due.")
    slot_at = models.DateTimeField(null=True, help_text="The turn that the account's token bucket gave it.")
    woken_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("resend_delivery", _("Can send a message again")),
            ("view_delivery_body", _("Can read what a message says and where it went")),
        ]
        indexes = [
            models.Index(fields=["lane", "not_before"], condition=Q(state="queued"), name="post_office_queued"),
            models.Index(fields=["expires_at"], condition=Q(state="queued"), name="post_office_worthless"),
            models.Index(fields=["lease_until"], condition=Q(state="claimed"), name="post_office_claimed"),
            models.Index(fields=["check_at"], condition=Q(check_at__isnull=False), name="post_office_to_check"),
            models.Index(fields=["recipient", "collapse_key"], condition=~Q(collapse_key=""), name="post_office_same"),
            models.Index(fields=["channel", "external_id"], condition=~Q(external_id=""), name="post_office_external"),
            models.Index(fields=["created_at"], condition=Q(redacted_at__isnull=True), name="post_office_to_blank"),
            models.Index(fields=["id"], condition=Q(needs_person=True), name="post_office_for_a_person"),
            models.Index(fields=["about"], name="post_office_about"),
            models.Index(fields=["address_index"], name="post_office_address"),
            models.Index(fields=["-created_at", "-id"], name="post_office_newest"),
        ]

    def __str__(self):
        return f"{self.kind} · {self.about}" if self.about else self.kind

    @property
    def adapter(self):
        return Simulator() if self.simulated else adapter_for(self.channel)

    @property
    def subject(self):
        return self._said.get("subject", "")

    @property
    def text(self):
        return self._said.get("text", "")

    @property
    def subject_for_staff(self):
        return str(self.get_lane_display()) if self.lane == Lane.OTP else self.subject

    @property
    def text_for_staff(self):
        """A code is nobody's to read but its owner's, nor is what a message calls its `secret` or `secrets`."""
        if self.lane == Lane.OTP:
            return ""
        text = self.text
        for secret in filter(None, [self.params.get("secret"), *self.params.get("secrets", [])]):
            text = text.replace(secret, "•••")
        return text

    @property
    def channel_label(self):
        return adapter_for(self.channel).label if self.channel in settings.CHANNELS else self.channel

    @property
    def params(self):
        return self._said.get("params", {})

    @property
    def _said(self):
        return json.loads(self.content) if self.content else {}

    @staticmethod
    def content_of(*, subject, text, params):
        """What the message says, as it is sealed."""
        return json.dumps({"subject": subject, "text": text, "params": params}, cls=DjangoJSONEncoder)

    def letter(self):
        return Letter(
            key=self.key,
            reference=self.reference.hex,
            account=self.account.name,
            kind=self.kind,
            lane=self.lane,
            purpose=self.purpose,
            language=self.language,
            address=self.address,
            about=self.about,
            attempt=self.attempts_made,
            claimed_at=self.claimed_at,
            **self._said,
        )

    def become(self, state, **fields):
        """The one door for a change of state. Call it with the row locked. Raises IllegalMove."""
        if not may_move(self.state, state):
            raise IllegalMove(f"{self.key}: {self.state} to {state}")
        self.state = state
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=["state", *fields])


class Attempt(models.Model):
    """A line of a delivery's history: what was tried, what the channel said, what a person did."""

    class Outcome(models.TextChoices):
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Arrived")
        FAILED = "failed", _("Failed")
        AGAIN = "again", _("To be tried again")
        THROTTLED = "throttled", _("The channel asked us to rest")
        UNKNOWN = "unknown", _("No answer: in doubt")
        NOT_SENT = "not_sent", _("The channel does not have it")
        HANDED_OVER = "handed_over", _("Left to a person")
        RESENT = "resent", _("Sent again by a person")
        SETTLED = "settled", _("Settled by a person")

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts", verbose_name=_("message"))
    n = models.PositiveSmallIntegerField(_("attempt"))
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    duration_ms = models.PositiveIntegerField(_("took (ms)"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("done by"), null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["pk"]  # as we learned of it, which need not be as it happened

    def __str__(self):
        return f"{self.n}: {self.get_outcome_display()}"
