"""What the numbers of the Graph API mean for us. Graph API, "Handling Errors"; Messenger Platform, "Error Codes".

A number is "code/subcode"; without a line of its own the code alone decides, and a code that nobody has written down is
never, for it was surely answered.
"""

from datetime import timedelta

from portal.channels.base import (
    AccountConfig,
    ContentRejected,
    Never,
    RecipientUnreachable,
    Throttled,
    TryAgain,
    Unknown,
)

REST = timedelta(minutes=15)  # where the platform does not say for how long
BLOCKED = timedelta(hours=25)  # at least a day
SLOWER = timedelta(hours=1)
ELSEWHERE = timedelta(minutes=5)  # another app, or a person in the inbox, has the conversation


class TokenRefused(AccountConfig):
    """The Page's token is dead: only a person can put another one in its place."""

    def __init__(self, words=""):
        super().__init__(words, needs_consent=True)


class Barred(Throttled):
    """The Page may send no messages for a while: it rests longer each time (see rest.py)."""


class Blocked(Throttled):
    """A policy of the platform stopped us: the account rests for a day, and a person has to look."""


class AlreadyReplied(Never):
    """A comment takes one private reply, and it has had it."""


def _again(words, at, rest):
    return TryAgain(words)


def _elsewhere(words, at, rest):
    return TryAgain(words, wait=ELSEWHERE)


def _throttled(words, at, rest):
    return Throttled(words, until=at + (rest or REST))


def _blocked(words, at, rest):
    return Blocked(words, until=at + max(BLOCKED, rest or BLOCKED))


def _slower(words, at, rest):
    return Blocked(words, until=at + SLOWER)


def _barred(words, at, rest):
    return Barred(words, until=at)


def _doubt(words, at, rest):
    return Unknown(words)


def _unreachable(words, at, rest):
    return RecipientUnreachable(words)


def _content(words, at, rest):
    return ContentRejected(words)


def _account(words, at, rest):
    return AccountConfig(words)


def _token(words, at, rest):
    return TokenRefused(words)


def _replied(words, at, rest):
    return AlreadyReplied(words)


def _never(words, at, rest):
    return Never(words)


_BY_SUBCODE = {
    _unreachable: (
        "10/2018278", "10/2534022", "10/2018065", "10/2018108", "100/33", "100/2018001", "200/1545041", "551/1545041",
    ),
    _barred: ("10/1893063",),
    _again: ("100/2018008", "100/2018047", "100/2018294"),
    _elsewhere: ("100/2534037", "100/2018300", "100/2018321"),
    _content: ("100/2018109", "100/2018074", "100/1893061"),
    _slower: ("613/2018338",),
    _never: ("100/2018218", "100/2018247"),
}  # fmt: skip
_BY_CODE = {
    _doubt: (1, 2, 506, 1363047, 1609010),
    _throttled: (4, 17, 32, 341, 613, *range(80_000, 80_100)),
    _blocked: (368,),
    _token: (102, 190),
    _account: (3, 10, *range(200, 300), 1404006, 1404078, 4854002),
    _content: (100, 324, 1349125, 1366046, 1366051, 1609008, 2061006, 2069019),
    _again: (1609005,),
    _unreachable: (551,),
    _replied: (10900,),
    _never: (2018218, 2018247, 9000001),
}
MEANINGS = {number: meaning for meaning, numbers in _BY_SUBCODE.items() for number in numbers}
MEANINGS |= {str(code): meaning for meaning, codes in _BY_CODE.items() for code in codes}


def number_of(error):
    """ "10/2018278", or "190" where there is no subcode."""
    code, subcode = error.get("code", 0), error.get("error_subcode") or 0
    return f"{code}/{subcode}" if subcode else str(code)


def meaning_of(error, *, at, rest=None):
    """The exception for a No of the platform.

    Args:
        error: the object under "error" of an answer.
        rest: for how long the headers of that answer ask us to wait (timedelta).
    """
    number = number_of(error)
    trace = f" (fbtrace_id {error['fbtrace_id']})" if error.get("fbtrace_id") else ""
    words = f"{number} {str(error.get('message', ''))[:160]}{trace}".strip()
    meaning = MEANINGS.get(number) or MEANINGS.get(number.partition("/")[0])
    if meaning is None:
        meaning = _doubt if error.get("is_transient") is True else _never
    return meaning(words, at, rest)
