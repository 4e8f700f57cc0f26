"""Each page of the agencies, opened by people who may see all, a part, or nothing of it."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone

from agencies.models import AccessLog, ApiKey, Appointment, Officer, Unit, UnitCode
from agencies.roles import role
from tests.people import PASSWORD, appoint, make_calendar, make_field, make_officer, make_unit

MODELS = ["unit", "officer", "appointment", "workcalendar", "apikey", "fieldofwork", "accesslog", "role"]


def _url(name, *args):
    return reverse(f"admin:agencies_{name}", args=args)


@pytest.fixture
def root(db):
    return Officer.objects.create_superuser("root", full_name="Quản Trị Gốc", password=PASSWORD)


@pytest.fixture
def hoa(my_tho):
    """Administrator of phường Mỹ Tho only."""
    return make_officer("Bùi Thị Hoa", "administering", unit=my_tho, username="hoa")


@pytest.fixture
def things(my_tho, dao_thanh, an, binh, calendar):
    """One of each kind in each of the two communes: {unit: {model: object}}."""
    found = {}
    for unit, officer in ((my_tho, an), (dao_thanh, binh)):
        found[unit] = {
            "unit": unit,
            "officer": officer,
            "appointment": officer.appointments.first(),
            "workcalendar": make_calendar(unit, name=f"Lịch {unit}"),
            "apikey": ApiKey.issue(unit=unit, name=f"Khóa {unit}", at=timezone.now())[0],
        }
        AccessLog.record(by=officer, about=f"dossier:{unit.pk}", what="view", at=timezone.now())
    return found


@pytest.mark.parametrize("model", MODELS)
def test_without_the_right_every_page_is_closed(client_of, an, things, model):
    client = client_of(an)
    allowed = {"unit"}  # who handles dossiers sees the unit she works for
    assert client.get(_url(f"{model}_changelist")).status_code == (200 if model in allowed else 403)
    assert client.get(_url(f"{model}_add")).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_nobody_enters_without_logging_in(client, things, model):
    for page in ("changelist", "add"):
        response = client.get(_url(f"{model}_{page}"))
        assert response.status_code == 302
        assert "/login/" in response["Location"]


@pytest.mark.parametrize("model", ["unit", "officer", "appointment", "workcalendar", "apikey"])
def test_the_administrator_of_a_commune_reaches_its_things_and_not_those_next_door(
    client_of, hoa, things, my_tho, dao_thanh, model
):
    client = client_of(hoa)
    own, other = things[my_tho][model], things[dao_thanh][model]
    listed = client.get(_url(f"{model}_changelist")).content.decode()
    assert _url(f"{model}_change", own.pk) in listed
    assert _url(f"{model}_change", other.pk) not in listed
    for page in ("change", "history"):
        assert client.get(_url(f"{model}_{page}", own.pk)).status_code == 200
        assert client.get(_url(f"{model}_{page}", other.pk)).status_code == 404
    assert client.get(_url(f"{model}_delete", other.pk)).status_code in (403, 404)
    assert client.post(_url(f"{model}_change", other.pk), {"name": "Của tôi"}).status_code == 404


@pytest.mark.parametrize("model", ["unit", "officer", "workcalendar"])
def test_pickers_and_searches_offer_only_what_is_in_reach(client_of, hoa, things, my_tho, dao_thanh, model):
    field = {"unit": ("officer", "unit"), "officer": ("appointment", "officer"), "workcalendar": ("unit", "calendar")}
    asking_model, asking_field = field[model]
    query = {"app_label": "agencies", "model_name": asking_model, "field_name": asking_field, "term": ""}
    offered = json.loads(client_of(hoa).get(reverse("admin:autocomplete"), query).content)["results"]
    ids = {row["id"] for row in offered}
    assert str(things[my_tho][model].pk) in ids
    assert str(things[dao_thanh][model].pk) not in ids


def test_a_search_in_a_list_stays_within_reach(client_of, hoa, things, my_tho, dao_thanh):
    page = client_of(hoa).get(_url("unit_changelist"), {"q": "dao thanh"}).content.decode()
    assert _url("unit_change", dao_thanh.pk) not in page
    page = client_of(hoa).get(_url("unit_changelist"), {"q": "mỹ tho"}).content.decode()
    assert _url("unit_change", my_tho.pk) in page


def test_filters_offer_only_units_in_reach(client_of, hoa, things, dao_thanh):
    assert "Đạo Thạnh" not in client_of(hoa).get(_url("officer_changelist")).content.decode()


def test_the_list_takes_a_constant_number_of_queries(client_of, hanh, province, django_assert_max_num_queries):
    client = client_of(hanh)
    for n in range(30):
        unit = make_unit(f"Phường {n}", parent=province)
        make_officer(f"Người Thứ {n}", "handling", unit=unit, username=f"n{n}")
    for model in ("unit", "officer", "appointment"):
        with django_assert_max_num_queries(12):
            assert client.get(_url(f"{model}_changelist")).status_code == 200


def test_counting_stops_at_ten_thousand(client_of, hanh, province, monkeypatch):
    monkeypatch.setattr("agencies.backoffice.COUNTED_UP_TO", 3)
    for n in range(6):
        make_unit(f"Phường {n}", parent=province)
    page = client_of(hanh).get(_url("unit_changelist"))
    assert page.context["cl"].result_count == 3


@pytest.mark.parametrize("query", ["q=%00", "q=%ED%A0%80", "p=x", "o=99.x", "unknown=1", "kind__exact=%00", "id__in=x"])
def test_an_address_somebody_made_up_is_no_crash(client_of, hanh, province, query):
    assert client_of(hanh).get(f"{_url('unit_changelist')}?{query}").status_code in (200, 302, 400)


# --- writing --------------------------------------------------------------------------------------------------------


def _inlines(*prefixes):
    names = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    return {f"{prefix}-{name}": "0" for prefix in prefixes for name in names}


def _unit_form(unit, **changes):
    return {
        "name": unit.name, "kind": unit.kind, "parent": unit.parent_id or "", "official_code": unit.official_code,
        "valid_from": "01/07/2025", "calendar": "", **_inlines("codes", "past_titles", "came_from"), **changes,
    }  # fmt: skip


def test_hanh_renames_a_unit_and_the_trail_says_so(client_of, hanh, my_tho):
    client = client_of(hanh)
    response = client.post(_url("unit_change", my_tho.pk), _unit_form(my_tho, phone="0273 3872111"))
    assert response.status_code == 302, response.context["errors"]
    line = my_tho.trail.latest("pgh_id")
    assert line.pgh_context["by"] == f"officer:{hanh.pk}"
    assert line.pgh_context["request"] == response["X-Request-ID"]
    page = client.get(_url("unit_history", my_tho.pk)).content.decode()
    assert "Đặng Mỹ Hạnh" in page
    assert "0273 3872111" in page


def test_the_trail_names_no_unit_out_of_reach_but_the_one_the_page_names(client_of, hoa, hanh, my_tho, dao_thanh):
    """An officer came from the ward next door to Hoa's; her own ward belongs to the province, as its page says."""
    came = make_officer("Lý Văn Khang", unit=dao_thanh)
    came.unit = my_tho
    came.save()
    seen = client_of(hoa).get(_url("officer_history", came.pk)).content.decode()
    assert "<del>đơn vị khác</del> → <ins>Phường Mỹ Tho</ins>" in seen
    assert "Đạo Thạnh" not in seen
    assert "<del>Phường Đạo Thạnh</del>" in client_of(hanh).get(_url("officer_history", came.pk)).content.decode()
    assert "<ins>Tỉnh Đồng Tháp</ins>" in client_of(hoa).get(_url("unit_history", my_tho.pk)).content.decode()


