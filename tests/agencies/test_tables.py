import contextlib
import io
import json
import tracemalloc
import unicodedata
import zipfile
from datetime import date, datetime

import pytest
from django.utils import translation
from openpyxl import Workbook

from agencies import spreadsheets, tables
from agencies.tables import BadTable, read_rows


def _rows(content, name="", **options):
    content = content.encode() if isinstance(content, str) else content
    return list(read_rows(io.BytesIO(content), name, **options))


def _sheet(*rows, **sheets):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for title, others in sheets.items():
        sheet = book.create_sheet(title)
        for row in others:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


_SHEET_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def _excel(*rows):
    """An XLSX as Excel itself writes it: texts stand in a table of shared strings, some with reading aids."""
    strings = sorted({cell for row in rows for cell in row})
    place = {text: n for n, text in enumerate(strings)}
    shared = "".join(f"<si><r><t>{t[:1]}</t></r><r><t>{t[1:]}</t></r><rPh><t>aid</t></rPh></si>" for t in strings)
    body = "".join(
        f'<row r="{n}">' + "".join(f'<c t="s"><v>{place[cell]}</v></c>' for cell in row) + "</row>"
        for n, row in enumerate(rows, start=1)
    )
    parts = {
        "_rels/.rels": f'<Relationships {_PACKAGE}><Relationship Id="r" Type="{_REL}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {_SHEET_NS} xmlns:r="{_REL}"><sheets><sheet name="x" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships {_PACKAGE}><Relationship Id="r1" Type="{_REL}/worksheet" '
        f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{_REL}/sharedStrings" '
        'Target="/xl/sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {_SHEET_NS}><sheetData>{body}</sheetData></worksheet>",
        "xl/sharedStrings.xml": f"<sst {_SHEET_NS}>{shared}</sst>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in parts.items():
            archive.writestr(path, text)
    return file.getvalue()


EXPECTED = [(2, {"ma": "H20-1", "ten": "Trần Thị Chi"}), (3, {"ma": "H20-2", "ten": "Lê Bình"})]
PLAIN = "Mã,Tên\nH20-1,Trần Thị Chi\nH20-2,Lê Bình\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        "sep=;\n" + PLAIN.replace(",", ";"),
        unicodedata.normalize("NFD", PLAIN),
        PLAIN.replace("Trần Thị Chi", '"Trần  Thị\u200b Chi "'),
        PLAIN.rstrip("\n"),
    ],
)
def test_a_table_reads_the_same_however_it_was_saved(content):
    rows = _rows(content)
    assert [row for _line, row in rows] == [row for _line, row in EXPECTED]


def test_excels_unicode_text_is_read_too():
    assert _rows(PLAIN.replace(",", "\t").encode("utf-16")) == EXPECTED


def test_line_numbers_count_lines_of_the_file_also_after_a_cell_of_many_lines():
    assert [line for line, _row in _rows('a,b\n1,"x\ny\nz"\n\n2,q\n')] == [2, 6]
    assert _rows('a,b\n1,"x\r\ny"\n')[0][1]["b"] == "x\ny"


def test_empty_rows_and_cells_of_nothing_are_skipped():
    assert _rows("a,b,\n,,\n1,,\n") == [(3, {"a": "1", "b": ""})]


def test_xlsx_gives_the_same_rows_as_csv():
    content = _sheet(["Mã", "Tên"], ["H20-1", "Trần Thị Chi"], ["H20-2", "Lê Bình"])
    assert _rows(content, "h.xlsx") == EXPECTED
    assert _rows(content, "wrongly-named.csv") == EXPECTED
    assert _rows(_excel(["Mã", "Tên"], ["H20-1", "Trần Thị Chi"], ["H20-2", "Lê Bình"])) == EXPECTED


def test_xlsx_cells_become_plain_text():
    day, moment = date(2026, 11, 23), datetime(2026, 11, 23, 9, 30)
    content = _sheet(
        ["n", "d", "m", "b", "f", "code"], [5, day, moment, True, 2.5, "01"], [None, None, None, None, None, 82]
    )
    first, second = (row for _line, row in _rows(content))
    assert first == {
        "n": "5", "d": "2026-11-23T00:00:00", "m": "2026-11-23T09:30:00", "b": "true", "f": "2.5", "code": "01",
    }  # fmt: skip
    assert second["code"] == "82"


def test_xlsx_reads_the_first_visible_sheet_only():
    assert len(_rows(_sheet(["a"], ["1"], other=[["b"], ["2"], ["3"]]))) == 1


