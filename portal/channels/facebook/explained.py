"""What stops our account at the platform, and who can mend it where. Graph API, "Handling Errors"."""

import re

from django.utils.translation import gettext_lazy as _

_TOKEN = _(
    "The token of the Page is dead: its administrator makes a new one, for FACEBOOK_PAGE_TOKEN; then it goes on."
)
_RIGHT = _("The token may not do this: compare its permissions and the role at the Page with docs/facebook.md.")
_REVIEW = _(
    "The platform has not approved the app for messages to everybody: until then only people of the app get them."
)
_SLOW = _("Too many calls: sending rests until the platform counts anew, and nothing has to be done.")
_POLICY = _(
    "The platform says that a rule was broken: look at the Page's quality and its support inbox before it goes on."
)
_BARRED = _("The Page may send no messages for a while: it is tried again by itself, and its support inbox says why.")
_IDENTITY = _("The platform wants a person to confirm who they are: the Page's administrator logs in there.")

_GROUPS = [
    (_TOKEN, ["102", "190"]), (_RIGHT, ["3", "10", *map(str, range(200, 300))]), (_REVIEW, ["200/2018028"]),
    (_SLOW, ["4", "17", "32", "341", "613", *map(str, range(80_000, 80_100))]), (_POLICY, ["368", "613/2018338"]),
    (_BARRED, ["10/1893063"]), (_IDENTITY, ["1404006", "1404078", "4854002"]),
]  # fmt: skip
MEANINGS = {number: meaning for meaning, numbers in _GROUPS for number in numbers}


def explain(words):
    """`words` begin with the platform's number, as answers.py writes them; empty for any other."""
    number = re.match(r"(\d+)(/\d+)?(?=\s|$)", words)
    return (MEANINGS.get(number[0]) or MEANINGS.get(number[1], "")) if number else ""
