"""How often one client may use each door that citizens write through, and the page for who uses it more often."""

from django.conf import settings
from django.shortcuts import render
from django.utils.timezone import now

from agencies import limits
from agencies.clients import client_address

MINUTE, HOUR = 60, 3_600
DOORS = {
    "upload": (10, HOUR),  # times REPORTS_A_CLIENT, as all within an hour: a report has up to ten
    "report": (1, HOUR),
    "say": (1, HOUR),
    "support": (1, HOUR),
    "follow": (0.5, HOUR),
    "flag": (0.5, HOUR),
    "survey": (1, HOUR),
}
# Links are sent to whoever is named, a code is guessed: these are few whatever a province allows.
LINKS, TO_ONE_ADDRESS, CODES = (5, 15 * MINUTE), (5, 24 * HOUR), (30, MINUTE)


def spend(door, client, *, at):
    """Count one more. 0 if it is within the limit, else the seconds to wait. Call it outside a transaction."""
    share, seconds = DOORS[door]
    return _count(door, client, max(int(share * settings.REPORTS_A_CLIENT), 1), seconds, at)


def ask_for_links(client, *, at):
    return _count("links", client, *LINKS, at)


def write_to(mark, *, at):
    """The same for what is sent to one address, whoever asks for it."""
    return _count("to", mark, *TO_ONE_ADDRESS, at)


def try_code(client, *, at):
    return _count("code", client, *CODES, at)


def _count(door, who, allowed, seconds, at):
    return limits.count(limits.of_client(who, f"feedback:{door}", allowed=allowed, seconds=seconds), at=at)


def refused(request, door):
    """The page "too many", if this is one too many; else None, and it is counted."""
    wait = spend(door, client_address(request), at=now())
    return too_many(request, wait) if wait else None


def too_many(request, wait):
    response = render(request, "feedback/too_many.html", {"minutes": -(-wait // 60)}, status=429)
    response["Retry-After"] = str(wait)
    return response
