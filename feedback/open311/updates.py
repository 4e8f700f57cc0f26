"""What became of requests, and what others say of them: mySociety's extension `servicerequestupdates`.

What comes in late, or in a state that waits for nothing, is kept as a note and never lost.
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agencies.sealed import blind_index
from feedback import codes
from feedback.handling import MOST_SAID
from feedback.heard import HeardUpdate
from feedback.log import LogEntry
from feedback.open311.door import key_of
from feedback.open311.errors import bad, not_found
from feedback.open311.filters import MOST, MOST_PAGES, span
from feedback.open311.posting import whose
from feedback.open311.requests import status_of, words_of
from feedback.open311.writing import Document
from feedback.report import Report

ROOT, ITEM = "service_request_updates", "request_update"


def listed(asked):
    """Public lines of the logs of public reports, the oldest first, so that who polls can go on from the last."""
    found = LogEntry.objects.public().filter(report__shown=True)
    if ids := asked.several("service_request_id", most=MOST):
        found = found.filter(report__code__in={codes.code_in(one) for one in ids} - {""})
    start, end = span(asked.moment("start_date"), asked.moment("end_date"), at=asked.at)
    found = found.filter(at__gte=start, **({"at__lte": end} if end else {}))
    size, page = asked.whole("page_size", MOST, most=MOST), asked.whole("page", 1, most=MOST_PAGES)
    rows = found.select_related("report").order_by("at", "pk")[(page - 1) * size : page * size]
    return Document(ROOT, [_row(entry) for entry in rows], ITEM)


def _row(entry):
    return {
        "update_id": str(entry.pk),
        "service_request_id": entry.report.code,
        "status": status_of(entry.state),
        "updated_datetime": entry.at,
        "description": words_of(entry),
        "media_url": None,
    }


def posted(asked):
    """Their words stand in the log; the id of that line. Raises Refused."""
    key = key_of(asked)
    text = asked.lines("description")
    if not text:
        raise bad("description", _("Please fill this in: somebody will read it."))
    if len(text) > MOST_SAID:
        raise bad("description", _("At most %(n)s signs.") % {"n": MOST_SAID})
    report = _report(asked, key)
    if asked.is_test:
        return Document(ROOT, [{"update_id": "TEST"}], ITEM)
    return Document(ROOT, [{"update_id": str(_heard_once(report, text, asked, key))}], ITEM)


def _report(asked, key):
    """One that anybody sees, that came in with this very key, or that lies within reach of it."""
    found = Report.objects.with_code(asked.text("service_request_id"))
    report = found.first()
    if report is None or not (
        report.shown or report.was_said_by(whose(key)) or found.visible_to(key.user(), "feedback.post_open311").exists()
    ):
        raise not_found(_("There is no such request, or it is not public."))
    return report


def _heard_once(report, text, asked, key):
    """The id of the line in the log, the same for the same `update_id`."""
    theirs = (asked.text("update_id") or asked.text("update_id_ext"))[:200]
    mark = blind_index(f"{key.pk}:{report.pk}:{theirs}", "open311.update") if theirs else ""
    if before := mark and HeardUpdate.objects.filter(mark=mark).first():
        return before.entry_id
    try:
        with transaction.atomic():
            entry = _heard(report, text, asked, key)
            if mark:
                HeardUpdate.objects.create(mark=mark, entry=entry)
            return entry.pk
    except IntegrityError:
        return HeardUpdate.objects.get(mark=mark).entry_id


def _heard(report, text, asked, key):
    """What came in with this key is spoken for by it: its reporter adds something. Else a body outside does."""
    status = asked.text("status").lower()[:40]
    said = f"{text}\n({_('their status')}: {status})" if status else text
    hear = report.hear if report.was_said_by(whose(key)) else report.hear_partner
    return hear(said, at=asked.at, through=str(key))
