"""From a dossier to its papers: the facts of forms 01 to 06, in the authority's own language whoever prints them."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from agencies.units import COMMUNAL, PROVINCIAL
from dossiers import citizen_words
from dossiers.ledger import ClockEvent
from dossiers.paper import (
    ApologyPaper,
    Applicant,
    ControlSlip,
    Document,
    HandOver,
    Letterhead,
    MissingDocument,
    ReceiptPaper,
    RefusalPaper,
    StopPaper,
    SupplementPaper,
    render,
)
from dossiers.signing import receipt_address
from dossiers.workflow import PaperKind, Verb

KINDS = dict(PaperKind.choices)


def print_receipt(dossier, receipt, *, at):
    """Form 01 as PDF. `receipt` comes fresh from Dossier.issue_receipt: its token is known this once."""
    with override(settings.LANGUAGE_CODE):
        return render(receipt_paper(dossier, receipt, at=at))


def print_paper(dossier, entry):
    """Form 02 to 05, the one that belongs to this line of the log, as PDF. Raises KeyError where none does."""
    with override(settings.LANGUAGE_CODE):
        return render(PRINTED_FROM_LOG[form_of(entry)](dossier, entry))


def form_of(entry):
    """The official form of an act, "01" to "05", or "". A dossier that was withdrawn ends with Form 05 as well."""
    return "05" if entry.verb == Verb.WITHDRAWN else entry.form


def print_control_slip(dossier, *, at):
    """Form 06 as PDF: the hand-overs so far."""
    with override(settings.LANGUAGE_CODE):
        return render(control_slip(dossier, at=at))


def receipt_paper(dossier, receipt, *, at):
    return ReceiptPaper(
        **_common(dossier, at=at, officer=receipt.issued_by_name),
        documents=tuple(_documents(dossier)), sets=dossier.copies, received_at=dossier.received_at,
        due_at=dossier.due_at, term=_term(dossier), url=receipt_address(dossier, receipt, at=at), pin=dossier.pin,
        lookup_address=_host() + reverse("dossiers:look_up"), collect_at=_collect_at(dossier), fee=_fee(dossier),
    )  # fmt: skip


def supplement_paper(dossier, entry):
    request = dossier.supplements.filter(requested_at=entry.at).first()
    what = (request.what if request else entry.citizen_note).splitlines()
    return SupplementPaper(
        **_of_entry(dossier, entry), documents=tuple(MissingDocument(name=line) for line in what if line.strip()),
        reason=request.reason if request else entry.note, contact=_contact(dossier, entry),
    )  # fmt: skip


def refusal_paper(dossier, entry):
    return RefusalPaper(**_of_entry(dossier, entry), reason=entry.citizen_note, contact=_contact(dossier, entry))


def apology_paper(dossier, entry):
    extended = dossier.clock_events.filter(kind=ClockEvent.Kind.EXTEND, at=entry.at).first()
    return ApologyPaper(
        **_of_entry(dossier, entry), received_at=dossier.received_at, due_at=extended.due_before,
        new_due_at=extended.due_after, reason=entry.citizen_note,
    )  # fmt: skip


def stop_paper(dossier, entry):
    return StopPaper(
        **_of_entry(dossier, entry), received_at=dossier.received_at or dossier.submitted_at, stopped_at=entry.at,
        reason=entry.citizen_note, contact=_contact(dossier, entry), asked_for=entry.verb == Verb.WITHDRAWN,
    )  # fmt: skip


PRINTED_FROM_LOG = {"02": supplement_paper, "03": refusal_paper, "04": apology_paper, "05": stop_paper}


def control_slip(dossier, *, at):
    return ControlSlip(
        **_common(dossier, at=at), received_at=dossier.received_at or dossier.submitted_at, due_at=dossier.due_at,
        finished_at=dossier.finished_at, hand_overs=tuple(_hand_overs(dossier)),
    )  # fmt: skip


def _hand_overs(dossier):
    """A line for each change of step: who gave it, who did the next act, and whether the step kept its time."""
    log = list(dossier.log.select_related("step"))
    for place, entry in enumerate(log):
        before = log[place - 1] if place else None
        if before and before.step_id != entry.step_id:
            after = log[place + 1] if place + 1 < len(log) else None
            yield HandOver(
                giver=_who(entry.by_name, before.step), taker=_who(after.by_name if after else "", entry.step),
                at=entry.at, result=_kept(dossier, before, entry), note=entry.note,
            )  # fmt: skip


def _who(name, step):
    return ", ".join(filter(None, [name, step.name if step else ""]))


def _kept(dossier, before, entry):
    if not (before.step and before.step.budget_minutes):
        return ""
    spent = dossier.calendar.as_worktime().working_minutes_between(before.at, entry.at)
    return "Đúng hạn" if spent <= before.step.budget_minutes else "Quá hạn"


def _of_entry(dossier, entry):
    return _common(dossier, at=entry.at, officer=entry.by_name, paper_number=entry.paper_number)


def _common(dossier, *, at, officer="", paper_number=""):
    return {
        "head": letterhead(dossier.received_by_unit), "applicant": _applicant(dossier), "number": dossier.number,
        "subject": dossier.subject or dossier.procedure.name, "issued_at": at,
        "officer": officer, "paper_number": paper_number,
    }  # fmt: skip


def letterhead(unit):
    """The head a unit's papers bear: a commune's or province's one-stop centre, or the department itself."""
    name = unit.name[:1].lower() + unit.name[1:]
    common = {"phone": unit.phone or settings.AUTHORITY_HOTLINE, "website": _host(), "place": unit.bare_name}
    if unit.kind in (*COMMUNAL, *PROVINCIAL):
        centre = "Trung tâm Phục vụ hành chính công"
        return Letterhead(parent=f"Ủy ban nhân dân {name}", agency=centre, desk=f"{centre} {name}", **common)
    common["place"] = _place_of_authority()
    desk = f"Bộ phận Tiếp nhận và Trả kết quả {name}"
    return Letterhead(parent=settings.AUTHORITY_NAME, agency=unit.name, desk=desk, **common)


def _place_of_authority():
    return settings.AUTHORITY_NAME.rpartition("tỉnh ")[2].rpartition("thành phố ")[2]


def _applicant(dossier):
    person = dossier.parties.order_by("role", "pk").filter(role="applicant").first()
    if person is None:
        return Applicant(name="")
    return Applicant(
        name=person.name, id_number=person.id_number, address=person.address, phone=person.phone, email=person.email
    )


def _documents(dossier):
    for paper in dossier.documents:
        count = paper.get("count", 1)
        kind = str(KINDS.get(paper.get("kind"), ""))
        yield Document(name=paper["name"], kind=kind, note=paper.get("note") or (f"{count} bản" if count > 1 else ""))


def _term(dossier):
    words = citizen_words.term(dossier.term_unit, dossier.term_n)
    return f"0{words}" if words[:1].isdigit() and not words[1:2].isdigit() and words[1:2] == " " else words


def _fee(dossier):
    fees = dossier.procedure_version.fees.all()
    return "; ".join(fee.text for fee in fees if fee.case_id in (None, dossier.case_id))


def _collect_at(dossier):
    unit = dossier.received_by_unit
    return ", ".join(filter(None, [letterhead(unit).desk, unit.address]))


def _contact(dossier, entry):
    phone = dossier.received_by_unit.phone or settings.AUTHORITY_HOTLINE
    return ", ".join(filter(None, [entry.by_name, phone]))


def _host():
    return urlsplit(settings.BASE_URL).netloc
