"""The figures anybody may read, each a link to the reports that it counts, and the list of wards."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page

from agencies.methods import only_read
from feedback import wards
from feedback.figures import Figures
from feedback.listing import Asked
from feedback.sending_views import in_words

COLUMNS = ("received", "open", "late", "answered", "on_time", "fixed", "otherwise", "closed")
PERIOD = "90"


@only_read
@conditional_page
@cache_control(public=True, max_age=60)
def figures_page(request):
    rows = list(Figures.objects.select_related("ward", "category__parent"))
    whole = next((row for row in rows if row.ward_id is None and row.category_id is None), None)
    categories = sorted((row for row in rows if row.category_id and row.received), key=lambda row: -row.received)
    of_wards = sorted((row for row in rows if row.ward_id), key=lambda row: row.ward.sort_key)
    context = {
        "whole": whole,
        "figures": [(_words()[name], linked(whole, name)) for name in COLUMNS] if whole else [],
        "usual": in_words(whole.answer_minutes) if whole else "",
        "headers": [_("Subject"), *_few()],
        "ward_headers": [_("Ward or commune"), *_few()],
        "categories": [[str(row.category), *_cells(row)] for row in categories],
        "wards": [[_ward(row.ward), *_cells(row)] for row in of_wards],
    }
    return render(request, "feedback/figures.html", context)


def _words():
    return {
        "received": _("Received"), "open": _("Not answered yet"), "late": _("Overdue"), "answered": _("Answered"),
        "on_time": _("Answered on time"), "fixed": _("Fixed"), "otherwise": _("Answered, but not as “fixed”"),
        "closed": _("Closed"),
    }  # fmt: skip


def _few():
    return [_("Received"), _("Answered"), _("On time"), _("Fixed"), _("Half within")]


def _cells(row):
    share = "–" if row.on_time_share is None else f"{row.on_time_share} %"
    return [linked(row, "received"), linked(row, "answered"), share, linked(row, "fixed"),
            in_words(row.answer_minutes) or "–"]  # fmt: skip


def linked(row, name):
    """A figure as the link to the list that it counts."""
    asked = Asked(
        ward=str(row.ward_id or ""), category=row.category.code if row.category_id else "", period=PERIOD,
        state="" if name == "received" else name,
    )  # fmt: skip
    n = number_format(getattr(row, name), force_grouping=True)
    return format_html(
        '<a class="govuk-link" href="{}?{}#ket-qua">{}</a>', reverse("feedback:list"), asked.address(), n
    )


def _ward(ward):
    address = reverse("feedback:ward", args=[ward.official_code or ward.pk])
    return format_html('<a class="govuk-link" lang="vi" href="{}">{}</a>', address, ward.name)


@only_read
@conditional_page
@cache_control(public=True, max_age=300)
def wards_page(request):
    return render(request, "feedback/wards.html", {"wards": wards.in_force(on=localdate(now()))})
