"""Rows into the database, many in one transaction. What is there already is left alone: the same row twice is once."""

from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.rights import allowed, require, rights_of
from agencies.worktime import VIETNAM
from dossiers import events
from dossiers.dossier import Dossier, FormerNumber, Party
from dossiers.exchange.history import ASIDE, Told, new_entries, replay
from dossiers.exchange.rows import BadRow, bad
from dossiers.ledger import ClockEvent, LogEntry, Supplement
from dossiers.numbers import codes_in, number_key
from dossiers.phones import phone_proofs
from dossiers.workflow import OPEN, Verb

IMPORT = "dossiers.import_dossiers"
FACTS = ("subject", "filed", "copies", "documents", "confidential")
PERSON = ("role", "kind", "name", "id_number", "phone", "email", "address")
MOVED = [
    "status", "status_before_withdrawal", "step", "received_at", "due_at", "finished_at", "handed_over_at",
    "supplements_count",
]  # fmt: skip
ANNOUNCED = {
    Verb.RECEIVED: events.dossier_received,
    Verb.REFUSED: events.dossier_refused,
    Verb.ADVANCED: events.dossier_advanced,
    Verb.SUPPLEMENT_REQUESTED: events.supplement_requested,
    Verb.PAYMENT_REQUESTED: events.payment_requested,
    Verb.OBLIGATION_REQUESTED: events.obligation_requested,
    Verb.WITHDRAWAL_ASKED: events.withdrawal_requested,
    Verb.WITHDRAWAL_DECLINED: events.dossier_advanced,
    Verb.WITHDRAWN: events.dossier_stopped,
    Verb.STOPPED: events.dossier_stopped,
    Verb.RESULT_READY: events.result_ready,
    Verb.CORRECTED: events.result_withdrawn,
    Verb.HANDED_OVER: events.result_handed_over,
}


class NotHere(Exception):
    """The dossier is another unit's, or too confidential: for this person it does not exist."""


class NotYours(BadRow):
    """The row is well-formed, but its unit is not in this person's reach."""

    problem_status = 403


@dataclass
class Taken:
    """What became of a row: "created", "changed" or "unchanged"."""

    dossier: Dossier
    result: str
    told: Told = field(default_factory=Told)
    facts: list = field(default_factory=list)
    # None: the parties stay as they are.
    parties: list | None = None


def take_over(rows, *, by, at, directory, announce_since=None):
    """Put clean rows (of different dossiers) into the database, all in one transaction; None of a refused row.

    Args:
        rows: values of `rows.DOSSIER`.
        by: an officer or API key with the right to import; None for the system itself.
        directory: `known.Directory`.
        announce_since: the citizen is told of the newest new entry, if it is not older than this. None: of nothing.

    Returns:
        For each row what was `Taken`, or the exception that refused it: BadRow, NotYours, NotHere, PermissionDenied.
    """
    with transaction.atomic():
        stored = _Stored([number_key(row["number"]) for row in rows])
        taken = [_considered(row, stored, by=by, at=at, directory=directory) for row in rows]
        done = [one for one in taken if isinstance(one, Taken)]
        _write(done, stored, at)
        for one in done:
            if by is not None and one.result != "unchanged":
                require(by, IMPORT, one.dossier)
            _announce(one, announce_since)
    return taken


class _Stored:
    """The dossiers that have these numbers, locked, with log, ledger and parties; five queries however many."""

    def __init__(self, keys):
        former = dict(FormerNumber.objects.filter(number_key__in=keys).values_list("number_key", "dossier_id"))
        found = Dossier.objects.filter(Q(number_key__in=keys) | Q(pk__in=set(former.values())))
        related = found.select_related("procedure_version__procedure", "unit", "field", "case", "step", "calendar")
        by_pk = {dossier.pk: dossier for dossier in related.select_for_update(of=("self",)).order_by("pk")}
        self.by_key = {dossier.number_key: dossier for dossier in by_pk.values()}
        self.by_key |= {key: by_pk[pk] for key, pk in former.items() if pk in by_pk}
        self.log = _by_dossier(LogEntry.objects.filter(dossier__in=by_pk))
        self.ledger = _by_dossier(ClockEvent.objects.filter(dossier__in=by_pk))
        self.parties = _by_dossier(Party.objects.filter(dossier__in=by_pk))
        self.told_of = set()

    def take(self, key):
        """The dossier with this key, or None. Raises BadRow when another row of the same lot was about it already."""
        dossier = self.by_key.get(key)
        if dossier is not None and dossier.pk in self.told_of:
            raise bad("number", _("Another row of the file is about the same dossier, under its other number."))
        if dossier is not None:
            self.told_of.add(dossier.pk)
        return dossier


