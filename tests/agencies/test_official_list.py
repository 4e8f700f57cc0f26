import pytest
from django.core.management import CommandError, call_command

from agencies import official_list
from agencies.models import Unit

pytestmark = pytest.mark.django_db


def test_there_are_34_provinces_and_3321_communes():
    provinces = official_list.provinces()
    assert len(provinces) == 34
    assert sum(len(official_list.communes(province.code)) for province in provinces) == 3_321
    assert sum(province.kind == "city" for province in provinces) == 9


def test_hanh_takes_over_dong_thap_and_may_do_so_again():
    call_command("import_units", province="82", verbosity=0)
    root = Unit.objects.get(parent=None)
    assert (root.name, root.official_code) == ("Tỉnh Đồng Tháp", "82")
    assert root.children.count() == 102
    assert Unit.objects.get(official_code="28261").name == "Phường Mỹ Tho"
    before = list(Unit.objects.order_by("pk").values_list("pk", "name", "kind"))
    call_command("import_units", province="82", verbosity=0)
    assert list(Unit.objects.order_by("pk").values_list("pk", "name", "kind")) == before


def test_a_commune_that_became_a_ward_keeps_its_past_name():
    call_command("import_units", province="82", verbosity=0)
    ward = Unit.objects.get(official_code="28261")
    Unit.objects.filter(pk=ward.pk).update(name="Xã Mỹ Tho", kind="commune")
    call_command("import_units", province="82", verbosity=0)
    ward.refresh_from_db()
    assert (ward.name, ward.kind) == ("Phường Mỹ Tho", "ward")
    assert ward.past_titles.get().name == "Xã Mỹ Tho"


def test_dong_nai_was_a_province_until_it_became_a_city():
    call_command("import_units", province="75", verbosity=0)
    root = Unit.objects.get(parent=None)
    assert root.kind == "city"
    assert root.title(on=official_list.SINCE) == "Tỉnh Đồng Nai"
    assert root.title(on=official_list.BECAME_CITIES["75"][0]) == "Thành phố Đồng Nai"


def test_an_unknown_code_is_named():
    with pytest.raises(CommandError, match="99"):
        call_command("import_units", province="99", verbosity=0)
