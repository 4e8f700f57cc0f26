"""Tables that people bring: CSV and TSV, XLSX, JSON arrays and JSON lines, read row by row in constant memory.

Every text comes out as NFC without stray spaces; every column name as `ma_ho_so`, whatever its letters were.
"""

import csv
import io
import re
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from agencies.vietnamese import search_key, tidy

MAX_COLUMNS = 300
MAX_CELL = 100_000  # characters
MAX_ROW = 16 * 1024 * 1024  # bytes: more without the end of a row is a bomb, not a table
MAX_DEPTH = 12
# A spreadsheet would run it: "=HYPERLINK(…)". A phone number may begin with "+", an amount with "-".
_FORMULA = re.compile(r"^(?:[=@]|[+-](?![\d\s.(]))")


class BadTable(Exception):
    """What is wrong, and where.

    Attributes:
        line: number of the line, spreadsheet row or JSON item, from 1; None when it concerns the whole file.
        field: the column, or "".
        reason: what was expected, in the reader's language.
    """

    def __init__(self, line, field, reason):
        super().__init__(line, field, reason)
        self.line, self.field, self.reason = line, field, reason

    def __str__(self):
        if self.line is None:
            return str(self.reason)
        if not self.field:
            return str(_("Line %(line)s: %(reason)s") % {"line": self.line, "reason": self.reason})
        return str(
            _("Line %(line)s, “%(field)s”: %(reason)s")
            % {"line": self.line, "field": self.field, "reason": self.reason}
        )


def read_rows(source, name="", *, required=(), on_bad=None):
    """Yield (line, {column: value}) for each row that is not empty.

    Args:
        source: path, or a file opened for bytes.
        name: file name, shown in nothing but used when `source` has none.
        required: columns that must be there.
        on_bad: called with the BadTable of a row that cannot be read, which is then left out; without it the
            first one is raised.

    Values are text; empty cells are ""; lists and objects of a JSON row stay what they are.
    Raises BadTable when the file as a whole cannot be read.
    """
    with _opened(source) as file:
        rows = _reader(file, name or str(getattr(source, "name", source)))(file)
        yield from _checked(rows, required, on_bad)


@contextmanager
def _opened(source):
    if isinstance(source, str | Path):
        with open(source, "rb") as file:
            yield file
    else:
        source.seek(0)
        yield source


def _reader(file, name):
    """By what the file is, not by what it is called."""
    start = file.read(4096)
    file.seek(0)
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise BadTable(None, "", _("The file is empty."))
    if start.startswith(b"PK\x03\x04"):
        from agencies.spreadsheets import read_sheet

        return read_sheet
    if start.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise BadTable(
            None, "", _("This is not a table. Send CSV, XLSX or JSON; save an old .xls file as .xlsx first.")
        )
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    from agencies.json_tables import json_array, json_lines

    if text.startswith(b"[") and not name.lower().endswith((".csv", ".tsv", ".txt")):
        return json_array
    return json_lines if text.startswith(b"{") else _separated


def _checked(rows, required, on_bad):
    """`rows` yields (line, {column: value}) or (line, BadTable)."""
    first = True
    for line, row in rows:
        try:
            if isinstance(row, BadTable):
                raise row
            if first:
                _need_columns(row, required)
                first = False
            row = {column: _clean(line, column, value) for column, value in row.items()}
        except BadTable as bad:
            if bad.line is None or on_bad is None:
                raise
            on_bad(bad)
            continue
        if any(value != "" for value in row.values()):
            yield line, row


def _need_columns(row, required):
    missing = [column for column in required if column not in row]
    if missing:
        reason = _("These columns are missing: %(columns)s.") % {"columns": ", ".join(missing)}
        raise BadTable(None, "", reason)


@lru_cache(maxsize=4096)
def column_name(text):
    """' Mã hồ sơ\n(*)' -> 'ma_ho_so'."""
    return re.sub(r"[^a-z0-9]+", "_", search_key(str(text))).strip("_")


