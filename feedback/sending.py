"""A report from the form of the page: its files kept while the form is not finished, then all of it in one go."""

import re
from dataclasses import dataclass, field

from django.db import transaction

from attachments.models import Attachment
from attachments.refusals import Refused
from feedback import allowance
from feedback.intake import MOST_PICTURES
from feedback.report import Report

KEY = re.compile(r"[\w-]{1,22}", re.ASCII)


@dataclass
class Gathered:
    """The files of a form that is not sent yet: taken earlier and still there, and those that came just now."""

    kept: list = field(default_factory=list)
    refused: list = field(default_factory=list)
    place: tuple | None = None
    wait: int = 0


def gather(posted, uploads, *, client, at):
    """Keep the uploads until the report is sent; what the form named before stays unless it was left out.

    Args:
        posted: the form's data; `kept` names files taken before, `drop` those to leave out.
        uploads: the files that came with it.
        client: who sends, for the limit.
    """
    dropped = set(posted.getlist("drop"))
    keys = [key for key in posted.getlist("kept")[:MOST_PICTURES] if key not in dropped and KEY.fullmatch(key)]
    there = {one.key: one for one in Attachment.objects.waiting(keys)}
    gathered = Gathered(kept=[there[key] for key in dict.fromkeys(keys) if key in there])
    for upload in uploads[: MOST_PICTURES + 1]:
        _take(upload, gathered, client, at)
    return gathered


def _take(upload, gathered, client, at):
    gathered.wait = gathered.wait or allowance.spend("upload", client, at=at)
    if gathered.wait:
        return
    try:
        taken = Attachment.objects.take(upload, door="web", at=at)
    except Refused as why:
        gathered.refused.append(f"{upload.name[:60]}: {why}")
        return
    if taken.attachment.raw_mark not in {one.raw_mark for one in gathered.kept}:
        gathered.kept.append(taken.attachment)
    gathered.place = gathered.place or taken.place


def send(draft, *, at):
    """The report with its files, or nothing of it.

    Raises:
        SentBefore: it was sent already.
        attachments.refusals.Refused: a file is gone, or there are too many.
    """
    with transaction.atomic():
        report = Report.open(draft, at=at)
        Attachment.objects.claim(draft.pictures, about=report.about, at=at)
    return report
