"""Do events still come? A Page stops them after an hour without answers, silently. Graph API, "Subscribed Apps"."""

from django.conf import settings
from django.utils.translation import gettext as _

from portal.channels.facebook import client, telling

WANTED = {
    "feed", "mention", "messages", "message_echoes", "message_edits", "messaging_postbacks", "messaging_referrals",
    "message_deliveries", "messaging_policy_enforcement", "standby",
}  # fmt: skip


def look_after(*, at):
    """Subscribes again to what is missing, and tells people that something may have been missed. Raises SendError."""
    if missing := WANTED - subscribed():
        subscribe()
        words = _("Events had stopped coming (%(fields)s); they come again now. Look at the Page for what was missed.")
        telling.tell("subscription", words % {"fields": ", ".join(sorted(missing))}, at=at)


def subscribed():
    """The names of the events that the Page sends to our app."""
    rows = client.ask(_path()).get("data", [])
    ours = [row for row in rows if str(row.get("id", "")) == settings.FACEBOOK_APP_ID]
    return {str(field) for row in ours for field in row.get("subscribed_fields") or []}


def subscribe():
    """To what is there already and what is missing; once more does no harm."""
    client.post(_path(), {"subscribed_fields": ",".join(sorted(WANTED | subscribed()))}, effect=False)


def _path():
    return f"/{settings.FACEBOOK_PAGE_ID}/subscribed_apps"
