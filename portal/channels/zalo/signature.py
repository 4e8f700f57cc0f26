"""Is it Zalo who brings this? Zalo OA, "Webhook": a plain SHA-256 over app, body, time and the OA's secret key."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

from django.conf import settings

from portal.channels.base import Arrival, NotFromThem, NothingToStore

# Zalo's last try comes 1 h 51 min after the first; what is older was recorded and is played again.
STALE = timedelta(hours=3)
EARLY = timedelta(minutes=10)


def opened(body, headers, *, at):
    """The one Arrival in a webhook's raw body. Raises NotFromThem or NothingToStore."""
    if not (settings.ZALO_OA_SECRET_KEY and _first()):
        raise NotFromThem("no secret key is set")  # with an empty one anybody could sign
    sent = headers.get("X-ZEvent-Signature", "")
    if not sent:
        # The page of webhooks has a "Check" button; whoever else forgets to sign gets no more out of it.
        raise NothingToStore
    try:
        event = json.loads(body)
        moment = str(event["timestamp"])
        occurred_at = datetime.fromtimestamp(int(moment) / 1000, UTC)
    except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError) as error:
        raise NotFromThem("no event") from error
    if not hmac.compare_digest(sent.removeprefix("mac=").encode(), mac(body, moment).encode()):
        raise NotFromThem("wrong signature")
    if not at - STALE <= occurred_at <= at + EARLY:
        raise NotFromThem("too old or too early")
    return [
        Arrival(
            mark=mark_of(event),
            event=str(event.get("event_name", ""))[:80],
            body=body.decode(),
            occurred_at=occurred_at,
        )
    ]


def mac(body, moment):
    """64 hex digits; over the raw bytes, for a body that was parsed and written anew is another."""
    secret = settings.ZALO_OA_SECRET_KEY.encode()
    return hashlib.sha256(_first().encode() + body + moment.encode() + secret).hexdigest()


def _first():
    return settings.ZALO_OA_ID if settings.ZALO_SIGNED_WITH == "oa_id" else settings.ZALO_APP_ID


def mark_of(event):
    """What tells two arrivals apart: a message's number, or what happened to whom when."""
    message = event.get("message")
    message = message if isinstance(message, dict) else {}
    name, number = event.get("event_name"), message.get("msg_id") or event.get("msg_id")
    if number:
        return f"{name}:{number}"[:200]
    if message.get("msg_ids"):
        return f"{name}:{','.join(map(str, message['msg_ids']))}:{event.get('timestamp')}"[:200]
    people = [event[part].get("id") for part in ("sender", "follower") if isinstance(event.get(part), dict)]
    things = [event.get(part) for part in ("user_id", "group_id", "template_id")]
    return ":".join(map(str, [name, event.get("timestamp"), *filter(None, [*people, *things])]))[:200]
