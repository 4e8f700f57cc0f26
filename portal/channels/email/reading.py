"""A stored letter in words that every channel shares."""

import base64
import json
import re
from datetime import datetime

from portal.channels.base import IN_REPLY_TO, Incoming
from portal.channels.email import heads, plain, writers
from portal.channels.email.collecting import pictures_of
from portal.channels.states import State

_PREFIX = re.compile(r"^(?:(?:re|fwd?|tl|trả lời|chuyển tiếp|aw)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_FAILED = re.compile(r"^action\s*:\s*failed", re.IGNORECASE | re.MULTILINE)
_OUR_NUMBER = re.compile(r"^message-id\s*:\s*(<([0-9a-f]{32})@[^<>\s]{1,120}>)", re.IGNORECASE | re.MULTILINE)


def read(body):
    letter = json.loads(body)
    at = datetime.fromisoformat(letter["at"])
    fields = heads.fields_of(base64.b64decode(letter["head"]))
    writer = writers.writer_of(fields, letter)
    if writer == writers.MACHINE and (lost := _came_back(letter)):
        return Incoming(kind="receipt", at=at, receipt=lost)
    name, address = fields.sender
    thread = fields.number("message-id")
    photos, attached = pictures_of(letter, thread) if writer in (writers.PERSON, writers.DOUBTFUL) else ((), ())
    return Incoming(
        kind=_kind(writer, letter, photos), at=at, sender=address, name=name, subject=_subject(fields),
        text=plain.own_words(_said(letter)), thread=thread or f"{letter['box']}/{letter['uid']}",
        parent=fields.number("in-reply-to"), answer_to=_way_back(fields, address), photos=photos, attached=attached,
    )  # fmt: skip


def _kind(writer, letter, photos):
    if writer != writers.PERSON:
        return writer
    if letter.get("unreadable"):  # who wrote is known, what they wrote is not: a person opens the mailbox
        return writers.DOUBTFUL
    return "photo" if photos else "text"


def _way_back(fields, address):
    """Reply-To is the sender's to choose, and would make us write to whom they like: an answer goes to From."""
    if not address:
        return None
    number = fields.number("message-id")
    return {"email": address, **({IN_REPLY_TO: number} if number else {})}


def _subject(fields):
    return _PREFIX.sub("", fields.words("subject")).strip()


def _said(letter):
    return "\n\n".join(filter(None, map(_words_of, letter.get("texts") or [])))


def _words_of(text):
    kind, charset, encoding, content = text
    said = plain.text_of(plain.opened(base64.b64decode(content), encoding), charset)
    return plain.lines_of_html(said) if kind == "text/html" else said


def _came_back(letter):
    """The receipt of a letter of ours that was not delivered (RFC 3464); None for any other word of a machine."""
    if letter.get("report") != "delivery-status":
        return None
    said = "\n".join(_words_of(text) for text in letter.get("texts") or [] if text[0] != "text/html")
    if not _FAILED.search(said):
        return None
    ours = _OUR_NUMBER.search(said)
    return (State.FAILED, (ours[1],), ours[2]) if ours else None
