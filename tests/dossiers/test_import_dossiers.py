"""Real dossiers come in from files: good rows go in, bad ones are named and change nothing, twice is once."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dossiers.models import ClockEvent, Dossier, LogEntry, Supplement
from dossiers.workflow import Status, Verb
from tests.dossiers.making import at, make_version

pytestmark = pytest.mark.django_db

NUMBER = "H20.30-261109-0007"
APPLICANT = {"name": "Trần Thị Chi", "phone": "0912345678", "id_number": "082190001234"}


@pytest.fixture(autouse=True)
def ground(calendar, my_tho, dao_thanh, time_machine):
    time_machine.move_to(at("23/11/2026 16:00"))
    make_version(valid_from=at("01/01/2026 00:00").date())


def entry(when, status, **more):
    return {"at": when, "status": status, **more}


def row(**changes):
    made = {
        "number": NUMBER, "procedure": "1.004873", "unit": "H20.30", "parties": [APPLICANT],
        "history": [entry("09/11/2026 08:00", 2), entry("09/11/2026 14:00", 4)],
    }  # fmt: skip
    return {name: value for name, value in {**made, **changes}.items() if value is not None}


def write(tmp_path, rows, name="dossiers.json"):
    path = tmp_path / name
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return path


def write_csv(tmp_path, text, name="dossiers.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def load(path, **options):
    """(what was printed, what was complained of)."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_dossiers", path, stdout=out, stderr=err, verbosity=0, **options)
    except CommandError as refusal:
        err.write(str(refusal))
    return out.getvalue(), err.getvalue()


def everything():
    """All that an import may write, to see that it wrote nothing."""
    return [list(model.objects.order_by("pk").values()) for model in (Dossier, LogEntry, ClockEvent, Supplement)]


def test_a_dossier_comes_in_with_its_history_and_our_due_date(tmp_path):
    said, complaints = load(write(tmp_path, [row()]))
    assert complaints == ""
    dossier = Dossier.objects.get()
    assert (dossier.number, dossier.status, dossier.step.code) == (NUMBER, Status.PROCESSING, "tham-tra")
    assert dossier.received_at == at("09/11/2026 08:00")
    assert dossier.due_at == at("12/11/2026 17:00") == dossier.computed_due_at()
    assert [(line.verb, line.at) for line in dossier.log.all()] == [
        (Verb.RECEIVED, at("09/11/2026 08:00")), (Verb.ADVANCED, at("09/11/2026 14:00")),
    ]  # fmt: skip
    assert dossier.parties.get().phone == "0912345678"
    assert dossier.proven_by("5678")
    assert "1" in said


def test_the_same_file_twice_changes_nothing(tmp_path):
    path = write(tmp_path, [row()])
    load(path)
    before = everything()
    said, complaints = load(path)
    assert complaints == ""
    assert everything() == before


def test_a_later_file_adds_what_is_new(tmp_path):
    load(write(tmp_path, [row()]))
    newer = [*row()["history"], entry("11/11/2026 10:00", 9), entry("12/11/2026 09:00", 10)]
    load(write(tmp_path, [row(history=newer, subject="Xác nhận để vay vốn")]))
    dossier = Dossier.objects.get()
    assert (dossier.status, dossier.subject) == (Status.HANDED_OVER, "Xác nhận để vay vốn")
    assert dossier.finished_at == at("11/11/2026 10:00")
    assert dossier.handed_over_at == at("12/11/2026 09:00")
    assert dossier.log.count() == 4


def test_the_newest_entry_alone_is_enough(tmp_path):
    load(write(tmp_path, [row()]))
    load(write(tmp_path, [row(history=[entry("11/11/2026 10:00", 9)])]))
    assert Dossier.objects.get().status == Status.RESULT_READY


def test_a_supplement_stops_the_clock_and_lets_it_go_on(tmp_path):
    history = [
        entry("2026-11-09T08:00:00+07:00", "received"),
        entry("2026-11-10T08:00+07:00", "5", citizen_note="Bản sao trích lục ly hôn"),
        entry("2026-11-16T09:00+07:00", "Đang xử lý"),
    ]
    load(write(tmp_path, [row(history=history)]))
    dossier = Dossier.objects.get()
    assert [event.kind for event in dossier.clock_events.all()] == ["start", "pause", "resume"]
    assert dossier.due_at == dossier.computed_due_at() == at("18/11/2026 17:00")
    supplement = dossier.supplements.get()
    assert supplement.what == "Bản sao trích lục ly hôn"
    assert supplement.taken_at == at("16/11/2026 09:00")


