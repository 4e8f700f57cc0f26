"""Reading what a call asked for; what is not as it should be is refused under Zalo's codes."""

import json
import unicodedata

from sandbox.zalo import codes


def body(call):
    """The JSON object of a POST."""
    try:
        asked = call.json
    except ValueError:
        raise codes.invalid("body") from None
    if not isinstance(asked, dict):
        raise codes.invalid("body")
    return asked


def data(call):
    """Zalo OA API, GET: one query parameter `data` that holds JSON."""
    try:
        asked = json.loads(call.query.get("data", ""))
    except ValueError:
        raise codes.invalid("data") from None
    if not isinstance(asked, dict):
        raise codes.invalid("data")
    return asked


def text(asked, field, *, at_most=None, required=True):
    """Measured in characters of NFC, as Zalo counts."""
    value = asked.get(field)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value.strip()):
        raise codes.invalid(field)
    if at_most and length(value) > at_most:
        raise codes.oa(-210)
    return value


def length(value):
    return len(unicodedata.normalize("NFC", value))


def number(asked, field, *, at_most, default=None):
    value = asked.get(field, default)
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= at_most:
        raise codes.invalid(field)
    return value


def user(zalo, uid):
    found = zalo.users.with_uid(uid)
    if found is None:
        raise codes.invalid("user_id")
    return found


def zbs_body(call):
    """The same on the host of ZBS, which has numbers of its own for a body that is none."""
    if not call.body.strip():
        raise codes.zbs(-121)
    try:
        body = call.json
    except ValueError:
        raise codes.zbs(-122) from None
    if not isinstance(body, dict):
        raise codes.zbs(-122)
    return body
