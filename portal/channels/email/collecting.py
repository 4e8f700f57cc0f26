"""Letters out of the mailbox: the head and what it consists of first, then no more than its text.

A 30 MB letter costs us its text; pictures stay where they are until somebody wants them (`photo`). What is stored is
what came, undecoded: nothing a stranger sends can keep the next letter from being stored.
"""

import base64
import hashlib
import json
import re
from contextlib import contextmanager
from datetime import datetime
from time import monotonic

from django.conf import settings
from django.core.cache import cache

from portal.channels.base import Arrival, Never, TryAgain
from portal.channels.email import heads, plain
from portal.channels.email.imap import Box, Refused, Visit

EVENT = "letter"
MOST_TEXT = 200_000  # bytes of a text, as it travels
MOST_TEXTS = 8
LARGEST_PICTURE = 10 * 1024 * 1024
MOST_PICTURES = 10
LEAST_PICTURE = 4_000  # less is a line, a logo or a spy
ROUND_LASTS = 40  # seconds; the next round is a minute later
PICTURE = re.compile(r"image/(?:jpe?g|pjpeg|png|webp|hei[cf]|gif|bmp)")
NAMED_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|hei[cf])", re.IGNORECASE)
REPORTED = ("message/delivery-status", "text/rfc822-headers", "message/rfc822")
ADDRESS = re.compile(r"mail:(\d+)/(\d+)/([\d.]{1,60})/(base64|quoted-printable|[78]bit|binary)/(<[^<>\s\"\\]*>)?")


def letters(*, at):
    """Arrivals, oldest first; each letter is marked as taken when the next one is asked for, so once it is stored."""
    ends = monotonic() + ROUND_LASTS
    with Visit(Box.parse(settings.MAIL_IN_URL)) as visit:
        for uid in visit.waiting(settings.MAIL_IN_A_ROUND):
            if monotonic() > ends:
                return
            with _left_where_it_is():
                yield arrival_of(visit, uid, at=at)
                visit.taken(uid, settings.MAIL_IN_FOLDER)


@contextmanager
def _left_where_it_is():
    """Somebody deleted it a moment ago."""
    try:
        yield
    except Never:
        return


def arrival_of(visit, uid, *, at):
    head, said = visit.head(uid)
    letter = {
        "box": visit.uidvalidity, "uid": uid, "at": _came_at(said, at).isoformat(), "size": _size(said),
        "head": base64.b64encode(head).decode("ascii"), **_content(visit, uid),
    }  # fmt: skip
    body = json.dumps(letter)
    return Arrival(mark=_mark(head, visit.uidvalidity, uid), event=EVENT, body=body, occurred_at=_came_at(said, at))


def _content(visit, uid):
    """Texts, pictures and the rest. Where a letter cannot be followed a person is told that it came."""
    if _has_failed(visit, uid):
        return {"unreadable": True}
    try:
        whole = visit.structure(uid)
    except ValueError:
        _note_failure(visit, uid, times=3)
        raise TryAgain("a letter whose parts cannot be followed") from None
    except TryAgain:
        _note_failure(visit, uid)
        raise
    is_report = whole.kind == "multipart/report"
    parts = list(whole.walk()) if is_report else list(spoken(whole))
    texts = [part for part in parts if part.kind in ("text/plain", "text/html") and not part.apart]
    reported = [part for part in parts if part.kind in REPORTED] if is_report else []
    others = [part for part in whole.walk() if _is_apart(part) and part not in reported]
    return {
        "report": whole.report, "texts": [_text(visit, uid, part) for part in [*texts, *reported][:MOST_TEXTS]],
        "others": [[part.kind, part.number, part.encoding, part.size, part.name] for part in others],
    }  # fmt: skip


def _is_apart(part):
    return not part.kind.startswith("multipart/") and (part.apart or part.kind not in ("text/plain", "text/html"))


