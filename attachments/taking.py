"""Taking files: looked at, scanned, made anew, kept once, within the limits of what they are about."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Count, Max, Q, Sum

from agencies.sealed import blind_index
from attachments import kinds, pictures, places, scanning, storing, videos
from attachments.refusals import Code, Refused
from attachments.states import Kind, Scan, State

MEGABYTE = 1024 * 1024
# Ours among the advisory locks of the database.
LOCK = 1_107_230_015


@dataclass(frozen=True)
class Taken:
    """A file that was taken, and the place its camera noted: (latitude, longitude) or None.

    The place stands here and nowhere else. Whoever calls offers it to the person, and stores it only if they agree.
    """

    attachment: models.Model
    place: tuple[float, float] | None = None


class Upload:
    """What was sent, looked at and not yet unpacked. Raises Refused (empty, too_big, type, name, bomb, broken)."""

    def __init__(self, upload, name):
        self.content = _read(upload)
        self.kind = kinds.kind_of(self.content, name=_name(upload) if name is None else name)
        self.mark = blind_index(hashlib.sha256(self.content).hexdigest(), "attachment")
        self.picture = pictures.opened(self.content, self.kind) if self.kind.format else None
        self.place = places.place_of(self.picture) if self.picture else None

    @property
    def is_photo(self):
        return self.picture is not None

    def made_anew(self):
        return pictures.made_anew(self.picture) if self.is_photo else videos.cleaned(self.content, self.kind)


class Taking:
    """Of the QuerySet: `take` and `claim`."""

    def take(self, upload, *, door, at, about="", name=None):
        """Take one file. The same bytes for the same thing are one row, however often they are sent.

        Call it outside a transaction: stored files do not roll back. What must come and go with a report is taken
        without `about` and claimed in the report's transaction.

        Args:
            upload: bytes, or a file object that can be read.
            door: what it came through, e.g. "web" or "api".
            about: what it is about, e.g. "report:17"; "" while the form it came with is not finished.
            name: what the sender called it, if the upload itself does not say.

        Returns:
            Taken.

        Raises:
            Refused: with a code of attachments.refusals.Code, in the sender's words.
        """
        upload = Upload(upload, name)
        known = self._known(about, upload.mark)
        if known is None:
            scan = scanning.looked_through(upload.content)
            known = self._keep(upload, upload.made_anew(), scan=scan, taken_by=door, at=at, about=about)
        return Taken(known, upload.place)

    def claim(self, keys, *, about, at):
        """The waiting files of these keys now belong to the thing, in this order. Twice is once.

        Returns:
            The attachments in the order of the keys; a file that the thing has already is that one.

        Raises:
            Refused: gone (no such file waits any more), infected, too_many, too_much; then none is claimed.
        """
        keys = list(dict.fromkeys(keys))
        with transaction.atomic():
            _lock(about)
            found = {row.key: row for row in self.select_for_update().filter(key__in=keys).order_by("pk")}
            if any(key not in found or found[key].about not in ("", about) for key in keys):
                raise Refused(Code.GONE)
            return [self._claim_one(found[key], about) for key in keys]

    def _claim_one(self, waiting, about):
        if waiting.about == about:
            return waiting
        if waiting.scan == Scan.INFECTED:
            raise Refused(Code.INFECTED)
        known = self._known(about, waiting.raw_mark)
        if known is not None:
            waiting.erase()
            return known
        waiting.order = self._room_for(about, waiting.size)
        waiting.about, waiting.state = about, State.KEPT
        waiting.save(update_fields=["about", "state", "order"])
        return waiting

    def _known(self, about, mark):
        return self.filter(about=about, raw_mark=mark).first() if about else None

    def _keep(self, upload, anew, *, scan, taken_by, at, about):
        """Files first: a row without its file would be a picture that cannot be shown."""
        original = storing.put(anew.content, anew.content_type, at=at)
        thumbnail = storing.put(anew.thumbnail, "image/jpeg", at=at)
        row = self.model(
            key=secrets.token_urlsafe(16),  # 128 bits in 22 letters: nobody guesses an address
            about=about, kind=Kind.PHOTO if upload.is_photo else Kind.VIDEO, content_type=anew.content_type,
            size=len(anew.content), width=anew.width, height=anew.height, raw_mark=upload.mark,
            sha256=hashlib.sha256(anew.content).hexdigest(), taken_by=taken_by, created_at=at, scan=scan,
            state=State.KEPT if about else State.WAITING, original=original, thumbnail=thumbnail,
        )  # fmt: skip
        kept = None
        try:
            kept = self._insert(row)
        finally:
            if kept is not row:
                storing.remove(original, thumbnail)
        return kept

    def _insert(self, row):
        """The row, or the one that a parallel upload of the same bytes made meanwhile."""
        with transaction.atomic():
            if row.about:
                _lock(row.about)
                known = self._known(row.about, row.raw_mark)
                if known is not None:
                    return known
                row.order = self._room_for(row.about, row.size)
            row.save(force_insert=True)
        return row

    def _room_for(self, about, size):
        """The place of one file more. Raises Refused (too_many, too_much). What was withdrawn takes no room."""
        there = Q(state=State.KEPT)
        has = self.filter(about=about).aggregate(
            files=Count("pk", filter=there), together=Sum("size", filter=there, default=0), last=Max("order", default=0)
        )
        if has["files"] >= settings.ATTACHMENTS_PER_THING:
            raise Refused(Code.TOO_MANY)
        if has["together"] + size > settings.ATTACHMENTS_PER_THING_MB * MEGABYTE:
            raise Refused(Code.TOO_MUCH)
        return has["last"] + 1


def _lock(about):
    """Files of one thing are counted one after the other: two at the same moment cannot both be the tenth."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, about])


def _read(upload):
    """Raises Refused before more than the limit is in memory."""
    most = settings.ATTACHMENT_MAX_MB * MEGABYTE
    if getattr(upload, "size", 0) and upload.size > most:
        raise Refused(Code.TOO_BIG)
    if isinstance(upload, bytes | bytearray | memoryview):
        content = bytes(upload) if len(upload) <= most else b"\0" * (most + 1)
    else:
        upload.seek(0) if getattr(upload, "seekable", lambda: False)() else None
        content = upload.read(most + 1)
    if not content:
        raise Refused(Code.EMPTY)
    if len(content) > most:
        raise Refused(Code.TOO_BIG)
    return content


def _name(upload):
    """What a browser says of the file; a temporary file's number is no name."""
    name = getattr(upload, "name", "")
    return PurePath(name).name if isinstance(name, str) else ""
