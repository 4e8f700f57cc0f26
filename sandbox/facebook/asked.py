"""What a call asks for, in the shapes that every handler wants."""

import json

from sandbox.door import Upload
from sandbox.facebook import codes


def fields(call):
    """JSON, a form, or parameters of the address, together."""
    said = dict(call.query)
    if call.form:
        return {**said, **call.form}
    if call.body:
        try:
            body = call.json
        except ValueError:
            raise codes.graph(100, "The body is no JSON") from None
        said |= body if isinstance(body, dict) else {}
    return said


def number_in(call, place=1):
    """The number in a path /v26.0/{number}/…"""
    return call.path.strip("/").split("/")[place]


def page(facebook, call):
    number = number_in(call)
    if number not in ("me", facebook.settings.page_id):
        raise codes.missing(number)


def said(facebook, call):
    """The post or comment of the path."""
    found = facebook.wall.find(number_in(call))
    if found is None:
        raise codes.missing(number_in(call))
    return found


def thing(value):
    """An object of JSON; a form carries it as text."""
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def truth(value):
    return str(value).lower() in ("true", "1")


def picked(rows, call):
    """`limit`, `after` (a cursor is the place in the list), and the envelope of a list."""
    query = fields(call)
    limit, begin = min(_whole(query.get("limit"), 25), 100), _whole(query.get("after"), 0)
    part = rows[begin : begin + limit]
    cursors = {"before": str(begin), "after": str(begin + len(part))}
    return {"data": part, **({"paging": {"cursors": cursors}} if part else {})}


def _whole(value, default):
    return int(value) if str(value or "").isdigit() else default


def upload(value):
    return value if isinstance(value, Upload) and value.content else None
