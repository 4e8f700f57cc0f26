"""Stands before the back-office's own addresses in portal/urls.py."""

from django.contrib import admin
from django.urls import path

from agencies.views import second_factor

urlpatterns = [path("quan-tri/xac-thuc-hai-lop/", admin.site.admin_view(second_factor), name="second_factor")]
