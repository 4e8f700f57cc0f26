"""The host of the Graph API: addresses with numbers in them, tokens, proofs, percent in the headers."""

import hashlib
import hmac
import json
import re
from functools import partial

from sandbox.facebook import asked, bearer, codes, objects, sending, subscribing

MOST = 100


class Addresses(dict):
    """{(method, "/{version}/{id}/comments"): (name, handler)}; asked for the path of a call it finds the pattern."""

    def __init__(self, table):
        super().__init__(table)
        self._patterns = [(method, _pattern(path), found) for (method, path), found in table.items()]

    def get(self, asked, default=None):
        method, path = asked
        for known, pattern, found in self._patterns:
            if known == method and pattern.fullmatch(path):
                return found
        return default


def _pattern(path):
    return re.compile(path.replace("{version}", r"v\d+\.\d+").replace("{id}", r"[\w-]+"))


def endpoints(facebook):
    """Literal addresses before those with a number in their place."""
    return Addresses({at: (f"facebook.{name}", partial(handler, facebook)) for at, (name, handler) in TABLE.items()})


TABLE = {
    ("GET", "/{version}/me/accounts"): ("me_accounts", subscribing.accounts),
    ("GET", "/{version}/debug_token"): ("debug_token", subscribing.debug_token),
    ("GET", "/{version}/{id}/subscribed_apps"): ("subscribed_apps", subscribing.listed),
    ("POST", "/{version}/{id}/subscribed_apps"): ("subscribe", subscribing.subscribe),
    ("DELETE", "/{version}/{id}/subscribed_apps"): ("unsubscribe", subscribing.unsubscribe),
    ("GET", "/{version}/{id}/conversations"): ("conversations", sending.conversations),
    ("POST", "/{version}/{id}/messages"): ("messages", sending.send),
    ("GET", "/{version}/{id}/feed"): ("feed", objects.feed),
    ("GET", "/{version}/{id}/published_posts"): ("published_posts", objects.published_posts),
    ("GET", "/{version}/{id}/scheduled_posts"): ("scheduled_posts", objects.scheduled_posts),
    ("GET", "/{version}/{id}/visitor_posts"): ("visitor_posts", objects.visitor_posts),
    ("POST", "/{version}/{id}/feed"): ("publish", objects.publish),
    ("POST", "/{version}/{id}/photos"): ("photos", objects.photo),
    ("GET", "/{version}/{id}/comments"): ("comments", objects.comments),
    ("POST", "/{version}/{id}/comments"): ("comment", objects.comment),
    ("POST", "/{version}/{id}/likes"): ("likes", objects.like),
    ("GET", "/{version}/{id}"): ("object", objects.read),
    ("POST", "/{version}/{id}"): ("change", objects.change),
    ("DELETE", "/{version}/{id}"): ("delete", objects.delete),
}
ABOUT_TOKENS = ("facebook.me_accounts", "facebook.debug_token")


class Manners:
    fault_codes = {
        "rate_limit": (4, codes.WORDS[4]), "expired_token": (190, codes.WORDS[190]), "night": (368, codes.WORDS[368]),
    }  # fmt: skip

    def __init__(self, facebook):
        self.facebook = facebook

    def admit(self, call):
        settings, token = self.facebook.settings, bearer.of(call)
        self._check_proof(call, token)
        if call.name in ABOUT_TOKENS:
            return
        if token != settings.page_token:
            raise codes.graph(190, "Invalid OAuth access token - Cannot parse access token")
        if not settings.token_valid:
            raise codes.graph(190, subcode=settings.token_subcode)
        if settings.app_usage >= MOST:
            raise codes.graph(4)
        if (settings.messenger_usage if _is_message(call) else settings.page_usage) >= MOST:
            raise codes.graph(80006 if _is_message(call) else 80001)

    def _check_proof(self, call, token):
        given = asked.fields(call).get("appsecret_proof")
        settings = self.facebook.settings
        if given is None and settings.require_proof:
            raise codes.graph(100, "API calls from the server require an appsecret_proof argument")
        wanted = hmac.new(settings.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        if given is not None and not hmac.compare_digest(str(given).encode(), wanted.encode()):
            raise codes.graph(100, "Invalid appsecret_proof provided in the API argument")

    def good(self, call, data):
        return data

    def bad(self, call, refused):
        error = {"message": f"(#{refused.code}) {refused.message}", "type": "OAuthException", "code": refused.code}
        if refused.more.get("subcode"):
            error["error_subcode"] = refused.more["subcode"]
        return {"error": {**error, "is_transient": refused.code in codes.UNAVAILABLE, "fbtrace_id": "ASandbox0000"}}

    def status_of(self, refused):
        return codes.status_of(refused)

    def headers(self, call):
        settings = self.facebook.settings
        rows = [
            _row(kind, getattr(settings, f"{kind}_usage"), settings.regain_minutes) for kind in ("page", "messenger")
        ]
        app = dict.fromkeys(("call_count", "total_time", "total_cputime"), settings.app_usage)
        return {
            "X-App-Usage": json.dumps(app), "X-Business-Use-Case-Usage": json.dumps({settings.page_id: rows}),
            "facebook-api-version": "v26.0",
        }  # fmt: skip

    def message_of(self, code):
        return codes.WORDS.get(code, "Unknown error")


def _row(kind, percent, minutes):
    row = {"type": {"page": "pages"}.get(kind, kind), "call_count": percent, "total_cputime": 1, "total_time": 1}
    return {**row, "estimated_time_to_regain_access": minutes}


def _is_message(call):
    return call.name in ("facebook.messages", "facebook.conversations")
