"""What is forgotten in time: who reported, where from, every word by which they can be found.

That something was reported, what about, when and how it was settled stays: it belongs to the authority's figures.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from agencies.vietnamese import search_key
from attachments.models import Attachment
from feedback.afterwards import Survey
from feedback.following import Follower, Support
from feedback.log import EntryTexts
from feedback.masking import HIDDEN, masked
from feedback.moderation import Flag
from feedback.report import Report
from feedback.reporter import FIELDS, Reporter
from feedback.talking import Talk
from feedback.workflow import State

BATCH = 200
# The name of somebody shorter than this would take words out of every sentence.
SHORTEST = 4


def due(*, at):
    """Reports whose time is over: closed, or refused, so many days ago (settings.REPORT_RETENTION_DAYS)."""
    until = at - timedelta(days=settings.REPORT_RETENTION_DAYS)
    ended = Q(state__in=[State.CLOSED, State.REFUSED], closed_at__lt=until)
    merged = Q(state=State.MERGED, merged_into__anonymised_at__isnull=False)
    return Report.objects.filter(ended | merged, anonymised_at=None).order_by("pk")


def forget(*, at, told=lambda n: None):
    """Forgets all that is due, a batch a transaction; run again it goes on. Returns how many reports."""
    Talk.forget_old(at=at)
    done = 0
    while True:
        with transaction.atomic():
            batch = list(due(at=at).select_for_update(skip_locked=True, of=("self",))[:BATCH])
            for report in batch:
                forget_one(report, at=at)
        done += len(batch)
        told(len(batch))
        if len(batch) < BATCH and not due(at=at).exists():
            return done


def forget_one(report, *, at):
    known = _known(report)
    for entry in EntryTexts.objects.filter(entry__report=report):
        entry.note, entry.public_note = _without(entry.note, known), _without(entry.public_note, known)
        entry.forgotten = True
        entry.save()
    Reporter.objects.filter(report=report).delete()
    Follower.objects.filter(report=report).update(contacts=None, mark="", ended_at=at)
    for model in (Support, Flag):
        model.objects.filter(report=report).delete()
    Survey.objects.filter(report=report).update(note="")
    report.pictures = _forget_pictures(report)
    report.text, report.public_text = _without(report.text, known), _without(report.public_text, known)
    report.extra_text, report.answers = "", []
    report.address = _without(report.address, known)
    report.search_key = search_key(f"{report.text} {report.address}")
    report.public_key = search_key(f"{report.public_text} {report.public_address}")
    report.reply_to, report.reply_mark, report.origin, report.likeness, report.said_by = None, "", None, "", ""
    report.anonymised_at = at
    report.save()


def _forget_pictures(report):
    """Only what was public as it came stays: behind a part that was blacked out lies the original."""
    kept = set()
    for attachment in Attachment.objects.about(report.about):
        if attachment.public and not attachment.boxes:
            kept.add(attachment.key)
        else:
            attachment.erase()
    return [picture for picture in report.pictures if picture["key"] in kept]


def _known(report):
    """What is known of its reporter, the longest first: none of it stays in any text."""
    reporter = Reporter.objects.filter(report=report).first()
    values = [getattr(reporter, name) for name in FIELDS] if reporter else []
    values += [str(value) for value in (report.reply_to or {}).values()]
    return sorted((value for value in values if len(value) >= SHORTEST), key=len, reverse=True)


def _without(text, known):
    folded = text
    for value in known:
        folded = _replaced(folded, value)
    return masked(folded)


def _replaced(text, value):
    """Also where it is written without tone marks or in capitals: letter by letter both have the same length."""
    plain, wanted = _plain(text), _plain(value)
    while (place := plain.find(wanted)) >= 0:
        text = text[:place] + HIDDEN + text[place + len(wanted) :]
        plain = _plain(text)
    return text


def _plain(text):
    """The same text without marks and capitals, and of the same length whatever letters there are."""
    plain = ((sign, search_key(sign)) for sign in text)
    return "".join(folded if len(folded) == 1 else sign for sign, folded in plain)
