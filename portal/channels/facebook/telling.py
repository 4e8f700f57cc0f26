"""What staff have to know of the platform waits in the list of what a person must read, once a day for each matter."""

import json

from django.utils.timezone import localdate

from portal.channels.base import Arrival
from portal.channels.inbound import InboundMessage

CHANNEL, EVENT = "facebook", "warning"


def tell(matter, words, *, at):
    body = json.dumps({"text": words, "at": at.timestamp()}, ensure_ascii=False)
    mark = f"{EVENT}:{matter}:{localdate(at)}"
    InboundMessage.objects.store(CHANNEL, [Arrival(mark=mark, event=EVENT, body=body, occurred_at=at)], at=at)
