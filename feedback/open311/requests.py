"""Requests as the public may read them. Private and hidden ones are not there: neither in a list nor by their id."""

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from feedback.log import LogEntry
from feedback.masking import masked
from feedback.open311.door import count_a_miss
from feedback.open311.errors import not_found
from feedback.open311.filters import requests_asked_for
from feedback.open311.writing import Document
from feedback.public import masked_answers, media_of, outcome_of, state_of, text_of
from feedback.report import Report
from feedback.workflow import OPEN, State, Verb

ROOT, ITEM = "service_requests", "request"
MOST_MERGES = 5  # one after the other


def listed(asked):
    return shown(requests_asked_for(asked), extensions=asked.flag("extensions"))


def one(asked, code):
    """By its code however it is typed; a merged one is the one it went into. Raises Refused: 404."""
    found = Report.objects.with_code(code).first()
    for _step in range(MOST_MERGES):
        if found is None or found.state != State.MERGED or found.hidden or not found.public_wanted:
            break
        found = found.merged_into
    if found is None or not found.shown:
        raise not_found(_("There is no such request, or it is not public."))
    return shown(Report.objects.shown().filter(pk=found.pk), extensions=asked.flag("extensions"))


def token(asked, token):
    """What a reporter's secret opens."""
    found = Report.objects.with_token(token).first()
    if found is None:
        count_a_miss(asked)
        raise not_found(_("There is no such token."))
    return Document(ROOT, [{"service_request_id": found.code, "token": token}], ITEM)


def shown(reports, *, extensions):
    """The document of these, in a constant number of queries."""
    said = LogEntry.objects.public().order_by("pk")
    rows = reports.select_related("category__parent", "ward", "unit", "merged_into")
    rows = list(rows.prefetch_related(Prefetch("log", said, to_attr="said")))
    media = media_of(rows)
    return Document(ROOT, [_row(report, media.get(report.about, []), extensions) for report in rows], ITEM)


def _row(report, media, extensions):
    row = {
        "service_request_id": report.code,
        "status": status_of(report.state),
        "status_notes": _status_notes(report),
        "service_name": report.category.shown_name,
        "service_code": report.category.code,
        "description": text_of(report),
        "agency_responsible": report.unit.name,
        "service_notice": None,
        "requested_datetime": report.received_at,
        "updated_datetime": _updated(report),
        "expected_datetime": report.due_at,
        "address": _address(report),
        "address_id": report.ward.official_code if report.ward else None,
        "zipcode": None,
        "lat": report.latitude,
        "long": report.longitude,
        "media_url": media[0] if media else None,
    }
    return {**row, **_extended(report, media)} if extensions else row


def _extended(report, media):
    """What GeoReport does not have and clients ask for with `extensions=true`."""
    answers = [{**one, "value": one["value"] if isinstance(one["value"], list) else [one["value"]]}
               for one in masked_answers(report)]  # fmt: skip
    details = {"detailed_status": state_of(report), "outcome": outcome_of(report) or None, "media_urls": media}
    notes = [{"datetime": entry.at, "type": status_of(entry.state), "summary": words_of(entry)}
             for entry in report.said]  # fmt: skip
    attributes = [{"code": one["code"], "description": one["question"], "values": one["value"]} for one in answers]
    return {"attributes": attributes, "extended_attributes": details, "notes": notes}


def status_of(state):
    return "open" if state in OPEN else "closed"


def words_of(entry):
    """What the public reads of an act; people's numbers are hidden whoever wrote them."""
    return masked(entry.public_note) or str(Verb(entry.verb).label)


def _status_notes(report):
    newest = next((entry for entry in reversed(report.said) if entry.public_note), None)
    return masked(newest.public_note) if newest else str(report.public_state)


def _updated(report):
    """Of a closed one the moment it was closed to the citizen."""
    closed_at = report.answered_at or report.closed_at
    return report.changed_at if report.is_open else closed_at or report.changed_at


def _address(report):
    parts = [masked(report.address), report.ward.name if report.ward else ""]
    return ", ".join(part for part in parts if part) or None
