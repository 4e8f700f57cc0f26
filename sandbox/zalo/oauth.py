"""Zalo OAuth v4 for an Official Account: a page of consent, a code, and tokens that replace each other."""

from html import escape
from urllib.parse import urlencode, urlsplit

from starlette.responses import HTMLResponse, RedirectResponse

from sandbox.zalo import codes
from sandbox.zalo.grants import challenge_of


def endpoints(zalo):
    return {
        ("GET", "/v4/oa/permission"): ("zalo.permission", lambda call: ask(zalo, call)),
        ("POST", "/v4/oa/permission"): ("zalo.permission", lambda call: consent(zalo, call)),
        ("POST", "/v4/oa/access_token"): ("zalo.access_token", lambda call: token(zalo, call)),
    }


class Manners:
    """No envelope here; a No carries names and, as everywhere at Zalo, HTTP 200."""

    fault_codes = {
        "rate_limit": (-32, codes.OAUTH[-32][1]),
        "expired_token": (-14020, codes.OAUTH[-14020][1]),
        "night": (-32, codes.OAUTH[-32][1]),
    }

    def __init__(self, zalo):
        self.zalo = zalo

    def admit(self, call):
        return None

    def good(self, call, data):
        return data

    def status_of(self, refused):
        return 200

    def bad(self, call, refused):
        return {
            "error": refused.code,
            "error_name": refused.more.get("name", ""),
            "error_reason": refused.message,
            "error_description": refused.message,
            "ref_doc": "https://developers.zalo.me/docs/official-account/bat-dau/xac-thuc-va-uy-quyen-cho-ung-dung-new",
        }

    def headers(self, call):
        return None

    def message_of(self, code):
        return codes.OAUTH.get(code, ("", "Unknown error"))[1]


def ask(zalo, call):
    """The page an administrator of the OA sees."""
    refused = _refused(zalo, call.query)
    return HTMLResponse(_page(zalo, refused, call.query), status_code=400 if refused else 200)


def consent(zalo, call):
    """The button was pressed: back to the app with a code, single use, ten minutes."""
    wanted = {**call.query, **call.form}
    refused = _refused(zalo, wanted)
    if refused:
        return HTMLResponse(_page(zalo, refused, wanted), status_code=400)
    redirect_uri = wanted["redirect_uri"]
    code = zalo.grants.code(redirect_uri=redirect_uri, challenge=wanted.get("code_challenge", ""))
    back = {"code": code, "oa_id": zalo.settings.oa_id}
    if "state" in wanted:
        back["state"] = wanted["state"]
    return RedirectResponse(f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(back)}", status_code=302)


def _refused(zalo, wanted):
    if wanted.get("app_id") != zalo.settings.app_id or zalo.settings.app_disabled:
        return codes.oauth(-14002)
    address = wanted.get("redirect_uri", "")
    known = zalo.settings.redirect_uri
    if (known and address != known) or urlsplit(address).scheme not in ("http", "https"):
        return codes.oauth(-14003)
    return None


def token(zalo, call):
    form = call.form
    if form.get("app_id") != zalo.settings.app_id or zalo.settings.app_disabled:
        raise codes.oauth(-14002)
    if call.headers.get("secret_key") != zalo.settings.app_secret:
        raise codes.oauth(-14002, "Header secret_key is not the secret of this app.")
    if form.get("grant_type") == "authorization_code":
        return redeem(zalo, form)
    if form.get("grant_type") == "refresh_token":
        return refresh(zalo, form)
    raise codes.oauth(-14012, "grant_type must be authorization_code or refresh_token.")


def redeem(zalo, form):
    code = zalo.grants.redeem(form.get("code", ""))
    if code is None:
        raise codes.oauth(-14012)
    if code.challenge and challenge_of(form.get("code_verifier", "")) != code.challenge:
        raise codes.oauth(-14024)
    return zalo.grants.pair()


def refresh(zalo, form):
    pair = zalo.grants.rotate(form.get("refresh_token", ""))
    if pair is None:
        raise codes.oauth(zalo.settings.refresh_refusal)
    return pair


def _page(zalo, refused, wanted):
    if refused:
        main = (
            f"<h1>Không cấp quyền được</h1><p>error={refused.code}</p><p>{escape(refused.message)}</p>"
            f"<p>redirect_uri: <code>{escape(wanted.get('redirect_uri', ''))}</code></p>"
        )
    else:
        kept = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in wanted.items()
            if name in ("app_id", "redirect_uri", "code_challenge", "state")
        )
        main = (
            f"<h1>Cấp quyền cho ứng dụng</h1><p>Ứng dụng <code>{escape(zalo.settings.app_id)}</code> xin quyền"
            f" gửi và nhận tin thay <strong>{escape(zalo.settings.oa_name)}</strong>.</p>"
            f'<form method="post">{kept}<button type="submit">Đồng ý</button></form>'
        )
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<title>Cấp quyền · Sandbox</title><link rel="stylesheet" href="/static/sandbox.css"></head>'
        f'<body class="narrow"><main>{main}</main></body></html>'
    )
