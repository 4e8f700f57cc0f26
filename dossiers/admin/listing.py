"""The list of dossiers: today's work by urgency, filtered and searched, page by page without counting a million."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils.formats import number_format
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agencies.models import AccessLog, FieldOfWork, Unit
from agencies.paging import COUNTED_UP_TO, capped_counts
from agencies.rights import rights_of
from dossiers.admin.acts import BY_KEY
from dossiers.admin.bulk import BULK, seen_as
from dossiers.admin.frame import may_see_parties, page
from dossiers.models import Dossier, Party, ProcedureVersion
from dossiers.remaining import remaining
from dossiers.workflow import Status
from dossiers.worklist import ALL, GROUPS, OPEN_WORK, READY, Today

PER_PAGE = 50
UNITS_OFFERED = 400
COLOURS = {
    Status.SUBMITTED: "yellow",
    Status.SUPPLEMENT_REQUESTED: "orange",
    Status.PAYMENT_REQUESTED: "orange",
    Status.WITHDRAWAL_REQUESTED: "orange",
    Status.RECEIVED: "blue",
    Status.PROCESSING: "blue",
    Status.RESULT_READY: "green",
}


@dataclass(frozen=True)
class Wanted:
    """What the address asks for. What makes no sense in it is left out: a shared link never ends in an error."""

    q: str
    group: object
    status: str
    unit: int | None
    field: int | None
    after: tuple | None

    @classmethod
    def of(cls, query):
        q = query.get("q", "").replace("\x00", "").strip()[:100]
        status = query.get("status", "")
        status = status if status in Status.values else ""
        # Whoever searches or asks for a status means all dossiers, closed ones too.
        group = GROUPS.get(query.get("work", ""), ALL if q or status else OPEN_WORK)
        return cls(q, group, status, _whole(query.get("unit")), _whole(query.get("field")), _cursor(query.get("after")))

    def of_all(self, user, today):
        """The dossiers wanted, in no order yet."""
        found = Dossier.objects.visible_to(user).filter(today.q(self.group))
        if self.q:
            found = found.search(self.q, user=user)
        if self.status:
            found = found.filter(status=self.status)
        if self.unit:
            found = found.filter(unit=self.unit)
        return found.filter(field=self.field) if self.field else found


def changelist(request):
    today = Today.of(request.user, at=now())
    wanted = Wanted.of(request.GET)
    found = wanted.of_all(request.user, today)
    rows, following = page_of(found, wanted, size=PER_PAGE)
    lines = as_lines(rows, user=request.user, today=today)
    _note_look(request.user, wanted, lines=lines, at=today.at)
    return page(
        request, "list", title=_("Dossiers"), wanted=wanted, lines=lines,
        count=_counted(found, wanted, rows=rows, following=following), back=request.get_full_path(),
        next_page=_address(request, after=following) if following else "", first_page=_address(request, after=""),
        groups=[(group, _address(request, work=group.key, after="")) for group in GROUPS.values()],
        statuses=Status.choices, units=_units(request.user), fields=_fields(request.user), bulk=_bulk(request.user),
    )  # fmt: skip


def page_of(found, wanted, *, size):
    """([dossiers], where the next page begins or ""). By urgency while work is open, else the newest first."""
    found = found.select_related("unit", "field", "step", "calendar")
    by_urgency = wanted.group not in (ALL, READY)
    rows = list((_by_urgency if by_urgency else _newest_first)(found, wanted.after, size + 1))
    more, rows = len(rows) > size, rows[:size]
    applicants = Party.objects.filter(role=Party.Role.APPLICANT).only("dossier_id", "name")
    # Not joined: PostgreSQL would spend ten times as long on the order of seven tables as on the fifty rows.
    versions = ProcedureVersion.objects.select_related("procedure").only("procedure__name")
    prefetch_related_objects(rows, Prefetch("parties", applicants), Prefetch("procedure_version", versions))
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
    """A row as the officer sees it: the name in full only with the right to it."""

    dossier: Dossier
    applicant: str
    in_full: bool
    time: str
    urgency: object

    @property
    def colour(self):
        return self.urgency.colour if self.urgency else "grey"

    @property
    def tag(self):
        return COLOURS.get(self.dossier.status, "grey")

    @property
    def status(self):
        return Status(self.dossier.status).label

    @property
    def seen(self):
        return seen_as(self.dossier)


def as_lines(dossiers, *, user, today, masked=False):
    """`masked`: nobody's name in full, whatever the right, on a page that is not noted as a look."""
    return [_line(dossier, today, not masked and may_see_parties(user, dossier)) for dossier in dossiers]


def _line(dossier, today, in_full):
    applicant = next(iter(dossier.parties.all()), None)
    name = "–" if applicant is None else applicant.name if in_full else applicant.masked_name
    return Line(dossier, name, in_full, time_of(dossier, today.at), today.urgency(dossier))


def time_of(dossier, at):
    """The time that is left, or why none runs."""
    if dossier.status == Status.RESULT_READY:
        return _("waits to be collected")
    if not dossier.is_open:
        return ""
    if dossier.due_at is None:
        return _("the clock stands still") if dossier.is_paused else _("not received yet")
    return remaining(due_at=dossier.due_at, at=at, worktime=dossier.calendar.as_worktime()).text


def _note_look(user, wanted, *, lines, at):
    """Names shown in full are a look at persons' data: one line for the page, with what was asked for."""
    if any(line.in_full for line in lines):
        what = f"search {len(lines)}" if wanted.q else f"list {wanted.group.key} {len(lines)}"
        AccessLog.record(by=user, about="dossiers", what=what, at=at)


def _counted(found, wanted, *, rows, following):
    """Only asked of the database when the page does not know it, and never over closed dossiers: they are a million."""
    if not wanted.after and not following:
        return str(len(rows))
    if wanted.group == ALL:
        return _("more than %(n)s") % {"n": PER_PAGE}
    return shown_count(*capped_counts([found]))


def shown_count(count):
    if count <= COUNTED_UP_TO:
        return number_format(count, force_grouping=True)
    return _("10,000+")


def _units(user):
    return list(
        Unit.objects.visible_to(user, "dossiers.view_dossier").ordered().values_list("pk", "name")[:UNITS_OFFERED]
    )


def _fields(user):
    return list(FieldOfWork.objects.visible_to(user, "dossiers.view_dossier").values_list("pk", "name"))


def _bulk(user):
    return [BY_KEY[key] for key in BULK if rights_of(user).has(BY_KEY[key].permission)]


def _address(request, **changes):
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
    return f"?{query.urlencode()}"


def _whole(text):
    return int(text) if text and text.isdecimal() and len(text) < 15 else None


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
