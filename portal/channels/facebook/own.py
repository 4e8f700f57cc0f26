"""What our own Page said comes back by the webhook, sometimes without saying who said it: nobody may answer it."""

from dataclasses import replace

from portal.channels.base import TryAgain
from portal.channels.contacts import address_index
from portal.channels.models import Delivery
from portal.channels.states import State


def recognised(incoming):
    """The Incoming, or the same as an echo. Raises TryAgain while an answer of ours to that place is on its way."""
    if incoming.sender or not incoming.public or incoming.kind not in ("text", "photo"):
        return incoming
    if Delivery.objects.filter(external_id=incoming.thread).exists():
        return replace(incoming, kind="echo", answer_to=None, private_to=None)
    under_way = Delivery.objects.filter(address_index=address_index(incoming.parent))
    if incoming.parent and under_way.filter(state__in=[State.CLAIMED, State.UNKNOWN], needs_person=False).exists():
        raise TryAgain("perhaps our own answer, whose number is not known yet")
    return incoming
