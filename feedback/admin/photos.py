"""Photos that officers add: taken once, kept while the form comes back, public together with the answer."""

import re

from attachments.models import Attachment
from attachments.publishing import NotPublishable
from attachments.refusals import Refused

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


def publish_photos(report, *, by, at):
    """How it looks now, for everybody; what a scanner has not passed stays inside."""
    for photo in Attachment.objects.about(report.about).filter(taken_by=DOOR, public=False):
        try:
            photo.publish(by=by, at=at)
        except NotPublishable:
            continue