def test_a_supplement_that_came_in_a_later_file_is_taken(tmp_path):
    begun = [entry("09/11/2026 08:00", 2), entry("10/11/2026 08:00", 5, note="Thiếu bản sao")]
    load(write(tmp_path, [row(history=begun)]))
    assert Dossier.objects.get().due_at is None
    load(write(tmp_path, [row(history=[*begun, entry("16/11/2026 09:00", 4)])]))
    dossier = Dossier.objects.get()
    assert dossier.supplements.get().taken_at == at("16/11/2026 09:00")
    assert dossier.due_at == dossier.computed_due_at() == at("18/11/2026 17:00")


def test_a_procedure_that_counts_anew_after_a_supplement_does_so(tmp_path):
    make_version(code="1.001612", name="Đăng ký hộ kinh doanh", on_supplement="restart")
    history = [entry("09/11/2026 08:00", 2), entry("10/11/2026 08:00", 5), entry("16/11/2026 09:00", 4)]
    load(write(tmp_path, [row(procedure="1.001612", history=history)]))
    dossier = Dossier.objects.get()
    assert [event.kind for event in dossier.clock_events.all()] == ["start", "pause", "restart"]
    assert dossier.due_at == dossier.computed_due_at() == at("19/11/2026 17:00")


def test_a_differing_due_date_is_noted_and_ours_stands(tmp_path):
    path = write(tmp_path, [row(due_at="13/11/2026 17:00")])
    load(path)
    load(path)
    dossier = Dossier.objects.get()
    assert dossier.due_at == at("12/11/2026 17:00")
    note = dossier.log.get(verb=Verb.IMPORTED)
    assert "13/11/2026 17:00" in note.note
    assert note.status == dossier.status


def test_an_equal_due_date_leaves_no_note(tmp_path):
    load(write(tmp_path, [row(due_at="12/11/2026 17:00")]))
    assert not LogEntry.objects.filter(verb=Verb.IMPORTED).exists()


BAD_ROWS = {
    "no number": (row(number=None), "number"),
    "a number without digits": (row(number="HỒ-SƠ"), "number"),
    "an unknown procedure": (row(procedure="9.999999"), "procedure"),
    "an unknown unit": (row(unit="H99.99"), "unit"),
    "an unknown case": (row(case="Nuôi rồng"), "case"),
    "an unknown field": (row(ho_va_ten="Chi"), "ho_va_ten"),
    "nobody": (row(parties=[]), "parties"),
    "no name": (row(parties=[{"phone": "0912345678"}]), "parties.1.name"),
    "a phone as a number": (row(parties=[{"name": "Chi", "phone": 912345678}]), "parties.1.phone"),
    "no history": (row(history=[]), "history"),
    "a status there is not": (row(history=[entry("09/11/2026 08:00", 11)]), "history.1.status"),
    "a moment there is not": (row(history=[entry("30/02/2026 08:00", 2)]), "history.1.at"),
    "a day without a time": (row(history=[entry("2026-11-09", 2)]), "history.1.at"),
    "a moment before there were computers": (row(history=[entry("0001-01-01T00:00:00", 2)]), "history.1.at"),
    "a future moment": (row(history=[entry("09/11/2099 08:00", 2)]), "history.1.at"),
    "a history that starts in the middle": (row(history=[entry("09/11/2026 08:00", 4)]), "history.1.status"),
    "a move that is not allowed": (
        row(history=[entry("09/11/2026 08:00", 2), entry("09/11/2026 09:00", 10)]), "history.2.status",
    ),
    "a history that runs backwards": (
        row(history=[entry("09/11/2026 08:00", 2), entry("08/11/2026 09:00", 4)]), "history.2.at",
    ),
    "an unknown step": (
        row(history=[entry("09/11/2026 08:00", 2, step="bay-len-troi")]), "history.1.step",
    ),
    "too many copies": (row(copies="10000000000000000000"), "copies"),
}  # fmt: skip