def test_json_arrays_and_json_lines_keep_lists_and_make_text_of_the_rest():
    item = {"Mã": " H20-1 ", "n": 5, "money": 15000.5, "paid": False, "none": None, "log": [{"at": "x", "n": 1}]}
    expected = {"ma": "H20-1", "n": "5", "money": "15000.5", "paid": "false", "none": "", "log": [{"at": "x", "n": 1}]}
    for content in (json.dumps([item, item]), f"{json.dumps(item)}\n\n{json.dumps(item)}\n"):
        rows = _rows(content, "x.json")
        assert [row for _line, row in rows] == [expected, expected]


def test_a_bad_row_is_named_and_the_others_go_on():
    bad = []
    rows = _rows('a,b\n1,2\n3,4,5\n=HYPERLINK("x"),6\n7,8\n', on_bad=bad.append)
    assert [row["a"] for _line, row in rows] == ["1", "7"]
    assert [(error.line, error.field) for error in bad] == [(3, ""), (4, "a")]


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "-cmd|' /C calc'!A0", "+HYPERLINK(1)", " =1"])
def test_a_formula_is_refused_where_text_is_expected(cell):
    with pytest.raises(BadTable, match="2"):
        _rows(f'a,b\n"{cell}",x\n')


@pytest.mark.parametrize("cell", ["+84912345678", "-5", "- 5", "(=)", "+(84) 912", "1=1"])
def test_phones_and_amounts_are_no_formulas(cell):
    assert _rows(f'a,b\n"{cell}",x\n')[0][1]["a"] == cell


@pytest.mark.parametrize(
    ("content", "needle"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"%PDF-1.7 ...", "not a table"),
        (b"\xd0\xcf\x11\xe0old excel", "xls"),
        (b"PK\x03\x04broken", "damaged"),
        ("Tên\nTrần".encode("cp1258", "replace") + b"\xd0\xd0", "UTF-8"),
        (b'a,b\n1,"never closed\n2,3\n', "quotation"),
        (b'a,b\n1,"x"y\n', "quotation"),
        (b"a,A\n1,2\n", "twice"),
        (b'[{"a": 1}', "JSON"),
        (b'[{"a": 1}, {"a": ]', "JSON"),
        (("x," * 400).encode(), "columns"),
    ],
)
def test_a_file_that_is_no_table_says_what_was_expected(content, needle):
    with translation.override("en"):
        with pytest.raises(BadTable) as caught:
            _rows(content)
        assert needle in str(caught.value)


def test_errors_of_a_row_speak_both_languages():
    with pytest.raises(BadTable) as caught:
        _rows("Họ tên,b\n=1,2\n")
    with translation.override("en"):
        assert str(caught.value) == "Line 2, “ho_ten”: This is a formula; plain text is expected."
    with translation.override("vi"):
        assert str(caught.value) == "Dòng 2, cột “ho_ten”: Ô này chứa công thức; cần nhập văn bản thuần."


def test_missing_columns_are_named():
    with pytest.raises(BadTable, match="phone, email"):
        _rows("name\nChi\n", required=("name", "phone", "email"))


def test_a_json_line_that_is_none_is_named_and_the_others_go_on():
    bad = []
    rows = _rows('{"a": 1}\n{"a": \n[1]\n"x"\n{"a": 2}\n', on_bad=bad.append)
    assert [row["a"] for _line, row in rows] == ["1", "2"]
    assert [error.line for error in bad] == [2, 3, 4]


def test_deep_nesting_is_refused():
    nested = "[" * 200 + "]" * 200
    with pytest.raises(BadTable):
        _rows(f'{{"a": {nested}}}\n')
    with pytest.raises(BadTable):
        _rows(f'[{{"a": {nested}}}]')


def test_a_cell_of_endless_text_is_refused():
    with pytest.raises(BadTable, match="2"):
        _rows(f"a,b\n{'x' * (tables.MAX_CELL + 1)},1\n")


def test_a_line_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "MAX_ROW", 10_000)
    for content in ("a,b\n" + "x" * 20_000, '[{"a": "' + "x" * 90_000 + '"}]'):
        with pytest.raises(BadTable):
            _rows(content)


