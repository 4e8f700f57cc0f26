"""What a file is, where it stands, and what the virus scanner said of it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    PHOTO = "photo", _("photo")
    VIDEO = "video", _("video")


class State(TextChoices):
    """Waiting for the form it came with; kept with what it is about; withdrawn from everybody but the staff."""

    WAITING = "waiting", _("waiting for its form")
    KEPT = "kept", _("kept")
    WITHDRAWN = "withdrawn", _("withdrawn from view")


class Scan(TextChoices):
    OFF = "off", _("not scanned")
    WAITING = "waiting", _("waiting for scan")
    CLEAN = "clean", _("scanned, nothing found")
    INFECTED = "infected", _("virus found")
