"""Many dossiers at once, by COPY: a year of history for the demo, a million for measuring."""

import io
from collections import Counter
from itertools import islice
from random import Random

import pgtrigger
from django.db import connection, transaction

from agencies.sealed import seal
from agencies.vietnamese import person_sort_key, search_key
from dossiers.models import ProcedureCase
from dossiers.numbers import number_key
from dossiers.phones import phone_index, phone_proof
from portal.demo import people, stories

BATCH = 5_000
NAMES = 4_000
COLUMNS = {
    "dossiers_dossier": [
        "id",
        "number",
        "number_key",
        "procedure_version_id",
        "case_id",
        "field_id",
        "unit_id",
        "received_by_unit_id",
        "calendar_id",
        "status",
        "status_before_withdrawal",
        "step_id",
        "subject",
        "filed",
        "copies",
        "documents",
        "confidential",
        "term_unit",
        "term_n",
        "submitted_at",
        "received_at",
        "due_at",
        "finished_at",
        "handed_over_at",
        "reappointed_at",
        "supplements_count",
        "near_announced_at",
        "overdue_announced_at",
        "phone_proofs",
        "submission_key",
    ],
    "dossiers_party": [
        "dossier_id",
        "role",
        "kind",
        "name",
        "sort_key",
        "search_key",
        "id_number",
        "phone",
        "phone_index",
        "email",
        "address",
        "language",
    ],
    "dossiers_logentry": [
        "dossier_id",
        "at",
        "by_id",
        "by_name",
        "verb",
        "status",
        "step_id",
        "note",
        "citizen_note",
        "paper_number",
    ],
    "dossiers_clockevent": ["dossier_id", "kind", "at", "n", "reason", "due_before", "due_after", "revision_id"],
    "dossiers_supplement": ["dossier_id", "requested_at", "what", "reason", "bring_by", "taken_at"],
}
# The trail of made-up dossiers would double the work and tell nothing.
TRAIL = ["dossiers.Dossier:insert_insert", "dossiers.Party:insert_insert"]


