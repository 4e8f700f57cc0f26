"""The same act for many dossiers at once: each with its own check, each with its own outcome."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _

from dossiers.admin.acts import BY_KEY
from dossiers.admin.doing import cannot
from dossiers.admin.frame import page
from dossiers.models import Dossier
from dossiers.workflow import NotAllowed

BULK = ["advance", "hand-over"]
AT_MOST = 200


@dataclass(frozen=True)
class Outcome:
    """`refused` says why nothing was done; "" when it was done."""

    dossier: Dossier
    refused: str = ""


def bulk(request):
    """One bad dossier does not stop the others. A second press finds them moved on and says so."""
    key, chosen = request.POST.get("act"), _chosen(request.POST.getlist("dossier"))
    if request.method != "POST" or key not in BULK or not chosen:
        return redirect(_back(request))
    at = now()
    dossiers = Dossier.objects.visible_to(request.user).filter(pk__in=chosen).by_urgency()
    dossiers = dossiers.select_related(
        "procedure_version__procedure", "unit", "received_by_unit", "field", "step", "calendar"
    ).prefetch_related("procedure_version__steps")
    seen = request.POST.getlist("seen")
    outcomes = [_one(BY_KEY[key], dossier, seen, by=request.user, at=at) for dossier in dossiers]
    return page(
        request, "bulk", title=BY_KEY[key].name, outcomes=outcomes, back=_back(request),
        done=sum(not outcome.refused for outcome in outcomes), missing=len(chosen) - len(outcomes),
    )  # fmt: skip


def _one(act, dossier, seen, *, by, at):
    if seen_as(dossier) not in seen:
        return Outcome(dossier, _("It was changed meanwhile."))
    if not act.fits(dossier):
        return Outcome(dossier, cannot(dossier))
    data = {"note": "", "step": next(iter(dossier.next_steps()), None)}
    try:
        act.do(dossier, data, by=by, at=at)
    except NotAllowed as refused:
        return Outcome(dossier, str(refused))
    except PermissionDenied:
        return Outcome(dossier, _("You have no right to do this here."))
    return Outcome(dossier)


def seen_as(dossier):
    """Where the dossier stood when the list was drawn, as the list's form sends it back."""
    return f"{dossier.pk}:{dossier.status}:{dossier.step_id}"


def _chosen(values):
    return {int(value) for value in values[:AT_MOST] if value.isdecimal() and len(value) < 15}


def _back(request):
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return back
    return reverse("admin:dossiers_dossier_changelist")
