import environ
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg2 import sql

# Triggers refuse UPDATE and DELETE of these, but the owner of a table can empty it and switch its triggers off.
_GROWING_ONLY = """
    SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
     WHERE NOT tgisinternal AND tgname LIKE 'pgtrigger\\_append\\_only%' ORDER BY relname
"""
_MIGHT = """
    SELECT rolsuper OR EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid AND relkind = 'r')
      FROM pg_roles WHERE rolname = %s
"""


class Command(BaseCommand):
    help = (
        "Let the role of RUNTIME_DATABASE_URL run the portal and no more: read and write, but neither change nor empty "
        "logs and trails. The role is made if there is none. Run it as the owner of the tables, after each migrate."
    )

    def handle(self, **options):
        if not settings.RUNTIME_DATABASE_URL:
            raise CommandError(_("Set RUNTIME_DATABASE_URL to the address under which the portal itself will run."))
        runtime = environ.Env.db_url_config(settings.RUNTIME_DATABASE_URL)
        with transaction.atomic(), connection.cursor() as cursor:
            _make_sure_of(cursor, runtime["USER"], runtime["PASSWORD"])
            growing = _grant(cursor, runtime["USER"])
        told = _("%(role)s may run the portal; %(tables)s tables can only grow under it.")
        self.stdout.write(told % {"role": runtime["USER"], "tables": growing})


def _make_sure_of(cursor, role, password):
    cursor.execute(_MIGHT, [role])
    mighty = cursor.fetchone()
    if mighty == (True,):
        raise CommandError(
            _("“%(role)s” is a superuser or owns tables: nothing can be kept from it. Name another.") % {"role": role}
        )
    what = "ALTER ROLE {role}" if mighty else "CREATE ROLE {role} LOGIN"
    cursor.execute(sql.SQL(what + " PASSWORD %s").format(role=sql.Identifier(role)), [password or None])


def _grant(cursor, role):
    cursor.execute(_GROWING_ONLY)
    growing = [sql.Identifier(table) for (table,) in cursor.fetchall()]
    names = {"role": sql.Identifier(role), "growing": sql.SQL(", ").join(growing)}
    for statement in (
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "REVOKE UPDATE, DELETE ON {growing} FROM {role}",
        "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    ):
        cursor.execute(sql.SQL(statement).format(**names))
    return len(growing)
