"""The thin client: which host, which header, and whether a request that ended badly may have had its effect.

Zalo OA, "Xác thực và ủy quyền"; the answers are HTTP 200 with a number in them.
"""

import hashlib
import hmac
import json

from django.conf import settings
from django.utils.timezone import now

from portal.channels.base import TryAgain
from portal.channels.models import Grant
from portal.channels.wire import lost, once
from portal.channels.zalo import oauth, pace
from portal.channels.zalo.answers import BUSINESS, OPENAPI, TokenRefused, meaning_of


def ask(path, data=None, *, host=OPENAPI, **query):
    """A question. `data` goes as JSON in one parameter, as the OA's host wants it; `query` as ordinary ones."""
    params = query if data is None else {**query, "data": json.dumps(data, separators=(",", ":"))}
    return _authorised(host, "GET", path, effect=False, params=params)


def post(path, body=None, *, host=OPENAPI, effect=True, **parts):
    """`data` of the answer.

    Args:
        effect: somebody may see what it does: an answer that is lost leaves a doubt.

    Raises:
        SendError: as the table of the host says; Unknown when nobody knows whether it had its effect.
    """
    return _authorised(host, "POST", path, effect=effect, **(parts or {"json": body}))


def whose(token):
    """The number of the Official Account that a token speaks for. Raises SendError."""
    try:
        data = _call(OPENAPI, "GET", "/v2.0/oa/getoa", token=token, effect=False)
    except TokenRefused as error:
        raise TryAgain(f"a fresh token was refused: {error}") from error
    return str((data or {}).get("oaid", ""))


def part(data, name, *, effect):
    """One value of an answer, as text. Raises Unknown or TryAgain where the answer is not of the shape it should be."""
    try:
        return str(data[name])
    except (KeyError, TypeError) as error:
        raise lost(effect, f"the answer names no {name}") from error


def _authorised(host, method, path, **request):
    token = Grant.objects.access_token(oauth.ISSUER)
    try:
        return _call(host, method, path, token=token, **request)
    except TokenRefused:
        token = Grant.objects.renewed(oauth.ISSUER, instead_of=token, exchange=oauth.exchange, at=now())
    try:
        return _call(host, method, path, token=token, **request)
    except TokenRefused as error:
        raise TryAgain(f"a fresh token was refused: {error}") from error


def _call(host, method, path, *, token, effect, **request):
    address = {OPENAPI: settings.ZALO_OPENAPI_URL, BUSINESS: settings.ZALO_BUSINESS_URL}[host] + path
    response = once(method, address, effect=effect, headers=_headers(token), **request)
    if host == OPENAPI:
        pace.heed(response.headers, at=now())
    if response.status_code == 401:
        raise TokenRefused("HTTP 401")
    answer = _answer(response, effect)
    code = answer.get("error", 0)
    if code == 0:
        return answer.get("data")
    raise meaning_of(host, code, str(answer.get("message", "")), at=now())


def _headers(token):
    headers = {"access_token": token}
    if settings.ZALO_APPSECRET_PROOF:
        headers["appsecret_proof"] = appsecret_proof(token)
    return headers


def appsecret_proof(token):
    """Zalo OA, "appsecret_proof"."""
    return hmac.new(settings.ZALO_APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()


def _answer(response, effect):
    if response.status_code >= 500 or response.status_code == 429:
        raise lost(effect, f"HTTP {response.status_code}")
    try:
        answer = response.json()
        code = int(answer.get("error", 0))
    except (ValueError, AttributeError, TypeError) as error:
        raise lost(effect, "the answer is no JSON") from error
    return {**answer, "error": code}
