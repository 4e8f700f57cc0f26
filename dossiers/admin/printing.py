"""The papers of a dossier as PDF. Each one printed is a look at a person's data."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.models import AccessLog
from dossiers import papers
from dossiers.admin.frame import dossier_or_404, may_see_parties
from dossiers.workflow import NotAllowed


@require_POST
def receipt(request, pk):
    """Form 01, each time a new one: a token is never seen twice. POST, for it writes."""
    dossier, at = _printable(request, pk, "01"), now()
    if dossier.received_at is None:
        messages.error(request, _("There is no receipt before the dossier is received."))
        return redirect("admin:dossiers_dossier_change", dossier.pk)
    issued = dossier.issue_receipt(by=request.user, at=at)
    return _pdf(papers.print_receipt(dossier, issued, at=at), f"{dossier.number}-01.pdf")


@require_POST
def send_receipt(request, pk):
    """The same paper behind an address, as a message to the applicant."""
    dossier = _printable(request, pk, "01")
    try:
        dossier.send_receipt(by=request.user, at=now())
    except NotAllowed as refused:
        messages.error(request, str(refused))
    else:
        words = _("The receipt goes to the applicant as a message; below you see what becomes of it.")
        messages.success(request, words)
    return redirect("admin:dossiers_dossier_change", dossier.pk)


@require_POST
def revoke(request, pk, receipt_pk):
    """The QR of a lost receipt opens nothing any more."""
    dossier = dossier_or_404(request, pk)
    get_object_or_404(dossier.receipts, pk=receipt_pk).revoke(by=request.user, at=now())
    messages.success(request, _("Revoked: neither its QR code nor its PIN opens anything. Print a new receipt."))
    return redirect("admin:dossiers_dossier_change", dossier.pk)


@require_POST
def end_following(request, pk, follower_pk):
    """Somebody follows whom the applicant does not know."""
    dossier = dossier_or_404(request, pk)
    get_object_or_404(dossier.followers, pk=follower_pk).end(by=request.user, at=now())
    messages.success(request, _("They hear nothing of this dossier any more."))
    return redirect("admin:dossiers_dossier_change", dossier.pk)


def paper(request, pk, entry_pk):
    dossier = dossier_or_404(request, pk)
    entry = get_object_or_404(dossier.log, pk=entry_pk)
    form = papers.form_of(entry)
    if form not in papers.PRINTED_FROM_LOG:
        raise Http404
    _printable(request, pk, form)
    return _pdf(papers.print_paper(dossier, entry), f"{dossier.number}-{form}.pdf")


def control_slip(request, pk):
    dossier = _printable(request, pk, "06")
    return _pdf(papers.print_control_slip(dossier, at=now()), f"{dossier.number}-06.pdf")


def _printable(request, pk, form):
    dossier = dossier_or_404(request, pk)
    if not may_see_parties(request.user, dossier):
        raise PermissionDenied
    AccessLog.record(by=request.user, about=dossier.about, what=f"print {form}", at=now(), unit=dossier.unit)
    return dossier


def _pdf(content, name):
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name.replace("/", "-")}"'
    response["Cache-Control"] = "no-store"
    return response
