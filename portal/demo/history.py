"""Many dossiers at once, by COPY: a year of history for the demo, a million for measuring."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import islice
from random import Random

import pgtrigger
from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import localdate

from agencies.sealed import seal
from agencies.vietnamese import person_sort_key, search_key
from dossiers.models import ProcedureCase
from dossiers.numbers import NumberSeries, number_key
from dossiers.phones import phone_index, phone_proof
from portal.demo import people, stories
from portal.demo.copying import Table, row, send

BATCH = 5_000
NAMES = 4_000
# The trail of made-up dossiers would double the work and tell nothing.
TRAIL = [f"dossiers.{model}:insert_insert" for model in ("Dossier", "Party", "Supplement")]


@dataclass(frozen=True)
class Told:
    """A story with everything rendered that is the same for whoever it happens to."""

    day: date
    dossier: str
    log: tuple
    ticks: tuple
    supplements: tuple


class History:
    """Writes dossiers that went as the stories say, spread over units. The same `seed` writes the same dossiers."""

    def __init__(self, *, units, now, days=365, seed=1, story_count=3_000):
        self.random, self.now = Random(seed), now
        self.calendar = units[0].working_calendar()
        self.units = [(row(u.pk), u.name, u.identification_code(on=now.date())) for u in units]
        self.officers = self._officers(units)
        self.stories = [self._render(story) for story in islice(self._tell(days), story_count)]
        self.people = [self._person() for _ in range(NAMES)]
        self._make_tables()

    def _make_tables(self):
        self.dossiers = Table(
            "dossiers_dossier",
            "id number number_key unit_id received_by_unit_id filed phone_proofs procedure_version_id case_id field_id "
            "calendar_id status status_before_withdrawal step_id subject copies documents confidential term_unit "
            "term_n submitted_at received_at due_at finished_at handed_over_at supplements_count near_announced_at "
            "overdue_announced_at",
        )
        self.parties = Table(
            "dossiers_party",
            "dossier_id name sort_key search_key id_number phone phone_index address role kind email language",
        )
        self.log = Table(
            "dossiers_logentry", "dossier_id by_id by_name at verb status step_id citizen_note note paper_number"
        )
        self.ticks = Table("dossiers_clockevent", "dossier_id kind at reason due_before due_after")
        self.supplements = Table("dossiers_supplement", "dossier_id requested_at what reason taken_at")

    def _officers(self, units):
        rows = units[0].officers.model.objects.filter(unit__in=units).order_by("pk")
        found = {}
        for officer in rows:
            found.setdefault(row(officer.unit_id), row(officer.pk, officer.full_name))
        return found

    def _tell(self, days):
        worktime = self.calendar.as_worktime()
        cases = list(
            ProcedureCase.objects.filter(version__state="published", version__procedure__level="commune")
            .select_related("version__procedure")
            .prefetch_related("version__steps", "version__documents")
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

    def _render(self, story):
        version, term = story.case.version, story.case.term()
        papers = json.dumps(stories.papers(story.case), ensure_ascii=False)
        told_late = self.now if story.due_at and story.due_at < self.now else None
        return Told(
            day=localdate(story.received_at),
            dossier=row(
                version.pk, story.case.pk, version.procedure.field_id, self.calendar.pk, story.status, "", story.step,
                version.procedure.name, 1, papers, False, term.unit, term.n, story.received_at, story.received_at,
                story.due_at, story.finished_at, story.handed_over_at, len(story.supplements), told_late, told_late,
            ),
            log=tuple(row(e.at, e.verb, e.status, e.step, e.note, "", "") for e in story.log),
            ticks=tuple(row(t.kind, t.at, t.reason, t.due_before, t.due_after) for t in story.ticks),
            supplements=tuple(row(*supplement) for supplement in story.supplements),
        )  # fmt: skip

    def _person(self):
        name = people.full_name(self.random)
        return row(name, person_sort_key(name), search_key(name))

    def write(self, count, *, progress=None):
        """Write `count` dossiers; returns the number of rows in all tables. While one batch is being written the
        next is composed."""
        rows, writing = 0, None
        with ThreadPoolExecutor(max_workers=1) as writer:
            for size in [BATCH] * (count // BATCH) + [count % BATCH] * bool(count % BATCH):
                batch = self._compose(size)
                rows += writing.result() if writing else 0
                writing = writer.submit(self._store, batch)
                if progress:
                    progress(size)
            rows += writing.result()
            writer.submit(lambda: connection.close()).result()  # the writer's own connection
        return rows

    def _compose(self, size):
        chosen = [(self.random.choice(self.stories), self.random.choice(self.units)) for _ in range(size)]
        days = [(code, story.day) for story, (_unit, _place, code) in chosen]
        numbers = NumberSeries.reserve(days, pattern=settings.DOSSIER_NUMBER)
        for pk, number, (story, (unit, place, _code)) in zip(self._ids(size), numbers, chosen, strict=True):
            self._one(row(pk), number, story=story, unit=unit, place=place)
        return [table.take() for table in (self.dossiers, self.parties, self.log, self.ticks, self.supplements)]

    def _store(self, tables):
        with transaction.atomic(), pgtrigger.ignore(*TRAIL), connection.cursor() as cursor:
            for _count, statement, text in tables:
                send(cursor, statement, text)
        return sum(count for count, *_ in tables)

    def _ids(self, size):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('dossiers_dossier', 'id')) FROM generate_series(1, %s)", [size]
            )
            return [pk for (pk,) in cursor.fetchall()]

    def _one(self, pk, number, *, story, unit, place):
        phone = people.phone(self.random)
        self._dossier(pk, number, story, unit, phone)
        self._party(pk, phone, place)
        officer = self.officers.get(unit, "\\N\tHệ thống một cửa")
        for entry in story.log:
            self.log.add(pk, officer, entry)
        for tick in story.ticks:
            self.ticks.add(pk, tick)
        for supplement in story.supplements:
            self.supplements.add(pk, supplement)

    def _dossier(self, pk, number, story, unit, phone):
        key = number_key(number)
        filed = "online" if self.random.random() < 0.4 else "counter"
        self.dossiers.add(pk, number, key, unit, unit, filed, "{" + phone_proof(key, phone[-4:]) + "}", story.dossier)

    def _party(self, pk, phone, place):
        self.parties.add(
            pk, self.random.choice(self.people), seal(people.id_number(self.random)), seal(phone), phone_index(phone),
            seal(people.address(self.random, place)), "applicant\tcitizen\t\tvi",
        )  # fmt: skip
