"""What Zalo's events say, in the words of every channel. Zalo OA, "Webhook"; ZBS, "Sự kiện".

Names that are not here, and what does not have the shape it should have, come out as "other" and do nothing.
"""

import json
from datetime import UTC, datetime

from django.conf import settings

from portal.channels.base import Incoming
from portal.channels.states import State


def read(name, body):
    event = json.loads(body)
    at = datetime.fromtimestamp(int(event["timestamp"]) / 1000, UTC)
    reader = READERS.get(name) if _is_ours(event) else None
    try:
        return Incoming(at=at, **(reader(event) if reader else {"kind": "other"}))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return Incoming(kind="other", at=at, sender=_sender(event))


def _is_ours(event):
    """An app may serve several accounts: what was said to another is stored, and nobody's here."""
    parts = [event[part].get("id") for part in ("sender", "recipient") if isinstance(event.get(part), dict)]
    named = {str(one) for one in [event.get("oa_id"), *parts] if one}
    return not (named and settings.ZALO_OA_ID) or settings.ZALO_OA_ID in named


def _sender(event):
    for part in ("sender", "follower"):
        if isinstance(event.get(part), dict):
            return str(event[part].get("id", ""))
    return str(event.get("user_id", ""))


# --- what a person says ---------------------------------------------------------------------------------------------
def _text(event):
    return {"kind": "text", "sender": _sender(event), "text": str(event["message"].get("text", ""))}


def _photo(event):
    payloads = [one["payload"] for one in event["message"].get("attachments", []) if one.get("type") == "image"]
    photos = tuple(payload["url"] for payload in payloads if str(payload.get("url", "")).startswith("http"))
    return {**_text(event), "kind": "photo", "photos": photos}


def _location(event):
    message = event["message"]
    attached = [one["payload"]["coordinates"] for one in message.get("attachments", []) if one["type"] == "location"]
    place = attached[0] if attached else message["location"]
    return {**_text(event), "kind": "location", "place": (float(place["latitude"]), float(place["longitude"]))}


def _something(what):
    def read(event):
        payloads = [one.get("payload") or {} for one in event["message"].get("attachments") or []]
        attached = tuple((what, _named(payload), str(payload.get("url") or "")) for payload in payloads)
        return {**_text(event), "kind": "other", "attached": attached or ((what, "", ""),)}

    return read


def _named(payload):
    return str(payload.get("name") or payload.get("title") or payload.get("description") or "")


def _contact(event):
    info = event["info"]
    return {
        "kind": "contact", "sender": _sender(event),
        "contact": {"phone": str(info.get("phone", "")), "name": str(info.get("name", ""))},
    }  # fmt: skip


def _of_kind(kind):
    return lambda event: {"kind": kind, "sender": _sender(event)}


# --- what became of a message of ours -------------------------------------------------------------------------------
def _received(event):
    message = event["message"]
    return {
        "kind": "receipt",
        "receipt": (State.DELIVERED, (str(message["msg_id"]),), str(message.get("tracking_id") or "")),
    }


def _seen(event):
    message = event["message"]
    numbers = message.get("msg_ids") or [message["msg_id"]]
    return {"kind": "receipt", "receipt": (State.DELIVERED, tuple(map(str, numbers)), "")}


def _rated(event):
    message = event["message"]
    if (stars := int(message["rate"])) not in range(1, 6):
        raise ValueError(f"{stars} stars")
    note = " ".join([str(message.get("note", "")), *map(str, message.get("feedbacks") or [])]).strip()
    return {
        "kind": "rating", "rating": {"stars": stars, "note": note[:1000]},
        "receipt": (State.DELIVERED, (str(message["msg_id"]),), str(message.get("tracking_id") or "")),
    }  # fmt: skip


READERS = {
    "user_send_text": _text,
    "user_send_image": _photo,
    "user_send_location": _location,
    "user_send_file": _something("file"),
    "user_send_audio": _something("voice"),
    "user_send_video": _something("video"),
    "user_send_sticker": _something("sticker"),
    "user_send_gif": _something("animation"),
    "user_send_link": _something("link"),
    "user_send_business_card": _something("card"),
    "user_submit_info": _contact,
    "follow": _of_kind("follow"),
    "unfollow": _of_kind("unfollow"),
    "user_withdraw": _of_kind("withdrawal"),
    "user_received_message": _received,
    "user_seen_message": _seen,
    "user_feedback": _rated,
}  # fmt: skip
