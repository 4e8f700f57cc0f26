"""Who wrote a letter: a person, a machine, we ourselves, or somebody in another's name.

A machine is never answered: two that answer each other never end (RFC 3834). Whose name was borrowed is not answered
by a machine either: a person reads the letter.
"""

import re

from django.conf import settings

from portal.channels.email import heads

PERSON, MACHINE, OURSELVES, DOUBTFUL = "person", "automatic", "echo", "doubtful"
OUR_MARK = "X-Mot-Cua"
_MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|no-?_?\.?reply|do-?_?\.?not-?_?\.?reply|bounces?|listserv)(?:[+.-].*)?"
)
_LIST = ("list-id", "list-post", "list-unsubscribe", "mailing-list", "x-autoreply", "x-autorespond", "x-autoresponder")
_VERDICT = re.compile(r"(?:^|[;\s])(dmarc|spf)\s*=\s*(\w+)", re.IGNORECASE)


def writer_of(fields, letter):
    """One of the four above."""
    _name, address = fields.sender
    if fields.has(OUR_MARK.lower()) or address.lower() in our_addresses():
        return OURSELVES
    if _is_machine(fields, letter, address):
        return MACHINE
    return DOUBTFUL if not address or is_borrowed(fields) else PERSON


def our_addresses():
    known = (settings.DEFAULT_FROM_EMAIL, settings.AUTHORITY_EMAIL, *settings.MAIL_IN_ADDRESSES)
    found = (heads.Fields([("from", one)]).sender[1] for one in known)
    return {address.lower() for address in found if address}


def _is_machine(fields, letter, address):
    said = fields.first("auto-submitted").partition(";")[0].strip().lower()
    if said not in ("", "no") or fields.has(*_LIST):
        return True
    if fields.first("precedence").lower() in ("bulk", "list", "junk", "auto_reply"):
        return True
    came_back = fields.first("return-path") == "<>" or bool(letter.get("report"))
    return came_back or bool(_MACHINES.fullmatch(address.partition("@")[0].lower()))


def is_borrowed(fields):
    """Whether our own mail server found that the letter does not come from where it says (RFC 8601).

    Only of the server that settings.MAIL_AUTHSERV_ID names, and of its uppermost word: below may stand a forged one.
    """
    ours = [said for said in fields.all("authentication-results") if _is_ours(said)]
    verdicts = {name.lower(): word.lower() for name, word in _VERDICT.findall(ours[0])} if ours else {}
    if verdicts.get("dmarc") == "fail":
        return True
    return verdicts.get("spf") == "fail" and verdicts.get("dmarc") != "pass"


def _is_ours(said):
    words = said.partition(";")[0].split()
    return bool(settings.MAIL_AUTHSERV_ID and words) and words[0].lower() == settings.MAIL_AUTHSERV_ID.lower()