def test_no_unit_moves_itself_or_takes_anothers_code(client_of, hoa, my_tho, dao_thanh):
    """Hoa, appointed at an office of her own ward, would stand at the top of the tree with it."""
    office = make_unit("Văn phòng", parent=my_tho, kind="office")
    appoint(hoa, "administering", unit=office)
    client = client_of(hoa)
    for parent in ("", dao_thanh.pk):
        changes = {"parent": parent, "official_code": "H20.31", "phone": "113"}
        client.post(_url("unit_change", office.pk), _unit_form(office, **changes))
        office.refresh_from_db()
        assert (office.parent, office.official_code, office.phone) == (my_tho, "", "113")
    codes = {"codes-TOTAL_FORMS": "1", "codes-0-code": "H20.31", "codes-0-scheme": "identification"}
    client.post(_url("unit_change", office.pk), _unit_form(office, **codes))
    assert not office.codes.exists()
    assert client.get(_url("apikey_changelist")).status_code == 200
    assert client.get(reverse("admin:dossiers_signingkey_changelist")).status_code == 403


def test_hanh_moves_a_unit_and_sets_its_code(client_of, hanh, my_tho, dao_thanh):
    office = make_unit("Văn phòng", parent=my_tho, kind="office")
    changes = {"parent": dao_thanh.pk, "official_code": "99001"}
    assert client_of(hanh).post(_url("unit_change", office.pk), _unit_form(office, **changes)).status_code == 302
    office.refresh_from_db()
    assert (office.parent, office.official_code) == (dao_thanh, "99001")


