"""What Zalo's numbers mean for us. The two hosts give the same numbers different meanings: the host chooses the table.

Zalo OA, "Mã lỗi"; ZBS, "Bảng mã lỗi".
"""

import random
from datetime import datetime, time, timedelta

from agencies.worktime import VIETNAM
from portal.channels.base import (
    AccountConfig,
    ContentRejected,
    Never,
    RecipientUnreachable,
    Throttled,
    TryAgain,
    Unknown,
)

OPENAPI, BUSINESS = "openapi", "business"


class TokenRefused(Exception):
    """Renew the access token, and ask once more."""


class OptedOut(RecipientUnreachable):
    """The person refuses what we send: that word is kept, and the next channel is tried."""


class AssetExpired(TryAgain):
    """Zalo has forgotten what was uploaded: upload it anew, and ask once more."""


class Processing(TryAgain):
    """An article is not ready yet: ask again after a while."""


def _account(words, at):
    return AccountConfig(words)


def _quota(words, at):
    return TryAgain(words, at=_next_day(at))


def _night(words, at):
    return TryAgain(words, at=morning(at))


def _minute(words, at):
    return Throttled(words, until=next_minute(at))


def _processing(words, at):
    return Processing(words, wait=timedelta(seconds=20))


def _expired(words, at):
    return AssetExpired(words)


def _doubt(words, at):
    return Unknown(words)


def _unreachable(words, at):
    return RecipientUnreachable(words)


def _opted_out(words, at):
    return OptedOut(words)


def _content(words, at):
    return ContentRejected(words)


def _never(words, at):
    return Never(words)


def _token(words, at):
    return TokenRefused(words)


_OF_OPENAPI = {
    _token: (-216, -220, 216, 401, -401),
    _minute: (-32,),
    _doubt: (-200,),
    _processing: (-214,),
    _expired: (-100,),
    _quota: (-211, -218),
    _night: (-234,),
    _unreachable: (-213, -217, -227, -230, -232, -249),
    _opted_out: (-244,),
    _content: (-201, -210, -233, -238, -241, -248),
    _account: (-204, -205, -209, -212, -219, -221, -223, -224, -235, -237, -240, -242, -320, -321),
}
_OF_BUSINESS = {
    _token: (-124, 401, -401),
    _minute: (-32,),
    _doubt: (-100,),
    _quota: (-115, -144, -1441, -147, -1471, -1472, -160),
    _night: (-133,),
    _unreachable: (-108, -110, -114, -118, -119, -134),
    _opted_out: (-139, -140, -141),
    _content: (
        -111, -112, -1121, -1122, -1123, -1124, -113, -1131, -116, -121, -122, -130, -132, -153, -158, -159, -161, -162,
    ),
    _account: (
        -101, -102, -103, -104, -105, -109, -1091, -117, -120, -1201, -1202, -123, -1241, -125, -126, -127, -128, -129,
        -131, -135, -1351, -136, -137, -138, -1381, -142, -143, -145, -146,
    ),
}  # fmt: skip
MEANINGS = {
    host: {code: meaning for meaning, codes in table.items() for code in codes}
    for host, table in ((OPENAPI, _OF_OPENAPI), (BUSINESS, _OF_BUSINESS))
}


def meaning_of(host, code, message, *, at):
    """The exception for a No of Zalo; one that nobody has written down is never, for it was surely answered."""
    words = f"{code} {message}".strip()[:200]
    if host == OPENAPI and code == -223 and "quota" in message.lower():
        return _quota(words, at)
    return MEANINGS[host].get(code, _never)(words, at)


# --- when to try again: Zalo counts in Vietnam's time, and never says so --------------------------------------------
def next_minute(at):
    """When a new minute of Zalo's counting has surely begun; not for all at once."""
    return at.replace(second=0, microsecond=0) + timedelta(seconds=60 + 5 * random.random())


def morning(at):
    """The next moment at which phones may ring for what could wait; not for all at once."""
    return _at(at, time(6, 5)) + _jitter()


def _next_day(at):
    return _at(at, time(0, 5)) + _jitter()


def _at(at, moment):
    local = at.astimezone(VIETNAM)
    today = datetime.combine(local.date(), moment, VIETNAM)
    return today if today > local else today + timedelta(days=1)


def _jitter():
    return timedelta(seconds=300 * random.random())
