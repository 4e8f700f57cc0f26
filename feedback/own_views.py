"""Pages that only whoever reported opens, by their secret link: all they wrote, questions to them, their last word."""

import segno
from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.timezone import now
from django.utils.translation import get_language

from agencies.clients import client_address
from agencies.methods import only_read, read_or_sent
from attachments.models import Attachment
from attachments.refusals import Refused
from feedback import allowance, links, public_words, sending
from feedback.afterwards import code_of_survey, survey_token
from feedback.following import address_mark
from feedback.forms import AddressForm, ReopenForm, SayForm, SurveyForm
from feedback.report import Report
from feedback.showing import AFTER
from feedback.workflow import Incomplete, NotAllowed, State, Verb

OVER = 410


def _own(token):
    found = Report.objects.with_token(token).select_related("category__parent", "ward", "merged_into", "reporter")
    report = found.first()
    if report is None:
        raise Http404
    return report


# --- thanks ---------------------------------------------------------------------------------------------------------
@only_read
def thanks_page(request, token):
    report = _own(token)
    link = f"{settings.BASE_URL}{reverse('feedback:own', args=[token])}"
    return render(request, "feedback/thanks.html", {"report": report, "link": link, "qr": qr_of(link)})


def qr_of(text):
    """A QR code as SVG within the page: black squares on white, four modules of quiet around."""
    code = segno.make(text, error="m", micro=False)
    return mark_safe(code.svg_inline(scale=4, border=4, light="#fff", omitsize=True))  # noqa: S308  (segno's own drawing)


# --- one's own page -------------------------------------------------------------------------------------------------
@read_or_sent
def own_page(request, token):
    report = _own(token)
    if request.method != "POST":
        return _own_page(request, report)
    if refused := allowance.refused(request, "say"):
        return refused
    act = ACTS.get(request.POST.get("act"))
    return act(request, report) if act else _own_page(request, report, status=400)


def _own_page(request, report, *, status=200, say=None, reopen=None, problem=""):
    at, entries = now(), public_words.lines(report)
    context = {
        "report": report,
        "colour": public_words.colour(report.state),
        "steps": public_words.told(entries),
        "answer": public_words.answer_in(entries),
        "answers": public_words.said_in(report.answers, public=False),
        "late": report.is_late(at),
        "asks": _question(report, entries),
        "files": Attachment.objects.about(report.about).exclude(taken_by=AFTER, public=False),
        "say": say or SayForm(),
        "reopen": reopen or ReopenForm(),
        "survey": reverse("feedback:survey", args=[survey_token(report)]) if report.may_be_rated(at=at) else "",
        "may_be_reopened": report.may_be_reopened(at=at),
        "problem": problem,
        "done": request.GET.get("done", ""),
    }
    return render(request, "feedback/own.html", context, status=status)


def _question(report, entries):
    asked = [entry.public_note for entry in entries if entry.verb == Verb.ASKED]
    return asked[-1] if report.state == State.WAITING and asked else ""


def _say(request, report):
    """The answer to a question; photos are taken only while somebody asks."""
    form = SayForm(request.POST)
    if not form.is_valid():
        return _own_page(request, report, status=400, say=form)
    at, uploads = now(), request.FILES.getlist("pictures") if report.state == State.WAITING else []
    gathered = sending.gather(request.POST, uploads, client=client_address(request), at=at)
    if gathered.wait:
        return allowance.too_many(request, gathered.wait)
    try:
        Attachment.objects.claim([one.key for one in gathered.kept], about=report.about, at=at)
    except Refused as why:
        gathered.refused.append(str(why))
    for why in gathered.refused:
        form.add_error("pictures", why)
    if gathered.refused:
        return _own_page(request, report, status=400, say=form)
    report.hear(form.cleaned_data["text"], at=at, through="web")
    return _back(report, "said")


def _keep_private(request, report):
    report.keep_private(at=now())
    return _back(report, "private")


def _reopen(request, report):
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return _own_page(request, report, status=400, reopen=form)
    try:
        report.ask_reopening(at=now(), reason=form.cleaned_data["reason"])
    except NotAllowed as why:
        return _own_page(request, _own(report.token), status=409, problem=str(why))
    return _back(report, "reopening")


ACTS = {"say": _say, "private": _keep_private, "reopen": _reopen}


def _back(report, done):
    return redirect(f"{reverse('feedback:own', args=[report.token])}?done={done}")


# --- the survey -----------------------------------------------------------------------------------------------------
@read_or_sent
def survey_page(request, token):
    """Opening it writes nothing, for previews open it too. It works once and for fourteen days."""
    known = code_of_survey(token)
    report = Report.objects.select_related("category").filter(code=known[0]).first() if known else None
    if report is None:
        raise Http404
    if report.rounds != known[1] or not report.may_be_rated(at=now()):
        return render(request, "feedback/survey_over.html", status=OVER)
    form = SurveyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _rated(request, report, form.cleaned_data)
    return render(
        request, "feedback/survey.html", {"form": form, "report": report}, status=400 if form.is_bound else 200
    )


def _rated(request, report, said):
    if refused := allowance.refused(request, "survey"):
        return refused
    try:
        report.rate(**said, at=now())
    except (NotAllowed, Incomplete):  # somebody was quicker
        return render(request, "feedback/survey_over.html", status=OVER)
    return render(request, "feedback/rated.html", {"reopening": said["reopen"]})


# --- "my reports" ---------------------------------------------------------------------------------------------------
@read_or_sent
def links_page(request):
    """The same answer, as fast, whether anything was reported from this address or not."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "feedback/links.html", {"form": form}, status=400 if form.is_bound else 200)
    at, contact = now(), form.cleaned_data["contact"]
    if wait := allowance.ask_for_links(client_address(request), at=at):
        return allowance.too_many(request, wait)
    if not allowance.write_to(f"links:{address_mark(contact)}", at=at):
        links.ask(contact, at=at, language=get_language() or "vi")
    return render(request, "feedback/links_sent.html")