def test_nobody_adds_a_unit_beside_their_own(client_of, hoa, my_tho):
    new = Unit(name="Phường Lạ", kind="ward", parent=None)
    assert client_of(hoa).post(_url("unit_add"), _unit_form(new)).status_code == 403
    assert not Unit.objects.filter(name="Phường Lạ").exists()
    new.parent = my_tho
    assert client_of(hoa).post(_url("unit_add"), _unit_form(new)).status_code == 302
    assert Unit.objects.get(name="Phường Lạ").parent == my_tho


def test_what_points_out_of_reach_is_shown_and_stays(client_of, hoa, my_tho, province):
    response = client_of(hoa).post(_url("unit_change", my_tho.pk), _unit_form(my_tho, parent="", phone="113"))
    assert response.status_code == 302
    my_tho.refresh_from_db()
    assert (my_tho.parent, my_tho.phone) == (province, "113")


# --- nobody hands on more than they hold ----------------------------------------------------------------------------


def _appointment(officer, key, unit, **more):
    return {"officer": officer.pk, "role": role(key).pk, "unit": unit.pk, "valid_from": "", "valid_to": "", **more}


@pytest.fixture
def holding(hanh, province):
    """Hạnh with the role of handling as well: she may hand that on."""
    appoint(hanh, "handling", unit=province)
    return hanh


def test_hanh_appoints_within_the_province_what_she_holds_herself(client_of, holding, my_tho):
    newcomer = make_officer("Ngô Văn Mới", unit=my_tho)
    response = client_of(holding).post(_url("appointment_add"), _appointment(newcomer, "handling", my_tho))
    assert response.status_code == 302, response.context["errors"]
    assert Officer.objects.get(pk=newcomer.pk).has_perm("agencies.view_unit", my_tho)


def test_hanh_cannot_give_a_role_she_does_not_hold(client_of, hanh, my_tho):
    newcomer = make_officer("Ngô Văn Mới", unit=my_tho)
    strong = Group.objects.create(name="Toàn quyền")
    strong.permissions.set(Permission.objects.filter(codename="change_role"))
    response = client_of(hanh).post(
        _url("appointment_add"), {**_appointment(newcomer, "handling", my_tho), "role": strong.pk}
    )
    assert response.status_code == 200
    assert "agencies.change_role" in response.content.decode()
    assert not newcomer.appointments.exists()


def test_hoa_cannot_appoint_outside_her_commune_nor_herself_to_the_province(
    client_of, hoa, province, my_tho, dao_thanh, binh
):
    client = client_of(hoa)
    for officer, unit in ((hoa, province), (hoa, dao_thanh), (binh, my_tho)):
        before = Appointment.objects.count()
        response = client.post(_url("appointment_add"), _appointment(officer, "administering", unit))
        assert response.status_code in (200, 403)
        assert Appointment.objects.count() == before


def test_who_holds_a_role_for_one_field_hands_it_on_for_that_field_only(client_of, hanh, my_tho, province):
    civil_status = make_field()
    extra = Group.objects.create(name="Hộ tịch")
    extra.permissions.set(Permission.objects.filter(codename="view_role"))
    Appointment.objects.create(officer=hanh, role=extra, unit=province).fields.set([civil_status])
    newcomer = make_officer("Ngô Văn Mới", unit=my_tho)
    form = {**_appointment(newcomer, "handling", my_tho), "role": extra.pk}
    client = client_of(hanh)
    assert client.post(_url("appointment_add"), form).status_code == 200
    assert client.post(_url("appointment_add"), {**form, "fields": [civil_status.pk]}).status_code == 302
    assert newcomer.appointments.get().fields.get() == civil_status


