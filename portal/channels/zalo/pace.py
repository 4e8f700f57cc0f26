"""How many calls of this minute are left: Zalo says so on each answer, and refuses with -32 what goes beyond.

Zalo OA, "Giới hạn tốc độ API". The host of the messages by phone neither counts nor says it.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.channels.models import Account
from portal.channels.zalo.answers import next_minute

CHANNEL = "zalo"  # whose sends are counted
# Of a minute's calls: enough for what other workers have begun, and for what has to be read meanwhile.
LITTLE = 0.02


@dataclass(frozen=True)
class Pace:
    """Calls a minute that Zalo allows, and how many of them were left."""

    limit: int
    left: int

    @property
    def is_little(self):
        return self.limit > 0 and self.left <= self.limit * LITTLE


_last_seen = None


def last_seen():
    """The Pace that the newest answer told this process; None before the first."""
    return _last_seen


def heed(headers, *, at):
    """Where little is left, the account rests until the next minute: its row, which is written then only, tells all."""
    global _last_seen
    try:
        _last_seen = Pace(int(headers["X-RateLimit-Limit"]), int(headers["X-RateLimit-Remain"]))
    except (KeyError, ValueError):  # promised on every answer; nothing depends on one that lacks them
        return
    if _last_seen.is_little:
        _rest(_last_seen, at)


def _rest(pace, at):
    account = Account.objects.of(CHANNEL)
    if account.throttled_until is None or account.throttled_until <= at:
        words = _("%(left)s of %(limit)s calls were left in this minute.") % {"left": pace.left, "limit": pace.limit}
        account.throttle(until=next_minute(at), words=words, at=at)
