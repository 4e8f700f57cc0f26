"""What the platform says of our Page at this moment, for the page of the account: [(name, value)] in words."""

from datetime import UTC, datetime

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop

from portal.channels.base import SendError
from portal.channels.facebook import client, rest, subscription, tokens

NEEDED = {
    "pages_manage_engagement", "pages_manage_metadata", "pages_messaging", "pages_read_engagement",
    "pages_read_user_content", "pages_show_list",
}  # fmt: skip
USES = {"": _noop("the app"), "pages": _noop("the Page"), "messenger": _noop("messages")}


def of_the_page():
    """Raises SendError when the platform is not there; a single answer that is not to be had says so in its place."""
    page = client.ask(f"/{settings.FACEBOOK_PAGE_ID}", fields="id,name,link")
    said = client.about_token(settings.FACEBOOK_PAGE_TOKEN)
    lacking = sorted(NEEDED - set(map(str, said.get("scopes") or [])))
    return [
        (_("page"), f"{page.get('name', '')} ({page.get('id', '')})"),
        (_("token"), tokens.trouble_of(said) or _ends(said)),
        (_("permissions that are missing"), ", ".join(lacking) or _("none")),
        *_told(_("events that do not come"), _events),
        *map(_used, rest.last_seen().values()),
    ]  # fmt: skip


def _used(usage):
    use = _(USES[usage.use]) if usage.use in USES else usage.use
    return _("calls used up: %(use)s") % {"use": use}, f"{round(usage.percent)} %"


def _ends(said):
    """The access to data ends apart from the token, and has to be confirmed by a person in time."""
    ends = [said.get("expires_at"), said.get("data_access_expires_at")]
    moments = [localtime(datetime.fromtimestamp(int(one), UTC)) for one in ends if one]
    return _("works until %(at)s") % {"at": f"{min(moments):%H:%M %d/%m/%Y}"} if moments else _("works, without an end")


def _events():
    return ", ".join(sorted(subscription.WANTED - subscription.subscribed())) or _("none")


def _told(name, question):
    try:
        return [(name, question())]
    except SendError as error:
        return [(name, _("not to be had: %(words)s") % {"words": error})]
