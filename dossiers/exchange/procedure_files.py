"""A file of procedures into the catalogue. What did not change is left alone; what did becomes a new version."""

from collections import Counter

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.models import FieldOfWork
from agencies.tables import read_rows
from dossiers.catalogue import Procedure, ProcedureVersion
from dossiers.exchange.procedure_flat import in_groups, unflatten
from dossiers.exchange.procedure_rows import PROCEDURE
from dossiers.exchange.rows import BadRow, bad, read
from dossiers.workflow import Status

FACTS = (
    "decision", "online_level", "partial_reason", "audience", "how", "conditions", "result", "legal_basis",
    "handled_by", "on_supplement", "copies_of_dossier", "note",
)  # fmt: skip
FEE = ("kind", "filed", "text", "amount")
DOCUMENT = ("name", "originals", "copies", "certified_copies", "only_to_show", "form_url", "note")
STEP = ("code", "name", "status", "budget_minutes", "informs", "citizen_text")
PUBLISHED, DRAFT = ProcedureVersion.State.PUBLISHED, ProcedureVersion.State.DRAFT


def import_procedures(source, *, name, on, on_bad, progress=None):
    """Bring every procedure of a CSV, XLSX or JSON file into the catalogue and publish it.

    Args:
        source: path, or a file opened for bytes.
        on: the day from which a version counts whose row does not say so.
        on_bad: called with (line, field, reason) for everything that is wrong with a row.
        progress: called with the number of lines of each procedure that is done.

    Returns:
        Counter of "created", "changed", "unchanged", "refused" procedures.

    Raises:
        agencies.tables.BadTable: the file as a whole cannot be read.
    """
    counts, unreadable = Counter(), []

    def not_read(error):
        unreadable.append(error)
        on_bad(error.line, error.field, str(error.reason))

    for lines in in_groups(read_rows(source, name, on_bad=not_read)):
        try:
            if len(lines) > 1 and unreadable:
                raise bad("code", _("A line of this procedure, or next to it, cannot be read."))
            counts[_import(lines, on)] += 1
        except BadRow as error:
            counts["refused"] += 1
            for field, reason in error.errors:
                on_bad(lines[0][0], field, reason)
        counts["refused"] += len(unreadable)
        unreadable.clear()
        if progress:
            progress(len(lines))
    counts["refused"] += len(unreadable)
    return counts


def _import(lines, on):
    with translation.override(settings.LANGUAGE_CODE):
        row = unflatten([line for _number, line in lines])
    row = read(PROCEDURE, row)
    with transaction.atomic():
        return publish_row(row, on=on)


def publish_row(row, *, on):
    """Bring one procedure in: "created", "changed" or "unchanged". Raises BadRow."""
    procedure = Procedure.objects.select_for_update(of=("self",)).filter(code=row["code"]).first()
    created = procedure is None
    procedure = procedure or Procedure(code=row["code"])
    facts_changed = _set_facts(procedure, row)
    if facts_changed:
        procedure.save()
    current = procedure.versions.filter(state=PUBLISHED).first()
    told = _content_of_row(row)
    if current is not None and _content(current) == told:
        return "changed" if facts_changed else "unchanged"
    _publish(procedure, told, current=current, valid_from=row.get("valid_from") or on)
    return "created" if created else "changed"


def _set_facts(procedure, row):
    facts = {"name": row["name"], "level": row["level"], "field": _field(row["field"])}
    if "keywords" in row:  # a file that does not speak of them takes none away
        facts["keywords"] = row["keywords"]
    changed = procedure.pk is None or any(getattr(procedure, name) != value for name, value in facts.items())
    for name, value in facts.items():
        setattr(procedure, name, value)
    return changed


def _field(row):
    known = FieldOfWork.objects.filter(code=row["code"]).first()
    if known is None and "name" not in row:
        raise bad("field.name", _("The field of work “%(code)s” is new: its name is needed.") % {"code": row["code"]})
    return known or FieldOfWork.objects.create(code=row["code"], name=row["name"])


def _publish(procedure, told, *, current, valid_from):
    if current is not None and valid_from < current.valid_from:
        since = current.valid_from.strftime("%d/%m/%Y")
        raise bad("valid_from", _("A version from %(since)s on is published already; a later day is expected.")
                  % {"since": since})  # fmt: skip
    # Drafts of officers keep their numbers; ours comes after all of them.
    last = procedure.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = procedure.versions.create(number=last + 1, state=DRAFT, valid_from=valid_from, **told["facts"])
    cases = {}
    for order, case in enumerate(told["cases"], start=1):
        cases[case["name"]] = version.cases.create(order=order, **case)
    for part in ("fees", "documents"):
        for order, line in enumerate(told[part], start=1):
            getattr(version, part).create(order=order, **{**line, "case": cases.get(line["case"])})
    for order, step in enumerate(told["steps"], start=1):
        version.steps.create(order=order, **step)
    version.publish(by=None)


def _content_of_row(row):
    """What a version says, in the shape of `_content`: to be compared and to be written."""
    return {
        "facts": {name: row[name] for name in FACTS},
        "cases": [
            {"name": case["name"], "term_unit": case["term"]["unit"], "term_n": case["term"]["n"],
             "area_extension_n": case["area_extension"], "term_note": case["term_note"]}
            for case in row["cases"]
        ],
        "fees": [{name: fee[name] for name in ("case", *FEE)} for fee in row["fees"]],
        "documents": [{name: document[name] for name in ("case", *DOCUMENT)} for document in row["documents"]],
        "steps": [{name: step[name] for name in STEP} for step in row["steps"] or _usual_steps()],
    }  # fmt: skip


def _content(version):
    return {
        "facts": {name: getattr(version, name) for name in FACTS},
        "cases": list(version.cases.values("name", "term_unit", "term_n", "area_extension_n", "term_note")),
        "fees": _parts(version.fees, FEE),
        "documents": _parts(version.documents, DOCUMENT),
        "steps": list(version.steps.values(*STEP)),
    }


def _parts(related, names):
    rows = related.values("case__name", *names)
    return [{"case": row.pop("case__name") or "", **row} for row in rows]


def _usual_steps():
    """A list of procedures seldom names their steps: then there are these three."""
    with translation.override(settings.LANGUAGE_CODE):
        return [
            _usual_step("tiep-nhan", _("Receiving the dossier"), Status.RECEIVED, _("The dossier was received.")),
            _usual_step("xu-ly", _("Handling the dossier"), Status.PROCESSING, _("The dossier is being handled.")),
            _usual_step("tra-ket-qua", _("Result ready"), Status.RESULT_READY, _("The result is ready to collect.")),
        ]


def _usual_step(code, name, status, words):
    return {"code": code, "name": name, "status": status, "budget_minutes": 0, "informs": True, "citizen_text": words}
