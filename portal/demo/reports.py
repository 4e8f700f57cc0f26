"""Many reports at once, by COPY: a believable year for the demo, a million for measuring. Their logs are chained."""

from collections import namedtuple
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import islice
from random import Random

import pgtrigger
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from agencies.models import Appointment, Officer, Unit
from agencies.roles import role
from agencies.sealed import seal
from agencies.vietnamese import search_key
from feedback import clock
from feedback.categories import Category
from feedback.codes import new_code
from feedback.log import EntryTexts, LogEntry
from feedback.masking import masked
from feedback.report import Report
from feedback.reporter import contact_index
from feedback.routing import RoutingRule, centre
from feedback.workflow import OPEN, State, Verb
from portal.channels.base import Adapter, adapters
from portal.demo import incidents, people
from portal.demo.copying import Table, row, send

# Few texts, many reports.
_key, _masked = lru_cache(4_096)(search_key), lru_cache(4_096)(masked)
BATCH = 2_000
STORIES = 2_000
TRAIL = ["feedback.Report:insert_insert"]
# What differs from report to report; the rest of the row is the story's.
OWN = ["id", "code", "text", "public_text", "search_key", "public_key", "latitude", "longitude", "ward_id", "unit_id",
       "officer_id",
       "address", "channel", "supports"]  # fmt: skip
SLOW = 7  # every so-manieth ward is one whose answers come late
Line = namedtuple("Line", "verb at state note public_note by due_before due_after")
S, V = State, Verb


@dataclass
class Story:
    """What happens to one report, whoever reported it and wherever."""

    category: Category
    text: str
    report: Report
    lines: list
    rendered: str = ""

    @property
    def is_placed(self):
        return self.category.place


