"""The page of one act: its form, one call inward, and the refusal in words if there is one."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now

from agencies.rights import require
from attachments.models import Attachment
from attachments.refusals import Refused
from feedback.admin.acts import BY_KEY
from feedback.admin.frame import page, report_or_404
from feedback.admin.photos import kept_photos, publish_photos, take_photos
from feedback.answering import AnswerTemplate
from feedback.masking import HIDDEN, masked
from feedback.report import Report
from feedback.workflow import Incomplete, NotAllowed

CONFLICT, WRONG = 409, 422
MOST_TEMPLATES = 50


def do(request, pk, key):
    """GET shows the form, POST does the act. What was typed stays when it is refused."""
    report, act = report_or_404(request, pk), BY_KEY.get(key)
    if act is None:
        raise Http404
    require(request.user, act.permission, report)
    if request.method != "POST":
        return _show(request, report, act, form=act.form(report=report, user=request.user, initial=_asked(request)))
    if any(name in request.POST for name in ("preview", "template", "choose")):
        return _show(request, report, act, form=_filled_in(request, report, act))
    return _act(request, report, act)


def _asked(request):
    """What a link on the report's page filled in already: the one to merge into."""
    return {"main": request.GET["main"][:40]} if "main" in request.GET else {}


def _filled_in(request, report, act):
    """Nothing is done yet: the form once more, with a template's words if one was chosen, photos kept."""
    data = request.POST.copy()
    template = data.get("template", "")
    if template.isascii() and template.isdecimal() and len(template) < 15:
        chosen = next((one for one in _templates(report) if one.pk == int(template)), None)
        if chosen:
            data["text"] = "\n\n".join(part for part in (data.get("text", "").strip(), chosen.text) if part)
            data["outcome"] = data.get("outcome") or chosen.outcome
    form = act.form(data, request.FILES, report=report, user=request.user)
    # Only asked for: what is still missing is no mistake yet.
    form._errors, form.cleaned_data = forms.utils.ErrorDict(renderer=form.renderer), {}
    if "kept" in form.fields:
        _take(request, form)
    return form


def _act(request, report, act):
    form = act.form(request.POST, request.FILES, report=report, user=request.user)
    valid = form.is_valid()
    if "kept" in form.fields and not _take(request, form):
        valid = False
    status = CONFLICT if form.changed_meanwhile else WRONG
    if valid and form.is_valid():
        try:
            _done(report, act, form, by=request.user, at=now())
        except NotAllowed as refused:
            form.add_error(None, str(refused))
            status = CONFLICT
        except Incomplete as wrong:
            _put_at_fields(form, wrong)
        except Refused as refused:
            form.add_error("photos" if "photos" in form.fields else None, str(refused))
        else:
            messages.success(request, f"{report}: {act.done}")
            return redirect(_where_next(request, report))
    # What is shown again is the report as it is, not as a refused act left it in memory.
    return _show(request, report_or_404(request, report.pk), act, form=form, status=status)


def _done(report, act, form, *, by, at):
    """The act with its photos, or nothing of either."""
    with transaction.atomic():
        keys = kept_photos(form.data.get("kept", "")) if "kept" in form.fields else []
        if act.key == "publish":  # first, for the answer that goes out shows them
            publish_photos(report, by=by, at=at)
            report.refresh_from_db(fields=["pictures"])
        act.do(report, {**form.cleaned_data, "kept_keys": keys}, by=by, at=at)
        if keys:
            Attachment.objects.claim(keys, about=report.about, at=at)


def _take(request, form):
    """Photos of this sending are taken once; whether all of them were."""
    keys, refused = take_photos(request.FILES.getlist("photos"), at=now())
    data = form.data.copy()
    data["kept"] = ",".join([*kept_photos(data.get("kept", "")), *keys])
    form.data = data
    for words in refused:
        form.add_error("photos", words)
    return not refused


def _put_at_fields(form, wrong):
    for field, words in wrong.errors.items():
        form.add_error(field if field in form.fields else None, words)


def _where_next(request, report):
    """A report that was given away is out of sight: back to the list."""
    if Report.objects.visible_to(request.user).filter(pk=report.pk).exists():
        return reverse("admin:feedback_report_change", args=[report.pk])
    return reverse("admin:feedback_report_changelist")


def _show(request, report, act, *, form, status=None):
    last = report.log.order_by("pk").last()
    form.last_seen = last.pk if last else ""
    preview = form.preview
    return page(
        request, "act", title=act.name, report=report, act=act, form=form, as_list=[form], status=status,
        fits=act.fits(report), templates=_templates(report) if act.key == "answer" else [],
        preview=masked(preview), hidden=masked(preview).count(HIDDEN) - preview.count(HIDDEN),
        previews=bool(form.read_outside), waiting=_waiting(form),
    )  # fmt: skip


def _waiting(form):
    """Photos that were taken with the form and belong to nothing yet."""
    kept = form.data.get("kept", "") if form.is_bound and "kept" in form.fields else ""
    return list(Attachment.objects.waiting(kept_photos(kept))) if kept else []


def _templates(report):
    """Those of its category and those for everything."""
    fitting = Q(category=None) | Q(category__in=[report.category_id, report.category.parent_id])
    return AnswerTemplate.objects.filter(fitting)[:MOST_TEMPLATES]