def test_hoas_own_appointment_ends_when_it_was_meant_to(client_of, my_tho):
    hoa = make_officer("Bùi Thị Hoa", unit=my_tho, username="hoa")
    tomorrow = timezone.localdate() + timedelta(days=1)
    own = appoint(hoa, "administering", unit=my_tho, valid_to=tomorrow)
    client, form = client_of(hoa), _appointment(hoa, "administering", my_tho)
    assert client.post(_url("appointment_change", own.pk), form).status_code == 403
    again = client.post(_url("appointment_add"), {**form, "valid_from": "2030-01-01"})
    assert "không tự phân công" in again.content.decode()
    assert list(hoa.appointments.values_list("valid_to", flat=True)) == [tomorrow]


def test_half_a_regular_expression_in_an_address_is_no_error_of_ours(client_of, root):
    assert client_of(root).get(_url("officer_changelist"), {"search_key__regex": "("}).status_code in (302, 400)


def test_nobody_touches_the_account_of_someone_who_reaches_further(client_of, hoa, my_tho, province, root):
    chief = make_officer("Phan Thị Trưởng", "leading", unit=my_tho, username="chief")
    appoint(chief, "leading", unit=province)
    Officer.objects.filter(pk=root.pk).update(unit=my_tho)
    client = client_of(hoa)
    for officer in (chief, root):
        url = reverse("admin:auth_user_password_change", args=[officer.pk])
        assert client.get(url).status_code == 403
        form = {"password1": "tôi-chiếm-quyền-1", "password2": "tôi-chiếm-quyền-1", "usable_password": "true"}
        assert client.post(url, form).status_code == 403
        assert client.post(_url("officer_change", officer.pk), {"username": "x"}).status_code == 403
        assert client.post(_url("officer_forget_second_factor", officer.pk)).status_code == 403


def test_hoa_sets_the_password_of_an_who_may_do_no_more_than_she(client_of, hoa, an, my_tho):
    for key in ("receiving", "handling"):
        appoint(hoa, key, unit=my_tho)
    url = reverse("admin:auth_user_password_change", args=[an.pk])
    form = {"password1": "một-mật-khẩu-mới-1", "password2": "một-mật-khẩu-mới-1", "usable_password": "true"}
    assert client_of(hoa).post(url, form).status_code == 302
    an.refresh_from_db()
    assert an.check_password("một-mật-khẩu-mới-1")


def _officer_form(**changes):
    return {
        "username": "moi", "full_name": "Ngô Văn Mới", "title": "", "email": "", "password1": PASSWORD,
        "password2": PASSWORD, "usable_password": "true", **changes,
    }  # fmt: skip


def test_hoa_adds_an_officer_to_her_commune_only(client_of, hoa, my_tho, dao_thanh):
    client = client_of(hoa)
    assert client.post(_url("officer_add"), _officer_form(unit=dao_thanh.pk)).status_code == 200
    assert client.post(_url("officer_add"), _officer_form(unit="")).status_code == 403
    assert not Officer.objects.filter(username="moi").exists()
    assert client.post(_url("officer_add"), _officer_form(unit=my_tho.pk)).status_code == 302
    made = Officer.objects.get(username="moi")
    assert (made.unit, made.is_superuser) == (my_tho, False)


def test_nobody_makes_themselves_a_superuser(client_of, hanh, an):
    form = {
        "username": an.username, "full_name": an.full_name, "unit": an.unit_id, "is_active": "on", "is_staff": "on",
        "is_superuser": "on", **_inlines("appointments"),
    }  # fmt: skip
    assert client_of(hanh).post(_url("officer_change", an.pk), form).status_code == 302
    an.refresh_from_db()
    assert not an.is_superuser


def test_roles_are_shaped_by_superusers_alone(client_of, hanh, root):
    url = _url("role_change", role("handling").pk)
    assert client_of(hanh).post(url, {"name": "Mạnh hơn", "permissions": []}).status_code in (403, 404)
    assert client_of(root).post(url, {"name": "Thụ lý", "permissions": []}).status_code == 302


def test_officers_are_never_deleted(client_of, root, an):
    assert client_of(root).post(_url("officer_delete", an.pk), {"post": "yes"}).status_code == 403


# --- keys, log, calendar --------------------------------------------------------------------------------------------


@pytest.fixture
def integrating(hanh, province):
    appoint(hanh, "integration", unit=province)
    return hanh


