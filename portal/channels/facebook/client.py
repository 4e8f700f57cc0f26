"""The thin client of the Graph API: the token in a header, its proof beside it, and whether a call may have had effect.

Graph API, "Secure Graph API Calls"; the answers are HTTP 4xx or 5xx with an object under "error".
"""

import hashlib
import hmac

from django.conf import settings
from django.utils.timezone import now

from portal.channels.base import TryAgain, Unknown
from portal.channels.facebook import rest, telling, tokens
from portal.channels.facebook.answers import Barred, Blocked, TokenRefused, meaning_of
from portal.channels.wire import lost, once


def ask(path, **query):
    """A question. Raises SendError."""
    return _as_page("GET", path, effect=False, query=query)


def post(path, body, *, effect=True):
    """The answer.

    Args:
        effect: somebody may see what it does twice: an answer that is lost leaves a doubt.

    Raises:
        SendError: as the table of answers says; Unknown when nobody knows whether it had its effect.
    """
    return _as_page("POST", path, effect=effect, json=body)


def about_token(token):
    """What the platform says of a token of ours. Raises SendError. Graph API, "debug_token"."""
    of_the_app = f"{settings.FACEBOOK_APP_ID}|{settings.FACEBOOK_APP_SECRET}"
    query = {"input_token": token}
    answer = _call("GET", "/debug_token", token=of_the_app, effect=False, query=query)
    return answer.get("data") or {}


def part(answer, name, *, effect):
    """One value of an answer, as text. Raises Unknown or TryAgain where the answer is not of the shape it should be."""
    if not answer.get(name):
        raise lost(effect, f"the answer names no {name}")
    return str(answer[name])


def _as_page(method, path, **request):
    token = settings.FACEBOOK_PAGE_TOKEN
    try:
        return _call(method, path, token=token, **request)
    except TokenRefused as refusal:
        tokens.refuse(str(refusal), at=now())
        raise
    except Barred as barred:
        raise rest.longer(barred, at=now()) from barred
    except Blocked as blocked:
        telling.tell("blocked", str(blocked), at=now())
        raise


def _call(method, path, *, token, effect, query=None, **request):
    address = f"{settings.FACEBOOK_GRAPH_URL}/{settings.FACEBOOK_VERSION}{path}"
    params = {**(query or {}), "appsecret_proof": appsecret_proof(token)}
    bearer = {"Authorization": f"Bearer {token}"}
    said = once(method, address, effect=effect, params=params, headers=bearer, **request)
    return _answer(said, effect, rest.heed(said.headers, at=now()))


def _answer(said, effect, wait):
    try:
        answer = said.json()
        error = answer.get("error")
        number = int(error.get("code", 0)) if error else 0
    except (ValueError, AttributeError, TypeError) as mistake:
        raise lost(effect, f"HTTP {said.status_code}, and the answer is none") from mistake
    if error:
        meaning = meaning_of({**error, "code": number}, at=now(), rest=wait)
        raise meaning if effect else _harmless(meaning)
    if said.status_code >= 400:
        raise lost(effect, f"HTTP {said.status_code}")
    return answer


def _harmless(meaning):
    """A question that may or may not have been answered is asked again."""
    return TryAgain(str(meaning)) if isinstance(meaning, Unknown) else meaning


def appsecret_proof(token):
    """64 hex digits."""
    return hmac.new(settings.FACEBOOK_APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
