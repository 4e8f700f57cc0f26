import environ
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _
from psycopg2 import sql
from psycopg2.extensions import encrypt_password

# Triggers refuse UPDATE and DELETE of these, but the owner of a table can empty it and switch its triggers off.
_GROWING_ONLY = """
    SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
     WHERE NOT tgisinternal AND tgname LIKE 'pgtrigger\\_append\\_only%' ORDER BY relname
"""
_GRANTS = (
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "REVOKE UPDATE, DELETE ON {growing} FROM {role}",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    # The next migration may bring a trail for a table that is there already: its triggers write at once.
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
)
# Tests and bulk loads of the owner may tell triggers to look away (django-pgtrigger); nobody else may. Each migration
# that makes triggers puts the package's own function back.
_NOBODY_ELSE_IGNORES_TRIGGERS = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN STABLE AS $$
    SELECT pg_has_role(
               current_user, (SELECT relowner FROM pg_class WHERE oid = 'public.django_migrations'::regclass), 'MEMBER'
           ) AND coalesce(
               trigger_name = ANY (nullif(current_setting('pgtrigger.ignore', true), '')::text[]), FALSE
           )
$$ LANGUAGE sql
"""
_STILL_MIGHTY = """
    SELECT rolsuper
           OR EXISTS (SELECT FROM unnest(%s) log WHERE has_table_privilege(rolname, log, 'UPDATE, DELETE, TRUNCATE'))
           OR pg_has_role(oid, (SELECT relowner FROM pg_class WHERE oid = 'django_migrations'::regclass), 'MEMBER')
      FROM pg_roles WHERE rolname = %s
"""


class Command(BaseCommand):
    help = (
        "Let the role of RUNTIME_DATABASE_URL run the portal and no more: read and write, but neither change nor empty "
        "logs and trails, nor silence them. The role is made if there is none and the owner may make roles. Run it as "
        "the owner of the tables, after each migrate."
    )

    def handle(self, **options):
        if not settings.RUNTIME_DATABASE_URL:
            raise CommandError(_("Set RUNTIME_DATABASE_URL to the address under which the portal itself will run."))
        runtime = environ.Env.db_url_config(settings.RUNTIME_DATABASE_URL)
        role = runtime["USER"]
        with transaction.atomic(), connection.cursor() as cursor:
            if not _make_sure_of(cursor, role, runtime["PASSWORD"]):
                self.stderr.write(
                    _("The password of “%(role)s” is left as it is: it is not ours to set.") % {"role": role}
                )
            tables = _grant(cursor, role)
            _refuse_the_mighty(cursor, role, tables)
        told = _("%(role)s may run the portal; %(tables)s tables can only grow under it.")
        self.stdout.write(told % {"role": role, "tables": len(tables)})


def _make_sure_of(cursor, role, password):
    """Whether the role bears this password now. It never travels in clear: statements are kept in statistics."""
    cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
    known = cursor.fetchone() is not None
    secret = password and encrypt_password(password, role, scope=connection.connection, algorithm="scram-sha-256")
    what = sql.SQL("ALTER ROLE {role} PASSWORD {secret}" if known else "CREATE ROLE {role} LOGIN PASSWORD {secret}")
    try:
        with transaction.atomic():
            cursor.execute(what.format(role=sql.Identifier(role), secret=sql.Literal(secret or None)))
    except DatabaseError as error:
        if known:
            return False
        raise CommandError(
            _("There is no role “%(role)s”, and the owner may not make one. CREATE ROLE comes first: %(error)s")
            % {"role": role, "error": str(error).partition("\n")[0]}
        )
    return True


def _grant(cursor, role):
    cursor.execute(_GROWING_ONLY)
    tables = [table for (table,) in cursor.fetchall()]
    growing = sql.SQL(", ").join(map(sql.Identifier, tables))
    for statement in _GRANTS:
        cursor.execute(sql.SQL(statement).format(role=sql.Identifier(role), growing=growing))
    cursor.execute(_NOBODY_ELSE_IGNORES_TRIGGERS)
    return tables


def _refuse_the_mighty(cursor, role, tables):
    cursor.execute(_STILL_MIGHTY, [tables, role])
    if cursor.fetchone()[0]:
        raise CommandError(
            _("“%(role)s” is a superuser, owns tables or belongs to a role that does: nothing can be kept from it.")
            % {"role": role}
        )
