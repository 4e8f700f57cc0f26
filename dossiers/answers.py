"""What a citizen may see of a dossier: gathered in one statement, put into words once, the same at every door.

Whatever is not a field of Answer cannot leak: identity numbers, phones, addresses, e-mail, officers, notes for
colleagues and attachments are not even read (tests/dossiers/test_lookup_answer.py).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils.timezone import localdate

from agencies import prepared
from agencies.vietnamese import mask_name
from dossiers import citizen_words, road
from dossiers.rating import LASTS, rating_token
from dossiers.workflow import OPEN, Status


@dataclass(frozen=True, slots=True)
class Move:
    """Why the due date moved, and from when to when. No `until` and no `after`: the clock still stands."""

    why: str
    when: str
    since: datetime
    until: datetime | None
    before: datetime | None
    after: datetime | None

    @property
    def text(self):
        return f"{self.why} {self.when}"


@dataclass(frozen=True, slots=True)
class Place:
    """The desk where papers are brought, fees paid and results collected."""

    name: str
    desk: str
    address: str
    phone: str
    hours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A dossier as the citizen sees it. Texts are in the language that was active when it was built."""

    number: str
    procedure: str
    procedure_code: str
    applicant: str
    status: str
    status_in_words: str
    term: str
    submitted_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    overdue: bool
    stages: tuple[road.Stage, ...]
    moves: tuple[Move, ...]
    what_now: str
    needed: str
    needed_by: date | None
    reason: str
    unit: str
    place: Place
    rating_token: str = ""

    @property
    def stands_still(self):
        """Whether the clock waits for the citizen."""
        return any(move.until is None for move in self.moves)


def answer_about(dossier_id, *, at):
    """The Answer about a dossier; one query, whatever has happened to it."""
    found = _gather(dossier_id, localdate(at))
    status = Status(found.status)
    return Answer(
        number=found.number,
        procedure=found.procedure,
        procedure_code=found.procedure_code,
        applicant=mask_name(found.applicant or ""),
        status=status.value,
        status_in_words=str(citizen_words.STATUS[status]),
        term=citizen_words.term(found.term_unit, found.term_n),
        submitted_at=found.submitted_at,
        received_at=found.received_at,
        due_at=found.due_at,
        finished_at=found.finished_at,
        overdue=status in OPEN and found.due_at is not None and found.due_at < at,
        stages=road.stages(found),
        moves=tuple(_moves(found.ledger or (), found.log or ())),
        what_now=str(citizen_words.WHAT_NOW[status]),
        needed=_needed(found, status),
        needed_by=_needed_by(found, status),
        reason=road.last_note(found, status) if status in (Status.NOT_ACCEPTED, Status.STOPPED) else "",
        unit=found.unit,
        rating_token=_rating_token(dossier_id, found, at),
        place=Place(
            found.place,
            citizen_words.desk(found.place_kind, found.place),
            found.address,
            found.phone,
            _hours(found, localdate(at)),
        ),
    )


def _rating_token(dossier_id, found, at):
    """While it may be rated, whether or not somebody has done so: that is nobody's to know."""
    return rating_token(dossier_id) if found.handed_over_at and at < found.handed_over_at + LASTS else ""


def _needed(found, status):
    if status == Status.SUPPLEMENT_REQUESTED and found.supplement:
        return found.supplement[0]
    return road.last_note(found, status) if status in (Status.SUPPLEMENT_REQUESTED, Status.PAYMENT_REQUESTED) else ""


def _needed_by(found, status):
    asked = status == Status.SUPPLEMENT_REQUESTED and found.supplement and found.supplement[1]
    return date.fromisoformat(asked) if asked else None


# --- why the date moved ---------------------------------------------------------------------------------------------
def _moves(ledger, log):
    """The lines of the clock's ledger that a citizen wants explained; a pause and its end are one move."""
    asked = {at: verb for at, verb, *_rest in log if verb in citizen_words.WAITED_FOR}
    pause = None
    for kind, at, reason, before, after in ledger:
        if kind == "pause":
            pause = (at, before, after)
        elif kind in ("resume", "restart"):
            since, first, then = pause or (at, before, before)
            # A pause that began when the date had passed already changes nothing.
            if then is None or after != first:
                yield _move(citizen_words.waited(kind, asked.get(since)), since, at, first, after)
            pause = None
        elif kind in ("extend", "calendar_changed") and before != after:
            yield _move(citizen_words.moved(kind, reason), at, at, before, after)
    if pause and pause[2] is None:
        yield _move(citizen_words.waited("pause", asked.get(pause[0])), pause[0], None, pause[1], None)


