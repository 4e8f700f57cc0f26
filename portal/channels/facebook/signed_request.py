"""Who asks the platform to be forgotten by us. Facebook Login, "Data Deletion Request Callback".

`signed_request` is "<signature>.<payload>", both base64url, and the signature is over the payload as it stands there.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from datetime import timedelta

from django.conf import settings

from portal.channels.base import NotFromThem

# What is older was recorded, and is played again.
STALE = timedelta(days=1)


def subject_of(form, *, at):
    """The person's number for our app; it is not the one by which they write to us. Raises NotFromThem."""
    if not settings.FACEBOOK_APP_SECRET:
        raise NotFromThem("no secret is set")
    signature, _dot, payload = form.get("signed_request", "").partition(".")
    wanted = hmac.new(settings.FACEBOOK_APP_SECRET.encode(), payload.encode(), hashlib.sha256).digest()
    try:
        genuine = hmac.compare_digest(_decoded(signature), wanted)
        said = json.loads(_decoded(payload)) if genuine else {}
        issued = float(said.get("issued_at") or at.timestamp())
        subject = str(said.get("user_id") or "")
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise NotFromThem("no signed request") from error
    if not (subject and abs(at.timestamp() - issued) <= STALE.total_seconds()):
        raise NotFromThem("wrong signature, nobody named, or too old")
    return subject[:100]


def _decoded(text):
    return urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
