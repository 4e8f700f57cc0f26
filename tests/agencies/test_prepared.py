"""The statement that is planned once a connection also answers where a connection forgets."""

import pytest
from django.db import OperationalError, connection, connections, transaction

from agencies.models import FieldOfWork, Unit
from agencies.prepared import Statement, split

pytestmark = pytest.mark.django_db(transaction=True)
SUM = Statement("sum_of_a_test", ("int", "int"), "SELECT $1 + $2, $1")


@pytest.fixture(autouse=True)
def _new_connection():
    yield connection.close()
    connection.close()


def call():
    return connections["default"].prepared_calls[1].get(SUM.name, "")


def test_the_second_call_is_planned_already():
    assert [SUM.fetch_one(1, 2), SUM.fetch_one(3, 4)] == [(3, 1), (7, 3)]
    assert call() == "EXECUTE sum_of_a_test (%(v1)s, %(v2)s)"


def test_a_new_connection_plans_anew():
    SUM.fetch_one(1, 2)
    connection.close()
    assert SUM.fetch_one(1, 2) == (3, 1)


def test_a_server_that_forgot_is_asked_in_full_from_then_on():
    SUM.fetch_one(1, 2)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert [SUM.fetch_one(1, 2), SUM.fetch_one(3, 4)] == [(3, 1), (7, 3)]
    assert call().startswith("SELECT")


def test_a_column_that_changed_under_the_plan_is_read_all_the_same():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE changing AS SELECT 1 AS value")
        read = Statement("changing_of_a_test", ("int",), "SELECT value FROM changing WHERE $1 > 0")
        assert read.fetch_one(1) == (1,)
        cursor.execute("ALTER TABLE changing ALTER value TYPE text")
    assert read.fetch_one(1) == ("1",)


def test_behind_a_pooler_nothing_is_prepared(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    assert SUM.fetch_one(1, 2) == (3, 1)
    assert call() == ""


def test_in_a_transaction_the_first_error_is_told_and_the_next_call_is_in_full():
    SUM.fetch_one(1, 2)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    with pytest.raises(OperationalError, match="sum_of_a_test"), transaction.atomic():
        SUM.fetch_one(1, 2)
    with transaction.atomic():
        assert SUM.fetch_one(3, 4) == (7, 3)
    assert call().startswith("SELECT")


def test_rows_become_what_a_queryset_would_give(my_tho):
    field = FieldOfWork.objects.create(code="ho-tich", name="Hộ tịch")
    tables = "agencies_unit unit, agencies_fieldofwork field WHERE unit.id = $1"
    both = Statement.of(
        "two_of_a_test", ("bigint",), "SELECT {unit}, {field} FROM " + tables, unit=Unit, field=FieldOfWork
    )
    [found] = both.fetch_all(my_tho.pk)
    unit, work = split(found, Unit, FieldOfWork)
    for read, stored in ((unit, Unit.objects.get(pk=my_tho.pk)), (work, FieldOfWork.objects.get(pk=field.pk))):
        names = [column.attname for column in stored._meta.concrete_fields]
        assert [getattr(read, name) for name in names] == [getattr(stored, name) for name in names]
        assert not read._state.adding
