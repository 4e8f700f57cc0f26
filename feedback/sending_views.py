"""The way to a report: what it is about, the form, how the public will see it, and only then the sending."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.clients import client_address
from agencies.methods import only_read, read_or_sent
from attachments.refusals import Refused
from feedback import allowance, duplicates, sending, wards
from feedback.categories import Category
from feedback.codes import token_of
from feedback.figures import Figures
from feedback.forms import ReportForm
from feedback.intake import SentBefore
from feedback.masking import HIDDEN, masked
from feedback.public_words import said_in

NOT_CARRIED = {"csrfmiddlewaretoken", "step", "drop", "kept", "use_photo_place", "photo_place"}


@only_read
def categories_page(request):
    """Emergencies first, then what it is about: the category says all that comes after."""
    usual = Figures.objects.usual_minutes()
    groups = {}
    for category in Category.objects.offered().order_by("parent__position", "parent_id", "position", "pk"):
        category.usual = in_words(usual.get(category.pk))
        groups.setdefault(category.parent, []).append(category)
    return render(request, "feedback/categories.html", {"groups": list(groups.items())})


def in_words(minutes):
    """'3 hours', '2 days', rounded up; "" for none."""
    if minutes is None:
        return ""
    hours = -(-minutes // 60) or 1
    if hours <= 24:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = -(-hours // 24)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


@read_or_sent
def send_page(request, category_code):
    category = Category.objects.offered().prefetch_related("questions").filter(code=category_code).first()
    if category is None:
        raise Http404
    if category.stopper:
        return render(request, "feedback/stopper.html", {"category": category})
    at = now()
    if request.method != "POST":
        return _form_page(request, ReportForm(category=category, on=localdate(at)))
    return _sent(request, category, at)


def _sent(request, category, at):
    uploads = request.FILES.getlist("pictures")
    gathered = sending.gather(request.POST, uploads, client=client_address(request), at=at)
    form = ReportForm(_with_place(request.POST, gathered), category=category, on=localdate(at), kept=gathered.kept,
                      refused=gathered.refused)  # fmt: skip
    if gathered.wait:
        form.add_error(None, _("Too many files came from your address. Please wait a while; the rest is kept."))
        return _form_page(request, form, status=429, wait=gathered.wait)
    if not form.is_valid():
        return _form_page(request, form, status=400)
    step = request.POST.get("step")
    if step == "change":
        return _form_page(request, form)
    return _send(request, form, at) if step == "send" else _preview(request, form, at)


def _with_place(posted, gathered):
    """The form's data, and where a photo says it was taken: offered to its sender, stored nowhere else."""
    if gathered.place is None or posted.get("photo_place"):
        return posted
    posted = posted.copy()
    posted["photo_place"] = "{:.6f},{:.6f}".format(*gathered.place)
    return posted


def _form_page(request, form, *, status=200, wait=0):
    context = {"form": form, "category": form.category, "wards": wards.in_force(on=form.on), "map": map_facts()}
    response = render(request, "feedback/send.html", context, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def map_facts():
    """What a script that draws a map has to know."""
    south, west, north, east = settings.PROVINCE_BOUNDS
    return {
        "bounds": f"{south},{west},{north},{east}",
        "tiles": settings.MAP_TILES_URL,
        "credit": settings.MAP_TILES_CREDIT,
    }


def _preview(request, form, at):
    draft = form.draft
    context = {
        "form": form,
        "category": form.category,
        "draft": draft,
        "public": not form.is_private,
        "pieces": pieces(masked(draft.text)),
        "shown_answers": said_in(draft.checked_answers, public=not form.is_private),
        "carried": _carried(form),
        "near": duplicates.near(draft.place, form.category, at=at),
    }
    return render(request, "feedback/preview.html", context)


def pieces(text):
    """The text cut where something is hidden: the page marks what stands between two pieces."""
    return text.split(HIDDEN)


def _carried(form):
    """(name, value) of all that was filled in, for the hidden fields of the next page."""
    carried = [
        (name, value) for name, values in form.data.lists() if name not in NOT_CARRIED for value in values
        if name in form.fields or name == "ward_pick"
    ]  # fmt: skip
    place = form.draft.place
    if place and not form.data.get("place"):
        carried = [pair for pair in carried if pair[0] != "place"] + [("place", f"{place[0]},{place[1]}")]
    if form.data.get("photo_place"):
        carried.append(("photo_place", form.data["photo_place"]))
    return carried + [("kept", one.key) for one in form.kept]


def _send(request, form, at):
    if wait := allowance.spend("report", client_address(request), at=at):
        form.add_error(None, _("Too many reports came from your address. Please wait a while; nothing is lost here."))
        return _form_page(request, form, status=429, wait=wait)
    try:
        code = sending.send(form.draft, at=at).code
    except SentBefore as before:
        if before.report.origin != form.draft.origin:
            # The same words from another form: perhaps a neighbour's, whose own link is not for everybody.
            return render(request, "feedback/sent_before.html", {"report": before.report})
        code = before.report.code
    except Refused as why:
        form.add_error("pictures", str(why))
        return _form_page(request, form, status=400)
    return redirect("feedback:thanks", token_of(code))