def spoken(part):
    """Of several forms of one text the plainest that says something; everything else in order."""
    if part.kind == "multipart/alternative" and part.parts:
        plainly = [one for one in part.parts if one.kind == "text/plain" and one.size > 2]
        return spoken(plainly[0] if plainly else part.parts[-1])
    if part.kind == "multipart/related" and part.parts:
        return spoken(part.parts[0])
    if part.kind.startswith("multipart/"):
        return [one for inner in part.parts for one in spoken(inner)]
    return [part]


def _text(visit, uid, part):
    content = visit.part(uid, part.number, MOST_TEXT)
    return [part.kind, part.charset, part.encoding, base64.b64encode(content).decode("ascii")]


def _has_failed(visit, uid):
    return cache.get(_failures(visit, uid), 0) >= 3


def _note_failure(visit, uid, times=1):
    """Whatever breaks the conversation thrice must not keep the letters behind it waiting."""
    cache.set(_failures(visit, uid), cache.get(_failures(visit, uid), 0) + times, timeout=6 * 3600)


def _failures(visit, uid):
    return f"mail-in:{visit.uidvalidity}:{uid}"


def _came_at(said, at):
    """When our own server took it: what a letter says of its date is the sender's to choose."""
    found = re.search(rb'INTERNALDATE "([^"]{10,40})"', said)
    try:
        came = datetime.strptime(found[1].decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z") if found else at
    except ValueError:
        return at
    return min(came, at)


def _size(said):
    found = re.search(rb"RFC822\.SIZE (\d{1,15})", said)
    return int(found[1]) if found else 0


def _mark(head, validity, uid):
    """The same letter to two of our addresses is one; two that a program gave one number are two."""
    fields = heads.fields_of(head)
    number = fields.first("message-id") or f"{validity}/{uid}"
    parts = [number, *(fields.first(name) for name in ("from", "date", "subject"))]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


# --- pictures -------------------------------------------------------------------------------------------------------
def pictures_of(letter, thread):
    """(addresses of pictures, (what, name, address) of everything else)."""
    pictures, attached = [], []
    for kind, number, encoding, size, name in letter.get("others") or []:
        address = f"mail:{letter['box']}/{letter['uid']}/{number}/{encoding}/{thread}"
        is_picture = PICTURE.fullmatch(kind) or (kind == "application/octet-stream" and NAMED_PICTURE.search(name[-6:]))
        if is_picture and size < LEAST_PICTURE:
            continue
        fits = size <= LARGEST_PICTURE * 4 // 3 and len(pictures) < MOST_PICTURES and ADDRESS.fullmatch(address)
        if is_picture and fits:
            pictures.append(address)
        else:
            attached.append((_sort_of(kind), plain.one_line(name, 100) or kind, ""))
    return tuple(pictures), tuple(attached)


def _sort_of(kind):
    return {"video": "video", "audio": "voice"}.get(kind.partition("/")[0], "file")


def photo(address):
    """The bytes of a picture, asked for again. Raises TryAgain, or Never when the letter is gone."""
    found = ADDRESS.fullmatch(address)
    if not (found and settings.MAIL_IN_URL):
        raise Never("no picture of a letter")
    validity, uid, number, encoding, message_id = found.groups()
    most = LARGEST_PICTURE * 4 // 3 + 100_000
    with Visit(Box.parse(settings.MAIL_IN_URL)) as visit:
        content = plain.opened(_part_of(visit, validity, uid, number, message_id, most), encoding)
    if len(content) > LARGEST_PICTURE:
        raise Never("the picture is too large")
    return content


def _part_of(visit, validity, uid, number, message_id, most):
    """Where it came in; or, found by its Message-ID, where it was put afterwards."""
    if validity == visit.uidvalidity:
        try:
            return visit.part(uid, number, most)
        except Never:
            if not settings.MAIL_IN_FOLDER:
                raise
    if not message_id:
        raise Never("the letter is not in the mailbox any more")
    if settings.MAIL_IN_FOLDER:
        _enter_folder(visit)
    for other in visit.find(message_id)[:1]:
        return visit.part(other, number, most)
    raise Never("the letter is not in the mailbox any more")


def _enter_folder(visit):
    try:
        visit.enter(settings.MAIL_IN_FOLDER)
    except Refused as error:
        raise Never("the folder of taken letters is not there") from error
