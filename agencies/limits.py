"""What strangers may do so many times and no more: wrong guesses, reports, uploads. docs/decisions/0010 says why so.

Of guesses an outcome is told only if its own line in the count says so: who guesses right must find fewer wrong ones
than are allowed, who guesses wrong must not be one too many. The counter puts parallel guesses in a row, so 200 at the
same moment learn no more than 200 one after the other; and people who guess right never stand in each other's way.

Counts lie in Valkey. When it is away, or there is none, they lie in PostgreSQL: slower, but never without a limit.
"""

import logging
import time
from dataclasses import dataclass
from functools import lru_cache

import redis
from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from agencies.clients import circles
from agencies.sealed import blind_index

# A window slides in thirds: a wrong guess is forgotten after one window at the earliest, one and a third at the latest.
PARTS = 3
PREFIX = "limits:"
PATIENCE = 0.3  # seconds: somebody waits for the page
RESPITE = 5  # seconds until a Valkey that was away is asked again

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in so many seconds, counted under one name."""

    name: str
    allowed: int
    seconds: int

    @property
    def part(self):
        return self.seconds / PARTS

    def keys(self, at):
        """The counters that matter at that moment, the newest first."""
        newest = int(at.timestamp() // self.part)
        return [f"{PREFIX}{self.name}:{newest - age}" for age in range(PARTS + 1)]

    def wait(self, counts, at, *, over):
        """Seconds until `counts` (as `keys`, the newest first) add up to no more than `over`; 0 if they do now."""
        into_part = at.timestamp() % self.part
        for age in range(PARTS + 1):
            if sum(counts[: PARTS + 1 - age]) <= over:
                return int(age * self.part - into_part) + 1 if age else 0
        return int((PARTS + 1) * self.part - into_part) + 1


def seconds_to_wait(limits, *, at):
    """0 while one more is allowed under all limits, else the seconds until one is."""
    counts = _ask("read", [key for limit in limits for key in limit.keys(at)])
    return max(limit.wait(own, at, over=limit.allowed - 1) for limit, own in _apart(limits, counts))


def count(limits, *, at):
    """Count one more under all limits. 0 if it is within them (a guess: may be told), else the seconds to wait."""
    counts = _ask("add", [limit.keys(at) for limit in limits], [limit.seconds for limit in limits], at)
    return max(limit.wait(own, at, over=limit.allowed) for limit, own in _apart(limits, counts))


def _apart(limits, counts):
    size = PARTS + 1
    return [(limit, counts[place * size : (place + 1) * size]) for place, limit in enumerate(limits)]


def _ask(what, *arguments):
    url = settings.CACHE_URL
    if url and _away_until.get(url, 0) < time.monotonic():
        try:
            return getattr(InValkey(url), what)(*arguments)
        except redis.RedisError as error:
            log.warning("Valkey is away, counts lie in PostgreSQL: %s", error)
            _away_until[url] = time.monotonic() + RESPITE
    return getattr(LimitCount.objects, what)(*arguments)


_away_until = {}


class InValkey:
    """Two doors, one round trip each."""

    def __init__(self, url):
        self.valkey = _valkey(url)

    def read(self, keys):
        return [int(count or 0) for count in self.valkey.mget(keys)]

    def add(self, keys, seconds, at):
        # One transaction: nobody else's guess comes between ours and what we read of it.
        pipe = self.valkey.pipeline(transaction=True)
        for own, lasting in zip(keys, seconds, strict=True):
            pipe.incr(own[0])
            pipe.expire(own[0], 2 * lasting)
        pipe.mget([key for own in keys for key in own])
        return [int(count or 0) for count in pipe.execute()[-1]]


@lru_cache(maxsize=8)
def _valkey(url):
    patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    return redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), **patience)


class LimitCountManager(models.Manager):
    """The same two doors, one statement each. Outside a transaction, or the counts are lost with it."""

    def read(self, keys):
        with connection.cursor() as cursor:
            cursor.execute(_READ, [keys])
            counts = dict(cursor.fetchall())
        return [counts.get(key, 0) for key in keys]

    def add(self, keys, seconds, at):
        newest = sorted((own[0], at.timestamp() + 2 * lasting) for own, lasting in zip(keys, seconds, strict=True))
        older = [key for own in keys for key in own[1:]]
        with connection.cursor() as cursor:
            # Rows in one order for everybody: parallel guesses queue, they do not deadlock.
            cursor.execute(_ADD, [[key for key, _end in newest], [end for _key, end in newest], older])
            counts = dict(cursor.fetchall())
        if counts[keys[-1][0]] == 1:  # the first for a while: time to tidy up
            self.filter(forget_at__lt=at).delete()
        return [counts.get(key, 0) for own in keys for key in own]


_READ = "SELECT key, count FROM agencies_limitcount WHERE key = ANY(%s)"
_ADD = """
    WITH added AS (
        INSERT INTO agencies_limitcount AS known (key, count, forget_at)
        SELECT key, 1, to_timestamp(ends) FROM unnest(%s::text[], %s::float8[]) AS given (key, ends) ORDER BY key
        ON CONFLICT (key) DO UPDATE SET count = known.count + 1
        RETURNING key, count
    )
    SELECT key, count FROM added
    UNION ALL
    SELECT key, count FROM agencies_limitcount WHERE key = ANY(%s::text[])
"""


class LimitCount(models.Model):
    """How many there were in one part of a window: where Valkey is away."""

    key = models.CharField(primary_key=True, max_length=120)
    count = models.PositiveIntegerField(_("how often"))
    forget_at = models.DateTimeField(db_index=True)

    objects = LimitCountManager()

    class Meta:
        default_permissions = ()
        verbose_name = _("count under a limit")
        verbose_name_plural = _("counts under limits")

    def __str__(self):
        return f"{self.key}: {self.count}"


def of_client(client, name, *, allowed, seconds):
    """The limits of one kind of act for a client's address and the networks it is one of many in (clients.py)."""
    return [
        Limit(f"{name}:{blind_index(where, 'guesses')[:32]}", worth * allowed, seconds)
        for where, worth in circles(client)
    ]
