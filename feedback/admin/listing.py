"""One list over all channels: groups by what a person does next, filtered, page by page without counting a million."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agencies.models import Unit
from agencies.paging import capped_counts
from agencies.rights import rights_of
from feedback.admin.bulk import seen_as
from feedback.admin.frame import page
from feedback.assigning import officers_offered
from feedback.categories import Category
from feedback.doors import all_doors, own_name
from feedback.report import Report
from feedback.saved_filters import SavedFilter
from feedback.time_left import time_left
from feedback.workflow import TRIAGE, Kind, State
from feedback.worklist import (
    ALL,
    COUNTED,
    COUNTED_UP_TO,
    GROUPS,
    NEWEST_FIRST,
    WORK,
    group_q,
    shown_count,
    urgency,
)

PER_PAGE = 100
UNITS_OFFERED = 400
SHOWN = ("category", "ward", "unit", "officer", "calendar")
COLOURS = {
    State.NEW: "yellow", State.ACCEPTED: "yellow", State.ASSIGNED: "yellow", State.REOPENED: "orange",
    State.IN_PROGRESS: "blue", State.WAITING: "blue", State.PASSED_ON: "blue", State.ANSWERED: "green",
    State.REOPENING_ASKED: "orange", State.PUBLISHED: "green", State.RATED: "green",
}  # fmt: skip
FILTERS = ("q", "unit", "ward", "category", "kind", "channel", "state", "mine")


@dataclass(frozen=True)
class Wanted:
    """What the address asks for. What makes no sense in it is left out: a shared link never ends in an error."""

    q: str
    group: object
    state: str
    kind: str
    channel: str
    unit: int | None
    ward: int | None
    category: int | None
    mine: bool
    after: tuple | None

    @classmethod
    def of(cls, query):
        q = query.get("q", "").replace("\x00", "").strip()[:100]
        state = _one_of(State.values, query.get("state"))
        # Whoever searches or asks for a state means all reports, closed ones too.
        group = GROUPS.get(query.get("work", ""), ALL if q or state else WORK)
        return cls(
            q, group, state, _one_of(Kind.values, query.get("kind")), _one_of(dict(all_doors()), query.get("channel")),
            _whole(query.get("unit")), _whole(query.get("ward")), _whole(query.get("category")),
            query.get("mine") == "1", _cursor(query.get("after")),
        )  # fmt: skip

    @property
    def is_filtered(self):
        return any(getattr(self, name) for name in FILTERS)

    @property
    def is_narrowed(self):
        """By more than words and one's own work."""
        return any(getattr(self, name) for name in FILTERS if name not in ("q", "mine"))

    def of_all(self, user, *, at, group=None):
        """The reports wanted, in no order yet; of another group with the same filters, if one is given."""
        found = Report.objects.visible_to(user).filter(group_q(group or self.group, at=at))
        named = {"state": self.state, "kind": self.kind, "channel": self.channel, "unit": self.unit, "ward": self.ward}
        found = found.filter(**{name: value for name, value in named.items() if value})
        if self.category:
            found = found.filter(Q(category=self.category) | Q(category__parent=self.category))
        if self.mine:
            found = found.filter(officer=user.pk)
        return found.search(self.q) if self.q else found


def changelist(request):
    at, wanted = now(), Wanted.of(request.GET)
    rows, following = page_of(wanted.of_all(request.user, at=at), wanted, size=PER_PAGE)
    may_assign = rights_of(request.user).has(TRIAGE)
    units = _units(request.user)
    return page(
        request, "list", title=_("Reports"), wanted=wanted, lines=as_lines(rows, at=at), back=request.get_full_path(),
        next_page=_address(request, after=following) if following else "", first_page=_address(request, after=""),
        groups=_tabs(request, wanted, at), count=_count(request, wanted, rows, following, at), units=units,
        wards=[unit for unit in units if unit.kind in ("ward", "commune", "special_zone")],
        categories=_categories(), kinds=Kind.choices, states=State.choices, doors=all_doors(),
        saved=saved_tabs(request), query=_query(request), may_assign=may_assign, may_file=may_file(request.user),
        officers=officers_offered(request.user) if may_assign else [],
    )  # fmt: skip


def may_file(user):
    return rights_of(user).has("feedback.file_report")


