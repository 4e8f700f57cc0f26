"""What the desk's pages share: the frame around them, and the report of an address if the officer may see it."""

from django.contrib import admin
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from feedback.report import Report

BESIDE = ("category__parent", "category__service_level", "ward", "unit", "officer", "calendar")


def page(request, name, *, title, status=None, **context):
    """A page of the back-office; nothing of it is kept by a browser or a proxy."""
    request.current_app = admin.site.name
    context = {**admin.site.each_context(request), "title": title, **context}
    response = TemplateResponse(request, f"admin/feedback/{name}.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def report_or_404(request, pk):
    """Not there and not yours look the same."""
    return get_object_or_404(Report.objects.visible_to(request.user).select_related(*BESIDE), pk=pk)
