"""When is a dossier due? A pure function of its term, its receipt, its ledger and the working calendar.

Nothing here reads a database or the time of day. Every rule stands in docs/clock.md in plain words, with its source.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from agencies.worktime import minute
from dossiers.clock_units import MOST, UNITS, BadEvent, BadTerm, Why

KINDS = ("pause", "resume", "restart", "extend")


def _(text):
    """Marks a text for translation; the edge that shows it translates it."""
    return text


@dataclass(frozen=True)
class Term:
    """How long a dossier may take. For same_day `n` is not looked at.

    Raises:
        BadTerm: names the field, "unit" or "n".
    """

    unit: str
    n: Decimal | float | None = None

    def __post_init__(self):
        if not isinstance(self.unit, str) or self.unit not in UNITS:
            raise BadTerm("unit", _("must be one of: %(known)s"), known=", ".join(UNITS))
        n = 1 if self.unit == "same_day" else UNITS[self.unit].checked(self.n, BadTerm)
        object.__setattr__(self, "n", n)

    def extension(self, n):
        """By how much an extension of `n` makes it longer. Raises BadEvent naming n."""
        return UNITS[self.unit].checked(n, BadEvent)


@dataclass(frozen=True)
class Event:
    """A line of the ledger: "pause", "resume", "restart", or "extend" by `n` in the term's own unit.

    Raises:
        BadEvent: names the field, "kind" or "at"; a wrong `n` is named by `Term.extension`, which knows the unit.
    """

    kind: str
    at: datetime
    n: Decimal | float | None = None

    def __post_init__(self):
        if self.kind not in KINDS:
            raise BadEvent("kind", _("must be one of: %(known)s"), known=", ".join(KINDS))
        minute(self.at)


def due_at(term, received_at, events, calendar):
    """The moment by which the dossier is due, by Vietnam's clock; None while its clock stands still.

    Args:
        term: a `Term`.
        received_at: aware datetime of any zone.
        events: `Event`s in any order; equal moments keep the given order.
        calendar: `agencies.worktime.Calendar`.

    Raises:
        Refused: BadTerm, BadEvent, or NoWorkingTime of the calendar; each names its field.
    """
    clock = _Clock(term, received_at=minute(received_at, "received_at"), calendar=calendar)
    for event in _in_order(events):
        clock.hear(event)
    return clock.due


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why the date is where it is, for a page to put into words.

    Attributes:
        why: the rule that was used.
        starts_at: received, restart: from when it counts.
        paused_at: resume: since when the clock had stood still.
        amount, unit: resume, extend: how much. Units: those of a term, and minute, working_minute.
        moved_from: the date last in force, also when a pause came between; None if there was none.
        days_off: days without working time that the date passed over on its way from there, or from the receipt.
        holidays: those of them that the ordinary week would have worked.
    """

    why: Why
    starts_at: datetime | None = None
    paused_at: datetime | None = None
    amount: Decimal | int | None = None
    unit: str | None = None
    moved_from: datetime | None = None
    days_off: tuple[date, ...] = ()
    holidays: tuple[date, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of the explanation. `kind` is "received" or the event's; `at` is cut to the minute."""

    kind: str
    at: datetime
    due_before: datetime | None
    due_after: datetime | None
    reason: Reason


def explain(term, received_at, events, calendar):
    """How the date came about: a `Step` for the receipt and one for each event. The last `due_after` is `due_at`.

    Takes and raises what `due_at` does.
    """
    received_at = minute(received_at, "received_at")
    clock = _Clock(term, received_at=received_at, calendar=calendar)
    steps = [_step("received", received_at, clock, clock.start(), before=None, moved_from=None)]
    for event in _in_order(events):
        moved_from = clock.due or steps[-1].reason.moved_from
        before, facts = clock.due, clock.hear(event)
        steps.append(_step(event.kind, minute(event.at), clock, facts, before=before, moved_from=moved_from))
    return steps


def _step(kind, at, clock, facts, *, before, moved_from):
    days_off = ()
    if clock.due not in (None, moved_from):
        since = clock.unit.received_at if "starts_at" in facts else moved_from
        days_off = clock.unit.days_off(since, clock.n, clock.stood)
    holidays = tuple(on for on in days_off if clock.calendar.is_holiday(on))
    reason = Reason(moved_from=moved_from, days_off=days_off, holidays=holidays, **facts)
    return Step(kind=kind, at=at, due_before=before, due_after=clock.due, reason=reason)


def _in_order(events):
    return sorted(events, key=lambda event: event.at)


class _Clock:
    """Counts one term. What it hears must come in order of time; each method returns the facts for a Reason."""

    def __init__(self, term, *, received_at, calendar):
        self.term, self.calendar, self.now = term, calendar, received_at
        self.start()

    def hear(self, event):
        # Nothing can happen to a clock that does not run yet: what is dated before the receipt counts as at it.
        self.now = max(self.now, minute(event.at))
        return getattr(self, event.kind)(event)

    @property
    def due(self):
        if self.paused_at is not None:
            return None
        if self._due is None:
            self._due = self.unit.due(self.n, self.stood)
        return self._due

    def start(self):
        self.unit = UNITS[self.term.unit](self.now, self.calendar)
        self.n, self.stood, self.paused_at, self._due = self.term.n, 0, None, None
        return {"why": self.unit.why, "starts_at": self.unit.starts_at}

    def restart(self, _event):
        return self.start()

    def pause(self, _event):
        if self.paused_at is not None:
            return {"why": Why.STOOD_ALREADY}
        if self.now >= self.due:
            return {"why": Why.DUE_ALREADY}
        self.paused_at = self.now
        return {"why": Why.STANDS_STILL}

    def resume(self, _event):
        if self.paused_at is None:
            return {"why": Why.RAN_ALREADY}
        paused_at, self.paused_at, self._due = self.paused_at, None, None
        stood = self.unit.stood(paused_at, self.now)
        self.stood += stood
        return {"why": Why.GOES_ON, "paused_at": paused_at, "amount": stood, "unit": self.unit.stood_name}

    def extend(self, event):
        k = self.term.extension(event.n)
        self.n, self._due = self.n + k, None
        if self.n > MOST:
            raise BadEvent("events", _("make the term longer than %(most)s"), most=MOST)
        return {"why": Why.LONGER, "amount": k, "unit": self.unit.name}
