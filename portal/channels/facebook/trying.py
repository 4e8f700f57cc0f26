"""Trying it all on one machine: the sandbox plays Facebook, and knows where our door is."""

from django.conf import settings
from django.utils.timezone import now

from portal.channels.facebook import client, subscription, tokens
from portal.channels.wire import once


def join(*, people):
    """The address of our webhook, the token that works there, and the events that we want."""
    if not settings.FACEBOOK_GRAPH_URL.startswith(settings.SANDBOX_URL):
        return  # somebody tries the real one beside the sandbox
    said = {"webhook_url": f"{settings.BASE_URL}/webhooks/facebook/"}
    answer = once("POST", f"{settings.SANDBOX_URL}/control/facebook/settings", effect=False, json=said)
    answer.raise_for_status()
    tokens.look_after(client.about_token, at=now())
    subscription.subscribe()
