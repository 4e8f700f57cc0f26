"""Is it the platform who knocks? Graph API, "Webhooks": an HMAC with the app's secret over the raw body.

Vietnamese letters are escaped in what is signed (\\u00e0): over a body that was parsed and written anew the signature
is another one.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime

from django.conf import settings

from portal.channels.base import Arrival, NotFromThem
from portal.channels.facebook import marks


def opened(body, headers, *, at):
    """The Arrivals of our Page in a webhook's raw body: up to a thousand. Raises NotFromThem."""
    if not (settings.FACEBOOK_APP_SECRET and settings.FACEBOOK_PAGE_ID):
        raise NotFromThem("no secret is set")  # with an empty one anybody could sign
    if not hmac.compare_digest(headers.get("X-Hub-Signature-256", "").encode(), signed(body).encode()):
        raise NotFromThem("wrong signature")
    try:
        said = json.loads(body)
        entries = said["entry"] if said["object"] == "page" else []
        return [arrival for entry in entries for arrival in _of_entry(entry, at)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotFromThem("no event") from error


def signed(body):
    return "sha256=" + hmac.new(settings.FACEBOOK_APP_SECRET.encode(), body, hashlib.sha256).hexdigest()


def handshake(query):
    """What the platform wants to hear when our address is entered in the app. Raises NotFromThem."""
    ours, theirs = settings.FACEBOOK_VERIFY_TOKEN, query.get("hub.verify_token", "")
    if query.get("hub.mode") != "subscribe" or not ours or not hmac.compare_digest(theirs.encode(), ours.encode()):
        raise NotFromThem("wrong word")
    return query.get("hub.challenge", "")


def _of_entry(entry, at):
    """One app may serve several Pages: what was said to another is nobody's here."""
    if str(entry.get("id", "")) != settings.FACEBOOK_PAGE_ID:
        return
    for part, *ways in KINDS:
        for one in entry.get(part) or []:
            name, mark, moment = _described(one, entry, *ways)
            moment = _moment(moment, at)
            body = json.dumps({part: one, "time": moment.timestamp()}, ensure_ascii=False)
            yield Arrival(mark=mark, event=name[:80], body=body, occurred_at=moment)


def _described(one, entry, name_of, mark_of, moment_of):
    """(name, mark, seconds). One event of another shape is kept as well: the others of its batch must not be lost."""
    try:
        return name_of(one), mark_of(one), moment_of(one, entry)
    except (KeyError, TypeError, ValueError, AttributeError):
        return "odd", marks.digest("odd", one), None


def _moment(seconds, at):
    """What happened cannot lie ahead of us, whatever their clock says; without a usable moment it happened now."""
    try:
        return min(datetime.fromtimestamp(float(seconds), UTC), at)
    except (TypeError, ValueError, OverflowError, OSError):
        return at


def _of_change(change, entry):
    value = change.get("value")
    told = value.get("edited_time") or value.get("created_time") if isinstance(value, dict) else None
    return told or entry.get("time")


def _of_message(event, entry):
    return float(event["timestamp"]) / 1000 if event.get("timestamp") else float(entry.get("time") or 0) / 1000


KINDS = (
    ("changes", marks.name_of_change, marks.of_change, _of_change),
    ("messaging", marks.name_of_message, marks.of_message, _of_message),
    ("standby", lambda event: "standby", lambda event: f"standby:{marks.of_message(event)}"[:200], _of_message),
)
