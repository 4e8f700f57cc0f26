"""What the platform's events say, in the words of every channel. Graph API and Messenger Platform, "Webhooks".

Names that are not here, and what does not have the shape it should have, come out as "other" of nobody and do nothing.
"""

import json
from datetime import UTC, datetime

from django.conf import settings

from portal.channels.base import Incoming
from portal.channels.facebook import chats, threads

READERS = {"changes": threads.said, "messaging": chats.said}


def read(name, body):
    event = json.loads(body)
    if name == "warning":  # our own word to staff: telling.py
        return Incoming(kind="policy", at=datetime.fromtimestamp(event["at"], UTC), text=event["text"])
    at = datetime.fromtimestamp(event["time"], UTC)
    part = next((part for part in READERS if part in event), "")
    try:
        said = READERS[part](event[part], page=settings.FACEBOOK_PAGE_ID) if part else None
        return Incoming(at=at, **(said or {"kind": "other"}))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return Incoming(kind="other", at=at)
