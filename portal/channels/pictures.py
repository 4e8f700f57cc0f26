"""Pictures that people send lie on the servers of their platform: fetched into memory, never kept."""

from time import monotonic
from urllib.parse import urlsplit

import httpx

from portal.channels.base import Never, TryAgain
from portal.channels.wire import http

LARGEST = 10 * 1024 * 1024
LONGEST = 20  # seconds: a worker waits for it


def fetch(address, *, hosts, beside=""):
    """The bytes of a picture. Raises TryAgain, or Never for a strange address or a picture that is too large.

    Args:
        hosts: the platform's own: these and what is under them, by HTTPS.
        beside: an address of the platform as settings name it: its own host and port are good, too (a sandbox).
    """
    if not _is_theirs(address, hosts, beside):
        raise Never("the picture is not on the platform's servers")
    try:
        with http().stream("GET", address) as response:
            if response.status_code >= 500:
                raise TryAgain(f"HTTP {response.status_code}")
            if response.status_code != 200:
                raise Never(f"HTTP {response.status_code}")
            return _within(response)
    except httpx.HTTPError as error:
        raise TryAgain(type(error).__name__) from error


def _is_theirs(address, hosts, beside):
    """Nobody makes us fetch from our own network: only what the platform signed, and of that only its own hosts."""
    try:
        parts, known = urlsplit(address), urlsplit(beside)
        host, port = parts.hostname or "", parts.port
        httpx.URL(address)
    except (ValueError, httpx.InvalidURL):
        return False
    if beside and (parts.scheme, parts.netloc) == (known.scheme, known.netloc):
        return True
    return (parts.scheme, port) in (("https", None), ("https", 443)) and any(
        host == one or host.endswith(f".{one}") for one in hosts
    )


def _within(response):
    content, ends = bytearray(), monotonic() + LONGEST
    for chunk in response.iter_bytes(65_536):
        content += chunk
        if len(content) > LARGEST:
            raise Never("the picture is too large")
        if monotonic() > ends:
            raise TryAgain("the picture comes too slowly")
    return bytes(content)
