"""The code of a report as people read it aloud, and the secret that only its reporter has.

A code is no secret: it opens what everybody may see. It has no 0, O, 1 or I, and a sign that shows a slip of the
pen. The secret is derived from it and the house's key, so that every message can carry the link and no table keeps it.
"""

import hmac
import re
import secrets

from agencies.sealed import blind_index

PREFIX = "PA"
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = 7  # 32**7 is 34 billion; the eighth sign checks them
_MARK = 24  # hex digits of the secret: 96 bits
_MISREAD = str.maketrans("0O1I", "QQLL")  # signs we never give: read as what a hand most likely meant
_TYPED = re.compile(r"(?<![0-9A-Z])PA[\s.-]*([0-9A-Z]{4})[\s.-]*([0-9A-Z]{4})(?![0-9A-Z])")


def new_code():
    """PA and eight signs, e.g. PA7KQ2M9XW; shown as PA-7KQ2-M9XW."""
    body = "".join(secrets.choice(LETTERS) for _ in range(DIGITS))
    return f"{PREFIX}{body}{_check(body)}"


def shown(code):
    return f"{code[:2]}-{code[2:6]}-{code[6:]}"


def code_in(text):
    """The first genuine code in a text, however it is typed; "" where there is none."""
    for first, second in _TYPED.findall(" ".join((text or "").upper().split())[:2000]):
        body = (first + second).translate(_MISREAD)
        if _is_genuine(body):
            return f"{PREFIX}{body}"
    return ""


def token_of(code):
    """What stands in the reporter's own link."""
    return f"{code}-{_mark(code)}"


def code_of_token(token):
    """The code in a token of ours, or ""."""
    code, _dash, mark = (token or "").partition("-")
    genuine = len(code) == len(PREFIX) + DIGITS + 1 and code.isascii() and mark.isascii()
    return code if genuine and hmac.compare_digest(mark, _mark(code)) else ""


def _mark(code):
    return blind_index(code, "report")[:_MARK]


def _check(body):
    """Odd weights are prime to 32: one wrong sign is always found, two neighbours in the wrong order mostly."""
    return LETTERS[sum((2 * place + 1) * LETTERS.index(sign) for place, sign in enumerate(body)) % len(LETTERS)]


def _is_genuine(body):
    return all(sign in LETTERS for sign in body) and _check(body[:DIGITS]) == body[DIGITS]