class Reports:
    """Writes reports that went as such reports go. The same `seed` writes the same stories."""

    def __init__(self, *, wards, now, days=365, seed=1, stories=STORIES):
        self.random, self.now, self.days = Random(seed), now, days
        self.centre = centre()
        self.worktime = self.centre.calendar.as_worktime()
        self.operator = Officer.objects.filter(username="khoa").first()
        self.wards = self._wards(wards)
        self.categories = list(
            Category.objects.offered().filter(code__in=incidents.INCIDENTS).select_related("service_level")
        )
        if not self.categories:
            raise LookupError("There are no categories yet: run load_categories first.")
        self.weights = [incidents.WEIGHTS.get(category.code, 2) for category in self.categories]
        self.doors = [*["web"] * 6, *["phone"] * 3, "counter", *[one.name for one in adapters() if _hears(one)] * 3]
        self.fields = [field for field in Report._meta.concrete_fields if field.column not in (*OWN, "changed_at")]
        self.stories = {late: [self._rendered(story) for story in islice(self._tell(late), stories)]
                        for late in (False, True)}  # fmt: skip
        columns = " ".join([*OWN, *[field.column for field in self.fields]])
        self.reports = Table("feedback_report", columns)
        self.log = Table(
            "feedback_logentry",
            "id report_id at by_id by_name verb state unit_id due_before due_after words digest",
        )
        self.texts = Table("feedback_entrytexts", "entry_id note public_note forgotten")
        self.reporters = Table(
            "feedback_reporter", "report_id name phone email address id_number phone_index email_index"
        )

    def _wards(self, wards):
        officers = {}
        for officer in Officer.objects.filter(unit__in=wards).order_by("pk"):
            officers.setdefault(officer.unit_id, officer)
        found = []
        for number, ward in enumerate(wards):
            south, west = incidents.TOWNS[number % len(incidents.TOWNS)]
            aside = Random(ward.pk)
            spot = (south + aside.uniform(-0.06, 0.06), west + aside.uniform(-0.07, 0.07))
            found.append((ward, officers.get(ward.pk), spot, number % SLOW == 3))
        return found

    # --- stories ----------------------------------------------------------------------------------------------------
    def _tell(self, late):
        while True:
            category = self.random.choices(self.categories, self.weights)[0]
            said, answers, outcome = incidents.INCIDENTS[category.code]
            report = Report(
                kind=category.kind, category=category, calendar=self.centre.calendar, received_at=self._moment(),
                public_wanted=not category.private and self.random.random() < 0.9, term_unit="", term_n=0,
            )  # fmt: skip
            report.term_unit, report.term_n = category.service_level.unit, category.service_level.n
            report.due_at = clock.due_at(report.term_unit, report.term_n, report.received_at, self.worktime)
            story = Story(category, self.random.choice(said), report, [])
            self._live(story, self.random.choice(answers), outcome, late)
            yield story

    def _moment(self):
        """More by day than at night, more lately than a year ago."""
        ago = self.days * self.random.random() ** 1.3
        moment = self.now - timedelta(days=ago)
        if moment.hour < 23 and self.random.random() < 0.85:  # UTC: 0 to 14 is day in Vietnam
            moment = moment.replace(hour=self.random.choice([0, 1, 1, 2, 2, 3, 4, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14]))
        return min(moment.replace(microsecond=0), self.now - timedelta(minutes=3))

    def _live(self, story, answer, outcome, late):
        report, random = story.report, self.random
        at = report.received_at
        self._line(story, V.OPENED, at, S.NEW)
        at += timedelta(minutes=random.choice([1, 2, 2, 3, 3, 4, 4, 5, 8, 14, 40]))
        if random.random() < 0.06:
            self._end(story, V.REFUSED, at, S.REFUSED, public=random.choice(incidents.REFUSALS))
            return
        if not self._line(story, V.ASSIGNED, at, S.ASSIGNED, by="operator"):
            return
        report.assigned_at = report.looked_at = at
        span = max((report.due_at - at).total_seconds(), 3_600)
        lateness = random.uniform(1.02, 2.2) if random.random() < (0.5 if late else 0.1) else random.uniform(0.1, 0.95)
        done = at + timedelta(seconds=span * lateness)
        if not self._line(story, V.STARTED, at + (done - at) * 0.2, S.IN_PROGRESS):
            return
        if random.random() < 0.12 and done > report.due_at:
            self._extend(story, at + (done - at) * 0.4, done)
        if not self._line(story, V.ANSWERED, done - timedelta(minutes=50), S.ANSWERED, note=answer):
            return
        report.outcome = outcome
        if not self._line(story, V.PUBLISHED, done, S.PUBLISHED, public=answer, by="operator"):
            return
        report.answered_at, report.rounds = done, 1
        self._afterwards(story, done)

    def _extend(self, story, at, done):
        reason, reply = incidents.EXTENSION
        before, story.report.due_at = story.report.due_at, done + timedelta(hours=3)
        if self._line(story, V.EXTENDED, at, S.IN_PROGRESS, public=f"{reply}\nLý do: {reason}", due_before=before):
            story.report.extended_at = at
        else:
            story.report.due_at = before

    def _afterwards(self, story, done):
        at = done + timedelta(hours=self.random.randint(1, 200))
        if self.random.random() < 0.25:
            story.report.confirmed_fixed = self.random.random() < 0.8
            self._line(story, V.RATED, at, S.RATED)
        end = done + timedelta(days=settings.REOPEN_DAYS)
        if self._line(story, V.CLOSED, end, S.CLOSED):
            story.report.closed_at = end

    def _end(self, story, verb, at, state, public=""):
        if self._line(story, verb, at, state, public=public, by="operator"):
            story.report.closed_at = at

    def _line(self, story, verb, at, state, *, note="", public="", by="officer", due_before=None):
        """Whether it has happened yet; what lies in the future has not."""
        at = at.replace(microsecond=0)
        if at > self.now or (story.lines and at < story.lines[-1].at):
            return False
        by = None if verb in (V.OPENED, V.RATED, V.CLOSED) else by
        story.report.state = state
        story.lines.append(Line(verb, at, state, note, public, by, due_before, story.report.due_at))
        return True

    def _rendered(self, story):
        report = story.report
        report._refresh_shown()
        if report.state in OPEN and report.due_at < self.now:
            report.reminded_at = report.overdue_told_at = report.due_at
        values = [field.get_db_prep_save(getattr(report, field.attname), connection) for field in self.fields]
        story.rendered = row(*[getattr(value, "dumps", _plain)(getattr(value, "adapted", value)) for value in values])
        return story

    # --- rows -------------------------------------------------------------------------------------------------------
    def write(self, count, *, progress=None):
        """Write `count` reports; returns the number of rows in all tables."""
        rows, self.codes = 0, set(Report.objects.values_list("code", flat=True))
        for size in [BATCH] * (count // BATCH) + [count % BATCH] * bool(count % BATCH):
            chosen = [self._choice() for _ in range(size)]
            lines = sum(len(story.lines) for story, _ward in chosen)
            ids, entries = _ids("feedback_report", size), iter(_ids("feedback_logentry", lines))
            for pk, (story, ward) in zip(ids, chosen, strict=True):
                self._one(pk, story, ward, entries)
            rows += self._store()
            if progress:
                progress(size)
        return rows

    def _choice(self):
        ward = self.random.choice(self.wards)
        return self.random.choice(self.stories[ward[3]]), ward

    def _one(self, pk, story, place, entries):
        ward, officer, (latitude, longitude), _late = place
        street = self.random.choice(people.STREETS)
        text = story.text.format(street=street)
        house = self.random.randint(1, 400)
        address = f"{house} {street}, {ward.name}" if story.is_placed else ""
        key = f"{_key(text)} {house} {_key(street)} {_key(ward.name)}" if story.is_placed else _key(text)
        unassigned = story.report.state in (S.NEW, S.ACCEPTED, S.REFUSED)
        spot = (latitude + self.random.gauss(0, 0.006), longitude + self.random.gauss(0, 0.006))
        self.reports.add(
            row(pk, self._code(), text, _masked(text), key, key,
                *([round(one, 6) for one in spot] if story.is_placed else [None, None]), ward.pk,
                self.centre.unit.pk if unassigned else ward.pk,
                None if unassigned or officer is None else officer.pk, address, self.random.choice(self.doors),
                int(self.random.expovariate(0.8)) if story.report.shown else 0),
            story.rendered,
        )  # fmt: skip
        self._log(pk, story, ward, officer, entries)
        if self.random.random() < 0.4:
            name, phone = people.full_name(self.random), people.phone(self.random)
            self.reporters.add(row(pk, seal(name), seal(phone), "", "", "", contact_index("phone", phone), ""))

    def _code(self):
        while (code := new_code()) in self.codes:
            pass
        self.codes.add(code)
        return code

    def _log(self, pk, story, ward, officer, entries):
        previous = ""
        for line in story.lines:
            by = {None: None, "officer": officer, "operator": self.operator}[line.by]
            unit = self.centre.unit if line.verb in (V.OPENED, V.REFUSED) else ward
            entry = LogEntry(
                pk=next(entries), report_id=pk, at=line.at, by_id=by and by.pk, by_name=str(by or ""), verb=line.verb,
                state=line.state, unit_id=unit.pk, due_before=line.due_before, due_after=line.due_after,
            )  # fmt: skip
            texts = EntryTexts(entry_id=entry.pk, note=line.note, public_note=line.public_note)
            previous = entry.seal_after(previous, texts)
            self.log.add(row(
                entry.pk, pk, line.at, entry.by_id, entry.by_name, str(line.verb), str(line.state), unit.pk,
                line.due_before, line.due_after, entry.words, entry.digest,
            ))  # fmt: skip
            if entry.words:
                self.texts.add(row(entry.pk, texts.note, texts.public_note, "f"))

    def _store(self):
        tables = [table.take() for table in (self.reports, self.log, self.texts, self.reporters)]
        with transaction.atomic(), pgtrigger.ignore(*TRAIL), connection.cursor() as cursor:
            for count, statement, text in tables:
                if count:
                    send(cursor, statement, text)
        return sum(count for count, *_ in tables)


def _hears(adapter):
    """Whether anything comes in there; some channels only send."""
    return type(adapter).read is not Adapter.read


def _plain(value):
    return "t" if value is True else "f" if value is False else value


def _ids(table, size):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, size])
        return [pk for (pk,) in cursor.fetchall()]


