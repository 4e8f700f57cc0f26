"""The JSON of `manage.py due`: calendars and cases in, due dates out. Pure; the format is in docs/clock.md."""

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from agencies.worktime import VIETNAM, WEEKDAYS, Calendar, Refused
from dossiers.clock import Event, Term, due_at

HOUR_AND_MINUTE = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
LISTS_OF_DATES = ("non_working_dates", "working_weekend_dates")


def _(text):
    """Marks a text for translation; the edge that shows it translates it."""
    return text


class BadFile(ValueError):
    """The file cannot be answered. `problems` are `Refused`, each with its place in the file as `field`."""

    def __init__(self, problems):
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True)
class Case:
    """One dossier of the file; `place` says where it stands, for messages."""

    id: str | int
    place: str
    term: Term
    received_at: datetime
    events: list
    calendar: Calendar


def answers(text, *, asked=due_at):
    """[(id, due or None), …] of all cases. Raises BadFile when any calendar or case is wrong: all or nothing.

    Args:
        asked: `clock.explain` gives the steps of each case instead of the last one's date.
    """
    problems, found = [], []
    for case in read(text):
        with _noting(problems, case.place):
            found.append((case.id, asked(case.term, case.received_at, case.events, case.calendar)))
    if problems:
        raise BadFile(problems)
    return found


def read(text):
    """The file's cases. Raises BadFile with every calendar and case that is wrong."""
    problems, calendars, cases = [], {}, []
    raw_calendars, raw_cases = _outline(text)
    for name, raw in raw_calendars.items():
        with _noting(problems, f"calendars.{name}"):
            calendars[name] = None  # a bad calendar is named once, not again by each of its cases
            calendars[name] = _calendar(raw)
    for index, raw in enumerate(raw_cases):
        place = _place_of(index, raw)
        with _noting(problems, place):
            cases.append(_case(raw, place, calendars))
    if problems:
        raise BadFile(problems)
    return cases


def _outline(text):
    problems = []
    with _noting(problems):
        document = _object("file", _parsed(text))
        return _object("calendars", document.get("calendars")), _list("cases", document.get("cases"))
    raise BadFile(problems)


@contextmanager
def _noting(problems, place=""):
    """Note what is refused inside, with its place, and go on."""
    try:
        yield
    except Refused as refused:
        inside = refused.field if refused.field.startswith("[") or not place else f".{refused.field}"
        problems.append(Refused(place + inside, refused.reason, **refused.values))


def _place_of(index, raw):
    name = raw.get("id") if isinstance(raw, dict) else None
    return f"cases[{index}]" if name is None else f"cases[{index}] {json.dumps(name, ensure_ascii=False, default=str)}"


def _parsed(text):
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except json.JSONDecodeError as bad:
        raise Refused("file", _("is not JSON: line %(line)s, column %(column)s"), line=bad.lineno, column=bad.colno)
    except (ValueError, ArithmeticError, RecursionError):
        raise Refused("file", _("is not JSON that can be read: a number too long, or nested too deeply"))


def _no_constant(name):
    raise ValueError(name)


def _case(raw, place, calendars):
    raw = _object("case", raw)
    if isinstance(raw.get("id"), bool) or not isinstance(raw.get("id"), (str, int)):
        raise Refused("id", _("must be a text or a whole number"))
    if not isinstance(raw.get("calendar"), str) or raw["calendar"] not in calendars:
        raise Refused("calendar", _("must be the name of one of the file's calendars"))
    term = Term(raw.get("unit"), raw.get("n"))
    return Case(
        id=raw["id"],
        place=place,
        term=term,
        received_at=_moment("received_at", raw.get("received_at")),
        events=[_event(index, event, term) for index, event in enumerate(_listed(raw, "events"))],
        calendar=calendars[raw["calendar"]],
    )


def _event(index, raw, term):
    place = f"events[{index}]"
    raw = _object(place, raw)
    at = _moment(f"{place}.at", raw.get("at"))
    try:
        event = Event(raw.get("kind"), at, raw.get("n"))
        if event.kind == "extend":
            term.extension(event.n)
    except Refused as refused:
        raise Refused(f"{place}.{refused.field}", refused.reason, **refused.values)
    return event


def _moment(name, raw):
    """A moment without a zone is Vietnam's."""
    try:
        moment = datetime.fromisoformat(raw)
    except (TypeError, ValueError):
        moment = None
    if moment is None or len(raw) <= len("2026-11-23"):
        raise Refused(name, _("must be a moment such as 2026-11-23T09:00:00+07:00"))
    return moment if moment.utcoffset() is not None else moment.replace(tzinfo=VIETNAM)


def _calendar(raw):
    raw = _object("calendar", raw)
    week = _object("weekly_hours", raw.get("weekly_hours"))
    for day in week:
        if day not in WEEKDAYS:
            raise Refused(f"weekly_hours.{day}", _("must be one of: %(known)s"), known=", ".join(WEEKDAYS))
    return Calendar(
        weekly_hours={WEEKDAYS.index(day): _hours(f"weekly_hours.{day}", hours) for day, hours in week.items()},
        working_weekend_hours=_hours("working_weekend_hours", _listed(raw, "working_weekend_hours")),
        **{name: _dates(name, _listed(raw, name)) for name in LISTS_OF_DATES},
    )


def _hours(name, raw):
    return tuple(_span(f"{name}[{index}]", span) for index, span in enumerate(_list(name, raw)))


def _span(name, raw):
    if not isinstance(raw, list) or len(raw) != 2:
        raise Refused(name, _('must be a pair such as ["07:30", "11:30"]'))
    for clock in raw:
        if not isinstance(clock, str) or not HOUR_AND_MINUTE.fullmatch(clock):
            raise Refused(name, _("must be times from 00:00 to 23:59"))
    return tuple(map(time.fromisoformat, raw))


def _dates(name, raw):
    return frozenset(_date(f"{name}[{index}]", written) for index, written in enumerate(raw))


def _date(name, raw):
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        raise Refused(name, _("must be a date such as 2026-11-24"))


def _object(name, raw):
    if not isinstance(raw, dict):
        raise Refused(name, _("must be a JSON object"))
    return raw


def _list(name, raw):
    if not isinstance(raw, list):
        raise Refused(name, _("must be a list"))
    return raw


def _listed(raw, name):
    """A list that may be left out."""
    return [] if raw.get(name) is None else _list(name, raw[name])
