"""Trying it all on one machine: the sandbox plays Zalo, and knows of our templates and where our door is."""

import json
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils.timezone import now

from portal.channels.grants import Pair
from portal.channels.models import Grant
from portal.channels.wire import once
from portal.channels.zalo import oauth

TEMPLATES = Path(__file__).with_name("templates.json")


def join(*, people):
    """A consent, the address of our webhook, our templates, and the demo's citizens as people with phones there."""
    _tell("settings", webhook_url=f"{settings.BASE_URL}/webhooks/zalo/", redirect_uri="")
    _tell("templates", templates=json.loads(TEMPLATES.read_text(encoding="utf-8")))
    pair = _tell("grant")
    ends = now() + timedelta(seconds=int(pair["expires_in"]))
    Grant.objects.of(oauth.ISSUER).keep(Pair(pair["access_token"], pair["refresh_token"], ends), at=now())
    for name, phone in people:
        # Who is there already stays; a second start says the same.
        once("POST", f"{settings.SANDBOX_URL}/control/people", effect=False, json={"name": name, "phone": phone})


def _tell(what, **said):
    response = once("POST", f"{settings.SANDBOX_URL}/control/zalo/{what}", effect=False, json=said)
    response.raise_for_status()
    return response.json()
