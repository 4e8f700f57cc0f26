"""A status history, as another system tells it, becomes our log and our clock's ledger, by the same table of moves."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from agencies.worktime import VIETNAM, Refused
from dossiers import clock
from dossiers.catalogue import OnSupplement
from dossiers.exchange.known import steps_of
from dossiers.exchange.rows import bad
from dossiers.ledger import REASON, ClockEvent, LogEntry, Supplement
from dossiers.workflow import PAUSED, NotAllowed, Status, Verb, check_move

S, Kind = Status, ClockEvent.Kind
WORKING = (S.RECEIVED, S.PROCESSING)
# What is written beside the history and is no part of it.
ASIDE = (Verb.IMPORTED, Verb.CALENDAR_CHANGED, Verb.APOLOGISED)
CLOCKS_DIFFER_BY = timedelta(minutes=10)
_BY_MOVE = {
    (S.SUPPLEMENT_REQUESTED, S.RECEIVED): Verb.SUPPLEMENT_TAKEN,
    (S.SUPPLEMENT_REQUESTED, S.PROCESSING): Verb.SUPPLEMENT_TAKEN,
    (S.PAYMENT_REQUESTED, S.PROCESSING): Verb.PAYMENT_TAKEN,
    (S.WITHDRAWAL_REQUESTED, S.STOPPED): Verb.WITHDRAWN,
    (S.RESULT_READY, S.PROCESSING): Verb.CORRECTED,
}
_BY_STATUS = {
    S.SUBMITTED: Verb.SUBMITTED,
    S.RECEIVED: Verb.RECEIVED,
    S.NOT_ACCEPTED: Verb.REFUSED,
    S.PROCESSING: Verb.ADVANCED,
    S.SUPPLEMENT_REQUESTED: Verb.SUPPLEMENT_REQUESTED,
    S.PAYMENT_REQUESTED: Verb.PAYMENT_REQUESTED,
    S.WITHDRAWAL_REQUESTED: Verb.WITHDRAWAL_ASKED,
    S.STOPPED: Verb.STOPPED,
    S.RESULT_READY: Verb.RESULT_READY,
    S.HANDED_OVER: Verb.HANDED_OVER,
}


@dataclass
class Told:
    """The rows that a history adds; nothing of it is in the database yet."""

    log: list = field(default_factory=list)
    ticks: list = field(default_factory=list)
    supplements: list = field(default_factory=list)
    # When what was asked for before this history came in; None: nothing did.
    taken_at: object = None


def new_entries(history, stored, *, now):
    """[(place in the row, entry)] that are not among `stored` [(at, status)]. Raises BadRow where they disagree.

    Minutes are compared: one system keeps seconds, the other does not.
    """
    _check_order(history, now)
    last = max((at for at, _status in stored), default=None)
    known = [(_minute(at), status) for at, status in stored]
    new = []
    for place, entry in enumerate(history, start=1):
        key = (_minute(entry["at"]), entry["status"])
        if key in known:
            known.remove(key)
        elif last is None or key[0] >= _minute(last):
            # Within the same minute it still comes after what is there.
            new.append((place, entry if last is None else {**entry, "at": max(last, entry["at"])}))
        else:
            raise bad(
                f"history.{place}",
                _("The history kept here has no such entry; only what is newer than %(last)s can be added.")
                % {"last": last.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")},
            )
    return new


def _minute(at):
    return at.replace(second=0, microsecond=0)


def _check_order(history, now):
    if history[-1]["at"] > now + CLOCKS_DIFFER_BY:
        raise bad(f"history.{len(history)}.at", _("This lies in the future."))
    for place, (earlier, later) in enumerate(pairwise(history), start=2):
        if later["at"] < earlier["at"]:
            raise bad(f"history.{place}.at", _("A history runs from old to new; this is before the entry above it."))


def replay(dossier, entries, *, ledger, worktime, by_name=""):
    """Move the dossier through the entries [(place, entry)] without saving anything; returns what was `Told`.

    Args:
        ledger: the dossier's ClockEvents so far.
        worktime: agencies.worktime.Calendar.

    Raises:
        BadRow: a move is not in the table, a step is unknown, or the clock cannot count.
    """
    story = _Story(dossier, list(ledger), worktime=worktime, by_name=by_name)
    for place, entry in entries:
        story.go_on(place, entry)
    return story.told


class _Story:
    def __init__(self, dossier, ledger, *, worktime, by_name):
        self.dossier, self.ledger, self.worktime, self.by_name = dossier, ledger, worktime, by_name
        self.told = Told()

    def go_on(self, place, entry):
        dossier, before, after = self.dossier, self.dossier.status or None, entry["status"]
        _check(place, before, after)
        verb = self._verb(before, entry)
        if after == S.WITHDRAWAL_REQUESTED:
            dossier.status_before_withdrawal = before
        dossier.status = after
        dossier.step = self._step(place, entry)
        try:
            self._move_clock(before, after, entry)
        except Refused as refused:
            raise bad(f"history.{place}.at", _(refused.reason) % refused.values) from None
        self._note_dates(before, after, entry["at"])
        self._keep_supplements(before, after, entry)
        self._write(verb, entry)

    def _verb(self, before, entry):
        after = entry["status"]
        if before == S.WITHDRAWAL_REQUESTED and after != S.STOPPED:
            return Verb.WITHDRAWAL_DECLINED
        if after in WORKING and self.dossier.received_at is None:
            return Verb.RECEIVED
        if after == S.PAYMENT_REQUESTED and entry["obligation"]:
            return Verb.OBLIGATION_REQUESTED
        return _BY_MOVE.get((before, after)) or _BY_STATUS[after]

    def _step(self, place, entry):
        steps = steps_of(self.dossier.procedure_version_id)
        code, status = entry.get("step"), entry["status"]
        if code:
            found = next((step for step in steps if step.code == code), None)
            if found is None:
                known = ", ".join(step.code for step in steps)
                raise bad(f"history.{place}.step", _("The procedure has these steps: %(known)s.") % {"known": known})
            return found
        now = next((step for step in steps if step.pk == self.dossier.step_id), None)
        if status not in (*WORKING, S.RESULT_READY) or (now is not None and now.status == status):
            return now
        return next((step for step in steps if step.status == status), now)

    def _move_clock(self, before, after, entry):
        dossier, at, reason = self.dossier, entry["at"], entry["citizen_note"] or entry["note"]
        if after in WORKING and dossier.received_at is None:
            dossier.received_at = at
            self._tick(Kind.START, at)
        elif dossier.received_at is None:
            return
        elif after in PAUSED and not self._paused():
            self._tick(Kind.PAUSE, at, reason)
        elif after in WORKING and self._paused():
            self._tick(Kind.RESTART if self._starts_anew(before) else Kind.RESUME, at)
        elif (before, after) == (S.RESULT_READY, S.PROCESSING):
            self._tick(Kind.RESUME, at, reason)
        elif after in (S.STOPPED, S.RESULT_READY):
            self._tick(Kind.STOP, at, reason if after == S.STOPPED else "")

    def _paused(self):
        kinds = [event.kind for event in self.ledger if event.kind in (Kind.PAUSE, Kind.RESUME, Kind.RESTART)]
        return bool(kinds) and kinds[-1] == Kind.PAUSE

    def _starts_anew(self, before):
        if before == S.WITHDRAWAL_REQUESTED:
            before = self.dossier.status_before_withdrawal
        anew = self.dossier.procedure_version.on_supplement == OnSupplement.RESTART
        return anew and before == S.SUPPLEMENT_REQUESTED

    def _tick(self, kind, at, reason=""):
        dossier = self.dossier
        event = ClockEvent(dossier=dossier, kind=kind, at=at, reason=reason[:REASON], due_before=dossier.due_at)
        self.ledger.append(event)
        if kind != Kind.STOP:
            counted = [line.as_event() for line in self.ledger if line.kind in ClockEvent.COUNTED]
            dossier.due_at = clock.due_at(dossier.term, dossier.received_at, counted, self.worktime)
        event.due_after = dossier.due_at
        self.told.ticks.append(event)

    def _note_dates(self, before, after, at):
        if after in (S.NOT_ACCEPTED, S.STOPPED, S.RESULT_READY):
            self.dossier.finished_at = at
        elif before == S.RESULT_READY and after == S.PROCESSING:
            self.dossier.finished_at = None
        if after == S.HANDED_OVER:
            self.dossier.handed_over_at = at

    def _keep_supplements(self, before, after, entry):
        told, at = self.told, entry["at"]
        if after == S.SUPPLEMENT_REQUESTED and before != S.WITHDRAWAL_REQUESTED:
            self.dossier.supplements_count += 1
            what = entry["citizen_note"] or entry["note"]
            told.supplements.append(Supplement(dossier=self.dossier, requested_at=at, what=what, reason=entry["note"]))
        elif after in WORKING:
            open_ones = [supplement for supplement in told.supplements if supplement.taken_at is None]
            for supplement in open_ones:
                supplement.taken_at = at
            told.taken_at = told.taken_at or at

    def _write(self, verb, entry):
        step = self.dossier.step
        words = entry["citizen_note"] or (step.citizen_text if verb == Verb.ADVANCED and step else "")
        self.told.log.append(
            LogEntry(
                dossier=self.dossier, at=entry["at"], by_name=(entry["by"] or self.by_name)[:200], verb=verb,
                status=entry["status"], step=step, note=entry["note"], citizen_note=words,
            )
        )  # fmt: skip


def _check(place, before, after):
    if before is None:
        if after not in (S.SUBMITTED, S.RECEIVED):
            raise bad(f"history.{place}.status", _("A history begins with 1 (submitted) or 2 (received)."))
        return
    try:
        check_move(before, after)
    except NotAllowed as refusal:
        raise bad(f"history.{place}.status", str(refusal)) from None
