"""What the desk's pages share: the frame around them, and the dossier of an address if the officer may see it."""

from django.contrib import admin
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from agencies.rights import allowed
from dossiers.models import Dossier


def page(request, name, *, title, status=None, **context):
    """A page of the back-office; nothing of it is kept by a browser or a proxy."""
    request.current_app = admin.site.name
    context = {**admin.site.each_context(request), "title": title, **context}
    response = TemplateResponse(request, f"admin/dossiers/{name}.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def dossier_or_404(request, pk):
    """Not there and not yours look the same."""
    dossiers = Dossier.objects.visible_to(request.user).select_related(
        "procedure_version__procedure", "case", "unit", "received_by_unit", "field", "step", "calendar"
    )
    return get_object_or_404(dossiers, pk=pk)


def may_see_parties(user, dossier):
    return allowed(user, "dossiers.view_party", dossier)
