"""The addresses of the desk, where Django's admin has its own for a model."""

from django.contrib import admin
from django.urls import path
from django.utils.timezone import now

from agencies.backoffice import BackOfficeAdmin
from agencies.models import AccessLog
from agencies.rights import rights_of
from dossiers.admin import bulk, doing, listing, printing, receiving, showing
from dossiers.admin.frame import dossier_or_404
from dossiers.models import Dossier


@admin.register(Dossier)
class DossierAdmin(BackOfficeAdmin):
    search_fields = ["number_key"]
    ordering = ["-pk"]

    def get_urls(self):
        view = self.admin_site.admin_view
        number = "<int:pk>"
        return [
            path("", view(listing.changelist), name="dossiers_dossier_changelist"),
            path("add/", view(receiving.add), name="dossiers_dossier_add"),
            path("bulk/", view(bulk.bulk), name="dossiers_dossier_bulk"),
            path(f"{number}/change/", view(showing.change), name="dossiers_dossier_change"),
            path(f"{number}/history/", view(self._history), name="dossiers_dossier_history"),
            path(f"{number}/do/<slug:key>/", view(doing.do), name="dossiers_dossier_do"),
            path(f"{number}/receipt/", view(printing.receipt), name="dossiers_dossier_receipt"),
            path(f"{number}/receipt/send/", view(printing.send_receipt), name="dossiers_dossier_send_receipt"),
            path(f"{number}/receipt/<int:receipt_pk>/revoke/", view(printing.revoke), name="dossiers_dossier_revoke"),
            path(
                f"{number}/followers/<int:follower_pk>/end/",
                view(printing.end_following),
                name="dossiers_dossier_end_following",
            ),
            path(f"{number}/papers/06.pdf", view(printing.control_slip), name="dossiers_dossier_control_slip"),
            path(f"{number}/papers/<int:entry_pk>.pdf", view(printing.paper), name="dossiers_dossier_paper"),
        ]

    def has_add_permission(self, request):
        return rights_of(request.user).has("dossiers.receive_dossier")

    def has_change_permission(self, request, obj=None):
        return False  # only by the acts of admin/acts.py

    has_delete_permission = has_change_permission

    def get_search_results(self, request, queryset, search_term):
        return queryset.search(search_term, user=request.user), False

    def _history(self, request, pk):
        """The trail of the database, after the same look-up as the page itself, and noted like it."""
        dossier = dossier_or_404(request, pk)
        AccessLog.record(by=request.user, about=dossier.about, what="history", at=now(), unit=dossier.unit)
        return self.history_view(request, str(dossier.pk))
