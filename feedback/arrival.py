"""Reports that programs send: with their files or not at all, once however often they are sent, and not without end."""

import hashlib
from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from agencies import limits
from attachments.models import Attachment
from attachments.taking import Upload
from feedback.intake import SentBefore
from feedback.report import Report

HOUR = 3600


class KeyReused(Exception):
    """The key that makes a second sending the same one came with another report before."""

    problem_status = 422

    def __str__(self):
        return str(_("This Idempotency-Key was used with another request. Take a new key for a new request."))


def origin_of(door, key):
    """What makes a second sending the same one, of an Idempotency-Key; "" for none."""
    return f"{door}:{hashlib.sha256(key.encode()).hexdigest()}" if key else ""


def count_client(client, *, at):
    """Count one report or upload of this address more, together with those of the page.

    Returns:
        0 if it is within the limit, else the seconds to wait.
    """
    allowed = settings.REPORTS_A_CLIENT
    return limits.count(limits.of_client(client, "feedback:report", allowed=allowed, seconds=HOUR), at=at)


def check(draft, uploads=()):
    """All that opening it would check, and nothing written. Raises Incomplete, attachments' Refused."""
    _with_marks(draft, uploads).checked()
    for upload in uploads:
        Upload(upload, None).made_anew()


def open_with_files(draft, uploads=(), *, at):
    """The new report and its files: both are there or neither.

    Args:
        uploads: file objects or bytes; files that were taken before are in `draft.pictures`.

    Raises:
        Incomplete: names what is missing or wrong.
        SentBefore: the same came in before; nothing was written.
        KeyReused: by the same key, but something else.
        attachments.refusals.Refused: a file is none that we take.
    """
    draft = _with_marks(draft, uploads).checked()
    if before := Report.sent_before(draft, at):
        raise _the_same(before, draft)
    taken = [Attachment.objects.take(upload, door=draft.channel, at=at).attachment.key for upload in uploads]
    draft.pictures = (*draft.pictures, *taken)
    try:
        with transaction.atomic():
            report = Report.open(draft, at=at)
            Attachment.objects.claim(draft.pictures, about=report.about, at=at)
    except SentBefore as before:
        raise _the_same(before.report, draft) from None
    return report


def _with_marks(draft, uploads):
    """The same bytes are the same photo, under whatever key they will lie."""
    marks = tuple(hashlib.sha256(_content(upload)).hexdigest() for upload in uploads)
    return replace(draft, picture_marks=marks, has_pictures=draft.has_pictures or bool(uploads))


def _content(upload):
    if isinstance(upload, bytes):
        return upload
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    return content


def _the_same(report, draft):
    by_key = draft.origin and report.origin == draft.origin
    return KeyReused() if by_key and report.likeness != draft.likeness else SentBefore(report)