def _by_dossier(rows):
    found = {}
    for row in rows:
        found.setdefault(row.dossier_id, []).append(row)
    return found


def _considered(row, stored, *, by, at, directory):
    try:
        dossier = stored.take(number_key(row["number"]))
        if dossier is None or _is_hidden(dossier, by):
            # Whoever tells of what is not theirs hears the same whether there is such a dossier or not.
            new = _new(row, _draft(row, by=by, directory=directory), by=by, at=at)
            if dossier is not None:
                raise NotHere
            return new
        return _known(row, dossier, stored=stored, by=by, at=at, directory=directory)
    except (BadRow, NotHere, PermissionDenied) as refusal:
        return refusal


def _is_hidden(dossier, by):
    if by is None:
        return False
    secret = dossier.confidential and not allowed(by, "dossiers.view_confidential_dossier", dossier)
    return secret or not allowed(by, "dossiers.view_dossier", dossier)


def _draft(row, *, by, directory):
    """The dossier as it would begin, if all of it is in this person's reach."""
    began_at = row["history"][0]["at"]
    unit = directory.unit(row["unit"])
    version = directory.version(row["procedure"], began_at.astimezone(VIETNAM).date())
    case = directory.case(version, row.get("case"))
    received_by = directory.unit(row["received_by_unit"], "received_by_unit") if row.get("received_by_unit") else unit
    term = case.term(difficult_area=unit.difficult_area)
    dossier = Dossier(
        number=row["number"], number_key=number_key(row["number"]), procedure_version=version, case=case,
        field=version.procedure.field, unit=unit, received_by_unit=received_by, calendar=directory.calendar(unit),
        submitted_at=began_at, term_unit=term.unit, term_n=term.n, status="", **_facts_in(row),
    )  # fmt: skip
    if by is not None:
        _check_ours(dossier, by, directory)
    _check_secrecy(row, dossier, by)
    return dossier


def _new(row, dossier, *, by, at):
    entries = new_entries(row["history"], [], now=at)
    told = replay(dossier, entries, ledger=[], worktime=dossier.calendar.as_worktime(), by_name=str(by or ""))
    dossier.phone_proofs = phone_proofs(dossier.number_key, [party["phone"] for party in row["parties"]])
    if dossier.status in OPEN and dossier.due_at and dossier.due_at < at:
        # It was late before we knew of it: the deadlines of the past are not announced now.
        dossier.near_announced_at = dossier.overdue_announced_at = at
    _note_other_due_date(row, dossier, told=told, log=[])
    return Taken(dossier, "created", told, parties=row["parties"])


def _check_ours(dossier, by, directory):
    """Neither whose it is, nor who received it, nor whose number it bears may lie out of the person's reach."""
    if not allowed(by, IMPORT, dossier):
        raise NotYours([("unit", _("You may bring in dossiers of your own unit and those below it only."))])
    received_by = dossier.received_by_unit
    if not rights_of(by).allows(IMPORT, unit=received_by, field=dossier.field):
        raise NotYours([("received_by_unit", _("This unit is not yours, nor below yours."))])
    own = received_by.identification_code(on=dossier.submitted_at.astimezone(VIETNAM).date())
    if (code := _foreign_code(dossier, own=own, by=by, directory=directory)) is not None:
        raise NotYours([("number", _("Numbers with the code %(code)s are given by another unit.") % {"code": code})])


def _foreign_code(dossier, *, own, by, directory):
    """The code at the beginning of the number, in whatever shape, if it is that of a unit out of the person's reach.

    A unit that is no more gives no numbers, but its old dossiers are those of the units that followed it.
    """
    for code in codes_in(dossier.number_key):
        bearer = None if code == own else directory.bearer(code)
        if bearer is not None:
            heirs = [bearer] if bearer.valid_to is None else [line.successor for line in bearer.went_to.all()]
            reached = [rights_of(by).allows(IMPORT, unit=unit, field=dossier.field) for unit in heirs]
            return None if any(reached) or not reached else code
        if code == own:
            return None
    return None


def _facts_in(row):
    return {name: row[name] for name in FACTS if name in row}


