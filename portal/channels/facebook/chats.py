"""What is said to our Page in private. Messenger Platform, "Webhook Events".

A button that was pressed says its payload; its title is what the person saw.
"""

import re

from portal.channels.facebook.marks import name_of_message
from portal.channels.states import State

GET_STARTED = "GET_STARTED"  # the payload of the button that opens a conversation
ATTACHED = {
    "audio": "voice",
    "video": "video",
    "file": "file",
    "sticker": "sticker",
    "reel": "video",
    "ig_reel": "video",
}


def said(event, *, page):
    """The fields of an Incoming; None for what is nobody's to answer."""
    reader = READERS.get(name_of_message(event))
    return reader(event) if reader else None


def _sender(event):
    return str(event["sender"]["id"])


def _message(event):
    message = event["message"]
    chosen = (message.get("quick_reply") or {}).get("payload")
    told = {"sender": _sender(event), "text": str(chosen or message.get("text") or ""), "ref": _ref(message)}
    payloads = [(one["type"], one.get("payload") or {}) for one in message.get("attachments") or []]
    photos = tuple(
        str(p["url"]) for kind, p in payloads if kind == "image" and not p.get("sticker_id") and p.get("url")
    )
    attached = tuple(
        _thing(kind, p) for kind, p in payloads if kind not in ("image", "location") or p.get("sticker_id")
    )
    if place := next((p["coordinates"] for kind, p in payloads if kind == "location"), None):
        return {**told, "kind": "location", "place": (float(place["lat"]), float(place["long"]))}
    if photos:
        return {**told, "kind": "photo", "photos": photos, "attached": attached}
    return {**told, "kind": "text" if told["text"] else "other", "attached": attached}


def _thing(kind, payload):
    what = "sticker" if payload.get("sticker_id") else ATTACHED.get(kind, "link")
    return what, str(payload.get("title") or ""), str(payload.get("url") or "")


def _ref(part):
    return str((part.get("referral") or {}).get("ref") or "")[:200]


def _echo(event):
    """Sent by our Page: by us, if it carries a reference of ours, or by staff in the platform's own inbox."""
    message = event["message"]
    reference = str(message.get("metadata") or "")
    ours = re.fullmatch(r"[0-9a-f]{32}", reference)
    receipt = (State.SENT, (str(message["mid"]),), reference) if ours else None
    return {"kind": "echo", "text": str(message.get("text") or ""), "receipt": receipt}


def _postback(event):
    postback = event["postback"]
    payload, ref = str(postback.get("payload") or ""), _ref(postback)
    if payload == GET_STARTED:
        return {"kind": "follow", "sender": _sender(event), "ref": ref}
    text = payload or str(postback.get("title") or "")
    return {"kind": "text", "sender": _sender(event), "text": text, "ref": ref} if text else None


def _referral(event):
    """They came by a link of ours into a conversation that was there before, and have said nothing yet."""
    return {"kind": "follow", "sender": _sender(event), "ref": str(event["referral"].get("ref") or "")[:200]}


def _delivery(event):
    """A watermark alone names no message of ours."""
    numbers = tuple(map(str, event["delivery"].get("mids") or ()))
    return {"kind": "receipt", "receipt": (State.DELIVERED, numbers, "")} if numbers else None


def _edit(event):
    edit = event["message_edit"]
    return {"kind": "edited", "sender": _sender(event), "thread": str(edit["mid"]), "text": str(edit.get("text") or "")}


def _policy(event):
    told = event.get("policy_enforcement") or event["policy-enforcement"]
    return {"kind": "policy", "text": f"{told.get('action', '')}: {told.get('reason', '')}"}


READERS = {
    "message": _message, "message.echo": _echo, "postback": _postback, "referral": _referral, "delivery": _delivery,
    "message_edit": _edit, "policy_enforcement": _policy,
}  # fmt: skip
