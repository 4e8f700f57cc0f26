"""May this person be written to now, and by what right? Messenger Platform, "Sending Messages".

A person's own word opens 24 hours. After that only a human being may answer, for seven days, where the platform has
approved it.
"""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from portal.channels.base import RecipientUnreachable
from portal.channels.contacts import address_index
from portal.channels.inbound import InboundMessage

OPENED_BY = ("message", "postback")  # as events.py calls them
OPEN, FOR_PEOPLE = timedelta(hours=24), timedelta(days=7)
# What an officer wrote; a message of another kind may say so of itself by a parameter `by_person`.
BY_A_PERSON = ("chat_from_officer",)


def right_to_write(letter, *, channel, at):
    """{"messaging_type": …} of a message to this person. Raises RecipientUnreachable: the next channel is taken."""
    spoke_at = last_word(letter.address, channel=channel)
    silent_for = at - spoke_at if spoke_at else None
    if silent_for is not None and silent_for <= OPEN:
        return {"messaging_type": "RESPONSE"}
    if silent_for is not None and silent_for <= FOR_PEOPLE and _by_a_person(letter) and settings.FACEBOOK_HUMAN_AGENT:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    raise RecipientUnreachable(_("This person has not written to us within the time that allows an answer."))


def last_word(address, *, channel):
    """When the person last wrote to us; None when they never did."""
    theirs = InboundMessage.objects.filter(
        channel=channel, sender_index=address_index(address), event__in=OPENED_BY
    )  # fmt: skip
    return theirs.order_by("-occurred_at").values_list("occurred_at", flat=True).first()


def _by_a_person(letter):
    return letter.kind in BY_A_PERSON or letter.params.get("by_person") is True
