import csv
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from agencies import official_units
from agencies.models import Succession, Unit, UnitCode
from agencies.old_units import import_old_units
from agencies.tables import BadTable

TODAY = date(2026, 11, 23)


@pytest.fixture
def dong_thap(db):
    official_units.import_province("82", on=TODAY)
    return Unit.objects.get(official_code="82", valid_to=None)


def test_dong_thap_comes_with_its_102_communes_and_their_official_codes(dong_thap):
    communes = dong_thap.children.in_force(on=TODAY)
    assert communes.count() == 102
    assert dong_thap.kind == "province"
    my_tho = communes.get(official_code="28261")
    assert (my_tho.name, my_tho.kind, my_tho.path) == ("Phường Mỹ Tho", "ward", f"{dong_thap.pk}/{my_tho.pk}/")
    assert list(Unit.objects.search("phuong my tho")) == [my_tho]


def test_the_code_of_tien_giang_leads_to_dong_thap(dong_thap):
    (tien_giang,) = Unit.objects.with_code("H58")
    assert tien_giang.name == "Tỉnh Tiền Giang"
    assert tien_giang.valid_to == date(2025, 6, 30)
    for typed in ("H58", "Tiền Giang", "tien giang"):
        assert list(Unit.objects.find(typed, on=TODAY)) == [dong_thap]
    assert dong_thap.identification_code(on=TODAY) == "H20"
    assert tien_giang.identification_code(on=date(2018, 9, 14)) == "H58"


def test_a_code_of_the_statistics_office_that_was_reused_finds_both(dong_thap):
    assert [unit.name for unit in Unit.objects.with_code("82")] == ["Tỉnh Đồng Tháp", "Tỉnh Tiền Giang"]
    assert list(Unit.objects.with_code("87")) == [dong_thap]


def test_importing_again_changes_nothing(dong_thap):
    Unit.objects.filter(official_code="28261").update(phone="0273 3872111")
    before = list(Unit.objects.order_by("pk").values())
    assert official_units.import_province("82", on=TODAY) == 0
    assert list(Unit.objects.order_by("pk").values()) == before


def test_a_commune_the_list_calls_differently_now_keeps_its_past_name(dong_thap):
    ward = Unit.objects.get(official_code="28261")
    ward.name, ward.kind, ward.phone = "Xã Mỹ Tho", "commune", "0273 3872111"
    ward.save()
    assert official_units.import_province("82", on=TODAY) == 1
    ward.refresh_from_db()
    assert (ward.name, ward.kind, ward.phone) == ("Phường Mỹ Tho", "ward", "0273 3872111")
    assert ward.past_titles.get().name == "Xã Mỹ Tho"


def test_the_whole_country_has_34_provinces_and_3321_communes_and_every_old_code_finds_one(db):
    call_command("import_units")
    in_force = Unit.objects.in_force(on=TODAY)
    provinces = in_force.filter(parent=None)
    assert provinces.count() == 34
    assert provinces.filter(kind="city").count() == 9
    assert all(len(code) == 2 for code in provinces.values_list("official_code", flat=True))
    communes = in_force.exclude(parent=None)
    assert communes.count() == 3321
    assert all(len(code) == 5 for code in communes.values_list("official_code", flat=True))
    assert communes.filter(kind="special_zone").count() == 13
    codes = UnitCode.objects.filter(scheme="identification")
    assert (codes.count(), codes.filter(valid_to=None).count()) == (63, 34)
    assert Succession.objects.count() == 29
    for number in range(1, 64):
        (found,) = Unit.objects.find(f"H{number:02}", on=TODAY)
        assert found.parent is None


def test_a_province_that_became_a_city_mid_year_has_both_names(db):
    for code in ("22", "24", "75"):
        official_units.import_province(code, on=TODAY)
    dong_nai = Unit.objects.get(official_code="75", valid_to=None)
    assert dong_nai.name == "Thành phố Đồng Nai"
    assert dong_nai.past_titles.get(valid_to=date(2026, 4, 29)).name == "Tỉnh Đồng Nai"
    assert Unit.objects.filter(past_titles__kind="commune").count() == 22
    trang_bom = Unit.objects.get(name="Phường Trảng Bom")
    assert trang_bom.past_titles.get().name == "Xã Trảng Bom"
    assert list(Unit.objects.find("xã Trảng Bom", on=TODAY)) == [trang_bom]


