"""The addresses of the desk, where Django's admin has its own for a model."""

from django.contrib import admin
from django.urls import path
from django.utils.timezone import now

from agencies.backoffice import BackOfficeAdmin
from agencies.models import AccessLog
from agencies.rights import rights_of
from feedback.admin import bulk, doing, exporting, filing, keeping, listing, showing, unmasking
from feedback.admin.frame import report_or_404
from feedback.models import Report


@admin.register(Report)
class ReportAdmin(BackOfficeAdmin):
    search_fields = ["code"]
    ordering = ["-pk"]

    def get_urls(self):
        view = self.admin_site.admin_view
        number = "<int:pk>"
        return [
            path("", view(listing.changelist), name="feedback_report_changelist"),
            path("add/", view(filing.add), name="feedback_report_add"),
            path("bulk/", view(bulk.bulk), name="feedback_report_bulk"),
            path("export.csv", view(exporting.export), name="feedback_report_export"),
            path("views/", view(keeping.keep), name="feedback_report_keep_view"),
            path(f"views/{number}/remove/", view(keeping.remove), name="feedback_report_remove_view"),
            path(f"{number}/change/", view(showing.change), name="feedback_report_change"),
            path(f"{number}/filed/", view(filing.filed), name="feedback_report_filed"),
            path(f"{number}/reporter/", view(unmasking.unmask), name="feedback_report_reporter"),
            path(f"{number}/history/", view(self._history), name="feedback_report_history"),
            path(f"{number}/do/<slug:key>/", view(doing.do), name="feedback_report_do"),
        ]

    def has_add_permission(self, request):
        return rights_of(request.user).has("feedback.file_report")

    def has_change_permission(self, request, obj=None):
        return False  # only by the acts of admin/acts.py

    has_delete_permission = has_change_permission

    def get_search_results(self, request, queryset, search_term):
        return queryset.search(search_term[:200]), False

    def _history(self, request, pk):
        """The trail of the database, after the same look-up as the page itself, and noted like it."""
        report = report_or_404(request, pk)
        AccessLog.record(by=request.user, about=report.about, what="history", at=now(), unit=report.unit)
        return self.history_view(request, str(report.pk))
