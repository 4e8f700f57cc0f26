"""What a browser may load and run: strict outside, and in the back-office only what its theme cannot live without."""

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts

BACK_OFFICE = "/quan-tri/"
# Whoever has the address of such a page sees somebody's dossier: it is not handed on, kept or indexed.
PERSONAL = ("/hs/", "/ho-so/")

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
# unfold's Alpine evaluates its attributes (without that a dialog covers the log-in form) and sets style attributes.
DESK = {**STRICT, "script-src": [SELF, UNSAFE_EVAL], "style-src-attr": [UNSAFE_INLINE]}

PERMISSIONS = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"


class TwoPolicies(CSPMiddleware):
    def get_policy_parts(self, request, response, report_only=False):
        if report_only:
            return PolicyParts()
        return PolicyParts(config=DESK if request.path_info.startswith(BACK_OFFICE) else STRICT)

    def process_response(self, request, response):
        response = super().process_response(request, response)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path_info.startswith(PERSONAL):
            response.headers.setdefault("Referrer-Policy", "no-referrer")
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
