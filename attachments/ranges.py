"""Parts of a file, as players ask for them (RFC 9110, section 14): one range a request, else the whole."""

import re

_ONE = re.compile(r"^bytes=(\d{0,15})-(\d{0,15})$")


class OutOfRange(ValueError):
    """The file ends before that."""


def part_of(header, size):
    """(first byte, last byte) of what is asked for, or None for the whole file. Raises OutOfRange."""
    found = _ONE.match(header or "")
    if not found or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        first, last = max(0, size - int(last)), size - 1 if int(last) else -1
    else:
        first, last = int(first), min(int(last), size - 1) if last else size - 1
        if found[2] and int(found[2]) < first:
            return None  # nonsense is passed over
    if first > last:
        raise OutOfRange
    return first, last
