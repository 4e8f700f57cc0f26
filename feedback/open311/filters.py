"""Which requests are asked for. What is not public does not exist here."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from feedback import codes, duplicates
from feedback.categories import Category
from feedback.open311.errors import bad, not_found
from feedback.report import Report
from feedback.workflow import OPEN

SPAN = timedelta(days=90)
MOST = 1_000
MOST_PAGES = 100
AROUND = 750  # metres: the neighbourhood of a point, as other servers have it
CORNERS = ("lat_sw", "long_sw", "lat_ne", "long_ne")


def requests_asked_for(asked):
    """The reports, a page of at most 1,000, the newest first. Raises Refused."""
    if codes_asked := asked.several("service_request_id", most=MOST):
        return _with_codes(codes_asked)
    found = Report.objects.shown().filter(_moments(asked), _statuses(asked), _services(asked))
    return _page(_within(found, asked).order_by("-received_at", "-pk"), asked)


def _with_codes(asked_for):
    found = {codes.code_in(one) for one in asked_for} - {""}
    return Report.objects.shown().filter(code__in=found).order_by("-received_at", "-pk")


def _page(found, asked):
    size = asked.whole("page_size", MOST, most=MOST)
    page = asked.whole("page", 1, most=MOST_PAGES)
    return found[(page - 1) * size : page * size]


def _moments(asked):
    """When they were received, 90 days at the most; when they changed. Who asks for changes need not name days."""
    after, before = asked.moment("updated_after"), asked.moment("updated_before")
    changed = _between("changed_at", after, before)
    start, end = asked.moment("start_date"), asked.moment("end_date")
    if not (start or end) and (after or before):
        return changed
    return changed & _between("received_at", *span(start, end, at=asked.at))


def span(start, end, *, at):
    """(start, end) of at most 90 days. Raises Refused."""
    if start is None:
        start, end = (end or at) - SPAN, end
    elif end is None:
        end = start + SPAN
    if end is not None and end < start:
        raise bad("end_date", _("The end lies before the start."))
    if end is not None and end - start > SPAN:
        raise bad("end_date", _("At most 90 days can be asked for at once."))
    return start, end


def _between(column, first, last):
    bounds = {f"{column}__gte": first, f"{column}__lte": last}
    return Q(**{name: bound for name, bound in bounds.items() if bound is not None})


def _statuses(asked):
    asked_for = {word.lower() for word in asked.several("status")}
    if strange := asked_for - {"open", "closed"}:
        raise bad("status", _("“%(value)s” is neither open nor closed.") % {"value": min(strange)[:60]})
    if len(asked_for) != 1:
        return Q()
    return Q(state__in=OPEN) if asked_for == {"open"} else ~Q(state__in=OPEN)


def _services(asked):
    asked_for = {code.lower() for code in asked.several("service_code")}
    if not asked_for:
        return Q()
    known = dict(Category.objects.filter(code__in=asked_for, parent__isnull=False).values_list("code", "pk"))
    if strange := asked_for - set(known):
        raise not_found(_("There is no service_code “%(code)s”.") % {"code": min(strange)[:60]})
    return Q(category__in=known.values())


def _within(found, asked):
    corners = [asked.number(name) for name in CORNERS]
    if any(corner is not None for corner in corners):
        if None in corners:
            raise bad(CORNERS[corners.index(None)], _("A box needs lat_sw, long_sw, lat_ne and long_ne."))
        return found.in_box(*corners)
    point = asked.point()
    return found.in_box(*duplicates.box(point, AROUND)) if point else found
