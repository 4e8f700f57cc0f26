"""Photos that officers add: taken once, kept while the form comes back, public together with the answer."""

import re

from attachments.models import Attachment
from attachments.publishing import NotPublishable
from attachments.refusals import Refused
from feedback.showing import AFTER
from feedback.workflow import Incomplete

OFFICE = "office"  # what a citizen left with us; AFTER is how it looks now
MOST = 5
_KEY = re.compile(r"[\w-]{22}")


def take_photos(uploads, *, at, door=AFTER):
    """([keys of what was taken], [why others were not])"""
    keys, refused = [], []
    for upload in uploads[:MOST]:
        try:
            keys.append(Attachment.objects.take(upload, door=door, at=at).attachment.key)
        except Refused as why:
            refused.append(f"{upload.name[:60]}: {why}")
    return keys, refused


def kept_photos(text):
    """The keys in a form's hidden field; what is none is left out."""
    return [key for key in text.split(",") if _KEY.fullmatch(key)][:MOST]


def set_public(report, keys, *, by, at):
    """These photos and films of the report are for everybody, the others are not.

    Raises:
        Incomplete: the virus scanner has not passed one yet.
    """
    for photo in Attachment.objects.about(report.about):
        try:
            _set(photo, photo.key in keys, by=by, at=at)
        except NotPublishable as why:
            raise Incomplete({"public": str(why)}) from None


def _set(photo, public, *, by, at):
    if public and not photo.public:
        photo.publish(by=by, at=at)
    elif photo.public and not public:
        photo.unpublish(by=by, at=at)


def publish_photos(report, *, by, at):
    """How it looks now, for everybody; of a report that is not public, and what no scanner has passed, stays inside."""
    if not report.public_wanted or report.hidden:
        return
    for photo in Attachment.objects.about(report.about).filter(taken_by=AFTER, public=False):
        try:
            photo.publish(by=by, at=at)
        except NotPublishable:
            continue
