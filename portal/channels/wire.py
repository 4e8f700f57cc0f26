"""One request over the wire, and whether it may have had its effect."""

from functools import lru_cache

import httpx

from portal.channels.base import TryAgain, Unknown

# Shorter than the lock on the grant waits and the lease of a claim lasts.
TIMEOUT = httpx.Timeout(10, connect=5)


@lru_cache(maxsize=1)
def http():
    """One for a process: its connections are kept."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=50)
    return httpx.Client(timeout=TIMEOUT, limits=limits, trust_env=False, follow_redirects=False)


def once(method, address, *, effect, **request):
    """One request over the wire. Raises TryAgain while nothing can have happened, Unknown after that."""
    try:
        return http().request(method, address, **request)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise TryAgain(f"no connection: {type(error).__name__}") from error
    except httpx.HTTPError as error:
        raise lost(effect, type(error).__name__) from error


def lost(effect, words):
    return (Unknown if effect else TryAgain)(words)