def test_a_key_is_shown_once_and_can_be_revoked(client_of, integrating, my_tho):
    client = client_of(integrating)
    form = {"unit": my_tho.pk, "role": role("integration").pk, "name": "Một cửa điện tử"}
    response = client.post(_url("apikey_add"), form)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    plain = response.context["plain"]
    assert ApiKey.objects.authenticate(plain).unit == my_tho
    key = ApiKey.objects.get()
    for page in ("apikey_change", "apikey_history"):
        assert plain not in client.get(_url(page, key.pk)).content.decode()
    assert client.get(_url("apikey_revoke", key.pk)).status_code == 200
    assert ApiKey.objects.authenticate(plain)
    assert client.post(_url("apikey_revoke", key.pk)).status_code == 302
    assert ApiKey.objects.authenticate(plain) is None


def test_a_key_can_do_no_more_than_who_issues_it(client_of, hoa, dao_thanh, my_tho):
    strong = Group.objects.create(name="Toàn quyền")
    strong.permissions.set(Permission.objects.filter(codename="change_role"))
    client = client_of(hoa)
    for unit, group in ((my_tho, strong), (dao_thanh, role("integration"))):
        response = client.post(_url("apikey_add"), {"unit": unit.pk, "role": group.pk, "name": "x"})
        assert response.status_code in (200, 403)
        assert not ApiKey.objects.exists()


def test_a_neighbours_key_cannot_be_revoked(client_of, hoa, things, dao_thanh):
    key = things[dao_thanh]["apikey"]
    assert client_of(hoa).post(_url("apikey_revoke", key.pk)).status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


@pytest.mark.parametrize("act", ["apikey_revoke", "officer_forget_second_factor", "workcalendar_amend"])
def test_an_act_on_one_thing_does_not_find_what_is_out_of_reach(client_of, hoa, things, dao_thanh, my_tho, act):
    for key in ("receiving", "handling"):  # as An has them there
        appoint(hoa, key, unit=my_tho)
    model, client = act.partition("_")[0], client_of(hoa)
    for pk in (things[dao_thanh][model].pk, 999_999_999, "mat-trang"):
        assert client.get(_url(act, pk)).status_code == 404
        assert client.post(_url(act, pk)).status_code == 404
    assert client.get(_url(act, things[my_tho][model].pk)).status_code == 200


def test_the_access_log_can_be_read_by_the_auditor_and_written_by_nobody(client_of, giang, things, my_tho, root):
    line = AccessLog.objects.filter(unit=my_tho).get()
    page = client_of(giang).get(_url("accesslog_changelist"), {"q": line.about}).content.decode()
    assert line.about in page
    assert client_of(giang).get(_url("accesslog_change", line.pk)).status_code == 200
    for person in (giang, root):
        assert client_of(person).post(_url("accesslog_change", line.pk), {"what": "x"}).status_code == 403
        assert client_of(person).post(_url("accesslog_delete", line.pk), {"post": "yes"}).status_code == 403


def test_the_access_log_is_searched_by_a_whole_name_of_a_thing_or_by_who_looked(client_of, giang, an, binh, my_tho):
    for officer, about in ((an, "dossier:1"), (an, "dossier:17"), (binh, "dossier:5")):
        AccessLog.record(by=officer, about=about, what="view", at=timezone.now())

    def found(text):
        page = client_of(giang).get(_url("accesslog_changelist"), {"q": text})
        return sorted(line.about for line in page.context["cl"].queryset)

    assert found("dossier:1") == ["dossier:1"]
    assert found("nguyen van an") == ["dossier:1", "dossier:17"]
    assert found("Bình") == ["dossier:5"]
    assert found("ossier") == found("%") == found("???") == []


def _amendment(*days, **fields):
    form = {"document": "99/QĐ-UBND", "weekly_from": "", "days-TOTAL_FORMS": str(len(days)), "days-INITIAL_FORMS": "0"}
    for n, day in enumerate(days):
        form |= {f"days-{n}-{name}": value for name, value in day.items()}
    return {**form, **fields}


def test_hanh_amends_the_calendar_with_a_document_and_a_list_of_days(client_of, hanh, calendar):
    client = client_of(hanh)
    url = _url("workcalendar_amend", calendar.pk)
    assert "07:30–11:30, 13:30–17:00" in client.get(url).content.decode()
    response = client.post(
        url,
        _amendment(
            {"on": "2026-11-30", "kind": "off", "reason": "Ngày truyền thống"},
            {"on": "2026-12-05", "kind": "working", "hours": "7h30-11h30"},
            {"on": "2026-11-24", "kind": "ordinary"},
            {},
        ),
    )
    assert response.status_code == 302
    calendar.refresh_from_db()
    worktime = calendar.as_worktime()
    assert calendar.version == 2
    assert [worktime.is_working(date(2026, *day)) for day in ((11, 30), (12, 5), (11, 24))] == [False, True, True]
    assert len(worktime.hours(date(2026, 12, 5))) == 1
    assert calendar.current.by == hanh
    assert "99/QĐ-UBND" in client.get(_url("workcalendar_change", calendar.pk)).content.decode()


