"""Many reports assigned at once: each with its own check, each with its own outcome."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agencies.rights import rights_of
from feedback.admin.frame import BESIDE, page
from feedback.assigning import officers_to_assign, units_to_assign
from feedback.report import Report
from feedback.workflow import TRIAGE, Incomplete, NotAllowed

AT_MOST = 200


@dataclass(frozen=True)
class Outcome:
    """`refused` says why nothing was done; "" when it was done."""

    report: Report
    refused: str = ""


def bulk(request):
    """One that was changed meanwhile does not stop the others, and is left as it is now."""
    if not rights_of(request.user).has(TRIAGE):
        raise PermissionDenied
    chosen = _numbers(request.POST.getlist("report"))
    unit, officer = _target(request)
    if request.method != "POST" or not chosen or unit is None:
        return redirect(_back(request))
    at, seen = now(), request.POST.getlist("seen")
    reports = Report.objects.visible_to(request.user).filter(pk__in=chosen).select_related(*BESIDE).order_by("pk")
    outcomes = [_one(report, unit, officer, seen, by=request.user, at=at) for report in reports]
    return page(
        request, "bulk", title=_("Assign to %(unit)s") % {"unit": unit}, outcomes=outcomes, back=_back(request),
        done=sum(not outcome.refused for outcome in outcomes), missing=len(chosen) - len(outcomes),
    )  # fmt: skip


def _one(report, unit, officer, seen, *, by, at):
    if seen_as(report) not in seen:
        return Outcome(report, _("The report was changed meanwhile."))
    try:
        report.assign(unit, by=by, at=at, officer=officer)
    except (NotAllowed, Incomplete) as refused:
        return Outcome(Report.objects.select_related("unit").get(pk=report.pk), str(refused))
    except PermissionDenied:
        return Outcome(report, _("You may not do this to this report."))
    return Outcome(report)


def seen_as(report):
    """Where the report stood when the list was drawn, as the list's form sends it back."""
    return f"{report.pk}:{report.state}:{report.unit_id}:{report.officer_id or ''}"


def _target(request):
    """(unit, officer or None): naming an officer names the unit."""
    officer = _number(request.POST.get("officer"))
    if officer:
        found = officers_to_assign(request.user).filter(pk=officer).first()
        return (found.unit, found) if found else (None, None)
    unit = _number(request.POST.get("unit"))
    return (units_to_assign(request.user).filter(pk=unit).first() if unit else None), None


def _numbers(values):
    return {number for value in values[:AT_MOST] if (number := _number(value))}


def _number(text):
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 15 else None


def _back(request):
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return back
    return reverse("admin:feedback_report_changelist")
