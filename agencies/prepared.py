"""A long statement that PostgreSQL parses and plans once a connection, not at every call: a fifth of the work."""

import re
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, OperationalError, ProgrammingError, connection, connections

# Left to itself PostgreSQL may think a plan for these very values cheaper and plan anew at each call, which takes
# longer than the statement itself. Ours find rows by their keys: there is one good plan.
_PLAN_ONCE = "SET plan_cache_mode = force_generic_plan"


@dataclass(frozen=True)
class Statement:
    """A SELECT with $1, $2 … in the places of its values, and the types of those."""

    name: str
    types: tuple
    text: str

    def fetch_one(self, *values):
        """The first row, or None."""
        named = {f"v{place}": value for place, value in enumerate(values, start=1)}
        with connection.cursor() as cursor:
            calls = _calls_on_this_connection()
            try:
                cursor.execute(calls.get(self.name) or self._first_call(calls), named)
            except (OperationalError, NotSupportedError, ProgrammingError):
                # A pooler nobody told us of handed us another server, or a migration changed a column under the plan.
                calls[self.name] = self._plain()
                cursor.execute(calls[self.name], named)
            return cursor.fetchone()

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


def _calls_on_this_connection():
    """{name: how to call it by now}; a new connection knows nothing."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    on, calls = getattr(wrapper, "prepared_calls", (None, None))
    if on is not wrapper.connection:
        calls = {}
        wrapper.prepared_calls = (wrapper.connection, calls)
    return calls
