"""What a browser may load and run: strict outside, and in the back-office only what its theme cannot live without."""

import re
from base64 import b64encode
from hashlib import sha256
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings

BACK_OFFICE = "/quan-tri/"
# Pages about somebody's dossier are neither kept nor indexed.
PERSONAL = (
    "/hs/", "/ho-so/", "/bien-nhan/", "/danh-gia/", "/phan-anh/cua-toi/", "/phan-anh/danh-gia/", "/phan-anh/theo-doi/",
    "/phan-anh/tin-phuong-xa/",
)  # fmt: skip
# Pages with a map may load its pictures, from one host and only if the settings name it; the form may ask the phone
# where it is, and the phone asks its owner.
MAPS, REPORTING = ("/phan-anh/ban-do/", "/phan-anh/gui/", "/quan-tri/feedback/report/"), "/phan-anh/gui/"
# Whoever has the address of a receipt's page sees the dossier, so it is not handed on, not even to ourselves. A page
# with a form cannot be as strict: the browser would hide the form's origin too, and it would be refused as forged.
RECEIPT = re.compile(r"^/hs/[\w-]{20,}/")

STRICT = {
    "default-src": [SELF],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}
# unfold's Alpine evaluates its attributes (without that a dialog covers the log-in form) and sets style attributes; the
# hash is that of the one style element that its copy of htmx writes into a page.
HTMX_STYLE = "'sha256-bsV5JivYxvGywDAZ22EZJKBFip65Ng9xoJVLbBg7bdo='"
DESK = {
    **STRICT,
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src-elem": [SELF, HTMX_STYLE],
    "style-src-attr": [UNSAFE_INLINE],
}
# unfold also writes the colours of our settings into each page; that element, and no other, is allowed by its hash.
COLOURS = re.compile(rb'<style id="unfold-theme-colors">(.*?)</style>', re.DOTALL)

PERMISSIONS = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"


class TwoPolicies(CSPMiddleware):
    def get_policy_parts(self, request, response, report_only=False):
        if report_only:
            return PolicyParts()
        if not request.path_info.startswith(BACK_OFFICE):
            return PolicyParts(config=STRICT, update=_tiles(request))
        return PolicyParts(
            config=DESK, update={**(_tiles(request) or {}), "style-src-elem": _hash_of_colours(response)}
        )

    def process_response(self, request, response):
        response = super().process_response(request, response)
        response.headers.setdefault("Permissions-Policy", _permissions(request))
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if RECEIPT.match(request.path_info):
            response.headers.setdefault("Referrer-Policy", "no-referrer")
        if request.path_info.startswith(PERSONAL):
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _tiles(request):
    if not (settings.MAP_TILES_URL and request.path_info.startswith(MAPS)):
        return None
    parts = urlsplit(settings.MAP_TILES_URL)
    return {"img-src": [f"{parts.scheme}://{parts.netloc}".replace("{s}", "*")]}


def _permissions(request):
    may_locate = request.path_info.startswith(REPORTING)
    return PERMISSIONS.replace("geolocation=()", "geolocation=(self)") if may_locate else PERMISSIONS


def _hash_of_colours(response):
    found = None if response.streaming else COLOURS.search(response.content)
    return [f"'sha256-{b64encode(sha256(found[1]).digest()).decode()}'"] if found else []