def _known(row, dossier, *, stored, by, at, directory):
    if by is not None:
        require(by, IMPORT, dossier)
    _check_same(row, dossier, directory)
    _check_secrecy(row, dossier, by)
    log = stored.log.get(dossier.pk, [])
    history = [(entry.at, entry.status) for entry in log if entry.verb not in ASIDE]
    entries = new_entries(row["history"], history, now=at)
    facts = [name for name, value in _facts_in(row).items() if value != getattr(dossier, name)]
    told = replay(
        dossier, entries, ledger=stored.ledger.get(dossier.pk, []), worktime=dossier.calendar.as_worktime(),
        by_name=str(by or ""),
    )  # fmt: skip
    _note_other_due_date(row, dossier, told=told, log=log)
    for name in facts:
        setattr(dossier, name, row[name])
    parties = row["parties"] if row["parties"] != _as_rows(stored.parties.get(dossier.pk, [])) else None
    changed = told.log or facts or parties is not None
    return Taken(dossier, "changed" if changed else "unchanged", told, facts, parties)


def _check_same(row, dossier, directory):
    """What a dossier is about and whose it is does not change by being told again."""
    if row["procedure"] != dossier.procedure.code:
        raise bad("procedure", _("The dossier is kept here under %(code)s.") % {"code": dossier.procedure.code})
    if row.get("case") and directory.case(dossier.procedure_version, row["case"]).pk != dossier.case_id:
        raise bad("case", _("The dossier is kept here under the case “%(case)s”.") % {"case": dossier.case})
    if directory.unit(row["unit"]).pk != dossier.unit_id:
        raise bad("unit", _("The dossier belongs to %(unit)s here.") % {"unit": dossier.unit})


def _check_secrecy(row, dossier, by):
    """Who may not see confidential dossiers could not tell this one a second time."""
    if by is not None and row.get("confidential") and not allowed(by, "dossiers.view_confidential_dossier", dossier):
        raise NotYours([("confidential", _("The right to see confidential dossiers is needed for this."))])


def _as_rows(parties):
    return [{name: getattr(party, name) for name in PERSON} for party in parties]


def _note_other_due_date(row, dossier, *, told, log):
    """Our date is computed and stands; that of the other system is kept in the log where the two differ."""
    other = row.get("due_at")
    if other is None or dossier.due_at is None or other.replace(second=0) == dossier.due_at.replace(second=0):
        return
    with translation.override(settings.LANGUAGE_CODE):
        note = _("Due date in the other system: %(other)s. Computed here: %(ours)s.") % {
            "other": _in_words(other), "ours": _in_words(dossier.due_at),
        }  # fmt: skip
    if any(entry.verb == Verb.IMPORTED and entry.note == note for entry in log):
        return
    newest = told.log[-1] if told.log else log[-1]
    told.log.append(
        LogEntry(dossier=dossier, at=newest.at, verb=Verb.IMPORTED, status=newest.status, step=newest.step, note=note)
    )


def _in_words(moment):
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")


def _write(taken, stored, at):
    new = sorted((one for one in taken if one.result == "created"), key=lambda one: one.dossier.number_key)
    Dossier.objects.bulk_create([one.dossier for one in new])
    for one in taken:
        if one.result == "changed":
            _write_change(one, stored.parties.get(one.dossier.pk, []))
    Party.objects.bulk_create(Party(dossier=one.dossier, **party).prepare() for one in new for party in one.parties)
    Supplement.objects.bulk_create(row for one in taken for row in one.told.supplements)
    LogEntry.objects.bulk_create([row for one in taken for row in one.told.log])
    ClockEvent.objects.bulk_create([row for one in taken for row in one.told.ticks])


def _write_change(one, parties):
    dossier = one.dossier
    if one.told.taken_at:
        dossier.supplements.filter(taken_at=None).update(taken_at=one.told.taken_at)
    if one.parties is not None:
        dossier.phone_proofs = phone_proofs(dossier.number_key, [party["phone"] for party in one.parties])
        _replace_parties(dossier, parties, one.parties)
    dossier.save(update_fields=[*MOVED, *one.facts, "phone_proofs"])


def _replace_parties(dossier, kept, wanted):
    """In the order they are told; a person who stays keeps the row, so that the trail stays in one piece."""
    for place, facts in enumerate(wanted):
        party = kept[place] if place < len(kept) else Party(dossier=dossier)
        for name, value in facts.items():
            setattr(party, name, value)
        party.save()
    for party in kept[len(wanted) :]:
        party.delete()


def _announce(one, since):
    history = [entry for entry in one.told.log if entry.verb not in ASIDE]
    if since is None or not history or history[-1].at < since:
        return
    newest, event = history[-1], ANNOUNCED.get(history[-1].verb)
    # Whether a step is told is the step's to say; a procedure without steps tells none.
    if event is not None and (newest.verb != Verb.ADVANCED or newest.step is not None):
        event.send(Dossier, dossier=one.dossier, entry=newest)