@pytest.mark.parametrize(("bad", "field"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_named_and_changes_nothing_while_the_others_go_in(tmp_path, bad, field):
    good = [row(number="H20.30-261109-0001"), row(number="H20.30-261109-0002")]
    said, complaints = load(write(tmp_path, [good[0], bad, good[1]]))
    assert f"Dòng 2, cột “{field}”:" in complaints
    assert sorted(Dossier.objects.values_list("number", flat=True)) == ["H20.30-261109-0001", "H20.30-261109-0002"]
    assert LogEntry.objects.count() == 4


def test_a_history_that_contradicts_what_is_kept_is_refused(tmp_path):
    load(write(tmp_path, [row()]))
    before = everything()
    other = [entry("09/11/2026 08:00", 2), entry("09/11/2026 09:00", 4), entry("11/11/2026 10:00", 9)]
    _said, complaints = load(write(tmp_path, [row(history=other, subject="Khác")]))
    assert "history.2" in complaints
    assert everything() == before


def test_a_dossier_does_not_change_its_procedure_or_unit_by_being_told_again(tmp_path):
    make_version(code="1.001193", name="Đăng ký khai sinh")
    load(write(tmp_path, [row()]))
    before = everything()
    _said, complaints = load(write(tmp_path, [row(procedure="1.001193"), row(unit="H20.31")]))
    assert "Dòng 1, cột “procedure”:" in complaints
    assert "Dòng 2, cột “unit”:" in complaints
    assert everything() == before


def test_both_forms_of_a_number_are_one_dossier(tmp_path):
    load(write(tmp_path, [row(number="000.00.30.H20-261109-0007")]))
    load(write(tmp_path, [row(number="h20.30-261109-0007", history=[entry("11/11/2026 10:00", 9)])]))
    assert Dossier.objects.get().status == Status.RESULT_READY


def test_the_same_dossier_twice_in_one_file_is_told_in_order(tmp_path):
    load(write(tmp_path, [row(), row(history=[entry("11/11/2026 10:00", 9)])]))
    assert Dossier.objects.get().status == Status.RESULT_READY


def test_parties_follow_the_newest_row(tmp_path):
    load(write(tmp_path, [row()]))
    changed = [{**APPLICANT, "phone": "0987 654 321"}, {"role": "delegate", "name": "Lê Văn Dân"}]
    load(write(tmp_path, [row(parties=changed)]))
    dossier = Dossier.objects.get()
    assert [party.name for party in dossier.parties.all()] == ["Trần Thị Chi", "Lê Văn Dân"]
    assert dossier.proven_by("4321")
    assert not dossier.proven_by("5678")


def test_nobody_is_told_of_the_past(tmp_path):
    from dossiers import events

    told = []

    def hear(entry, **kwargs):
        told.append(entry)

    for event in (events.dossier_received, events.dossier_advanced, events.dossier_overdue):
        event.connect(hear)
    try:
        load(write(tmp_path, [row()]))
    finally:
        for event in (events.dossier_received, events.dossier_advanced, events.dossier_overdue):
            event.disconnect(hear)
    assert told == []


def test_what_was_late_already_is_not_announced_as_late_now(tmp_path):
    load(write(tmp_path, [row(history=[entry("09/03/2026 08:00", 2)])]))
    assert Dossier.objects.get().overdue_announced_at is not None


FLAT = (
    "Mã hồ sơ;Mã TTHC;Mã đơn vị;Chủ hồ sơ;Số điện thoại;Ngày tiếp nhận;Ngày kết thúc xử lý;Ngày trả;Trạng thái\r\n"
    "H20.30-261109-0007;1.004873;H20.30;Trần Thị Chi;0912345678;09/11/2026 08:00;11/11/2026 10:00;;9\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_with_vietnamese_columns_is_read(tmp_path, encoding):
    _said, complaints = load(write_csv(tmp_path, FLAT, encoding=encoding))
    assert complaints == ""
    dossier = Dossier.objects.get()
    assert dossier.status == Status.RESULT_READY
    assert dossier.finished_at == at("11/11/2026 10:00")
    assert dossier.parties.get().name == "Trần Thị Chi"


def test_a_history_fits_into_one_cell(tmp_path):
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["number", "procedure", "unit", "applicant_name", "history"])
    story = "09/11/2026 08:00 | 2\n10/11/2026 08:00 | 5 | Thiếu; chưa rõ | Bản sao\n16/11/2026 09:00 | 4"
    rows.writerow([NUMBER, "1.004873", "H20.30", "Trần Thị Chi", story])
    _said, complaints = load(write_csv(tmp_path, table.getvalue()))
    assert complaints == ""
    assert [line.note for line in LogEntry.objects.all()] == ["", "Thiếu; chưa rõ", ""]
    assert Supplement.objects.get().what == "Bản sao"


def test_json_lines_are_read(tmp_path):
    path = tmp_path / "dossiers.jsonl"
    path.write_text("\n".join(json.dumps(row(number=f"H20.30-261109-{n:04}")) for n in range(1, 4)))
    _said, complaints = load(path)
    assert complaints == ""
    assert Dossier.objects.count() == 3


def test_a_spreadsheet_is_read(tmp_path):
    from datetime import datetime

    from openpyxl import Workbook

    book = Workbook()
    book.active.append(
        ["Mã hồ sơ", "Mã TTHC", "Mã đơn vị", "Chủ hồ sơ", "Ngày tiếp nhận", "Trạng thái", "Ngày trạng thái"]
    )
    when = datetime(2026, 11, 9, 8, 0)
    book.active.append([NUMBER, "1.004873", "H20.30", "Trần Thị Chi", when, 4, when + timedelta(hours=6)])
    path = tmp_path / "dossiers.xlsx"
    book.save(path)
    _said, complaints = load(path)
    assert complaints == ""
    assert Dossier.objects.get().received_at == at("09/11/2026 08:00")
    assert Dossier.objects.get().status == Status.PROCESSING


def test_an_unknown_column_is_named(tmp_path):
    _said, complaints = load(write_csv(tmp_path, FLAT.replace("Trạng thái", "Màu mắt")))
    assert "mau_mat" in complaints
    assert not Dossier.objects.exists()


def test_text_in_another_normal_form_is_the_same_text(tmp_path):
    import unicodedata

    load(write(tmp_path, [row()]))
    before = everything()
    apart = json.loads(unicodedata.normalize("NFD", json.dumps(row(), ensure_ascii=False)))
    load(write(tmp_path, [apart]))
    assert everything() == before


def test_refused_rows_are_also_kept_in_a_table(tmp_path):
    errors = tmp_path / "errors.csv"
    load(write(tmp_path, [row(unit="H99.99")]), errors=errors)
    [_names, [line, field, reason]] = csv.reader(errors.read_text(encoding="utf-8-sig").splitlines())
    assert (line, field) == ("1", "unit")
    assert "H99.99" in reason


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(tmp_path):
    said, complaints = load(write(tmp_path, [row(), row(unit="H99.99")]), dry_run=True)
    assert "1" in said
    assert "Dòng 2, cột “unit”:" in complaints
    assert not Dossier.objects.exists()


def test_a_dry_run_judges_a_later_row_by_what_the_earlier_did(tmp_path):
    later = row(history=[entry("11/11/2026 10:00", 9)])
    told = [row(), later, row(history=[entry("10/11/2026 10:00", 10)])]
    rehearsed = load(write(tmp_path, told), dry_run=True)
    assert not Dossier.objects.exists()
    assert rehearsed == load(write(tmp_path, told))
    assert Dossier.objects.get().status == Status.RESULT_READY


@pytest.mark.parametrize("content", [b"", b"\xff\xff\xff", b"[{", b"PK\x03\x04 not really", b"%PDF-1.7"])
def test_a_file_that_is_no_table_is_refused_in_words(tmp_path, content):
    path = tmp_path / "dossiers.dat"
    path.write_bytes(content)
    _said, complaints = load(path)
    assert complaints
    assert not Dossier.objects.exists()


@pytest.mark.parametrize("name", ["dossiers.csv", "dossiers.jsonl"])
def test_the_examples_of_the_documentation_work(name):
    make_version(code="1.001193", name="Đăng ký khai sinh", term=("same_day", 1))
    _said, complaints = load(Path(__file__).parents[2] / "docs" / "examples" / name)
    assert complaints == ""
    assert Dossier.objects.count() in (2, 3)
    assert all(dossier.due_at == dossier.computed_due_at() for dossier in Dossier.objects.all())