def test_weekly_hours_change_from_a_day_on(client_of, hanh, calendar):
    week = {f"weekday_{n}": "07:00-11:00; 13:00-17:00" for n in range(5)}
    url = _url("workcalendar_amend", calendar.pk)
    assert client_of(hanh).post(url, _amendment(weekly_from="2026-12-07", **week)).status_code == 302
    calendar.refresh_from_db()
    worktime = calendar.as_worktime()
    assert worktime.hours(date(2026, 12, 4))[0][0].hour == 7
    assert worktime.hours(date(2026, 12, 4))[0][0].minute == 30
    assert worktime.hours(date(2026, 12, 7))[0][0].minute == 0


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (_amendment({"on": "2026-11-30", "kind": "off"}, document=""), "document"),
        (_amendment(), None),
        (_amendment({"on": "2026-11-30"}), "days-0-kind"),
        (_amendment({"kind": "off"}), "days-0-on"),
        (_amendment({"on": "nope", "kind": "off"}), "days-0-on"),
        (_amendment({"on": "2026-11-30", "kind": "off", "hours": "7-8"}), "days-0-hours"),
        (_amendment({"on": "2026-11-30", "kind": "working", "hours": "25:00-26:00"}), "days-0-hours"),
        (_amendment({"on": "2026-11-30", "kind": "working", "hours": "07:00-09:00, 08:00-10:00"}), "days-0-hours"),
        (_amendment({"on": "2026-11-30", "kind": "off"}, {"on": "2026-11-30", "kind": "off"}), "days-1-on"),
        (_amendment(weekly_from="2026-12-07", weekday_0="17:00-07:00"), "weekday_0"),
        (_amendment({"on": "2026-11-30", "kind": "off"}, **{"days-TOTAL_FORMS": "x"}), None),
    ],
)
def test_a_bad_amendment_changes_nothing(client_of, hanh, calendar, form, field):
    response = client_of(hanh).post(_url("workcalendar_amend", calendar.pk), form)
    assert response.status_code == 200
    calendar.refresh_from_db()
    assert calendar.version == 1
    if field:
        assert f'name="{field}"' in response.content.decode()


def test_a_neighbours_calendar_cannot_be_amended(client_of, hoa, things, dao_thanh, my_tho, calendar):
    form = _amendment({"on": "2026-11-30", "kind": "off"})
    for other in (things[dao_thanh]["workcalendar"], calendar):
        assert client_of(hoa).post(_url("workcalendar_amend", other.pk), form).status_code in (403, 404)
    own = things[my_tho]["workcalendar"]
    assert client_of(hoa).post(_url("workcalendar_amend", own.pk), form).status_code == 302


def test_a_commune_is_warned_of_its_own_calendar_only(client_of, hoa, things, my_tho, dao_thanh, time_machine):
    for unit in (my_tho, dao_thanh):
        Unit.objects.filter(pk=unit.pk).update(calendar=things[unit]["workcalendar"])
    time_machine.move_to(datetime(2028, 12, 2, 9, tzinfo=UTC))
    page = client_of(hoa).get(_url("workcalendar_changelist")).content.decode()
    assert f"Lịch {my_tho}" in page
    assert f"Lịch {dao_thanh}" not in page


def test_a_new_calendar_begins_with_the_ordinary_week(client_of, hoa, my_tho):
    response = client_of(hoa).post(_url("workcalendar_add"), {"name": "Lịch mới", "unit": my_tho.pk})
    assert response.status_code == 302
    assert my_tho.kept_calendars.get().as_worktime().is_working(date(2026, 11, 23))


def test_codes_of_a_unit_are_edited_on_its_page(client_of, hanh, my_tho):
    form = _unit_form(
        my_tho, **{"codes-TOTAL_FORMS": "1", "codes-0-scheme": "identification", "codes-0-code": "h20.77"}
    )
    form["codes-0-unit"] = my_tho.pk
    assert client_of(hanh).post(_url("unit_change", my_tho.pk), form).status_code == 302
    assert UnitCode.objects.get(code="H20.77").unit == my_tho


def test_groups_have_no_page_beside_roles():
    assert not admin.site.is_registered(Group)
