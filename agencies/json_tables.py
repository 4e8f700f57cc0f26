"""Rows of a JSON array, or of JSON lines, one at a time."""

import json
import re

import ijson
from django.utils.functional import lazystr
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agencies.tables import MAX_COLUMNS, BadTable, Lines, Metered, column_name

MAX_NESTED = 100
MOST_DIGITS = 1_000
_ENDLESS = re.compile(rb"[0-9]{%d}" % (MOST_DIGITS + 1))


def json_array(file):
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)
    metered, number = Metered(file), 0
    try:
        for number, item in enumerate(_items(_WithoutEndlessNumbers(metered)), start=1):
            metered.row_done()
            yield number, _json_row(number, item)
    except (ijson.JSONError, UnicodeError, ValueError, RecursionError) as error:
        reason = _("After item %(number)s this is no valid JSON: %(error)s")
        raise BadTable(None, "", reason % {"number": number, "error": _short(error)})


def _items(file):
    """The elements of the outermost array."""
    depth, builder = 0, None
    for event, value in ijson.basic_parse(file, buf_size=16_384):
        depth += event.startswith("start_")
        depth -= event.startswith("end_")
        if depth > MAX_NESTED:
            raise BadTable(None, "", _("This is nested too deeply."))
        if event == "start_array" and depth == 1 and builder is None:
            builder = ijson.ObjectBuilder()
        elif builder is not None and depth >= 1:
            builder.event(event, value)
            if depth == 1:
                yield builder.value
                builder = ijson.ObjectBuilder()


class _WithoutEndlessNumbers:
    """A reader that refuses what crashes the parser: a number of thousands of digits."""

    def __init__(self, file):
        self.file, self.end = file, b""

    def read(self, size=-1):
        chunk = self.file.read(size)
        if _ENDLESS.search(self.end + chunk):
            raise BadTable(None, "", _("A number is longer than %(limit)s digits.") % {"limit": MOST_DIGITS})
        self.end = chunk[-MOST_DIGITS:]
        return chunk


def json_lines(file):
    for number, line in enumerate(Lines(file), start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield (
                number,
                BadTable(number, "", format_lazy("{} {}", _("This is no valid JSON:"), lazystr(_short(error)))),
            )
            continue
        yield number, _json_row(number, item)


def _json_row(number, item):
    if not isinstance(item, dict):
        return BadTable(number, "", _("An object with named fields is expected."))
    if len(item) > MAX_COLUMNS:
        return BadTable(number, "", _("There are more than %(limit)s columns.") % {"limit": MAX_COLUMNS})
    return {column_name(key): value for key, value in item.items()}


def _short(error):
    return str(error).partition("\n")[0][:120]
