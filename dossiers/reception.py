"""Receiving: a citizen's papers become a dossier with a number and a clock."""

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from agencies.prepared import Statement
from agencies.rights import require
from agencies.vietnamese import tidy
from dossiers import events
from dossiers.ledger import ClockEvent
from dossiers.numbers import NumberSeries, number_key
from dossiers.phones import phone_proofs
from dossiers.workflow import NoCalendar, NumberTaken, SentBefore, Status, Verb, needed

_TAKEN = Statement(
    "dossiers_numbers_taken",
    ("text[]",),
    """
SELECT number_key FROM dossiers_dossier WHERE number_key = ANY($1)
UNION ALL SELECT number_key FROM dossiers_formernumber WHERE number_key = ANY($1)
""",
)
_CURRENT = Statement(
    "dossiers_calendar_of_now", ("bigint",), "SELECT current_id FROM agencies_workcalendar WHERE id = $1"
)
# Numbers that are asked for at once when those before were borne already: their rest stays a gap in the series.
MOST_AT_ONCE = 64


def _not_taken(numbers):
    keys = {number: number_key(number) for number in numbers}
    taken = {key for (key,) in _TAKEN.fetch_all([*keys.values()])}
    return [number for number, key in keys.items() if key not in taken]


class Reception:
    @classmethod
    def receive(
        cls, *, case, unit, by, at, parties, received_by_unit=None, submission_key=None, number=None,
        electronic_receipt=False, **facts,
    ):  # fmt: skip
        """Take a complete dossier in: number, log, clock, and word to the citizen, all or nothing.

        The same `submission_key` twice (a double click, a flaky line) is one dossier.

        Args:
            case: the case of a published version; its term counts from now on.
            unit: the competent unit, which will handle it.
            parties: dicts of Party's fields, the applicant first.
            number: one that was given elsewhere; otherwise the next of the unit's series.
            electronic_receipt: whether the applicant gets the receipt (Form 01) as a message too.
            facts: subject, filed, copies, documents, confidential.

        Raises:
            PermissionDenied: `by` may not receive for this unit and field.
            NotAllowed: the unit has no working calendar yet, the number was given to another dossier just now, or the
                form was sent before with another case, unit, applicant or phone.
        """
        return cls._take_in(
            status=Status.RECEIVED, case=case, unit=unit, by=by, at=at, parties=parties, number=number,
            received_by_unit=received_by_unit or unit, submission_key=submission_key, facts=facts,
            electronic_receipt=electronic_receipt,
        )  # fmt: skip

    @classmethod
    def submit(cls, *, case, unit, by, at, parties, submission_key=None, number=None, **facts):
        """Note a dossier that was sent in and still has to be looked at: no clock yet. Same arguments as `receive`."""
        return cls._take_in(
            status=Status.SUBMITTED, case=case, unit=unit, by=by, at=at, parties=parties, number=number,
            received_by_unit=unit, submission_key=submission_key, facts=facts,
        )  # fmt: skip

    @classmethod
    def _take_in(
        cls, *, status, case, unit, by, at, parties, received_by_unit, submission_key, number, facts,
        electronic_receipt=False,
    ):  # fmt: skip
        if earlier := cls._sent_before(submission_key, case=case, unit=unit, parties=parties):
            return earlier
        dossier = cls._draft(
            case, unit, at=at, received_by_unit=received_by_unit, submission_key=submission_key, facts=facts
        )
        require(by, "dossiers.receive_dossier", dossier)
        dossier.number = number or cls.next_number(received_by_unit, at)
        dossier.number_key = number_key(dossier.number)
        try:
            with transaction.atomic():
                dossier._first_save(status, by=by, at=at, parties=parties, electronic_receipt=electronic_receipt)
                require(by, "dossiers.receive_dossier", dossier)
        except IntegrityError:
            if earlier := cls._sent_before(submission_key, case=case, unit=unit, parties=parties):
                return earlier
            if not _not_taken([dossier.number]):
                raise NumberTaken from None
            raise
        return dossier

    @classmethod
    def _sent_before(cls, submission_key, *, case, unit, parties):
        """The dossier that this very form became, or None. Raises SentBefore if it was filled in otherwise then."""
        earlier = cls.objects.filter(submission_key=submission_key).first() if submission_key else None
        if earlier is not None:
            applicant = earlier.parties.order_by("pk").values_list("name", flat=True).first()
            phones = phone_proofs(earlier.number_key, [facts.get("phone") for facts in parties])
            then = earlier.case_id, earlier.unit_id, applicant, earlier.phone_proofs
            if then != (case.pk, unit.pk, tidy(parties[0]["name"]), phones):
                raise SentBefore(earlier)
        return earlier

    @classmethod
    def next_number(cls, received_by_unit, at):
        """The next number of this unit's series, by Vietnam's day, that no dossier from elsewhere bears already.

        To be asked outside a transaction: the next writer waits for the counter until this one's ends.
        """
        day = localtime(at)
        code = received_by_unit.identification_code(on=day.date())
        size, free = 1, []
        while not free:
            free = _not_taken(NumberSeries.reserve([(code, day)] * size, pattern=settings.DOSSIER_NUMBER))
            size = min(2 * size, MOST_AT_ONCE)
        return free[0]

    @classmethod
    def _draft(cls, case, unit, *, at, received_by_unit, submission_key, facts):
        term = case.term(difficult_area=unit.difficult_area)
        try:
            calendar = unit.working_calendar()
        except ObjectDoesNotExist:
            raise NoCalendar(unit) from None
        return cls(
            procedure_version=case.version, case=case, field=case.version.procedure.field, unit=unit,
            received_by_unit=received_by_unit, calendar=calendar, submitted_at=at,
            term_unit=term.unit, term_n=term.n, submission_key=submission_key, **facts,
        )  # fmt: skip

    def _first_save(self, status, *, by, at, parties, electronic_receipt):
        """Each row once and in its final state: many counters write at the same time."""
        self.phone_proofs = phone_proofs(self.number_key, [facts.get("phone") for facts in parties])
        if status == Status.RECEIVED:
            self.status, self.received_at, self.step = status, at, self.procedure_version.first_step()
            self.due_at = self.computed_due_at([])
        self.save(force_insert=True)
        self._count_with_the_calendar_of_now()
        person = self.parties.model
        people = person.objects.bulk_create(person(dossier=self, **facts).prepare() for facts in parties)
        if status == Status.SUBMITTED:
            self._write(verb=Verb.SUBMITTED, by=by, at=at)
            return
        self.clock_events.create(kind=ClockEvent.Kind.START, at=at, due_after=self.due_at)
        entry = self._write(verb=Verb.RECEIVED, by=by, at=at)
        receipt = self.issue_receipt(by=by, at=at) if electronic_receipt else None
        events.dossier_received.send(type(self), dossier=self, entry=entry, parties=people, receipt=receipt)

    def _count_with_the_calendar_of_now(self):
        """An amendment that was made while we wrote waits for us or has made us wait; then it is seen only now."""
        if self.received_at is None:
            return
        [current] = _CURRENT.fetch_one(self.calendar_id)
        if current != self.calendar.current_id:
            self.calendar.current_id = current
            self.due_at = self.computed_due_at([])
            self.save(update_fields=["due_at"])

    def prove_by_phones(self):
        """Store what the parties' phones prove at the look-up; to be called when a phone changes."""
        self.phone_proofs = phone_proofs(self.number_key, [party.phone for party in self.parties.all()])
        self.save(update_fields=["phone_proofs"])

    def accept(self, *, by, at):
        """A submitted dossier is complete and valid: its clock starts now (Decree 309/2026 Art. 17.3)."""
        with self._changing(by, "dossiers.receive_dossier"):
            return self._start(by, at)

    def _start(self, by, at):
        self.received_at = at
        self._tick(ClockEvent.Kind.START, at=at)
        return self._move(
            to=Status.RECEIVED, verb=Verb.RECEIVED, by=by, at=at,
            step=self.procedure_version.first_step(), event=events.dossier_received,
        )  # fmt: skip

    def refuse(self, *, by, at, reason, paper_number=""):
        """Do not accept a submitted dossier (Form 03). The reason is told to the citizen."""
        with self._changing(by, "dossiers.receive_dossier"):
            self.finished_at = at
            return self._move(
                to=Status.NOT_ACCEPTED, verb=Verb.REFUSED, by=by, at=at,
                citizen_note=needed(reason), paper_number=paper_number, event=events.dossier_refused,
            )  # fmt: skip
