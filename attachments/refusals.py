"""Why a file is not taken: a closed set, each with words for whoever sent it."""

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Code(TextChoices):
    EMPTY = "empty", _("The file is empty.")
    TOO_BIG = "too_big", _("The file is larger than %(megabytes)s MB. Send a smaller one.")
    TYPE = "type", _("Files of this kind are not taken. Send a photo (JPEG, PNG, WebP, HEIC) or a video (MP4, MOV).")
    NAME = "name", _("The file is not what the end of its name says. Send it as the phone or the camera stored it.")
    BOMB = "bomb", _("The picture has too many pixels. Send a smaller one.")
    BROKEN = "broken", _("The file is damaged and cannot be opened. Send it again.")
    UNCLEANABLE = "uncleanable", _("Hidden details, like the place, cannot be removed from this video. Send it as MP4.")
    INFECTED = "infected", _("The virus scanner found something in the file. It was not taken.")
    TOO_MANY = "too_many", _("No more than %(files)s files can be added.")
    TOO_MUCH = "too_much", _("The files together are larger than %(together)s MB. Leave some out.")
    GONE = "gone", _("A file was kept for a day only and is not there any more. Add it again.")


class Refused(Exception):
    """The file is not taken; `code` is one of Code, `str()` says why in the reader's language."""

    def __init__(self, code):
        super().__init__(code)
        self.code = Code(code)

    def __str__(self):
        return str(self.code.label) % {
            "megabytes": settings.ATTACHMENT_MAX_MB,
            "files": settings.ATTACHMENTS_PER_THING,
            "together": settings.ATTACHMENTS_PER_THING_MB,
        }
