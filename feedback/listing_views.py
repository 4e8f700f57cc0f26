"""The pages of public reports: the list, a ward's own page, the map, and the feed that a reader subscribes to."""

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.text import Truncator
from django.utils.timezone import localdate, now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page

from agencies.methods import only_read, read_or_sent
from feedback import allowance, events, listing, wards
from feedback import map_points as points
from feedback.categories import Category
from feedback.codes import code_in
from feedback.figures import Figures
from feedback.following import AreaAlert, TooMany, address_mark
from feedback.forms import MailForm
from feedback.listing import Asked
from feedback.public_words import colour
from feedback.sending_views import map_facts

FEED = 50


# --- the list -------------------------------------------------------------------------------------------------------
@only_read
@conditional_page
@cache_control(public=True, max_age=30)
def list_page(request):
    asked, at = Asked.of(request.GET), now()
    if code := code_in(asked.q):
        return redirect("feedback:report", code)
    rows = listing.found(asked, at=at)
    reports, after = listing.page(rows, asked.after)
    context = {
        "asked": asked,
        "reports": _dressed(reports, at),
        "n": listing.counted(rows) if asked.is_narrowed else None,
        "most": listing.COUNTED_UP_TO,
        "next": f"?{asked.address(after=after)}#ket-qua" if after else "",
        "first": f"?{asked.address(after='')}#ket-qua" if asked.after else "",
        "wards": wards.in_force(on=localdate(at)),
        "groups": _groups(),
        "states": [(name, words) for name, (words, _which) in listing.STATES.items()],
        "feed": f"{reverse('feedback:feed')}?{asked.address(after='', q='', state='', period='')}",
    }
    return render(request, "feedback/list.html", context)


def _dressed(reports, at):
    for report in reports:
        report.late, report.colour = report.is_late(at), colour(report.state)
    return reports


def _groups():
    groups = {}
    for category in Category.objects.offered().filter(stopper="", private=False):
        groups.setdefault(category.parent, []).append(category)
    return list(groups.items())


# --- a ward ---------------------------------------------------------------------------------------------------------
@read_or_sent
def ward_page(request, ward_code):
    """Its figures, its newest reports, and news of it by mail."""
    at = now()
    ward = wards.with_code(ward_code, on=localdate(at))
    if ward is None:
        raise Http404
    form = MailForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _alert(request, ward, form.cleaned_data["email"], at)
    asked = Asked(ward=str(ward.pk))
    reports, after = listing.page(listing.found(asked, at=at), "")
    context = {
        "ward": ward,
        "figures": Figures.objects.filter(ward=ward, category=None).first(),
        "reports": _dressed(reports, at),
        "more": f"{reverse('feedback:list')}?{asked.address(after=after)}" if after else "",
        "form": form,
        "done": request.GET.get("done", ""),
        "asked": asked,
    }
    return render(request, "feedback/ward.html", context, status=400 if form.is_bound else 200)


def _alert(request, ward, email, at):
    """Double opt-in: the page says the same whoever's address it is, and whether it hears of the ward already."""
    if refused := allowance.refused(request, "follow"):
        return refused
    contact = {"email": email}
    if not allowance.write_to(address_mark(contact), at=at):
        _ask_for_news(ward, contact, at)
    return redirect(f"{reverse('feedback:ward', args=[ward.official_code or ward.pk])}?done=alert")


def _ask_for_news(ward, contact, at):
    try:
        alert = AreaAlert.begin(ward, contact, at=at, confirmed=False, language=get_language() or "vi")
    except TooMany:
        return
    alert.ask_again(at=at)
    if alert.confirmed_at is None:
        events.alert_asked.send(AreaAlert, alert=alert)


# --- the map --------------------------------------------------------------------------------------------------------
@only_read
@cache_control(public=True, max_age=60)
def map_page(request):
    asked = Asked.of(request.GET)
    return render(request, "feedback/map.html", {"asked": asked, "map": {**map_facts(), **_points_of(asked)}})


def _points_of(asked):
    """The two addresses that the map asks: for points, and for the report behind one."""
    narrowed = Asked(ward=asked.ward, category=asked.category).address()
    return {"points": f"{reverse('feedback:map_points')}?{narrowed}", "report": reverse("feedback:report", args=["_"])}


@only_read
@conditional_page
@cache_control(public=True, max_age=60)
def map_points(request):
    """GeoJSON (RFC 7946) of the box that is asked for: points, or clusters where there are more than 500."""
    box = points.box_in(request.GET.get("bbox", ""))
    days = points.days_in(request.GET.get("days", ""))
    if box is None or days is None:
        words = _("bbox is west,south,east,north in degrees; days is a number from 1 to 365.")
        return JsonResponse({"detail": words}, status=400, json_dumps_params={"ensure_ascii": False})
    asked = Asked.of(request.GET)
    body = points.within(box, days=days, ward=asked.ward, category=asked.category, at=now())
    response = HttpResponse(body, content_type="application/geo+json; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response


# --- the feed -------------------------------------------------------------------------------------------------------
@only_read
@conditional_page
@cache_control(public=True, max_age=300)
def feed(request):
    """Atom (RFC 4287): the newest public reports of a ward, of a category, or of all."""
    whole, at = Asked.of(request.GET), now()
    asked = Asked(ward=whole.ward, category=whole.category)
    rows = listing.found(asked, at=at).select_related("category", "ward").only(*listing.COLUMNS, "changed_at")
    site, own = f"{settings.BASE_URL}{reverse('feedback:list')}?{asked.address()}", request.get_full_path()
    atom = Atom1Feed(
        title=_("Reports: %(authority)s") % {"authority": settings.AUTHORITY_NAME}, link=site, description="",
        language=get_language(), feed_url=f"{settings.BASE_URL}{own}",
    )  # fmt: skip
    for report in rows.order_by("-received_at", "-pk")[:FEED]:
        _add(atom, report)
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _add(atom, report):
    where = f" · {report.ward}" if report.ward else ""
    link = f"{settings.BASE_URL}{reverse('feedback:report', args=[report.code])}"
    atom.add_item(
        title=f"{report.category}{where}", link=link, unique_id=link, pubdate=report.received_at,
        updateddate=report.changed_at, description=f"{report.public_state}. {Truncator(report.public_text).chars(400)}",
    )  # fmt: skip
