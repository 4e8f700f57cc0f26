"""Pictures that people send lie on Zalo's servers: fetched into memory, never kept."""

from time import monotonic
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from portal.channels.base import Never, TryAgain
from portal.channels.zalo.wire import http

LARGEST = 10 * 1024 * 1024
LONGEST = 20  # seconds: a worker waits for it


def fetch(address):
    """The bytes of a picture. Raises Never for an address that is not Zalo's or a picture that is too large."""
    if not _is_zalos(address):
        raise Never("the picture is not on Zalo's servers")
    try:
        with http().stream("GET", address) as response:
            if response.status_code >= 500:
                raise TryAgain(f"HTTP {response.status_code}")
            if response.status_code != 200:
                raise Never(f"HTTP {response.status_code}")
            return _within(response)
    except httpx.HTTPError as error:
        raise TryAgain(type(error).__name__) from error


def _is_zalos(address):
    """Nobody makes us fetch from our own network: only what Zalo signed, and of that only its own hosts."""
    try:
        parts, ours = urlsplit(address), urlsplit(settings.ZALO_OPENAPI_URL)
        host, port = parts.hostname or "", parts.port
        httpx.URL(address)
    except (ValueError, httpx.InvalidURL):
        return False
    if (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc):
        return True
    return (parts.scheme, port) in (("https", None), ("https", 443)) and any(
        host == one or host.endswith(f".{one}") for one in settings.ZALO_PICTURE_HOSTS
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
