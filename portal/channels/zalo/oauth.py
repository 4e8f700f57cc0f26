"""The consent of an Official Account, and the tokens that come of it. Zalo OA, "Xác thực và ủy quyền", OAuth v4."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.utils.timezone import now

from portal.channels.base import TryAgain, Unknown
from portal.channels.grants import Pair, Rejected
from portal.channels.wire import once

ISSUER = "zalo"
# Of 25 hours: enough is left to notice, and to mend, a renewal that fails.
RENEW_AFTER = timedelta(hours=20)
LIFETIME = timedelta(hours=25)


def consent_address(*, redirect_uri, state, verifier):
    """Where an administrator of the OA consents; the verifier is kept until Zalo sends them back."""
    query = {
        "app_id": settings.ZALO_APP_ID, "redirect_uri": redirect_uri, "code_challenge": challenge_of(verifier),
        "state": state,
    }  # fmt: skip
    return f"{settings.ZALO_OAUTH_URL}/v4/oa/permission?{urlencode(query)}"


def new_verifier():
    """43 letters: the one that stands in the app's own pages, or one of its own for each consent."""
    return settings.ZALO_CODE_VERIFIER or secrets.token_urlsafe(32)


def challenge_of(verifier):
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def redeem(code, *, verifier):
    """The first Pair, for the code of a consent. Raises Rejected or TryAgain."""
    return _token(grant_type="authorization_code", code=code, code_verifier=verifier)


def exchange(refresh_token):
    """The next Pair. The old refresh token is dead from now on, also when the answer was lost.

    Raises:
        Rejected: any No of this endpoint, for it publishes no list of those that pass.
        TryAgain: Zalo is not there.
    """
    try:
        return _token(grant_type="refresh_token", refresh_token=refresh_token)
    except Unknown:
        # Perhaps it never got there: one more try tells.
        try:
            return _token(grant_type="refresh_token", refresh_token=refresh_token)
        except Unknown as error:  # of the pair, not of the message that waits for it: that was surely not sent
            raise TryAgain(f"no token: {error}") from error


def _lifetime(seconds):
    """Whatever is wrong with it, the pair beside it is the only one that still works."""
    try:
        lifetime = timedelta(seconds=float(seconds))
    except (TypeError, ValueError, OverflowError):
        return LIFETIME
    return lifetime if timedelta(0) < lifetime < timedelta(days=365) else LIFETIME


def _token(**form):
    asked_at = now()
    response = once(
        "POST", f"{settings.ZALO_OAUTH_URL}/v4/oa/access_token", effect=True,
        headers={"secret_key": settings.ZALO_APP_SECRET}, data={"app_id": settings.ZALO_APP_ID, **form},
    )  # fmt: skip
    if response.status_code >= 500 or response.status_code == 429:
        raise Unknown(f"HTTP {response.status_code}")
    try:
        answer = response.json()
    except ValueError as error:
        raise Unknown("the answer is no JSON") from error
    if not isinstance(answer, dict):
        raise Unknown("the answer is no object")
    if "access_token" in answer and "refresh_token" in answer:
        ends = asked_at + _lifetime(answer.get("expires_in"))
        return Pair(str(answer["access_token"]), str(answer["refresh_token"]), ends)
    if answer.get("error") == -32:
        raise TryAgain("-32 too many requests")
    raise Rejected(
        f"{answer.get('error')} {answer.get('error_description') or answer.get('error_reason') or ''}".strip()
    )