# --- the demo province ----------------------------------------------------------------------------------------------
OPERATOR = ("khoa", "Đỗ Minh Khoa", "Điều hành viên tổng đài 1022")


def set_up(root, password):
    """Categories, somebody who sorts, and the rules by which most of it goes to its ward. Repeatable."""
    call_command("load_categories", verbosity=0, stdout=_Nowhere(), stderr=_Nowhere())
    username, full_name, title = OPERATOR
    officer, is_new = Officer.objects.get_or_create(
        username=username, defaults={"full_name": full_name, "title": title, "unit": root}
    )
    officer.set_password(password)
    officer.save()
    if is_new:
        Appointment.objects.create(officer=officer, role=role("operating"), unit=root)
    _rules(root)
    return officer


def _rules(root):
    if RoutingRule.objects.exists():
        return
    works = Unit.objects.filter(parent=root, name="Sở Xây dựng").first()
    lights = RoutingRule.objects.create(position=10, name="Đèn tín hiệu: Sở Xây dựng", unit=works, assigns=True)
    lights.categories.set(Category.objects.filter(code="den-tin-hieu"))
    street = RoutingRule.objects.create(position=50, name="Việc ở phường, xã: UBND nơi đó")
    street.categories.set(
        Category.objects.filter(parent=None).exclude(code__in=["hanh-chinh", "doanh-nghiep", "khieu-nai-to-cao"])
    )


class _Nowhere:
    def write(self, text):
        pass

    def flush(self):
        pass
