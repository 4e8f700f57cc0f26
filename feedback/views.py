"""A report as anybody may see it, and what anybody may do with it: say "me too", follow it, say it should not be seen.

A code is guessed by nobody who has thirty tries a minute; what is public is listed anyway and needs no limit.
"""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language

from agencies.clients import client_address
from agencies.methods import only_read, read_or_sent
from feedback import allowance, events, public_words
from feedback.codes import code_in
from feedback.following import AreaAlert, Follower, Support, TooMany, address_mark
from feedback.forms import AddressForm, FlagForm
from feedback.report import Report
from feedback.workflow import State

OVER = 410  # Gone: it was there, and is not any more
# A report is wide, and this page is opened by very many: it fetches what it shows.
READ_BY_ALL = (
    Report.objects.select_related("category__parent", "ward", "merged_into")
    .only(
        "code", "public_text", "language", "state", "outcome", "received_at", "due_at", "answered_at", "closed_at",
        "address", "latitude", "longitude", "answers", "pictures", "supports", "shown", "category__code",
        "category__name", "category__name_en", "category__parent__name", "category__parent__name_en", "ward__name",
        "merged_into__code",
    )
    .order_by()
)  # fmt: skip


# --- the page -------------------------------------------------------------------------------------------------------
@only_read
def report_page(request, report_code):
    """Two queries: the report, and its log."""
    code = code_in(report_code)
    if code and code != report_code:
        return redirect("feedback:report", code, permanent=True)
    report = next(iter(READ_BY_ALL.filter(code=code)), None) if code else None
    if report is not None and report.shown:
        return render(request, "feedback/report.html", _shown(report, request.GET.get("done", "")))
    if wait := allowance.try_code(client_address(request), at=now()):
        return allowance.too_many(request, wait)
    if report is None:
        return render(request, "feedback/no_report.html", status=404)
    if report.state == State.MERGED:
        return redirect("feedback:report", report.merged_into.code)
    return render(request, "feedback/private.html", {"report": report, "late": report.is_late(now())})


def _shown(report, done):
    entries = public_words.lines(report)
    return {
        "report": report,
        "colour": public_words.colour(report.state),
        "steps": public_words.told(entries),
        "answer": public_words.answer_in(entries),
        "rows": public_words.rows_about(report),
        "late": report.is_late(now()),
        "before": [one for one in report.pictures if not one["after"]],
        "after": [one for one in report.pictures if one["after"]],
        "done": done if done in ("supported", "supported-before", "follow", "flagged") else "",
    }


def _public(report_code):
    """The report of this code if anybody may see it. Raises Http404."""
    report = Report.objects.shown().select_related("category", "ward").filter(code=code_in(report_code)).first()
    if report is None:
        raise Http404
    return report


def _back(report, done):
    return redirect(f"{reverse('feedback:report', args=[report.code])}?done={done}")


# --- "I have it too" ------------------------------------------------------------------------------------------------
@read_or_sent
def support(request, report_code):
    """Opened by a link it asks; only what is sent counts."""
    report = _public(report_code)
    if request.method != "POST":
        return render(request, "feedback/support.html", {"report": report})
    if refused := allowance.refused(request, "support"):
        return refused
    counted = report.is_open and Support.give(report, client=client_address(request), at=now())
    return _back(report, "supported" if counted else "supported-before")


# --- following ------------------------------------------------------------------------------------------------------
@read_or_sent
def follow_page(request, report_code):
    """Whoever asks is told the same, whether the address follows already, follows too much, or is not theirs."""
    report = _public(report_code)
    form = AddressForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "report": report}
        return render(request, "feedback/follow.html", context, status=400 if form.is_bound else 200)
    if refused := allowance.refused(request, "follow"):
        return refused
    _ask_to_follow(report, form.cleaned_data["contact"], at=now())
    return _back(report, "follow")


def _ask_to_follow(report, contact, *, at):
    if allowance.write_to(address_mark(contact), at=at):
        return
    try:
        follower = Follower.begin(report, contact, at=at, confirmed=False, language=get_language() or "vi")
    except TooMany:
        return
    follower.ask_again(at=at)
    if follower.confirmed_at is None:
        events.follow_asked.send(Follower, follower=follower)


@read_or_sent
def confirm_follow(request, token):
    return _confirm(request, Follower.objects.select_related("report").with_token(token), "confirm_follow")


@read_or_sent
def end_follow(request, token):
    return _end(request, Follower.objects.select_related("report").with_token(token), "end_follow")


@read_or_sent
def confirm_alert(request, token):
    return _confirm(request, AreaAlert.objects.select_related("ward").with_token(token), "confirm_alert")


@read_or_sent
def end_alert(request, token):
    return _end(request, AreaAlert.objects.select_related("ward").with_token(token), "end_alert")


def _confirm(request, asked, name):
    """Opening writes nothing, for previews of links open it too; the button does."""
    if asked is None:
        raise Http404
    at = now()
    if asked.confirmed_at is None and not asked.may_be_confirmed(at=at):
        return render(request, "feedback/link_over.html", status=OVER)
    if request.method == "POST":
        asked.confirm(at=at)
    return render(request, "feedback/confirm.html", {"asked": asked, "name": name, "done": request.method == "POST"})


def _end(request, asked, name):
    if asked is None:
        raise Http404
    if request.method == "POST":
        asked.end(at=now())
    return render(request, "feedback/confirm.html", {"asked": asked, "name": name, "done": request.method == "POST"})


# --- "this should not be seen" --------------------------------------------------------------------------------------
@read_or_sent
def flag_page(request, report_code):
    """The third of different clients hides it until a person has looked."""
    report = _public(report_code)
    form = FlagForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "report": report}
        return render(request, "feedback/flag.html", context, status=400 if form.is_bound else 200)
    if refused := allowance.refused(request, "flag"):
        return refused
    report.flag(client=client_address(request), reason=form.cleaned_data["reason"], at=now())
    return _back(report, "flagged")
