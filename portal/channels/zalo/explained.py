"""What stops our account at Zalo, and who can mend it where. Zalo OA, "Mã lỗi"; ZBS, "Bảng mã lỗi"."""

import re

from django.utils.translation import gettext_lazy as _

from portal.channels.zalo.answers import BUSINESS, OPENAPI

_TOO_FAST = _("Too many calls in a minute: sending rests until the next one, and nothing has to be done.")
_LOCKED = _("Zalo has locked the Official Account, or it is gone: its administrator asks Zalo.")
_APP = _("The app is not active or may not call this: its administrator looks at developers.zalo.me.")
_VERIFY = _("The Official Account must be verified at Zalo first.")
_PACKAGE = _("The package of the Official Account does not contain this: a larger one is needed.")
_PROOF = _("The proof of the app's secret is wrong: compare ZALO_APP_SECRET and ZALO_APPSECRET_PROOF with the app.")
_UNLINKED = _("The Official Account is not connected with a ZBS account that pays for templates.")
_MONEY = _("The ZBS account has no money left or could not be charged: top it up.")
_TEMPLATE = _("A template in ZALO_TEMPLATES is unknown, not approved or blocked: compare the list below with Zalo's.")
_BLOCKED = _("Zalo lets this account send no templates, perhaps after complaints: its administrator asks Zalo.")
_TESTING = _("While ZALO_DEVELOPMENT is on, only administrators get messages, and a wallet of its own pays for them.")

_GROUPS = {
    OPENAPI: [
        (_TOO_FAST, [-32]), (_LOCKED, [-204, -205, -235, -237]), (_APP, [-209, -212, -219, -223, -240]),
        (_VERIFY, [-221]), (_PACKAGE, [-224]), (_PROOF, [-242]), (_UNLINKED, [-320]), (_MONEY, [-321]),
    ],
    BUSINESS: [
        (_TOO_FAST, [-32]), (_LOCKED, [-105, -125]), (_APP, [-101, -102, -103, -104, -138]),
        (_PACKAGE, [-120, -1201, -1202]), (_PROOF, [-1241]), (_UNLINKED, [-136, -1381]), (_MONEY, [-137]),
        (_TESTING, [-126, -127]), (_BLOCKED, [-135, -1351, -145]), (_TEMPLATE, [-109, -1091, -117, -131, -146]),
    ],
}  # fmt: skip
MEANINGS = {host: {code: meaning for meaning, codes in groups for code in codes} for host, groups in _GROUPS.items()}


def explain(words, *, host):
    """`words` begin with the host's number, as answers.py writes them; empty for any other."""
    number = re.match(r"-\d+\b", words)
    return MEANINGS[host].get(int(number[0]), "") if number else ""