def test_an_unknown_province_is_named_in_the_language_that_is_asked_for(db):
    for language, words in (("vi", "Không có tỉnh, thành phố nào mang mã 99"), ("en", "No province has the code 99")):
        with translation.override(language), pytest.raises(CommandError, match=words):
            call_command("import_units", "--province", "99")


# --- old communes and districts -------------------------------------------------------------------------------------

HEADER = ["old_code", "old_name", "old_kind", "new_code", "date", "document"]
GOOD = [
    ["28249", "Phường 5", "phường", "28249", "01/07/2025", "1663/NQ-UBTVQH15"],
    ["28246", "Phường 4", "phường", "28249", "2025-07-01", "1663/NQ-UBTVQH15"],
    ["815", "Thành phố Mỹ Tho", "thành phố", "28249", "01/07/2025", "1663/NQ-UBTVQH15"],
    ["815", "Thành phố Mỹ Tho", "thành phố", "28261", "01/07/2025", "1663/NQ-UBTVQH15"],
]


def _csv(tmp_path, *rows, header=HEADER):
    path = tmp_path / "old.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def test_an_old_name_or_code_finds_the_commune_it_became(dong_thap, tmp_path, capsys):
    call_command("import_old_units", str(_csv(tmp_path, *GOOD)))
    assert "Đã nhận 4 dòng, trong đó có 3 đơn vị cũ" in capsys.readouterr().out
    dao_thanh = Unit.objects.get(official_code="28249", valid_to=None)
    assert list(Unit.objects.find("Phường 4", on=TODAY)) == [dao_thanh]
    assert dao_thanh in Unit.objects.find("28246", on=TODAY)
    my_tho_city = Unit.objects.get(name="Thành phố Mỹ Tho")
    assert set(my_tho_city.went_to.values_list("successor__official_code", flat=True)) == {"28249", "28261"}
    assert (my_tho_city.kind, my_tho_city.parent) == ("district", dong_thap)
    assert dao_thanh.came_from.count() == 3


def test_the_table_may_have_vietnamese_columns_and_be_json(dong_thap, tmp_path):
    header = ["Mã cũ", "Tên cũ", "Loại cũ", "Mã mới", "Ngày", "Văn bản"]
    call_command("import_old_units", str(_csv(tmp_path, *GOOD, header=header)))
    path = tmp_path / "old.json"
    path.write_text(json.dumps([dict(zip(HEADER, row, strict=True)) for row in GOOD]))
    call_command("import_old_units", str(path))
    assert Unit.objects.filter(name="Phường 4").count() == 1


def test_bad_rows_are_named_with_line_field_and_reason_and_change_nothing(dong_thap, tmp_path):
    bad = []
    rows = [
        ["1", "Xã A", "xã", "99999", "01/07/2025", ""],
        ["2", "Xã B", "làng", "28249", "01/07/2025", ""],
        ["3", "Xã C", "xã", "28249", "31/02/2025", ""],
        ["4", "", "xã", "28249", "01/07/2025", ""],
        ["5", "Xã E", "xã", "28249", "0001-01-01", ""],
        ["6", "=1+1", "xã", "28249", "01/07/2025", ""],
        GOOD[1],
    ]
    assert import_old_units(_csv(tmp_path, *rows), on_bad=bad.append) == (1, 1)
    found = [(error.line, error.field) for error in bad]
    expected = [(2, "new_code"), (3, "old_kind"), (4, "date"), (5, "old_name"), (6, "date"), (7, "old_name")]
    assert found == expected
    assert not Unit.objects.filter(name__startswith="Xã", official_code__in="12345").exists()
    with translation.override("en"):
        assert str(bad[2]) == "Line 4, “date”: A date like 01/07/2025 is expected."


def test_the_command_ends_with_an_error_when_rows_were_left_out(dong_thap, tmp_path):
    path = _csv(tmp_path, GOOD[0], ["1", "Xã A", "xã", "99999", "01/07/2025", ""])
    with pytest.raises(CommandError, match="Có 1 dòng bị bỏ qua"):
        call_command("import_old_units", str(path))
    assert Unit.objects.filter(name="Phường 5").exists()


@pytest.mark.parametrize("content", [b"", b"\x89PNG....", b"PK\x03\x04"])
def test_a_file_that_is_no_table_is_refused(db, tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("import_old_units", str(path))
    with pytest.raises(CommandError):
        call_command("import_old_units", str(tmp_path / "absent.csv"))
    with pytest.raises(BadTable):
        import_old_units(path, on_bad=lambda bad: None)
