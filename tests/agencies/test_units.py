from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from agencies.models import Succession, Unit, UnitCode, WorkCalendar
from tests.people import MERGED_ON, make_calendar, make_officer, make_unit

DAY_BEFORE = MERGED_ON - timedelta(days=1)


@pytest.fixture
def tien_giang(province):
    """The province that became part of Đồng Tháp on 01/07/2025, with its code of those days."""
    old = make_unit("Tỉnh Tiền Giang", kind="province", code="82", valid_from=date(1976, 2, 1), valid_to=DAY_BEFORE)
    UnitCode.objects.create(unit=old, code="H58", valid_to=DAY_BEFORE)
    Succession.objects.create(predecessor=old, successor=province, on=MERGED_ON, document="202/2025/QH15")
    return old


def test_the_path_leads_from_the_province_down(province, my_tho):
    assert province.path == f"{province.pk}/"
    assert my_tho.path == f"{province.pk}/{my_tho.pk}/"


def test_a_unit_that_moves_takes_its_branch_along_even_in_raw_sql(province, my_tho, dao_thanh):
    office = make_unit("Văn phòng", parent=my_tho, kind="office")
    desk = make_unit("Bộ phận một cửa", parent=office, kind="office")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE agencies_unit SET parent_id = %s WHERE id = %s", [dao_thanh.pk, office.pk])
    desk.refresh_from_db()
    assert desk.path == f"{province.pk}/{dao_thanh.pk}/{office.pk}/{desk.pk}/"


def test_nobody_can_write_a_false_path(my_tho, dao_thanh):
    Unit.objects.filter(pk=my_tho.pk).update(path=dao_thanh.path + "1/")
    assert Unit.objects.get(pk=my_tho.pk).path == my_tho.path


def test_a_unit_cannot_stand_under_itself_or_its_own_branch(province, my_tho):
    for parent in (my_tho, province):
        with pytest.raises(IntegrityError), transaction.atomic():
            Unit.objects.filter(pk=province.pk).update(parent=parent)


def test_units_made_in_bulk_have_paths_too(province):
    made = [Unit(name=f"Xã {n}", kind="commune", parent=province, valid_from=MERGED_ON).prepare() for n in range(3)]
    Unit.objects.bulk_create(made)
    assert {unit.path for unit in Unit.objects.filter(parent=province)} == {f"{province.pk}/{u.pk}/" for u in made}


def test_the_old_code_on_a_receipt_leads_to_the_old_province_and_to_its_successor(province, tien_giang):
    today = date(2026, 11, 23)
    assert list(Unit.objects.with_code("h58")) == [tien_giang]
    assert list(Unit.objects.find("H58", on=today)) == [province]
    assert [line.successor for line in tien_giang.went_to.all()] == [province]


def test_a_reused_code_names_the_living_unit_first(province, tien_giang):
    assert list(Unit.objects.with_code("82")) == [province, tien_giang]


def test_an_identification_code_says_more_than_an_equal_official_one(province, my_tho):
    make_unit("Sở trùng mã", parent=province, kind="department", code="H20.30")
    assert Unit.objects.bearer_of("H20.30") == my_tho
    assert Unit.objects.with_code("H20.30").first() == my_tho


@pytest.mark.parametrize("typed", ["Tiền Giang", "tien giang", "TIỀN  GIANG", "Tie\u0302\u0300n Giang"])
def test_the_old_name_finds_the_new_unit(province, tien_giang, typed):
    assert list(Unit.objects.find(typed, on=date(2026, 11, 23))) == [province]
    assert list(Unit.objects.find(typed, on=date(2025, 6, 1))) == [tien_giang]


def test_successors_of_successors_are_found(province, tien_giang):
    my_tho_province = make_unit("Tỉnh Mỹ Tho", kind="province", valid_from=date(1956, 1, 1), valid_to=date(1976, 1, 31))
    Succession.objects.create(predecessor=my_tho_province, successor=tien_giang, on=date(1976, 2, 1))
    assert list(Unit.objects.find("Tỉnh Mỹ Tho", on=date(2026, 1, 1))) == [province]


def test_a_province_that_becomes_a_city_keeps_its_old_name_for_old_papers(db):
    dong_nai = make_unit("Tỉnh Đồng Nai", kind="province", code="75")
    dong_nai.rename(on=date(2026, 4, 30), name="Thành phố Đồng Nai", kind="city", document="30/2026/QH16")
    assert dong_nai.name == "Thành phố Đồng Nai"
    assert dong_nai.past_titles.get(valid_to=date(2026, 4, 29)).name == "Tỉnh Đồng Nai"
    assert dong_nai.kind == "city"
    assert list(Unit.objects.search("tinh dong nai")) == [dong_nai]


def test_a_unit_without_a_code_of_its_own_uses_the_one_above(province, my_tho):
    desk = make_unit("Bộ phận một cửa", parent=my_tho, kind="office")
    today = date(2026, 11, 23)
    assert province.identification_code(on=today) == "H20"
    assert desk.identification_code(on=today) == my_tho.identification_code(on=today) == "H20.30"


def test_a_code_has_one_bearer_at_a_time(my_tho, dao_thanh):
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitCode.objects.create(unit=dao_thanh, code="h20.30")


def test_units_are_listed_in_vietnamese_order_without_their_kind(province):
    for name in ("Xã Ấp Bắc", "Phường Đạo Thạnh", "Xã Dĩ An", "Phường An Bình"):
        make_unit(name, parent=province)
    names = province.children.ordered().values_list("name", flat=True)
    assert list(names) == ["Phường An Bình", "Xã Ấp Bắc", "Xã Dĩ An", "Phường Đạo Thạnh"]


def test_the_calendar_of_the_nearest_unit_counts_in_one_query(
    province, my_tho, dao_thanh, calendar, django_assert_num_queries
):
    own = make_calendar(my_tho, name="Lịch riêng phường Mỹ Tho")
    desk = make_unit("Bộ phận một cửa", parent=my_tho, kind="office")
    with django_assert_num_queries(2):
        assert desk.working_calendar() == own
        assert dao_thanh.working_calendar() == calendar


def test_a_province_without_calendar_says_so(my_tho):
    with pytest.raises(WorkCalendar.DoesNotExist, match="Mỹ Tho"):
        my_tho.working_calendar()


def test_a_unit_with_officers_cannot_be_deleted(my_tho):
    make_officer("Nguyễn Văn An", "handling", unit=my_tho)
    with pytest.raises(IntegrityError), transaction.atomic():
        my_tho.delete()


def test_an_empty_search_finds_all_and_an_empty_question_nothing(province, my_tho):
    assert set(Unit.objects.search(" ")) == {province, my_tho}
    assert not Unit.objects.find(" \u200b", on=date(2026, 1, 1)).exists()
