"""Public reports as they are asked for: by place, subject, state and words, a page at a time, from the newest back."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import F, Q
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from agencies.vietnamese import tidy
from feedback.figures import PERIOD
from feedback.report import Report
from feedback.workflow import OPEN, Outcome, State

PAGE = 20
COUNTED_UP_TO = 1_000
LONGEST_QUESTION = 200
_AFTER = re.compile(r"^(\d{1,17})\.(\d{1,18})$")
NAMES = ("q", "ward", "category", "state", "period", "after")
COLUMNS = (
    "code", "public_text", "state", "outcome", "received_at", "due_at", "answered_at", "supports", "pictures",
    "address", "category__name", "category__name_en", "ward__name",
)  # fmt: skip
ANSWERED = Q(answered_at__isnull=False)
# Each is counted by the column of Figures of the same name.
STATES = {
    "open": (_("Not answered yet"), lambda at: Q(state__in=OPEN)),
    "late": (_("Overdue"), lambda at: Q(state__in=OPEN, due_at__lt=at)),
    "answered": (_("Answered"), lambda at: ANSWERED),
    "on_time": (_("Answered on time"), lambda at: Q(answered_at__lte=F("due_at"))),
    "fixed": (_("Fixed"), lambda at: ANSWERED & Q(outcome=Outcome.FIXED)),
    "otherwise": (_("Answered, but not as “fixed”"), lambda at: ANSWERED & ~Q(outcome=Outcome.FIXED)),
    "closed": (_("Closed"), lambda at: Q(state=State.CLOSED)),
}


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see; what makes no sense is left out."""

    q: str = ""
    ward: str = ""
    category: str = ""
    state: str = ""
    period: str = ""
    after: str = ""

    @classmethod
    def of(cls, given, **fixed):
        said = {name: tidy(given.get(name, "")[:LONGEST_QUESTION]).replace("\0", "") for name in NAMES}
        return cls(**{**said, **fixed})

    @property
    def is_narrowed(self):
        return bool(self.q or self.ward or self.category or self.state or self.period)

    def address(self, **changes):
        """The query of this question, or of one that differs in these."""
        said = {name: changes.get(name, getattr(self, name)) for name in NAMES}
        return urlencode({name: value for name, value in said.items() if value})


def found(asked, *, at):
    """The public reports that fit, in no order yet."""
    rows = Report.objects.shown()
    if asked.q:
        rows = rows.search_public(asked.q)
    if asked.ward:
        rows = rows.filter(ward__in=_ids(asked.ward))
    if asked.category:
        rows = rows.filter(Q(category__code=asked.category) | Q(category__parent__code=asked.category))
    if asked.state in STATES:
        rows = rows.filter(STATES[asked.state][1](at))
    if asked.period:
        rows = rows.filter(received_at__gt=at - PERIOD)
    return rows


def _ids(ward):
    return [int(ward)] if ward.isascii() and ward.isdecimal() and len(ward) < 10 else []


def page(rows, after):
    """(a page of reports from the newest back, what the next one comes after or "")."""
    if place := _place(after):
        received_at, pk = place
        rows = rows.filter(Q(received_at__lt=received_at) | Q(received_at=received_at, pk__lt=pk))
    newest = rows.select_related("category", "ward").only(*COLUMNS).order_by("-received_at", "-pk")
    reports = list(newest[: PAGE + 1])
    last = reports[PAGE - 1] if len(reports) > PAGE else None
    return reports[:PAGE], _mark(last) if last else ""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _mark(report):
    return f"{(report.received_at - _EPOCH) // timedelta(microseconds=1)}.{report.pk}"


def _place(after):
    known = _AFTER.fullmatch(after)
    return (_EPOCH + timedelta(microseconds=int(known[1])), int(known[2])) if known else None


def counted(rows):
    """How many there are, or None where there are more than a thousand: nobody waits for an exact million."""
    n = rows.order_by()[: COUNTED_UP_TO + 1].count()
    return n if n <= COUNTED_UP_TO else None
