"""Every address of the house. A house test walks them all: who may open which is written down there."""

from django.contrib import admin
from django.urls import include, path

from portal.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("quan-tri/", admin.site.urls),
    path("", include("portal.website.urls")),
]
