"""Saving a view of the list under a name, and removing it."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feedback.admin.listing import FILTERS
from feedback.saved_filters import SavedFilter
from feedback.workflow import Incomplete


@require_POST
def keep(request):
    query = _tidied(request.POST.get("query", ""))
    name, shared = request.POST.get("name", "").replace("\x00", ""), request.POST.get("shared") == "1"
    try:
        kept = SavedFilter.keep(name, query, by=request.user, shared=shared)
    except Incomplete as wrong:
        messages.error(request, " ".join(str(words) for words in wrong.errors.values()))
    else:
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": kept})
    return redirect(f"{reverse('admin:feedback_report_changelist')}?{query}")


@require_POST
def remove(request, pk):
    """One's own only: a colleague's shared view is theirs."""
    get_object_or_404(SavedFilter, pk=pk, owner=request.user).delete()
    messages.success(request, _("The view is removed."))
    return redirect("admin:feedback_report_changelist")


def _tidied(text):
    """An address that somebody made up keeps only what the list asks for."""
    given = QueryDict(text[:1000].replace("\x00", ""))
    kept = QueryDict(mutable=True)
    kept.update({name: given[name] for name in (*FILTERS, "work") if given.get(name)})
    return kept.urlencode()[:500]
