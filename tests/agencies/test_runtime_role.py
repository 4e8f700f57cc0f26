"""The portal runs as a role that cannot rewrite what was logged, whatever a break-in makes it say."""

from contextlib import contextmanager

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from agencies.management.commands.grant_runtime_role import _make_sure_of
from agencies.models import AccessLog
from dossiers.models import Dossier, LogEntry
from dossiers.workflow import Status
from tests.dossiers.making import receive

ROLE = "motcua_of_a_test"


@pytest.fixture
def runtime(db, settings):
    settings.RUNTIME_DATABASE_URL = f"postgres://{ROLE}:bí-mật@postgres:5432/motcua"
    call_command("grant_runtime_role")


@contextmanager
def as_the_portal():
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLE}")
        yield cursor
        cursor.execute("RESET ROLE")


def test_under_it_an_receives_and_moves_a_dossier_and_a_page_is_shown(runtime, an, my_tho, calendar):
    with as_the_portal():
        dossier = receive(by=an, unit=my_tho)
        receipt = dossier.issue_receipt(by=an, at=timezone.now())
        dossier.request_supplement(what="Bản sao", reason="Thiếu", by=an, at=timezone.now())
        receipt.revoke(by=an, at=timezone.now())
        AccessLog.record(by=an, about=dossier.about, what="view", at=timezone.now())
        assert Client().get("/ho-so/tra-cuu/").status_code == 200
        browser = Client()
        browser.force_login(an)
        assert browser.get(f"/quan-tri/dossiers/dossier/{dossier.pk}/change/").status_code == 200
    assert Dossier.objects.get().status == Status.SUPPLEMENT_REQUESTED
    assert receipt.trail.count() == 2


LOGS = [
    "dossiers_logentry", "dossiers_clockevent", "dossiers_dossierevent", "dossiers_receiptevent",
    "agencies_accesslog", "agencies_officerevent",
]  # fmt: skip


@pytest.mark.parametrize("table", LOGS)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {0} SET {1} = {1}",
        "DELETE FROM {0}",
        "TRUNCATE {0} CASCADE",
        "ALTER TABLE {0} DISABLE TRIGGER ALL",
        "DROP TABLE {0} CASCADE",
    ],
)
def test_whoever_speaks_for_the_portal_rewrites_no_log(runtime, an, my_tho, calendar, table, statement):
    receive(by=an, unit=my_tho)
    column = "pgh_label" if table.endswith(("dossierevent", "receiptevent", "officerevent")) else "at"
    refused = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
    with as_the_portal() as cursor, refused, transaction.atomic():
        cursor.execute(statement.format(table, column))
    assert LogEntry.objects.count() == 1


def test_it_cannot_tell_the_triggers_to_look_away(runtime, an, my_tho, calendar):
    dossier = receive(by=an, unit=my_tho)
    before = dossier.trail.count()
    with as_the_portal() as cursor, transaction.atomic():
        cursor.execute("SELECT array_agg(tgname::text)::text FROM pg_trigger WHERE NOT tgisinternal")
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", cursor.fetchone())
        cursor.execute("UPDATE dossiers_dossier SET subject = 'khác'")
        with pytest.raises(DatabaseError, match="published"), transaction.atomic():
            cursor.execute("UPDATE dossiers_fee SET text = 'miễn phí'")
    assert dossier.trail.count() == before + 1


def test_the_owner_may_still_load_in_bulk_without_a_line_each(runtime, an, my_tho, calendar):
    dossier = receive(by=an, unit=my_tho)
    before = dossier.trail.count()
    with pgtrigger.ignore("dossiers.Dossier:update_update"):
        Dossier.objects.update(subject="khác")
    assert dossier.trail.count() == before


def test_a_trail_that_the_next_migration_brings_is_written_at_once(runtime):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE a_new_trail (id serial PRIMARY KEY, at timestamptz)")
    with as_the_portal() as cursor:
        cursor.execute("INSERT INTO a_new_trail (at) VALUES (now())")
        cursor.execute("SELECT count(*) FROM a_new_trail")
        assert cursor.fetchone() == (1,)


def test_a_second_time_it_grants_the_same_and_sets_the_password_anew(runtime, settings):
    settings.RUNTIME_DATABASE_URL = f"postgres://{ROLE}:khác@postgres:5432/motcua"
    call_command("grant_runtime_role")
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [ROLE])
        assert cursor.fetchone()[0].startswith("SCRAM-SHA-256$")


def test_an_owner_who_may_make_no_roles_says_what_comes_first(db, settings):
    settings.RUNTIME_DATABASE_URL = "postgres://somebody_else:x@postgres/motcua"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        cursor.execute("CREATE ROLE made_by_hand")
        cursor.execute(f"SET ROLE {ROLE}")
        try:
            with pytest.raises(CommandError, match="CREATE ROLE"):
                _make_sure_of(cursor, "somebody_else", "x")
            assert _make_sure_of(cursor, "made_by_hand", "x") is False
        finally:
            cursor.execute("RESET ROLE")


@pytest.mark.parametrize("member_of", ["owner", "pg_write_all_data"])
def test_a_role_from_which_nothing_can_be_kept_is_refused(db, settings, member_of):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
        cursor.execute(f"CREATE ROLE helper IN ROLE {owner if member_of == 'owner' else member_of}")
    for address, word in ((f"postgres://{owner}@/motcua", owner), ("postgres://helper@/motcua", "helper")):
        settings.RUNTIME_DATABASE_URL = address
        with pytest.raises(CommandError, match=word):
            call_command("grant_runtime_role")


def test_without_an_address_nothing_is_granted(db, settings):
    settings.RUNTIME_DATABASE_URL = ""
    with pytest.raises(CommandError, match="RUNTIME_DATABASE_URL"):
        call_command("grant_runtime_role")
