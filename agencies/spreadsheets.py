"""The first visible sheet of an XLSX file, row by row. Shared strings lie on disk, so memory stays constant; what a
bomb needs (entities, ratios, sizes, endless rows) is refused before it hurts."""

import tempfile
import zipfile
import zlib
from array import array
from mmap import mmap
from posixpath import join, normpath

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.utils.translation import gettext_lazy as _
from openpyxl.styles.numbers import builtin_format_code, is_date_format
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from agencies.tables import MAX_CELL, MAX_COLUMNS, BadTable, Metered, columns, row_of

MAX_FILES = 500
MAX_UNPACKED = 3 * 2**30
MAX_RATIO = 250  # sheets of a million rows reach about 20
MAX_STRINGS = 20_000_000
MAX_STYLES = 200_000  # Excel keeps 65,490
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_REL_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_REL_ID = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def read_sheet(file):
    try:
        with zipfile.ZipFile(file) as archive:
            _refuse_bombs(archive)
            yield from _rows(_Workbook(archive))
    except DefusedXmlException:
        raise BadTable(None, "", _("The spreadsheet carries forbidden XML (entities)."))
    except (zipfile.BadZipFile, zlib.error, ParseError, KeyError, IndexError, ValueError, OSError, EOFError,
            NotImplementedError, RuntimeError, OverflowError, TypeError, AttributeError):  # fmt: skip
        raise BadTable(None, "", _("The spreadsheet is damaged or protected. Save it anew as .xlsx and try again."))


def _refuse_bombs(archive):
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_FILES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 4096):
        raise BadTable(None, "", _("The spreadsheet unpacks to an unreasonable size."))


def _rows(book):
    names = None
    for number, cells in book.rows():
        if not any(cell not in ("", None) for cell in cells):
            continue
        if names is None:
            names = columns(number, cells)
        else:
            yield row_of(number, names, cells)


class _Workbook:
    def __init__(self, archive):
        self.archive = archive
        self.names = set(archive.namelist())
        self.book_path = self._target("_rels/.rels", "/officeDocument", "xl/workbook.xml")
        self.epoch = CALENDAR_WINDOWS_1900
        self.sheet_path = self._first_sheet()
        self.dates = self._date_styles()
        self.strings = _Strings(archive, self._part("/sharedStrings"))

    def rows(self):
        """(row number, cells) of the first visible sheet."""
        with self.archive.open(self.sheet_path) as raw:
            metered, next_number = Metered(raw), 1
            for element in _ends(metered, "row"):
                number = int(element.get("r") or next_number)
                yield number, self._cells(element)
                metered.row_done()
                next_number = number + 1

    def _cells(self, row):
        cells = []
        for cell in row:
            place = _column(cell.get("r"), len(cells))
            if place >= MAX_COLUMNS * 4:
                raise BadTable(None, "", _("There are more than %(limit)s columns.") % {"limit": MAX_COLUMNS})
            cells.extend([None] * (place - len(cells)))
            cells.append(self._value(cell))
        return cells

    def _value(self, cell):
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _texts(cell)
        text = next((child.text for child in cell if _tag(child) == "v"), None)
        if text is None or kind == "e":
            return None
        if kind == "s":
            return self.strings[int(text)]
        if kind == "b":
            return text == "1"
        return self._number(text, cell) if kind == "n" else text

    def _number(self, text, cell):
        number = float(text)
        if int(cell.get("s") or 0) in self.dates:
            try:
                return from_excel(number, self.epoch)
            except (OverflowError, ValueError):
                return text  # no day of any calendar: whoever wants a date there says so, and where
        return int(number) if number.is_integer() and abs(number) < 1e15 else number

    def _first_sheet(self):
        relation = None
        for place, element in self._read(self.book_path):
            if place == "workbookPr" and element.get("date1904") in ("1", "true"):
                self.epoch = CALENDAR_MAC_1904
            if place == "sheets/sheet" and relation is None and element.get("state", "visible") == "visible":
                relation = element.get(_REL_ID) or element.get(_STRICT_REL_ID)
        return self._part(relation, by_id=True)

    def _part(self, wanted, by_id=False):
        folder, _slash, name = self.book_path.rpartition("/")
        for relation in self._relations(f"{folder}/_rels/{name}.rels"):
            if relation.get("Id") == wanted if by_id else relation.get("Type", "").endswith(wanted):
                target = relation.get("Target")
                return target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
        return None

    def _target(self, path, kind, default):
        for relation in self._relations(path):
            if relation.get("Type", "").endswith(kind):
                return relation.get("Target").lstrip("/")
        return default

    def _relations(self, path):
        found = self._read(path) if path in self.names else ()
        return (element for place, element in found if place.endswith("}Relationship"))

    def _date_styles(self):
        """Numbers of the cell styles that show a date."""
        path, own, styles = self._part("/styles"), {}, array("I")
        for place, element in self._read(path) if path else ():
            if place == "numFmts/numFmt":
                own[int(element.get("numFmtId"))] = is_date_format(element.get("formatCode"))
            elif place == "cellXfs/xf":
                styles.append(int(element.get("numFmtId") or 0))
            _refuse_crowds(len(own) + len(styles))
        dates = {number: is_date_format(builtin_format_code(number)) for number in {*styles} - {*own}} | own
        return frozenset(place for place, number in enumerate(styles) if dates[number])

    def _read(self, path):
        """("sheets/sheet", element) for what a small part holds one and two floors down; each is forgotten then."""
        above = []
        with self.archive.open(path) as raw:
            metered = Metered(raw)
            for event, element in iterparse(metered, events=("start", "end")):
                if event == "start":
                    above.append(element)
                    continue
                above.pop()
                if 1 <= len(above) <= 2:
                    yield "/".join(_tag(one) for one in [*above[1:], element]), element
                    metered.row_done()
                if above:
                    del above[-1][:]


