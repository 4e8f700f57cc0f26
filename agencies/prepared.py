"""A long statement that PostgreSQL parses and plans once a connection, not at every call: a fifth of the work."""

import re
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, OperationalError, ProgrammingError, connection, connections

# Left to itself PostgreSQL may think a plan for these very values cheaper and plan anew at each call, which takes
# longer than the statement itself. Ours find rows by their keys: there is one good plan.
_PLAN_ONCE = "SET plan_cache_mode = force_generic_plan"


def row(model, values):
    """The instance that all its columns make, as a queryset would give it; for fields that need no converting."""
    return model.from_db(DEFAULT_DB_ALIAS, [column.attname for column in model._meta.concrete_fields], values)


def split(values, *models):
    """The instances that stand one after another in a row."""
    found, start = [], 0
    for model in models:
        end = start + len(model._meta.concrete_fields)
        found.append(row(model, values[start:end]))
        start = end
    return found


@dataclass(frozen=True)
class Statement:
    """A SELECT with $1, $2 … in the places of its values, and the types of those."""

    name: str
    types: tuple
    text: str

    @classmethod
    def of(cls, name, types, text, **models):
        """One in which `{alias}` stands for all columns of the model of this alias; `row` and `split` read them."""
        return cls(name, types, text.format(**{alias: _columns(model, alias) for alias, model in models.items()}))

    def fetch_one(self, *values):
        """The first row, or None."""
        with connection.cursor() as cursor:
            self._execute(cursor, values)
            return cursor.fetchone()

    def fetch_all(self, *values):
        with connection.cursor() as cursor:
            self._execute(cursor, values)
            return cursor.fetchall()

    def _execute(self, cursor, values):
        named = {f"v{place}": value for place, value in enumerate(values, start=1)}
        calls = _calls_on_this_connection()
        try:
            cursor.execute(calls.get(self.name) or self._first_call(calls), named)
        except (OperationalError, NotSupportedError, ProgrammingError):
            # A pooler nobody told us of handed us another server, or a migration changed a column under the plan.
            calls[self.name] = self._plain()
            if connection.in_atomic_block:  # the transaction is lost, and with it the right to ask again
                raise
            cursor.execute(calls[self.name], named)

    def _first_call(self, calls):
        # Whoever pools transactions sets this for Django's own sake, and has no use for what a connection remembers.
        if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            return self._plain()
        places = ", ".join(f"%(v{place})s" for place in range(1, len(self.types) + 1))
        calls[self.name] = f"EXECUTE {self.name} ({places})"
        prepare = f"PREPARE {self.name} ({', '.join(self.types)}) AS {self.text}"
        return f"{_PLAN_ONCE}; {prepare}; {calls[self.name]}"

    def _plain(self):
        return re.sub(r"\$(\d+)", r"%(v\1)s", self.text)


def _columns(model, alias):
    return ", ".join(f'{alias}."{column.column}"' for column in model._meta.concrete_fields)


def _calls_on_this_connection():
    """{name: how to call it by now}; a new connection knows nothing."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    on, calls = getattr(wrapper, "prepared_calls", (None, None))
    if on is not wrapper.connection:
        calls = {}
        wrapper.prepared_calls = (wrapper.connection, calls)
    return calls
