"""Filing for a citizen: which category, then the form, then a paper with code and QR to hand or read out."""

from uuid import uuid4

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agencies.rights import rights_of
from attachments.models import Attachment
from attachments.refusals import Refused
from feedback.admin.frame import page
from feedback.admin.photos import OFFICE, kept_photos, take_photos
from feedback.categories import Category
from feedback.filing_form import FilingForm
from feedback.intake import SentBefore
from feedback.report import Report
from feedback.suggesting import suggest
from feedback.workflow import Incomplete

FILE = "feedback.file_report"


def add(request):
    if not rights_of(request.user).has(FILE):
        raise PermissionDenied
    if "category" not in request.GET:
        return _choose(request)
    category = _category(request)
    if request.method == "POST":
        return _file(request, category)
    text = request.GET.get("text", "")[:4_000]
    return _show(request, FilingForm(category=category, initial={"origin": uuid4(), "text": text}))


def _choose(request):
    """The categories; what the citizen says, typed first, brings the likely ones to the top."""
    text = request.GET.get("text", "").replace("\x00", "").strip()[:4_000]
    groups = {}
    for category in Category.objects.offered().order_by("parent__position", "position", "pk"):
        groups.setdefault(category.parent, []).append(category)
    likely = [category for category, _probability in suggest(text)] if text else []
    return page(
        request, "choose_category", title=_("File a report for a citizen"), groups=groups.items(), text=text,
        likely=likely,
    )  # fmt: skip


def _file(request, category):
    form = FilingForm(request.POST, request.FILES, category=category)
    valid = form.is_valid()
    keys, refused = take_photos(request.FILES.getlist("photos"), at=now(), door=OFFICE)
    keys = [*kept_photos(form.data.get("kept", "")), *keys]
    form.data = form.data.copy()
    form.data["kept"] = ",".join(keys)
    for words in refused:
        form.add_error("photos", words)
    if not valid or refused:
        return _show(request, form, status=422)
    try:
        report = _opened(form.draft(keys), by=request.user, at=now())
    except SentBefore as before:
        messages.info(request, _("This was filed a moment ago; it is one report and no more."))
        return redirect("admin:feedback_report_filed", before.report.pk)
    except Incomplete as wrong:
        form.put_at_fields(wrong)
    except Refused as why:
        form.add_error("photos", str(why))
    else:
        messages.success(request, _("Report %(code)s is filed.") % {"code": report})
        return redirect("admin:feedback_report_filed", report.pk)
    return _show(request, form, status=422)


def _opened(draft, *, by, at):
    """The report with its photos, or nothing of either."""
    with transaction.atomic():
        report = Report.open(draft, at=at, by=by)
        Attachment.objects.claim(draft.pictures, about=report.about, at=at)
    return report


def filed(request, pk):
    """For who filed it, though it is another unit's by now."""
    report = get_object_or_404(Report.objects.select_related("category", "ward"), pk=pk, filed_by=request.user.pk)
    link = f"{settings.BASE_URL}{reverse('feedback:own', args=[report.token])}"
    return page(
        request, "filed", title=_("Report %(code)s") % {"code": report}, report=report, link=link,
        qr=segno.make(link, error="m", micro=False).svg_data_uri(scale=4, border=4),
        visible=Report.objects.visible_to(request.user).filter(pk=pk).exists(),
    )  # fmt: skip


def _show(request, form, *, status=None):
    kept = kept_photos(form.data.get("kept", "")) if form.is_bound else []
    return page(
        request, "file", title=_("File a report for a citizen"), form=form, category=form.category, status=status,
        as_list=[form], waiting=list(Attachment.objects.waiting(kept)) if kept else [],
    )  # fmt: skip


def _category(request):
    pk = request.GET["category"]
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 15):
        raise Http404
    return get_object_or_404(Category.objects.offered().prefetch_related("questions"), pk=pk, stopper="")
