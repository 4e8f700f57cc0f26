"""Open data: public reports by month, as CSV and JSON, without personal data. docs/open311.md tells who may use them.

Files are made by night and replaced whole; what was hidden or forgotten meanwhile is not in the next edition. Row after
row is read and written, so a month of any size takes the same memory.
"""

import csv
import json
import os
import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Max, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from agencies.worktime import VIETNAM
from feedback.open311.writing import moment
from feedback.public import outcome_of, state_of, text_of
from feedback.report import Report

FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}
BATCH = 1_000
DECIMALS = 3  # of a degree: about 100 metres
# A transaction that was open when a file was made may have changed something since.
SLACK = timedelta(minutes=10)
_NAME = re.compile(r"phan-anh-(\d{4}-(?:0[1-9]|1[0-2]))\.(csv|json)")
# A spreadsheet would take what begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

# What a row has, and what it means.
COLUMNS = {
    "code": _("Code of the report; its page is found by it."),
    "kind": _("Kind: field, procedure, regulation or business."),
    "category": _("Code of the category."),
    "category_name": _("Name of the category."),
    "ward": _("Official code of the ward or commune; empty if it is not known."),
    "ward_name": _("Name of the ward or commune."),
    "state": _("Where it stands, e.g. accepted, in_progress, published (answered), closed."),
    "outcome": _("How it was settled: fixed, explained, planned, not_found, not_ours; empty while it is open."),
    "received_at": _("When it was received, with its time zone."),
    "due_at": _("Until when an answer is promised; empty while the citizen is asked something."),
    "answered_at": _("When the answer became public."),
    "on_time": _("Whether it was answered by then: true, false; empty while that is not known."),
    "text": _("The report as the public reads it: phone numbers, e-mail addresses and identity numbers are hidden. "
              "In CSV an apostrophe stands before what a spreadsheet would take for a formula."),
    "latitude": _("Latitude (WGS 84), rounded to about 100 metres."),
    "longitude": _("Longitude (WGS 84), rounded to about 100 metres."),
}  # fmt: skip


@dataclass(frozen=True, order=True)
class Month:
    """One month by the calendar of Vietnam."""

    year: int
    number: int

    @classmethod
    def of(cls, at):
        local = at.astimezone(VIETNAM)
        return cls(local.year, local.month)

    @classmethod
    def named(cls, text):
        """'2026-11'. Raises ValueError."""
        return cls.of(datetime.strptime(text, "%Y-%m").replace(tzinfo=VIETNAM))

    def __str__(self):
        return f"{self.year:04}-{self.number:02}"

    @property
    def name(self):
        """For templates."""
        return str(self)

    @property
    def start(self):
        return datetime(self.year, self.number, 1, tzinfo=VIETNAM)

    @property
    def next(self):
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    def path(self, suffix):
        return root() / f"phan-anh-{self}.{suffix}"


def root():
    return Path(settings.OPEN_DATA_ROOT)


def months_to_publish(*, at, whole=False):
    """Months that are over and of which no file tells the present state; all of them if `whole`."""
    changed = dict(
        Report.objects.order_by()
        .annotate(month=TruncMonth("received_at", tzinfo=VIETNAM))
        .values_list("month")
        .annotate(Max("changed_at"))
    )
    changed = {Month.of(month): last for month, last in changed.items()}
    return [month for month in sorted(changed) if month.next.start <= at and (whole or _is_old(month, changed[month]))]


def _is_old(month, changed_at):
    try:
        made = [month.path(suffix).stat().st_mtime for suffix in FORMATS]
    except FileNotFoundError:
        return True
    return changed_at + SLACK >= datetime.fromtimestamp(min(made), UTC)


def publish(month, *, at, progress=lambda n: None):
    """Makes both files of a month anew. How many reports are in them."""
    root().mkdir(parents=True, exist_ok=True)
    count = 0
    with _replacing(month.path("csv"), at) as table, _replacing(month.path("json"), at) as document:
        writer = _begin_table(table)
        document.write(f'{{"month": "{month}", "made_at": "{moment(at)}", {_about()}, "reports": [')
        for count, report in enumerate(_reports(month), start=1):
            row = row_of(report, at=at)
            writer.writerow({name: _cell(value) for name, value in row.items()})
            document.write((",\n" if count > 1 else "\n") + json.dumps(row, ensure_ascii=False))
            progress(1)
        document.write("\n]}\n")
    return count


def _begin_table(table):
    # Without the mark Excel reads Vietnamese as something else.
    table.write("\ufeff")
    writer = csv.DictWriter(table, COLUMNS)
    writer.writeheader()
    return writer


def _about():
    told = {"licence": settings.OPEN_DATA_LICENCE, "licence_url": settings.OPEN_DATA_LICENCE_URL,
            "publisher": settings.AUTHORITY_NAME}  # fmt: skip
    return json.dumps(told, ensure_ascii=False)[1:-1]


def _reports(month):
    """The public reports of a month, a batch at a time, each from the last row seen."""
    rows = Report.objects.shown().filter(received_at__gte=month.start, received_at__lt=month.next.start)
    rows = rows.select_related("category", "ward").order_by("received_at", "pk")
    beyond = Q()
    while batch := list(rows.filter(beyond)[:BATCH]):
        yield from batch
        last = batch[-1]
        beyond = Q(received_at__gt=last.received_at) | Q(received_at=last.received_at, pk__gt=last.pk)


def row_of(report, *, at):
    """{column: value} of one report; nothing of who reported."""
    values = (
        report.code, report.kind, report.category.code, report.category.name,
        report.ward.official_code if report.ward else "", report.ward.name if report.ward else "",
        str(state_of(report)), outcome_of(report), moment(report.received_at), moment(report.due_at),
        moment(report.answered_at), _on_time(report, at), text_of(report), _rounded(report.latitude),
        _rounded(report.longitude),
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _on_time(report, at):
    if report.due_at is None:
        return None
    if report.is_open:
        return False if report.due_at < at else None
    return report.answered_at <= report.due_at if report.answered_at else None


def _rounded(degrees):
    return None if degrees is None else round(degrees, DECIMALS)


def _cell(value):
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


@contextmanager
def _replacing(path, at):
    """A text file that stands in the place of the old one once it is whole; dated when its making began, for what
    changed since may not be in it."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        os.chmod(name, 0o644)
        os.utime(name, (at.timestamp(), at.timestamp()))
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def editions():
    """[(month, {format: size in bytes})] of what is published, the newest first."""
    found = {}
    for path in root().glob("phan-anh-*"):
        if match := _NAME.fullmatch(path.name):
            found.setdefault(Month.named(match[1]), {})[match[2]] = path.stat().st_size
    return sorted(found.items(), reverse=True)


def file_named(name):
    """(path, content type), or None: only files of ours, by their whole name."""
    match = _NAME.fullmatch(name)
    path = root() / name
    return (path, FORMATS[match[2]]) if match and path.is_file() else None
