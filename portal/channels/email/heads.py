"""The head of a letter, field by field. All of it is the sender's to choose, but for what our own server added."""

import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from portal.channels.email import plain

MOST_FIELDS, LONGEST_FIELD = 500, 4_000
MESSAGE_ID = re.compile(r"<[!#-;=?-\[\]^-~]{1,180}>")
_FIELD = re.compile(r"([!-9;-~]+)[ \t]*:(.*)")


class Fields:
    """Names without regard to capitals; values on one line, as they were sent."""

    def __init__(self, pairs):
        self._pairs = [(name.lower(), value[:LONGEST_FIELD].strip()) for name, value in pairs[:MOST_FIELDS]]

    def all(self, name):
        """From the top: the last server wrote last, above the others."""
        return [value for known, value in self._pairs if known == name]

    def first(self, name):
        return next(iter(self.all(name)), "")

    def has(self, *names):
        return any(known in names for known, _value in self._pairs)

    def words(self, name):
        """What people read in it: decoded, one line, nothing invisible."""
        return plain.one_line(_decoded(self.first(name)))

    def number(self, name):
        """The first Message-ID in a field, or "" where there is none that could be sent back."""
        found = MESSAGE_ID.search(self.first(name))
        return found[0] if found else ""

    @property
    def sender(self):
        """(name, address) of who says they wrote; the address is "" where no answer could go."""
        name, address = parseaddr(self.first("from"))
        return plain.one_line(_decoded(name), 100), usable(address)


def fields_of(head):
    """Fields of the bytes before a letter's text; what has not the shape of a field is passed over."""
    pairs = []
    for line in re.split("\r\n|\r|\n", plain.text_of(head)):
        if line[:1] in (" ", "\t") and pairs:
            pairs[-1][1] += " " + line.strip() if len(pairs[-1][1]) < LONGEST_FIELD else ""
        elif found := _FIELD.match(line):
            pairs.append([found[1], found[2]])
        elif not line and pairs:
            break
    return Fields(pairs)


def usable(address):
    """An address to which mail can be sent, its domain in small letters; "" for anything else."""
    address = (address or "").strip()
    try:
        # Mail servers that take letters beyond ASCII before the @ are rare: such an address is no address here.
        address.encode("ascii")
        validate_email(address)
    except (UnicodeEncodeError, ValidationError):
        return ""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def _decoded(value):
    """=?utf-8?B?…?= as words; a damaged one stays as it was sent."""
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(
        piece if isinstance(piece, str) else plain.text_of(piece, charset or "") for piece, charset in pieces
    )
