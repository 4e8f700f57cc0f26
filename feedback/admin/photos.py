"""Photos that officers add: taken once, kept while the form comes back, public together with the answer."""

import re

from attachments.models import Attachment
from attachments.publishing import NotPublishable
from attachments.refusals import Refused
from feedback.workflow import Incomplete

DOOR = "office"
MOST = 5
_KEY = re.compile(r"[\w-]{22}")


def take_photos(uploads, *, at):
    """([keys of what was taken], [why others were not])"""
    keys, refused = [], []
    for upload in uploads[:MOST]:
        try:
            keys.append(Attachment.objects.take(upload, door=DOOR, at=at).attachment.key)
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
    """How it looks now, for everybody; what a scanner has not passed stays inside."""
    for photo in Attachment.objects.about(report.about).filter(taken_by=DOOR, public=False):
        try:
            photo.publish(by=by, at=at)
        except NotPublishable:
            continue
