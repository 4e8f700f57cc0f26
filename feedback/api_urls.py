"""What programs ask and tell about reports; most of it without a key."""

from django.urls import path

from feedback import category_tree
from feedback.api.reports import Files, OneReport, Reports, UnitReports

app_name = "feedback_api"
urlpatterns = [
    path("feedback/categories/", category_tree.tree, name="categories"),
    path("reports/", Reports.as_view(), name="reports"),
    path("reports/files/", Files.as_view(), name="files"),
    path("reports/<str:code>/", OneReport.as_view(), name="report"),
    path("unit-reports/", UnitReports.as_view(), name="unit_reports"),
]