def _with_part(content, path, change):
    """The XLSX with one of its parts rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            body = old.read(entry)
            new.writestr(entry, change(body) if entry == path else body)
    return out.getvalue()


SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = _with_part(_sheet(["a"], ["1"]), SHEET, lambda body: body + b" " * 60_000_000)
    assert len(bomb) < 100_000
    with translation.override("en"), pytest.raises(BadTable, match="unreasonable"):
        _rows(bomb)


def test_a_workbook_with_endless_styles_is_read_without_keeping_them():
    fonts = "".join(f'<font n="{number * 7919 % 1_000_003:x}"/>' for number in range(200_000)).encode()
    end = b"<fonts>" + fonts + b"</fonts></styleSheet>"
    book = _with_part(_sheet(["a"], ["1"]), STYLES, lambda body: body.replace(b"</styleSheet>", end))
    tracemalloc.start()
    try:
        assert _rows(book) == [(2, {"a": "1"})]
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000  # as a tree they take 40 MB


def test_a_workbook_with_more_cell_styles_than_any_office_makes_is_refused():
    styles = b"<cellXfs>" + b"<xf/>" * 200_001 + b"</cellXfs></styleSheet>"
    with pytest.raises(BadTable):
        _rows(_with_part(_sheet(["a"], ["1"]), STYLES, lambda body: body.replace(b"</styleSheet>", styles)))


@pytest.mark.parametrize(
    "bomb",
    [
        '[{"a": ' + "9" * 5_000 + "}]",
        '[{"a": 1}, {"a": ' + "9" * 40_000 + "}]",
        "[" * 100_000,
        '[{"a": ' + '{"b": ' * 50_000,
    ],
)
def test_json_that_would_crash_the_parser_or_fill_the_memory_is_refused(bomb):
    with pytest.raises(BadTable):
        _rows(bomb, "h.json")


def test_a_number_is_never_written_out_to_fill_the_memory():
    assert _rows('[{"a": 1E99999999}, {"a": 1e3}]', "h.json") == [(1, {"a": "1E+99999999"}), (2, {"a": "1000"})]


def test_a_date_that_no_calendar_has_is_left_to_whoever_wants_a_date_there():
    book = Workbook()
    book.active.append(["a"])
    book.active.append([99_999_999])
    book.active["A2"].number_format = "dd/mm/yyyy"
    file = io.BytesIO()
    book.save(file)
    assert _rows(file.getvalue()) == [(2, {"a": "99999999"})]


@pytest.mark.parametrize("old", [b'numFmtId="', b'Target="', b'fontId="'])
def test_a_spreadsheet_without_what_it_must_have_is_damaged(old):
    content = _sheet(["a"], ["1"])
    for part in (STYLES, "xl/_rels/workbook.xml.rels"):
        broken = _with_part(content, part, lambda body: body.replace(old, b'x="'))
        with contextlib.suppress(BadTable):
            assert _rows(broken) == [(2, {"a": "1"})]


def test_an_entity_bomb_is_refused():
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    bomb = _with_part(_sheet(["a"], ["1"]), SHEET, lambda body: entities + body)
    with translation.override("en"), pytest.raises(BadTable, match="forbidden"):
        _rows(bomb)


def test_a_spreadsheet_with_too_many_shared_strings_is_refused(monkeypatch):
    monkeypatch.setattr(spreadsheets, "MAX_STRINGS", 50)
    with pytest.raises(BadTable):
        _rows(_excel(["a"], *[[f"text {n}"] for n in range(100)]))


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body[:-40],
        lambda body: body.replace(b'<c t="s"', b'<c t="s" r="XFD2"'),
        lambda body: body.replace(b"<v>1</v>", b"<v>99999</v>"),
        lambda body: body.replace(b"<v>1</v>", b"<v>-7</v>"),
        lambda body: body.replace(b't="s"', b't="n" s="99"').replace(b"<v>", b"<v>1e999"),
        lambda body: body.replace(b"<v>", b"<v>nonsense"),
        lambda body: b"not xml at all",
    ],
)
def test_a_malformed_sheet_is_refused_with_a_sentence(change):
    with pytest.raises(BadTable):
        _rows(_with_part(_excel(["a", "b"], ["x", "y"], ["x", "z"]), SHEET, change))


def test_a_spreadsheet_without_its_parts_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "no sheet here")
    with pytest.raises(BadTable):
        _rows(out.getvalue())


def _peak(content):
    tracemalloc.start()
    count = sum(1 for _row in read_rows(io.BytesIO(content)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return count, peak


def _csv(rows):
    return ("a,b\n" + "".join(f"H20-{n},Nguyễn Văn {n}\n" for n in range(rows))).encode()


def _json(rows):
    return json.dumps([{"a": f"H20-{n}", "b": f"Nguyễn Văn {n}"} for n in range(rows)]).encode()


def _xlsx(rows):
    return _excel(["a", "b"], *[[f"H20-{n}", f"Nguyễn Văn {n}"] for n in range(rows)])


def _inline_xlsx(rows):
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["a", "b"])
    for n in range(rows):
        sheet.append([f"H20-{n}", f"Nguyễn Văn {n}"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("make", [_csv, _json, _xlsx, _inline_xlsx])
def test_ten_times_the_rows_take_no_more_memory(make):
    few, small = _peak(make(300))
    many, large = _peak(make(3_000))
    assert (few, many) == (300, 3_000)
    # Buffers and the offsets of shared strings (8 bytes each) may grow; rows, about 200 bytes each, may not be kept.
    assert large < small + 250_000
