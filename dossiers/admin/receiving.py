"""Receiving at the counter, in two pages that need no script: which procedure, then the form."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from agencies.rights import rights_of
from dossiers.admin.frame import page
from dossiers.models import Dossier, Procedure
from dossiers.receive_form import ReceiveForm
from dossiers.workflow import NotAllowed

RECEIVE = "dossiers.receive_dossier"
OFFERED = 40


def add(request):
    if not rights_of(request.user).has(RECEIVE):
        raise PermissionDenied
    if "procedure" not in request.GET:
        return choose_procedure(request)
    version = _version(request)
    if request.method == "POST":
        return _receive(request, version)
    return _show(request, version, form=ReceiveForm.of(version, by=request.user, day=localdate()))


def choose_procedure(request):
    q = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = _receivable(request.user).search(q).select_related("field").order_by("sort_key", "pk")
    procedures = list(found[: OFFERED + 1])
    return page(
        request, "choose_procedure", title=_("Receive a dossier"), q=q, procedures=procedures[:OFFERED],
        more=len(procedures) > OFFERED,
    )  # fmt: skip


def _receive(request, version):
    form = ReceiveForm.of(version, by=request.user, day=localdate(), data=request.POST)
    if form.is_valid():
        try:
            dossier = Dossier.receive(**form.facts(), by=request.user, at=now())
        except NotAllowed as refused:
            form.matter.add_error(None, str(refused))
        else:
            messages.success(request, _("Dossier %(number)s is received. Print the receipt now.") % {"number": dossier})
            return redirect("admin:dossiers_dossier_change", dossier.pk)
    return _show(request, version, form=form, status=422)


def _show(request, version, *, form, status=None):
    return page(
        request, "receive", title=_("Receive a dossier"), form=form, version=version, procedure=version.procedure,
        status=status,
    )  # fmt: skip


def _receivable(user):
    """Procedures in force of the fields of work for which this officer may receive somewhere."""
    return Procedure.objects.in_force(localdate()).visible_to(user, RECEIVE)


def _version(request):
    pk = request.GET["procedure"]
    if not (pk.isdecimal() and len(pk) < 15):
        raise Http404
    procedure = get_object_or_404(_receivable(request.user).select_related("field"), pk=pk)
    version = procedure.version_on(localdate())
    version.procedure = procedure
    return version