def page_of(found, wanted, *, size):
    """([reports], where the next page begins or ""). By urgency while work is open, else the newest first."""
    found = found.select_related(*SHOWN)
    by_urgency = wanted.group not in NEWEST_FIRST
    rows = list((_by_urgency if by_urgency else _newest_first)(found, wanted.after, size + 1))
    more, rows = len(rows) > size, rows[:size]
    if not more:
        return rows, ""
    last = rows[-1]
    return rows, f"{last.due_at.isoformat() if last.due_at and by_urgency else ''}_{last.pk}"


def _by_urgency(found, after, size):
    """The soonest due first, those without a date last; two index scans, wherever the page begins."""
    due_at, pk = after or (None, 0)
    rows = []
    if due_at or not after:
        dated = found.filter(due_at__isnull=False).order_by("due_at", "pk")
        if due_at:
            dated = dated.filter(due_at__gte=due_at).filter(Q(due_at__gt=due_at) | Q(pk__gt=pk))
        rows, pk = list(dated[:size]), 0
    if len(rows) < size:
        rows += found.filter(due_at__isnull=True, pk__gt=pk).order_by("pk")[: size - len(rows)]
    return rows


def _newest_first(found, after, size):
    return found.filter(pk__lt=after[1]).order_by("-pk")[:size] if after else found.order_by("-pk")[:size]


@dataclass(frozen=True)
class Line:
    """A row as the officer sees it; who reported stands in none."""

    report: Report
    time: str
    urgency: object

    @property
    def colour(self):
        return self.urgency.colour if self.urgency else "grey"

    @property
    def tag(self):
        return COLOURS.get(self.report.state, "grey")

    @property
    def door(self):
        return own_name(self.report.channel)

    @property
    def seen(self):
        return seen_as(self.report)


def as_lines(reports, *, at):
    return [Line(report, time_left(report, at=at), urgency(report, at=at)) for report in reports]


def _tabs(request, wanted, at):
    """[(group, address, how many)]: by the filters that are set, in one query."""
    counts = capped_counts([wanted.of_all(request.user, at=at, group=group) for group in COUNTED], up_to=COUNTED_UP_TO)
    shown = dict(zip(COUNTED, map(shown_count, counts), strict=True))
    return [
        (group, _address(request, work=group.key, after=""), shown.get(group, "")) for group in GROUPS.values()
    ]  # fmt: skip


def _count(request, wanted, rows, following, at):
    """Never over closed reports: they are a million."""
    if not wanted.after and not following:
        return str(len(rows))
    if wanted.group is ALL:
        return _("more than %(n)s") % {"n": PER_PAGE}
    found = wanted.of_all(request.user, at=at)
    return shown_count(*capped_counts([found], up_to=COUNTED_UP_TO))


def saved_tabs(request):
    """[(saved view, address, whether it is one's own, whether it is open now)]"""
    here = _query(request)
    saved = SavedFilter.objects.offered_to(request.user)
    return [(one, f"?{one.query}", one.owner_id == request.user.pk, one.query == here) for one in saved]


def _query(request):
    """What of the address makes a view: everything but the page it is on."""
    query = request.GET.copy()
    for name in [name for name in query if name not in (*FILTERS, "work") or not query[name]]:
        del query[name]
    return query.urlencode()[:500]


def _units(user):
    return list(
        Unit.objects.visible_to(user, "feedback.view_report").filter(valid_to=None).ordered()
        .only("pk", "name", "kind")[:UNITS_OFFERED]
    )  # fmt: skip


def _categories():
    """[(group, [its categories])]: all, for what was reported before a category was closed is still found."""
    found = {}
    for category in Category.objects.order_by("position", "pk"):
        found.setdefault(category.parent_id, []).append(category)
    return [(group, found.get(group.pk, [])) for group in found.get(None, [])]


def _address(request, **changes):
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
    return f"?{query.urlencode()}"


def _one_of(known, text):
    return text if text in known else ""


def _whole(text):
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 15 else None


def _cursor(text):
    """(due_at or None, pk), or None for the first page."""
    due_at, _sep, pk = (text or "").rpartition("_")
    if _whole(pk) is None:
        return None
    try:
        moment = datetime.fromisoformat(due_at) if due_at else None
    except ValueError:
        return None
    return None if moment and moment.tzinfo is None else (moment, int(pk))
