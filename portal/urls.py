"""Every address of the house. A house test walks them all: who may open which is written down there."""

from django.contrib import admin
from django.urls import include, path

from portal.health import healthz

handler404 = "portal.backoffice.page_not_found"
urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("agencies.urls")),
    path("", include("attachments.urls")),
    path("quan-tri/", admin.site.urls),
    path("api/v1/", include("feedback.api_urls")),
    path("api/v1/", include("dossiers.api_urls")),
    path("open311/", include("feedback.open311.urls")),
    path("", include("feedback.urls")),
    path("du-lieu-mo/phan-anh/", include("feedback.open_data_urls")),
    path("", include("dossiers.urls")),
    path("", include("portal.channels.urls")),
    path("", include("portal.website.urls")),
]