class History:
    """Writes dossiers that went as the stories say, spread over units. The same `seed` writes the same dossiers."""

    def __init__(self, *, units, now, days=365, seed=1, story_count=3_000):
        self.random, self.now = Random(seed), now
        self.calendar = units[0].working_calendar()
        self.units = [(u.pk, u.name, u.identification_code(on=now.date())) for u in units]
        self.officers = self._officers(units)
        self.stories = list(islice(self._tell(days), story_count))
        self.people = [self._person() for _ in range(NAMES)]
        self.serials = Counter()

    def _officers(self, units):
        rows = units[0].officers.model.objects.filter(unit__in=units).order_by("pk")
        found = {}
        for officer in rows:
            found.setdefault(officer.unit_id, (officer.pk, officer.full_name))
        return found

    def _tell(self, days):
        worktime = self.calendar.as_worktime()
        cases = list(
            ProcedureCase.objects.filter(version__state="published", version__procedure__level="commune")
            .select_related("version__procedure")
            .prefetch_related("version__steps")
        )
        if not cases:
            raise LookupError("There is no published procedure of communes: load the catalogue first.")
        while True:
            case = self.random.choice(cases)
            received_at = stories.moment_of_receipt(worktime=worktime, now=self.now, days=days, random=self.random)
            yield stories.tell(
                case=case, steps=list(case.version.steps.all()), worktime=worktime, received_at=received_at,
                now=self.now, random=self.random,
            )  # fmt: skip

    def _person(self):
        name = people.full_name(self.random)
        return name, person_sort_key(name), search_key(name)

    def write(self, count, *, progress=None):
        """Write `count` dossiers; returns the number of rows in all tables."""
        rows = 0
        self._continue_serials()
        for size in [BATCH] * (count // BATCH) + [count % BATCH] * bool(count % BATCH):
            rows += self._write_batch(size)
            if progress:
                progress(size)
        return rows

    def _continue_serials(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT prefix, last FROM dossiers_numberseries")
            self.serials.update(dict(cursor.fetchall()))

    def _write_batch(self, size):
        tables = {table: _Copy(columns) for table, columns in COLUMNS.items()}
        touched = set()
        for pk in self._ids(size):
            touched.add(self._one(pk, tables))
        with transaction.atomic(), pgtrigger.ignore(*TRAIL), connection.cursor() as cursor:
            for table, copy in tables.items():
                copy.into(cursor, table)
            self._store_serials(cursor, touched)
        return sum(copy.rows for copy in tables.values())

    def _ids(self, size):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('dossiers_dossier', 'id')) FROM generate_series(1, %s)", [size]
            )
            return [pk for (pk,) in cursor.fetchall()]

    def _store_serials(self, cursor, touched):
        values = [(prefix, self.serials[prefix]) for prefix in sorted(touched)]
        cursor.executemany(
            "INSERT INTO dossiers_numberseries (prefix, last) VALUES (%s, %s) "
            "ON CONFLICT (prefix) DO UPDATE SET last = GREATEST(dossiers_numberseries.last, EXCLUDED.last)",
            values,
        )

    def _one(self, pk, tables):
        story = self.random.choice(self.stories)
        unit, place, code = self.random.choice(self.units)
        prefix = f"{code}-{story.received_at:%y%m%d}-"
        series = f"{prefix}#"
        self.serials[series] += 1
        number = f"{prefix}{self.serials[series]:04}"
        phone = people.phone(self.random)
        self._dossier(tables["dossiers_dossier"], pk, number, story, unit, phone)
        self._party(tables["dossiers_party"], pk, phone, place)
        self._log(tables["dossiers_logentry"], pk, story, unit)
        for tick in story.ticks:
            tables["dossiers_clockevent"].add(
                pk, tick.kind, tick.at, None, tick.reason, tick.due_before, tick.due_after, None
            )
        for requested_at, what, reason, taken_at in story.supplements:
            tables["dossiers_supplement"].add(pk, requested_at, what, reason, None, taken_at)
        return series

    def _dossier(self, copy, pk, number, story, unit, phone):
        version, term = story.case.version, story.case.term()
        key = number_key(number)
        overdue = story.due_at is not None and story.due_at < self.now
        copy.add(
            pk, number, key, version.pk, story.case.pk, version.procedure.field_id, unit, unit, self.calendar.pk,
            story.status, "", story.step, version.procedure.name, self.random.choice(["counter", "counter", "online"]),
            1, "[]", False, term.unit, term.n, story.received_at, story.received_at, story.due_at, story.finished_at,
            story.handed_over_at, None, len(story.supplements), self.now if overdue else None,
            self.now if overdue else None, "{" + phone_proof(key, phone[-4:]) + "}", None,
        )  # fmt: skip

    def _party(self, copy, pk, phone, place):
        name, by_given_name, searched = self.random.choice(self.people)
        copy.add(
            pk, "applicant", "citizen", name, by_given_name, searched, seal(people.id_number(self.random)), seal(phone),
            phone_index(phone), "", seal(people.address(self.random, place)), "vi",
        )  # fmt: skip

    def _log(self, copy, pk, story, unit):
        officer, name = self.officers.get(unit, (None, "Hệ thống một cửa"))
        for line in story.log:
            copy.add(pk, line.at, officer, name, line.verb, line.status, line.step, "", line.note, "")


class _Copy:
    """Rows in PostgreSQL's text format for COPY."""

    _SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

    def __init__(self, columns):
        self.columns, self.lines, self.rows = columns, io.StringIO(), 0

    def add(self, *values):
        self.lines.write("\t".join(map(self._text, values)) + "\n")
        self.rows += 1

    def _text(self, value):
        if value is None:
            return "\\N"
        if value.__class__ is str:
            return value.translate(self._SPECIAL)
        return str(value)

    def into(self, cursor, table):
        self.lines.seek(0)
        cursor.cursor.copy_expert(f"COPY {table} ({', '.join(self.columns)}) FROM STDIN", self.lines)
