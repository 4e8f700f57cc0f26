"""What people said of the service: for leaders and auditors, without the dossier it was said of."""

from datetime import timedelta

from django.contrib import admin
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from agencies.backoffice import ReadOnlyAdmin
from dossiers.models import Rating

SHOWN = 50
A_YEAR = timedelta(days=365)


@admin.register(Rating)
class RatingAdmin(ReadOnlyAdmin):
    list_display = ["given_on", "unit", "role", "how_satisfied", "note"]
    list_display_links = None
    list_filter = ["unit", "role", "stars", "given_on"]
    list_select_related = ["unit"]
    list_before_template = "admin/dossiers/ratings.html"
    sortable_by = []
    ordering = ["-given_on", "-pk"]

    def lookup_allowed(self, lookup, value, request=None):
        """Not the dossier, nor the rating by its number: that would say whose it is."""
        return lookup.split("__")[0] in self.list_filter

    def has_view_permission(self, request, obj=None):
        # One alone would lead to its dossier, and to whoever said it.
        return obj is None and super().has_view_permission(request)

    @display(description=_("satisfaction"), label={5: "success", 4: "success", 2: "warning", 1: "danger"})
    def how_satisfied(self, rating):
        return rating.stars, rating.get_stars_display()

    def changelist_view(self, request, extra_context=None):
        since = localdate() - A_YEAR
        summary = list(self.get_queryset(request).by_unit_and_role(since=since)[: SHOWN + 1])
        more = {"summary": summary[:SHOWN], "more": len(summary) > SHOWN, "since": since}
        return super().changelist_view(request, {**(extra_context or {}), **more})
