import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.audit import acting, request_id
from agencies.models import AccessLog, Appointment, CalendarRevision, Unit, UnitCode
from agencies.roles import role
from tests.people import MERGED_ON, make_unit


def _last(row):
    line = row.trail.latest("pgh_id")
    return line.pgh_label, line.pgh_context


@pytest.fixture
def change(my_tho):
    """The ways to change a row past Django's signals."""

    def by_sql(name):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE agencies_unit SET name = %s WHERE id = %s", [name, my_tho.pk])

    def by_save(name):
        my_tho.name = name
        my_tho.save()

    def by_bulk(name):
        my_tho.name = name
        Unit.objects.bulk_update([my_tho], ["name"])

    return {
        "save": by_save,
        "update": lambda name: Unit.objects.filter(pk=my_tho.pk).update(name=name),
        "bulk_update": by_bulk,
        "sql": by_sql,
    }


@pytest.mark.parametrize("way", ["save", "update", "bulk_update", "sql"])
def test_every_way_to_change_a_unit_leaves_actor_request_and_reason(change, my_tho, hanh, way):
    with acting(by=hanh, why="Nghị quyết 1663", request_id="req-12345678"):
        change[way](f"Phường Mới {way}")
    assert my_tho.trail.latest("pgh_id").name == f"Phường Mới {way}"
    assert _last(my_tho) == (
        "update",
        {"by": f"officer:{hanh.pk}", "why": "Nghị quyết 1663", "request": "req-12345678"},
    )


def test_bulk_inserts_leave_one_line_a_row(province):
    made = [Unit(name=f"Xã {n}", kind="commune", parent=province, valid_from=MERGED_ON).prepare() for n in range(50)]
    Unit.objects.bulk_create(made)
    events = Unit.trail.rel.related_model.objects.filter(pgh_obj__in=made, pgh_label="insert")
    assert events.count() == 50
    assert {event.path for event in events} == {f"{province.pk}/{unit.pk}/" for unit in made}


def test_a_cascade_leaves_a_trail_of_each_row_that_went(province, hanh):
    with acting(by=hanh):
        make_unit("Xã Tạm", parent=province, identification="H20.99").delete()
    deleted = UnitCode.trail.rel.related_model.objects.get(code="H20.99", pgh_label="delete")
    assert deleted.pgh_context == {"by": f"officer:{hanh.pk}"}
    assert Unit.trail.rel.related_model.objects.filter(name="Xã Tạm", pgh_label="delete").count() == 1


def test_a_change_that_changes_nothing_leaves_nothing(my_tho):
    before = my_tho.trail.count()
    Unit.objects.filter(pk=my_tho.pk).update(name=my_tho.name)
    assert my_tho.trail.count() == before


def test_passwords_never_reach_the_trail(an):
    an.set_password("một mật khẩu khác")
    an.save()
    fields = {field.name for field in an.trail.model._meta.fields}
    assert not {"password", "last_login"} & fields


def test_what_a_role_may_do_is_part_of_the_trail(province, hanh):
    handling = role("handling")
    permission = Permission.objects.get(codename="view_accesslog", content_type__app_label="agencies")
    with acting(by=hanh):
        handling.permissions.add(permission)
    events = _rolepermission_events().filter(permission=permission, group=handling)
    assert events.get().pgh_context == {"by": f"officer:{hanh.pk}"}


def _rolepermission_events():
    from agencies.models import RolePermission

    return RolePermission.trail.rel.related_model.objects


def _refused(sql):
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_keeps_the_trail_as_it_is(my_tho, an, calendar, verb):
    AccessLog.record(by=an, about="dossier:17", what="view", at=timezone.now())
    assert CalendarRevision.objects.exists()
    for table, column in (
        ("agencies_unitevent", "name"),
        ("agencies_officerevent", "username"),
        ("agencies_appointmentevent", "unit_id"),
        ("agencies_accesslog", "what"),
        ("agencies_calendarrevision", "document"),
    ):
        _refused(verb.format(table, column, column))


