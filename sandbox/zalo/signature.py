"""The two seals of Zalo: of its webhooks, and of an app that proves it knows its secret."""

import hashlib
import hmac


def of_event(*, app_id, body, timestamp, key):
    """Zalo OA, webhooks: SHA-256 (not HMAC) over app id, raw body, the body's own timestamp and the OA's secret key."""
    sealed = b"".join([app_id.encode(), body, timestamp.encode(), key.encode()])
    return f"mac={hashlib.sha256(sealed).hexdigest()}"


def proof(*, app_secret, access_token):
    """Zalo, appsecret_proof: HMAC-SHA256 of the access token under the app's secret, in lower-case hex."""
    return hmac.new(app_secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()
