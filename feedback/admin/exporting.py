"""The filtered list as a table for Excel: nobody's contact, and the text as the public reads it."""

import csv

from django.http import StreamingHttpResponse
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from agencies.models import AccessLog
from feedback.admin.listing import Wanted

MOST = 100_000
AT_ONCE = 2_000


class _Echo:
    def write(self, value):
        return value


def export(request):
    """CSV in UTF-8 with a mark at the beginning, without which Excel reads Vietnamese letters wrongly."""
    at = now()
    found = Wanted.of(request.GET).of_all(request.user, at=at).select_related("category", "ward", "unit", "officer")
    AccessLog.record(by=request.user, about="reports", what="export", at=at)
    rows = found.order_by("-pk")[:MOST].iterator(chunk_size=AT_ONCE)
    response = StreamingHttpResponse(_lines(rows, at), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="phan-anh-{localtime(at):%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(reports, at):
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([
        _("Code"), _("Kind of report"), _("Category"), _("State"), _("How it was settled"), _("Ward or commune"),
        _("Unit"), _("Officer"), _("Channel"), _("Received"), _("Answer due"), _("Answered"), _("Late"),
        _("As the public reads it"),
    ])  # fmt: skip
    for report in reports:
        yield writer.writerow([_cell(value) for value in _row(report, at)])


def _row(report, at):
    moments = (report.received_at, report.due_at, report.answered_at)
    late = report.is_late(at) or bool(report.answered_at and report.due_at and report.answered_at > report.due_at)
    received, due, answered = (f"{localtime(moment):%Y-%m-%d %H:%M}" if moment else "" for moment in moments)
    return [
        report.shown_code, report.get_kind_display(), report.category.shown_name, report.get_state_display(),
        report.get_outcome_display(), report.ward or "", report.unit, report.officer or "", report.channel, received,
        due, answered, _("yes") if late else "", report.public_text,
    ]  # fmt: skip


def _cell(value):
    """What a citizen wrote is no formula, whatever it begins with."""
    text = str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
