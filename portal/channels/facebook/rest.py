"""How much of its patience the platform has left, and for how long our accounts rest. Graph API, "Rate Limits".

It says so in percent, beside its answers: of the app's calls, and of the Page's by kind of use. More calls at 100 %
only lengthen the wait, so we stop by ourselves before.
"""

import json
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from portal.channels.accounts import AccountState
from portal.channels.base import Throttled, adapters
from portal.channels.facebook.answers import REST
from portal.channels.facebook.tokens import ISSUER
from portal.channels.models import Account

MUCH = 90  # percent
BARRED = "10/1893063"
SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=4)
PERCENTS = ("call_count", "total_time", "total_cputime")


@dataclass(frozen=True)
class Usage:
    """`use` is "pages", "messenger", or empty for all calls of the app; `wait` is what the platform asks for."""

    use: str
    percent: float
    wait: timedelta | None

    @property
    def is_much(self):
        return self.percent > MUCH


_last_seen = {}


def last_seen():
    """{use: Usage} as the newest answers told this process."""
    return dict(_last_seen)


def heed(headers, *, at):
    """Where little is left our accounts rest. Returns the longest wait that the answer asked for, or None."""
    seen = [*_of_the_app(headers), *_of_the_page(headers)]
    for usage in seen:
        _last_seen[usage.use] = usage
        if usage.is_much:
            _rest(usage, at)
    return max((usage.wait for usage in seen if usage.wait), default=None)


def _of_the_app(headers):
    row = _json(headers.get("X-App-Usage"))
    return [Usage("", _percent(row), None)] if isinstance(row, dict) else []


def _of_the_page(headers):
    said = _json(headers.get("X-Business-Use-Case-Usage"))
    rows = said.get(settings.FACEBOOK_PAGE_ID) if isinstance(said, dict) else None
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [Usage(str(row.get("type", "")), _percent(row), _wait(row)) for row in rows]


def _json(text):
    """Nothing depends on a header that is not what it should be."""
    try:
        return json.loads(text or "null")
    except ValueError:
        return None


def _percent(row):
    return max((row[name] for name in PERCENTS if isinstance(row.get(name), (int, float))), default=0)


def _wait(row):
    minutes = row.get("estimated_time_to_regain_access")
    usable = isinstance(minutes, (int, float)) and 0 < minutes < 100_000
    return timedelta(minutes=minutes) if usable else None


def _rest(usage, at):
    words = _("%(percent)s %% of the calls are used up.") % {"percent": round(usage.percent)}
    for adapter in adapters():
        if adapter.grant == ISSUER and usage.use in ("", adapter.use):
            _throttle(Account.objects.of(adapter.name), until=at + (usage.wait or REST), words=words, at=at)


def _throttle(account, *, until, words, at):
    """Written once for each rest: what began it, and when, must stay to be read."""
    if account.throttled_until is None or account.throttled_until <= at:
        account.throttle(until=until, words=words, at=at)


def longer(barred, *, at):
    """The Page may send nothing for a while, and nobody says how long: half an hour, then twice that, up to four.

    How long the last rest was stands on the account itself; who finds the account resting already waits with it.
    """
    accounts = [Account.objects.of(one.name) for one in adapters() if one.grant == ISSUER and one.sends_messages]
    # They rest together; if one has sent meanwhile, this is a new beginning.
    until = min((_next_rest(account, at) for account in accounts), default=at + SHORTEST)
    for account in accounts:
        _throttle(account, until=until, words=barred, at=at)
    return Throttled(str(barred), until=until)


def _next_rest(account, at):
    barred_before = account.state == AccountState.THROTTLED and account.last_error.startswith(BARRED)
    if not barred_before:
        return at + SHORTEST
    if account.throttled_until > at:
        return account.throttled_until
    return at + min(LONGEST, 2 * (account.throttled_until - account.last_error_at))