def _move(why, *moments):
    since, until, before, after = (datetime.fromisoformat(text) if text else None for text in moments)
    when = citizen_words.when(since=since, until=until, before=before, after=after)
    return Move(why, when, since, until, before, after)


# --- when the desk is open ------------------------------------------------------------------------------------------
def _hours(found, today):
    week = {}
    for weekday, opens, closes in found.week or ():
        week.setdefault(weekday, []).extend([f"{opens[:5]}–{closes[:5]}"] if opens else [])
    ordinary = citizen_words.week(week)
    special = [
        citizen_words.special_day(date.fromisoformat(on), works=works, reason=reason)
        for on, works, reason in found.special or ()
    ]
    return (*ordinary, *special)


# --- gathering ------------------------------------------------------------------------------------------------------
class Gathered(NamedTuple):
    """A row of GATHER, in its order; what may be many comes as lists of lists."""

    number: str
    status: str
    term_unit: str
    term_n: object
    submitted_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    handed_over_at: datetime | None
    step_id: int | None
    procedure_code: str
    procedure: str
    unit: str
    place: str
    place_kind: str
    address: str
    phone: str
    applicant: str | None
    log: list | None
    ledger: list | None
    steps: list | None
    supplement: list | None
    week: list | None
    special: list | None


def _gather(dossier_id, today):
    return Gathered._make(_GATHER.fetch_one(dossier_id, today, today + timedelta(days=7)))


# Written by hand, because a whole province opens this page: through the ORM the same takes twenty times the
# processor time (docs/decisions/0010). $1 dossier, $2 today, $3 how far to look for holidays. Of the opening hours
# those count that came into force last.
_GATHER = prepared.Statement(
    "dossiers_answer",
    ("bigint", "date", "date"),
    """
SELECT dossier.number, dossier.status, dossier.term_unit, dossier.term_n, dossier.submitted_at, dossier.received_at,
       dossier.due_at, dossier.finished_at, dossier.handed_over_at, dossier.step_id,
       procedure.code, procedure.name, unit.name, place.name, place.kind, place.address, place.phone,
       (SELECT name FROM dossiers_party WHERE dossier_id = dossier.id AND role = 'applicant' ORDER BY id LIMIT 1),
       (SELECT json_agg(json_build_array(at, verb, status, step_id, citizen_note) ORDER BY at, id)
          FROM dossiers_logentry WHERE dossier_id = dossier.id),
       (SELECT json_agg(json_build_array(kind, at, reason, due_before, due_after) ORDER BY at, id)
          FROM dossiers_clockevent WHERE dossier_id = dossier.id),
       (SELECT json_agg(json_build_array(id, name, status, citizen_text) ORDER BY "order", id)
          FROM dossiers_step WHERE version_id = version.id),
       (SELECT json_build_array(what, bring_by) FROM dossiers_supplement
         WHERE dossier_id = dossier.id AND taken_at IS NULL ORDER BY requested_at DESC LIMIT 1),
       (SELECT json_agg(json_build_array(weekday, opens, closes) ORDER BY weekday, opens)
          FROM agencies_weeklyhours WHERE calendar_id = coalesce(place.calendar_id, dossier.calendar_id)
           AND valid_from = (SELECT max(valid_from) FROM agencies_weeklyhours
                              WHERE calendar_id = coalesce(place.calendar_id, dossier.calendar_id)
                                AND valid_from <= $2)),
       (SELECT json_agg(json_build_array("on", kind = 'working', reason) ORDER BY "on")
          FROM agencies_calendarday WHERE calendar_id = coalesce(place.calendar_id, dossier.calendar_id)
           AND "on" BETWEEN $2 AND $3)
  FROM dossiers_dossier dossier
  JOIN dossiers_procedureversion version ON version.id = dossier.procedure_version_id
  JOIN dossiers_procedure procedure ON procedure.id = version.procedure_id
  JOIN agencies_unit unit ON unit.id = dossier.unit_id
  JOIN agencies_unit place ON place.id = dossier.received_by_unit_id
 WHERE dossier.id = $1
""",
)
