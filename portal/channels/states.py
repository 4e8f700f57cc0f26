"""The states of a delivery, the moves between them, and the patience of each lane. Pure: no database, no clock."""

import random
from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    CLAIMED = "claimed", _("Being sent")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Arrived")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("In doubt")
    SUPPRESSED = "suppressed", _("Not sent on purpose")
    EXPIRED = "expired", _("Too late to send")


class Reason(TextChoices):
    NO_ADDRESS = "no_address", _("No address is known")
    NO_CHANNEL = "no_channel", _("No channel is set up for this person's addresses")
    OPTED_OUT = "opted_out", _("The person does not want these messages")
    SUPERSEDED = "superseded", _("A newer message took its place")
    ARRIVED = "arrived", _("The person has been reached on another channel")
    UNREACHABLE = "unreachable", _("The channel cannot reach this person")
    REJECTED = "rejected", _("The channel refused the content")
    ACCOUNT = "account", _("Our account with the channel does not work")
    GAVE_UP = "gave_up", _("The channel did not take it for too long")
    NO_RECEIPT = "no_receipt", _("No proof of arrival came in time")
    LATE = "late", _("It could not be sent while it still mattered")
    DOUBT = "doubt", _("It may have been sent: a person must look")


class Lane(TextChoices):
    """One queue each, so that a bulk send never delays a code somebody is waiting for."""

    OTP = "otp", _("One-time codes")
    REPLY = "reply", _("Answers in a conversation")
    DOSSIER = "dossier", _("Dossiers")
    BULK = "bulk", _("Bulk messages")
    SOCIAL = "social", _("Public posts")


MOVES = {
    State.QUEUED: {State.CLAIMED, State.SUPPRESSED, State.EXPIRED, State.FAILED, State.DELIVERED},
    State.CLAIMED: {
        State.QUEUED,
        State.SENT,
        State.DELIVERED,
        State.FAILED,
        State.UNKNOWN,
        State.SUPPRESSED,
        State.EXPIRED,
    },
    State.UNKNOWN: {State.QUEUED, State.SENT, State.DELIVERED, State.FAILED},
    State.SENT: {State.DELIVERED, State.FAILED},
    # A late proof of arrival is the truth; only a person puts a failed one back.
    State.FAILED: {State.DELIVERED, State.QUEUED},
    State.DELIVERED: set(),
    State.SUPPRESSED: set(),
    State.EXPIRED: set(),
}
# What a receipt may say, from least to most certain: news moves a delivery only to the right.
RECEIPTS = [State.SENT, State.FAILED, State.DELIVERED]
FINAL = {State.DELIVERED, State.FAILED, State.SUPPRESSED, State.EXPIRED}

# How long a message is worth sending when the caller does not say.
PATIENCE = {
    Lane.OTP: timedelta(minutes=10),
    Lane.REPLY: timedelta(minutes=30),
    Lane.DOSSIER: timedelta(days=7),
    Lane.BULK: timedelta(days=3),
    Lane.SOCIAL: timedelta(days=3),
}
# A change of a dossier's status is told at once (Decree 224/2026 Art. 15.1.g); what could have waited, waits.
QUIET_LANES = {Lane.BULK}
# Sent even to who said "stop": that person just asked for it.
ASKED_FOR_LANES = {Lane.OTP, Lane.REPLY}

# Seconds between attempts when the channel names no time: 19 hours together, so that half a day without a provider
# loses nothing.
RETRIES = [25, 60, 180, 480, 1_200, 2_700, 5_400, 7_200, 10_800, 14_400, 14_400, 14_400]
# After a doubtful send we read the channel at these moments before anything else happens.
CHECKS = [timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10)]
# Longer than Celery's hard time limit: when it has run out, the worker is surely gone.
LEASE = timedelta(seconds=120)


def may_move(state, to):
    return to in MOVES[State(state)]


def is_news(state, receipt):
    """Does a receipt tell more than is known? Order and repetition of receipts do not change where this ends."""
    state, receipt = State(state), State(receipt)
    if not may_move(state, receipt):
        return False
    return state not in RECEIPTS or RECEIPTS.index(receipt) > RECEIPTS.index(state)


def retry_wait(retries, dice=random.random):
    """How long to wait after the n-th (0, 1, …) refusal, ±20 %; None when patience has ended."""
    if retries >= len(RETRIES):
        return None
    return timedelta(seconds=RETRIES[retries] * (0.8 + 0.4 * dice()))