def test_a_look_at_somebodys_data_is_written_down_in_one_query(an, giang, binh, my_tho, django_assert_num_queries):
    an.has_perm("agencies.view_unit")
    with acting(by=an, request_id="req-87654321"), django_assert_num_queries(1):
        AccessLog.record(by=an, about="dossier:17", what="view", at=timezone.now())
    line = AccessLog.objects.visible_to(giang).get()
    assert (line.officer, line.by_name, line.unit, line.request_id) == (an, "Nguyễn Văn An", my_tho, "req-87654321")
    assert not AccessLog.objects.visible_to(an).exists()
    assert not AccessLog.objects.visible_to(binh).exists()


def test_acting_inside_acting_returns_to_the_first_person(an, hanh, my_tho):
    with acting(by=an, request_id="req-12345678"):
        with acting(by=hanh, why="thay mặt"):
            Unit.objects.filter(pk=my_tho.pk).update(phone="1")
            assert _last(my_tho)[1]["by"] == f"officer:{hanh.pk}"
        Unit.objects.filter(pk=my_tho.pk).update(phone="2")
        assert _last(my_tho)[1] == {"by": f"officer:{an.pk}", "request": "req-12345678"}
    assert request_id() == ""


def test_a_request_names_its_officer_and_keeps_a_sane_request_id(client_of, hanh, my_tho, rf):
    from agencies.audit import RequestAudit

    def view(request):
        Unit.objects.filter(pk=my_tho.pk).update(phone="0273 3872111")
        from django.http import HttpResponse

        return HttpResponse(request_id())

    request = rf.post("/", headers={"X-Request-ID": "lb-2026.11.23-0001"})
    request.user, request.session = hanh, type("Session", (), {"session_key": "k"})()
    response = RequestAudit(view)(request)
    assert response["X-Request-ID"] == response.content.decode() == "lb-2026.11.23-0001"
    assert _last(my_tho)[1] == {"by": f"officer:{hanh.pk}", "request": "lb-2026.11.23-0001"}


@pytest.mark.parametrize("sent", ["", "short", "x" * 65, "<script>alert(1)</script>", "a b c d e f g h"])
def test_a_strange_request_id_is_replaced(rf, sent):
    from django.http import HttpResponse

    from agencies.audit import RequestAudit

    response = RequestAudit(lambda request: HttpResponse())(rf.get("/", headers={"X-Request-ID": sent}))
    assert len(response["X-Request-ID"]) == 32
    assert response["X-Request-ID"] != sent


def test_a_task_is_named_in_the_trail(my_tho):
    from celery import Celery

    app = Celery("t", broker="memory://")
    app.conf.task_always_eager = True

    @app.task(name="tests.move")
    def move():
        Unit.objects.filter(pk=my_tho.pk).update(phone="2")
        return request_id()

    result = move.apply(task_id="task-00000001")
    assert result.get() == "task-00000001"
    assert _last(my_tho)[1] == {"by": "task:tests.move", "request": "task-00000001"}
    assert request_id() == ""


def test_the_end_of_an_appointment_is_in_the_trail(an):
    appointment = Appointment.objects.filter(officer=an).first()
    pk = appointment.pk
    appointment.delete()
    events = Appointment.trail.rel.related_model.objects.filter(pgh_obj_id=pk).order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "delete"]


def test_marks_inside_a_transaction_need_no_name_and_a_write_after_going_back_has_it(an, my_tho):
    with acting(by=an), CaptureQueriesContext(connection) as queries, transaction.atomic():
        with transaction.atomic():
            Unit.objects.filter(pk=my_tho.pk).update(phone="1")
            transaction.set_rollback(True)
        with transaction.atomic():
            Unit.objects.filter(pk=my_tho.pk).update(phone="2")
    assert _last(my_tho) == ("update", {"by": f"officer:{an.pk}"})
    marks = [query["sql"] for query in queries if "SAVEPOINT" in query["sql"]]
    assert len(marks) >= 5
    assert not [mark for mark in marks if "set_config" in mark]
