from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agencies.models import AccessLog, ApiKey, Appointment, Officer, Unit
from agencies.rights import ANY, Rights, require, rights_of
from agencies.roles import SeededRole, role
from tests.people import appoint, make_field, make_officer, make_unit

VIEW, CHANGE = "agencies.view_unit", "agencies.change_unit"


def test_an_sees_her_own_unit_and_not_binhs(an, my_tho, dao_thanh):
    assert list(Unit.objects.visible_to(an)) == [my_tho]
    assert an.has_perm(VIEW, my_tho)
    assert not an.has_perm(VIEW, dao_thanh)


def test_dung_sees_the_whole_province_and_nothing_beside_it(dung, province, my_tho, dao_thanh):
    elsewhere = make_unit("Tỉnh Vĩnh Long", kind="province", code="86")
    assert set(Unit.objects.visible_to(dung)) == {province, my_tho, dao_thanh}
    assert not dung.has_perm(VIEW, elsewhere)


def test_a_unit_whose_number_begins_alike_is_not_within_the_subtree(an, my_tho):
    lookalike = make_unit("Xã Khác", kind="commune")
    Unit.objects.filter(pk=lookalike.pk).update(id=int(f"{my_tho.path.split('/')[0]}0"))
    assert list(Unit.objects.visible_to(an)) == [my_tho]


def test_units_are_asked_for_one_field_of_work(province, my_tho, dao_thanh):
    marriage, land = make_field(), make_field("dat-dai", "Đất đai")
    em = make_officer("Lê Văn Em", "auditing", unit=my_tho, fields=[marriage])
    appoint(em, "receiving", unit=dao_thanh)

    def reached(field):
        return set(Unit.objects.filter(rights_of(em).units_q(VIEW, field=field)))

    assert reached(marriage) == {my_tho, dao_thanh}
    assert reached(land) == {dao_thanh}
    assert not Unit.objects.filter(rights_of(em).units_q("dossiers.lead_dossier", field=land)).exists()


def test_nobody_sees_anything_without_an_appointment(my_tho):
    newcomer = make_officer("Ngô Văn Mới", unit=my_tho)
    for person in (newcomer, AnonymousUser(), None):
        assert not Unit.objects.visible_to(person).exists()
        assert not rights_of(person).has(VIEW)


def test_an_officer_who_left_has_no_rights(an, my_tho):
    an.is_active = False
    assert not Unit.objects.visible_to(an).exists()
    assert not an.has_perm(VIEW)


def test_a_superuser_may_do_everything(my_tho):
    root = Officer.objects.create_superuser("root", full_name="Quản Trị Gốc", password="x")
    assert my_tho in Unit.objects.visible_to(root)
    assert root.has_perm("agencies.anything", my_tho)


@pytest.mark.parametrize(
    ("starts", "ends", "counts"), [(-9, 0, True), (0, None, True), (1, None, False), (-9, -1, False)]
)
def test_an_appointment_counts_from_its_first_to_its_last_day(my_tho, starts, ends, counts):
    today = timezone.localdate()
    officer = make_officer("Ngô Văn Tạm", unit=my_tho)
    until = None if ends is None else today + timedelta(days=ends)
    appoint(officer, "handling", unit=my_tho, valid_from=today + timedelta(days=starts), valid_to=until)
    assert officer.has_perm(VIEW, my_tho) is counts


def test_a_right_limited_to_a_field_of_work_reaches_that_field_only(my_tho):
    civil_status, land = make_field(), make_field("dat-dai", "Đất đai")
    officer = make_officer("Ngô Văn Hộ", "handling", unit=my_tho, fields=[civil_status])
    rights = rights_of(officer)
    assert rights.allows(VIEW, unit=my_tho, field=civil_status)
    assert not rights.allows(VIEW, unit=my_tho, field=land)
    assert not rights.allows(VIEW, unit=my_tho, field=None)
    assert rights.allows(VIEW, unit=my_tho)


def test_lists_and_checks_agree_about_units_and_fields(province, my_tho, dao_thanh):
    civil_status, land = make_field(), make_field("dat-dai", "Đất đai")
    officer = make_officer("Ngô Văn Hộ", "handling", unit=my_tho, fields=[civil_status])
    appoint(officer, "handling", unit=dao_thanh, fields=[land])
    appoint(officer, "receiving", unit=my_tho, fields=[land])
    # Appointments stand here for anything that has a unit and a field of work.
    things = [
        appoint(make_officer(f"Người {n}", unit=unit, username=f"n{n}"), "editing", unit=unit, fields=[field])
        for n, (unit, field) in enumerate((u, f) for u in (province, my_tho, dao_thanh) for f in (civil_status, land))
    ]
    rights = rights_of(officer)
    listed = Appointment.objects.filter(rights.q(VIEW, field="fields"), pk__in=[thing.pk for thing in things])
    checked = [t for t in things if rights.allows(VIEW, unit=t.unit, field=t.fields.get())]
    assert set(listed) == set(checked) == {things[2], things[3], things[5]}


