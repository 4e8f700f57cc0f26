"""One document, two forms. JSON as Spark maps it: a list is a bare array; XML wraps it, without namespaces.

Dates carry their zone and no fractions of a second, for the strictest of the clients refuse them.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpResponse

from agencies.worktime import VIETNAM

FORMATS = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
# The lists inside a row, and what one of them is called.
ITEMS = {"attributes": "attribute", "values": "value", "endpoints": "endpoint", "formats": "format", "notes": "note",
         "media_urls": "media_url"}  # fmt: skip
# What XML 1.0 cannot hold at all, however it is written.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Document:
    """`rows`: a dict, or a list whose elements XML calls `item`."""

    root: str
    rows: dict | list
    item: str = ""


def answer(document, suffix, *, status=200):
    text = as_json(document) if suffix == "json" else as_xml(document)
    response = HttpResponse(text, status=status, content_type=FORMATS.get(suffix, FORMATS["xml"]))
    response["Cache-Control"] = "no-store"
    return response


def as_json(document):
    return json.dumps(_plain(document.rows), ensure_ascii=False, allow_nan=False)


def as_xml(document):
    root = Element(document.root)
    _fill(root, document.rows, document.item)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def moment(at):
    """'2026-11-25T08:00:00+07:00', or None."""
    return at.astimezone(VIETNAM).isoformat(timespec="seconds") if at else None


def _plain(value):
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return moment(value)
    return value if isinstance(value, bool | int | float | None) else str(value)


def _fill(element, value, item=""):
    if isinstance(value, dict):
        for name, inner in value.items():
            _fill(SubElement(element, name), inner, ITEMS.get(name, ""))
    elif isinstance(value, list | tuple):
        for inner in value:
            _fill(SubElement(element, item or "value"), inner)
    else:
        element.text = _text(value)


def _text(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return _FORBIDDEN.sub("", moment(value) if isinstance(value, datetime) else str(value))
