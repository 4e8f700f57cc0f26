"""The catalogue comes in from files, and what we ship is fit to be shown."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agencies.models import FieldOfWork
from dossiers.catalogue import TermUnit
from dossiers.models import Fee, Procedure, ProcedureVersion
from dossiers.workflow import Status
from tests.dossiers.making import at, make_version, receive

pytestmark = pytest.mark.django_db

SHIPPED = json.loads((Path(__file__).parents[2] / "dossiers/data/procedures.json").read_text(encoding="utf-8"))
BIRTH = {
    "code": "1.001193", "name": "Đăng ký khai sinh", "field": {"code": "HOTICH", "name": "Hộ tịch"},
    "valid_from": "2025-07-01", "cases": [{"name": "Thông thường", "term": {"unit": "same_day"}}],
    "fees": [{"text": "Theo nghị quyết HĐND tỉnh"}], "documents": [{"name": "Tờ khai", "originals": 1}],
}  # fmt: skip


def load(path=None, **options):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_procedures", *([path] if path else []), stdout=out, stderr=err, verbosity=0, **options)
    except CommandError as refusal:
        err.write(str(refusal))
    return out.getvalue(), err.getvalue()


def write(tmp_path, *rows):
    path = tmp_path / "procedures.json"
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return path


def write_table(tmp_path, *rows, delimiter=";"):
    table = io.StringIO()
    csv.writer(table, delimiter=delimiter).writerows(rows)
    path = tmp_path / "procedures.csv"
    path.write_text(table.getvalue(), encoding="utf-8-sig")
    return path


def published(code):
    return ProcedureVersion.objects.get(procedure__code=code, state="published")


def test_what_we_ship_goes_in_and_a_second_time_changes_nothing():
    said, complaints = load()
    assert complaints == ""
    assert Procedure.objects.published().count() == len(SHIPPED) == 57
    before = list(ProcedureVersion.objects.order_by("pk").values())
    said, complaints = load()
    assert complaints == ""
    assert "57" in said
    assert list(ProcedureVersion.objects.order_by("pk").values()) == before


def test_what_is_not_published_is_never_free():
    load()
    for row in SHIPPED:
        for fee in row["fees"]:
            if "HĐND" in fee["text"] or fee["kind"] == "service_price":
                assert "amount" not in fee, row["code"]
            if fee.get("amount") == 0:
                assert "iễn" in fee["text"] or "Không thu" in fee["text"], row["code"]
    prices = Fee.objects.filter(text__startswith="Giá dịch vụ")
    assert prices.exists()
    assert set(prices.values_list("kind", flat=True)) == {"service_price"}


@pytest.mark.parametrize("row", SHIPPED, ids=[row["code"] for row in SHIPPED])
def test_a_shipped_procedure_can_be_worked_with(row):
    steps = row["steps"]
    assert [steps[0]["status"], steps[-1]["status"]] == [Status.RECEIVED, Status.RESULT_READY]
    assert all(step["budget_minutes"] > 0 for step in steps)
    assert all(step.get("citizen_text") for step in steps if step.get("informs"))
    assert row["documents"]
    assert row["legal_basis"]
    assert row["result"]
    assert ("partial_reason" in row) == (row["online_level"] == "partial")
    term = row["cases"][0]["term"]
    longest = {
        TermUnit.SAME_DAY: 480, TermUnit.HOUR: 60 * term["n"], TermUnit.WORKING_DAY: 480 * term["n"],
        TermUnit.CALENDAR_DAY: 480 * term["n"],
    }  # fmt: skip
    assert sum(step["budget_minutes"] for step in steps) <= longest[term["unit"]]


def test_the_first_land_registration_has_its_terms_and_the_ten_days_of_difficult_areas():
    load()
    first, second = published("1.013978").cases.all()
    assert (first.term().n, second.term().n) == (17, 20)
    assert (first.term(difficult_area=True).n, second.term(difficult_area=True).n) == (27, 30)


def test_doubtful_codes_say_so():
    load()
    for code in ("1.004859", "1.009994"):
        assert "đối chiếu" in published(code).note


def test_a_changed_procedure_becomes_a_new_version_and_its_dossiers_stay(tmp_path, an, my_tho, calendar):
    load(write(tmp_path, BIRTH))
    old = published("1.001193")
    dossier = receive(by=an, unit=my_tho, version=old)
    changed = {
        **BIRTH,
        "valid_from": "2027-03-01",
        "cases": [{"name": "Thông thường", "term": {"unit": "hour", "n": 4}}],
    }
    load(write(tmp_path, changed))
    new = published("1.001193")
    old.refresh_from_db()
    assert (old.state, old.valid_to, new.number, new.valid_from) == (
        "replaced", date(2027, 2, 28), 2, date(2027, 3, 1),
    )  # fmt: skip
    dossier.refresh_from_db()
    assert dossier.procedure_version == old
    assert Procedure.objects.get().version_on(date(2027, 2, 1)) == old
    assert Procedure.objects.get().version_on(date(2027, 3, 1)) == new


def test_a_new_name_needs_no_new_version(tmp_path):
    load(write(tmp_path, BIRTH))
    load(write(tmp_path, {**BIRTH, "name": "Thủ tục đăng ký khai sinh"}))
    assert Procedure.objects.get().name == "Thủ tục đăng ký khai sinh"
    assert ProcedureVersion.objects.count() == 1


BAD = {
    "no name": ({**BIRTH, "name": ""}, "name"),
    "an unknown field": ({**BIRTH, "gia": 0}, "gia"),
    "no case": ({**BIRTH, "cases": []}, "cases"),
    "a term there is not": ({**BIRTH, "cases": [{"name": "A", "term": {"unit": "moon"}}]}, "cases.1.term.unit"),
    "half a day": ({**BIRTH, "cases": [{"name": "A", "term": {"unit": "working_day", "n": 2.5}}]}, "cases.1.term.n"),
    "no days": ({**BIRTH, "cases": [{"name": "A", "term": {"unit": "working_day", "n": 0}}]}, "cases.1.term.n"),
    "a fee of nothing said": ({**BIRTH, "fees": [{"amount": 0}]}, "fees.1.text"),
    "a fee of a case there is not": ({**BIRTH, "fees": [{"text": "5.000", "case": "B"}]}, "fees.1.case"),
    "a step that waits": (
        {**BIRTH, "steps": [{"code": "a", "name": "A", "status": "payment_requested"}]}, "steps.1.status",
    ),
    "a step twice": (
        {**BIRTH, "steps": [{"code": "a", "name": "A", "status": 2}, {"code": "a", "name": "B"}]}, "steps.2.code",
    ),
    "a script for a form": (
        {**BIRTH, "documents": [{"name": "A", "form_url": "javascript:1"}]}, "documents.1.form_url",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("bad", "field"), BAD.values(), ids=BAD)
def test_a_bad_procedure_is_named_and_changes_nothing_while_the_others_go_in(tmp_path, bad, field):
    load(write(tmp_path, BIRTH))
    other = {**BIRTH, "code": "1.000656", "name": "Đăng ký khai tử"}
    _said, complaints = load(write(tmp_path, {**bad, "field": {"code": "MOI", "name": "Mới"}}, other))
    assert f"Dòng 1, cột “{field}”:" in complaints
    assert set(Procedure.objects.values_list("code", flat=True)) == {"1.001193", "1.000656"}
    assert published("1.001193").number == 1
    assert not FieldOfWork.objects.filter(code="MOI").exists()


def test_a_version_cannot_begin_before_the_one_it_replaces(tmp_path):
    load(write(tmp_path, BIRTH))
    _said, complaints = load(write(tmp_path, {**BIRTH, "note": "Mới", "valid_from": "2024-01-01"}))
    assert "“valid_from”" in complaints
    assert published("1.001193").number == 1


NAMES = ["Mã TTHC", "Tên TTHC", "Mã lĩnh vực", "Lĩnh vực", "Cấp", "Hiệu lực từ", "Trường hợp", "Thời hạn",
         "Đơn vị thời hạn", "Phí, lệ phí", "Thành phần hồ sơ", "Các bước"]  # fmt: skip


def test_a_table_has_one_line_a_case(tmp_path):
    first = ["1.000656", "Đăng ký khai tử", "HOTICH", "Hộ tịch", "Xã", "01/07/2025", "Thông thường", "", "trong ngày",
             "Quá hạn: 8.000 đồng | 8.000 | lệ phí", "Tờ khai | 1\nGiấy báo tử | 1 | | | hoặc giấy thay thế",
             "tiep-nhan | Tiếp nhận | 2 | 30 | Đã tiếp nhận\nxu-ly | Xử lý | 4 | 400"]  # fmt: skip
    second = [
        "1.000656",
        "",
        "",
        "",
        "",
        "",
        "Cần xác minh",
        "3",
        "ngày làm việc",
        "Không thu | 0",
        "Biên bản xác minh",
        "",
    ]
    _said, complaints = load(write_table(tmp_path, NAMES, first, second))
    assert complaints == ""
    version = published("1.000656")
    assert [(case.name, case.term_unit, case.term_n) for case in version.cases.all()] == [
        ("Thông thường", "same_day", 1), ("Cần xác minh", "working_day", 3),
    ]  # fmt: skip
    assert [(fee.text, fee.amount, fee.case and fee.case.name) for fee in version.fees.all()] == [
        ("Quá hạn: 8.000 đồng", 8000, None), ("Không thu", 0, "Cần xác minh"),
    ]  # fmt: skip
    assert [document.originals for document in version.documents.all()] == [1, 1, 0]
    assert [(step.status, step.informs) for step in version.steps.all()] == [("received", True), ("processing", False)]
    before = ProcedureVersion.objects.count()
    load(write_table(tmp_path, NAMES, first, second, delimiter=","))
    assert ProcedureVersion.objects.count() == before


def test_a_table_without_steps_gets_the_usual_three(tmp_path):
    load(
        write_table(tmp_path, NAMES, ["1.000656", "Đăng ký khai tử", "HOTICH", "Hộ tịch", "", "", "", "", "trong ngày"])
    )
    assert [step.status for step in published("1.000656").steps.all()] == ["received", "processing", "result_ready"]


def test_a_dry_run_keeps_nothing():
    said, complaints = load(dry_run=True)
    assert complaints == ""
    assert "57" in said
    assert not Procedure.objects.exists()


def test_an_imported_procedure_can_receive_a_dossier_at_once(an, my_tho, calendar):
    load()
    dossier = receive(by=an, unit=my_tho, version=published("1.000656"), when="23/11/2026 15:01")
    assert dossier.due_at == at("25/11/2026 17:00")


@pytest.mark.parametrize("name", ["procedures.csv", "procedures.json"])
def test_the_examples_of_the_documentation_work(name):
    path = Path(__file__).parents[2] / "docs" / "examples" / name
    _said, complaints = load(path)
    assert complaints == ""
    assert Procedure.objects.published().count() == 2
    versions = ProcedureVersion.objects.count()
    load(path)
    assert ProcedureVersion.objects.count() == versions


def test_a_term_of_the_same_day_has_no_longer_form(tmp_path):
    case = {"name": "Thông thường", "term": {"unit": "same_day"}, "area_extension": 2}
    (tmp_path / "one.json").write_text(json.dumps([BIRTH | {"cases": [case]}]), encoding="utf-8")
    _, err = load(str(tmp_path / "one.json"))
    assert "area_extension" in err
    assert not Procedure.objects.exists()


def test_no_text_that_is_shipped_quotes_the_fee_of_another_province():
    assert "tham khảo" not in json.dumps(SHIPPED, ensure_ascii=False)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("giay khai sinh", "1.001193"),
        ("làm giấy khai sinh", "1.001193"),
        ("khai-sinh", "1.001193"),
        ('"khai sinh"', "1.001193"),
        ("1001193", "1.001193"),
        ("1.001193", "1.001193"),
        ("birth registration", "1.001193"),
        ("đăng kí kết hôn", "1.000894"),
        ("dang ki ket hon", "1.000894"),
        ("Ðăng ký kết hôn", "1.000894"),
        ("cccd", "2.000200"),
        ("làm căn cước công dân", "2.000200"),
        ("sao y", "2.000815"),
        ("công chứng chữ ký", "2.000884"),
        ("sổ đỏ", "1.012783"),
        ("tam tru", "1.004194"),
        ("khai si", "1.001193"),
    ],
)
def test_chi_finds_a_procedure_by_what_people_call_it(typed, code):
    load()
    assert code in Procedure.objects.search(typed).values_list("code", flat=True)


def test_who_looks_for_temporary_residence_is_shown_nothing_else():
    load()
    names = Procedure.objects.search("tạm trú").values_list("name", flat=True)
    assert names
    assert all("tạm trú" in name.lower() for name in names)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("kết hôn", "1.000894"),
        ("ket hon", "1.000894"),
        ("đăng kí kết hôn", "1.000894"),
        ("khai sinh", "1.001193"),
        ("giấy khai sinh", "1.001193"),
        ("birth registration", "1.001193"),
        ("birth certificate", "1.001193"),
        ("tạm trú", "1.004194"),
        ("cccd", "2.000200"),
        ("sao y", "2.000815"),
        ("sang tên sổ đỏ", "1.013831"),
        ("mất sổ đỏ", "1.012786"),
        ("passport", "1.001456"),
        ("tôi muốn mở quán", "1.001612"),
        ("marriage", "1.000894"),
        ("1001193", "1.001193"),
    ],
)
def test_what_chi_means_stands_first(typed, code):
    load()
    assert Procedure.objects.search(typed).best_first(typed).first().code == code


def test_with_tone_marks_the_very_words_go_before_others_of_the_same_letters():
    for code, name in (
        ("1.000001", "Đăng ký tàu cá"),
        ("1.000002", "Đăng ký tạm trú tại cơ sở"),
        ("1.000003", "Tậu cả"),
    ):
        make_version(code=code, name=name)
    assert [p.name for p in Procedure.objects.search("tậu cả").best_first("tậu cả")] == ["Tậu cả", "Đăng ký tàu cá"]


def test_most_of_what_was_asked_for_is_better_than_nothing():
    load()
    found = Procedure.objects.search("đăng ký khai sinh cho cháu nội").values_list("code", flat=True)
    assert "1.001193" in found
    assert not Procedure.objects.search("xe bay không người lái bốn cánh").exists()


def test_a_province_teaches_its_everyday_names_and_a_file_without_them_takes_none_away(tmp_path):
    fishing = {**BIRTH, "code": "1.009999", "name": "Cấp giấy phép khai thác thủy sản"}
    load(write(tmp_path, {**fishing, "keywords": "giấy đi biển, fishing licence"}))
    load(write(tmp_path, fishing))
    for typed in ("giấy đi biển", "fishing licence", "đi biển", "thủy sản", "thuỷ sản"):
        assert Procedure.objects.search(typed).get().code == "1.009999", typed
    assert Procedure.objects.get(code="1.009999").versions.count() == 1


def test_everyday_names_come_in_from_a_table(tmp_path):
    columns = ["Mã TTHC", "Tên TTHC", "Mã lĩnh vực", "Lĩnh vực", "Tên thường gọi", "Thời hạn", "Đơn vị thời hạn"]
    load(write_table(tmp_path, columns, ["1.009999", "Cấp phép", "TS", "Thủy sản", "giấy đi biển", "3", "ngày"]))
    assert Procedure.objects.search("đi biển").get().keywords == "giấy đi biển"


def test_every_procedure_that_is_shipped_has_everyday_names_in_both_languages():
    for row in SHIPPED:
        assert row["keywords"].split(", ")[-1].isascii(), row["code"]
        assert len(row["keywords"].split(", ")) > 1, row["code"]


def test_an_everyday_name_added_to_what_is_published_makes_no_new_version():
    load()
    load()
    assert set(Procedure.objects.values_list("versions__number", flat=True)) == {1}


@pytest.mark.parametrize("typed", ["(((", "\\", "a" * 300, "[iy]*[", "xe bay không người lái"])
def test_a_search_that_fits_nothing_breaks_nothing(typed):
    load()
    assert Procedure.objects.search(typed).count() in (0, Procedure.objects.count())
