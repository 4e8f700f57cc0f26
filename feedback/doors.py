"""What our own doors are called; what the post office's channels are called, only the post office knows."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

OWN = {"web": _("website"), "counter": _("at the counter"), "phone": _("by phone"), "api": _("another system")}


def own_name(channel):
    """The name of one of our own doors, or "": then {% load post_office %} has the filter `channel_name`."""
    return OWN.get(channel, "")


def all_doors():
    """[(key, name or "")] of every door a report may come through."""
    return [*OWN.items(), *((channel, "") for channel in settings.CHANNELS)]
