"""The Page's token. Nothing renews it: it lives until a password, a role or the app changes; then a person must act.

Graph API, "Page Access Tokens". The row of the grant remembers which token worked, and tells people when it does not.
"""

from datetime import UTC, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from portal.channels.grants import Pair
from portal.channels.models import Grant

ISSUER = "facebook"


def refuse(words, *, at):
    """Nothing goes out until another token stands in the settings, or this one works again; people are told once."""
    grant = Grant.objects.of(ISSUER)
    if grant.refused_at is None:
        grant.refuse(words, at=at)


def look_after(about_token, *, at):
    """A token that is new here, or was refused, is asked about; with one that works the accounts go on by themselves.

    Args:
        about_token: the question to the platform: token -> {"is_valid": …, "profile_id": …, "expires_at": …}.
    """
    grant, token = Grant.objects.of(ISSUER), settings.FACEBOOK_PAGE_TOKEN
    if grant.refused_at is None and grant.access_token == token:
        return
    said = about_token(token)
    if trouble := trouble_of(said):
        return refuse(trouble, at=at)
    grant.keep(Pair(token, "", ends_at(said)), at=at)


def trouble_of(said):
    """Why a token is of no use to us; empty for one that works."""
    if said.get("is_valid") is not True:
        error = said.get("error") or {}
        return str(error.get("message") or _("The platform says that the token is not valid."))[:200]
    whose = str(said.get("profile_id") or settings.FACEBOOK_PAGE_ID)
    if whose != settings.FACEBOOK_PAGE_ID:
        return _("The token speaks for %(whose)s, not for our Page.") % {"whose": whose}
    return ""


def ends_at(said):
    """None for a token without an end, which is the usual one."""
    ends = said.get("expires_at") or 0
    return datetime.fromtimestamp(int(ends), UTC) if ends else None