def _refuse_crowds(found):
    if found > MAX_STYLES:
        raise BadTable(None, "", _("The spreadsheet unpacks to an unreasonable size."))


class _Strings:
    """The shared strings on disk: one offset of 8 bytes each in memory."""

    def __init__(self, archive, path):
        self.file = tempfile.TemporaryFile()  # noqa: SIM115  (lives as long as the workbook)
        self.offsets = array("Q", [0])
        if path is not None:
            with archive.open(path) as raw:
                self._spill(Metered(raw))
        self.file.write(b"\0")  # an empty file cannot be mapped
        self.file.flush()
        self.texts = mmap(self.file.fileno(), 0)

    def _spill(self, metered):
        for element in _ends(metered, "si"):
            self.file.write(_texts(element).encode("utf-8", "replace"))
            self.offsets.append(self.file.tell())
            metered.row_done()
            if len(self.offsets) > MAX_STRINGS:
                raise BadTable(None, "", _("The spreadsheet unpacks to an unreasonable size."))

    def __getitem__(self, place):
        if place < 0:
            raise IndexError(place)
        return self.texts[self.offsets[place] : self.offsets[place + 1]].decode()


def _ends(source, tag):
    """Finished elements of this name; each is forgotten when the next is asked for."""
    events = iterparse(source, events=("start", "end"))
    _event, root = next(events)
    above = root
    for event, element in events:
        name = _tag(element)
        if event == "start" and name == "sheetData":
            above = element
        if event == "end" and name == tag:
            yield element
            above.clear()


def _texts(element):
    """All text of a cell, without the reading aids that some spreadsheets carry beside it."""
    parts = []
    for child in element:
        if _tag(child) == "t":
            parts.append(child.text or "")
        elif _tag(child) in ("r", "is"):
            parts.append(_texts(child))
    text = "".join(parts)
    return text[: MAX_CELL + 1]


def _tag(element):
    return element.tag.removeprefix(_MAIN).removeprefix(_STRICT)


def _column(reference, default):
    letters = (reference or "").rstrip("0123456789")
    return column_index_from_string(letters) - 1 if letters else default