def test_a_thing_without_a_unit_is_nobodys_but_a_superusers(dung):
    assert rights_of(dung).allows(VIEW, unit=ANY)
    assert not rights_of(dung).allows(VIEW, unit=None)
    assert not AccessLog.objects.filter(rights_of(dung).q("agencies.view_accesslog")).exists()


def test_rights_take_one_query_however_many_appointments_and_filters_none(province, django_assert_num_queries):
    officer = make_officer("Ngô Văn Nhiều", unit=province)
    fields = [make_field(f"lv-{n}", f"Lĩnh vực {n}") for n in range(30)]
    for n in range(20):
        unit = make_unit(f"Phường {n}", parent=province)
        appoint(officer, "handling", unit=unit, fields=fields[: n + 1])
        appoint(officer, "receiving", unit=unit)
    with django_assert_num_queries(1):
        rights = rights_of(officer)
    with django_assert_num_queries(0):
        rights.q(VIEW)
        assert officer.has_perm(VIEW)
        assert not officer.has_perm(CHANGE, unit)
    with django_assert_num_queries(1):
        assert len(Unit.objects.visible_to(officer)) == 20


def test_a_filter_never_raises_and_is_empty_without_the_permission(an):
    assert not Unit.objects.filter(rights_of(an).q("no.such_permission", unit="")).exists()
    assert not Unit.objects.filter(Rights().q(VIEW, unit=None, field=None)).exists()


def test_an_overlapping_appointment_below_adds_nothing_to_the_filter(dung, province, my_tho):
    before = str(rights_of(dung).q(VIEW, unit=""))
    appoint(dung, "leading", unit=my_tho)
    assert str(rights_of(dung).q(VIEW, unit="")) == before


def test_require_names_what_was_refused(an, dao_thanh):
    with pytest.raises(PermissionDenied, match=r"agencies\.view_unit"):
        require(an, VIEW, dao_thanh)
    require(an, VIEW, an.unit)


def test_rights_read_anew_see_what_this_transaction_changed(an, my_tho):
    assert an.has_perm(VIEW, my_tho)
    Appointment.objects.filter(officer=an).delete()
    assert an.has_perm(VIEW, my_tho)
    assert not rights_of(an, fresh=True).has(VIEW)


def test_an_api_key_acts_for_its_unit_and_all_below(province, my_tho, dao_thanh):
    key, _plain = ApiKey.issue(unit=my_tho, name="Một cửa điện tử", at=timezone.now())
    user = key.user()
    assert list(Unit.objects.visible_to(user)) == [my_tho]
    assert user.has_perm(VIEW, my_tho)
    assert not user.has_perm(VIEW, dao_thanh)


def test_what_a_province_takes_from_a_role_stays_away(province):
    handling = role("handling")
    handling.permissions.remove(Permission.objects.get(codename="view_unit"))
    from django.apps import apps

    from agencies.roles import seed

    seed(apps.get_app_config("agencies"))
    assert not handling.permissions.filter(codename="view_unit").exists()
    assert SeededRole.objects.count() == Group.objects.filter(pk__in=SeededRole.objects.values("group")).count() == 8


def test_a_permission_is_called_what_officers_call_it(db):
    """Django names them while it migrates, in English."""
    names = dict(Permission.objects.values_list("codename", "name"))
    assert names["amend_workcalendar"] == "Được sửa đổi lịch làm việc"
    assert names["view_confidential_dossier"] == "Được xem hồ sơ mật"
    assert names["add_procedure"] == "Được thêm: thủ tục"
    assert [name for name in names.values() if name.startswith("Can ")] == []


def test_a_role_may_be_renamed(an, my_tho):
    Group.objects.filter(pk=role("handling").pk).update(name="Chuyên viên thụ lý")
    assert an.has_perm(VIEW, my_tho)


def test_the_role_of_an_appointment_counts_and_not_its_name(my_tho):
    officer = make_officer("Ngô Văn Chỉ", unit=my_tho)
    odd = Group.objects.create(name="administering")
    Appointment.objects.create(officer=officer, role=odd, unit=my_tho, valid_from=date(2020, 1, 1))
    assert not officer.has_perm(CHANGE, my_tho)