def columns(line, cells):
    """Column names of a header row; raises BadTable for a name that stands twice or too many of them."""
    names = [column_name("" if cell is None else cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise BadTable(None, "", _("The first row must name the columns."))
    if len(names) > MAX_COLUMNS:
        raise BadTable(None, "", _("There are more than %(limit)s columns.") % {"limit": MAX_COLUMNS})
    for place, column in enumerate(names):
        if column and column in names[:place]:
            raise BadTable(None, "", _("The column “%(column)s” stands twice.") % {"column": cells[place]})
    return names


def row_of(line, names, cells):
    """(line, row), or (line, BadTable) when there are more cells than columns."""
    if len(cells) > len(names) and any(cell not in ("", None) for cell in cells[len(names) :]):
        return line, BadTable(line, "", _("There are more cells than columns."))
    padded = [*cells[: len(names)], *[""] * (len(names) - len(cells))]
    return line, {name: cell for name, cell in zip(names, padded, strict=True) if name}


def _clean(line, column, value, depth=0):
    if isinstance(value, str):
        return _clean_text(line, column, value)
    if isinstance(value, dict | list):
        return _clean_tree(line, column, value, depth)
    if value is None:
        return ""
    return value if depth else _as_text(value)


def _clean_text(line, column, value):
    if len(value) > MAX_CELL:
        raise BadTable(line, column, _("The text is longer than %(limit)s characters.") % {"limit": MAX_CELL})
    text = "\n".join(tidy(part) for part in value.replace("\r\n", "\n").split("\n")).strip()
    if _FORMULA.match(text):
        raise BadTable(line, column, _("This is a formula; plain text is expected."))
    return text


def _clean_tree(line, column, value, depth):
    if depth >= MAX_DEPTH:
        raise BadTable(line, column, _("This is nested too deeply."))
    if isinstance(value, list):
        return [_clean(line, column, entry, depth + 1) for entry in value]
    return {tidy(str(key)): _clean(line, column, entry, depth + 1) for key, entry in value.items()}


def _as_text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Decimal) and abs(value.adjusted()) > MAX_CELL:
        return str(value)  # with its exponent: written out it would fill the memory
    text = f"{value:f}" if hasattr(value, "is_finite") or isinstance(value, float) else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- text with separators -------------------------------------------------------------------------------------------


def _separated(file):
    lines = Lines(file)
    delimiter = _delimiter(lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    names, line = None, 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            raise BadTable(
                None, "", _("Line %(line)s: a quotation mark is out of place or not closed.") % {"line": line}
            )
        if cells is None:
            break
        if names is None and any(cells):
            names = columns(line, cells)
        elif any(cells):
            yield row_of(line, names, cells)
        line = lines.number + 1


class Lines:
    """Text lines of a file of bytes: UTF-8 or UTF-16, with or without a mark, never longer than MAX_ROW."""

    def __init__(self, file):
        start = file.read(4)
        file.seek(0)
        encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        self.text = io.TextIOWrapper(_KeepOpen(file), encoding=encoding, errors="strict", newline="")
        self.number, self.kept = 0, []

    def __iter__(self):
        return self

    def __next__(self):
        line = self.kept.pop() if self.kept else self._read()
        if not line:
            raise StopIteration
        self.number += 1
        return line

    def put_back(self, line):
        self.kept.append(line)

    def _read(self):
        try:
            line = self.text.readline(MAX_ROW)
        except UnicodeError:
            reason = _("After line %(line)s the text is not UTF-8. Save the file as “CSV UTF-8”.")
            raise BadTable(None, "", reason % {"line": self.number})
        if len(line) >= MAX_ROW:
            raise BadTable(None, "", _("Line %(line)s is too long.") % {"line": self.number + 1})
        return line


class Metered:
    """A file that may give only so many bytes between two rows."""

    def __init__(self, file):
        self.file, self.since = file, 0

    def read(self, size=-1):
        chunk = self.file.read(65_536 if size is None or size < 0 else size)
        self.since += len(chunk)
        if self.since > MAX_ROW:
            raise BadTable(None, "", _("One row is larger than %(limit)s MB.") % {"limit": MAX_ROW // 2**20})
        return chunk

    def row_done(self):
        self.since = 0


class _KeepOpen(io.RawIOBase):
    """A reader that leaves its file open when it is thrown away."""

    def __init__(self, file):
        self.file = file

    def readable(self):
        return True

    def readinto(self, buffer):
        chunk = self.file.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _delimiter(lines):
    """What separates the column names; Excel's own "sep=;" line is understood."""
    first = next(lines, "")
    if first.lower().startswith("sep=") and len(first) > 4:
        return first[4]
    lines.number -= 1
    lines.put_back(first)
    bare = re.sub(r'"[^"]*"', "", first)
    return max(",;\t|", key=bare.count)
