"""The page of one act: its form, one call inward, and the refusal in words if there is one."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agencies.rights import require
from dossiers.admin.acts import BY_KEY
from dossiers.admin.frame import dossier_or_404, page
from dossiers.workflow import NotAllowed


def do(request, pk, key):
    """GET shows the form, POST does the act. What was typed stays when it is refused."""
    dossier, act = dossier_or_404(request, pk), BY_KEY.get(key)
    if act is None:
        raise Http404
    require(request.user, act.permission, dossier)
    if request.method == "POST":
        return _act(request, dossier, act)
    return _show(request, dossier, act, form=act.form(dossier=dossier))


def _act(request, dossier, act):
    form = act.form(request.POST, dossier=dossier)
    if form.is_valid() and not act.fits(dossier):
        form.add_error(None, cannot(dossier))
    if form.is_valid():
        try:
            act.do(dossier, form.cleaned_data, by=request.user, at=now())
        except NotAllowed as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{dossier.number}: {act.done}")
            return redirect("admin:dossiers_dossier_change", dossier.pk)
    # What is shown again is the dossier as it is, not as a refused act left it in memory.
    return _show(request, dossier_or_404(request, dossier.pk), act, form=form, status=422)


def cannot(dossier):
    return _("The dossier is “%(status)s” now: this cannot be done.") % {"status": dossier.get_status_display()}


def _show(request, dossier, act, *, form, status=None):
    last = dossier.log.last()
    form.last_seen = last.pk if last else ""
    return page(
        request, "act", title=act.name, dossier=dossier, act=act, form=form, as_list=[form], status=status,
        fits=act.fits(dossier), warns=form.fields.get("aware") is not None,
    )  # fmt: skip
