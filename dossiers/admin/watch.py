"""What administrators look after: the keys that sign receipts, and the work a changed calendar makes."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agencies.backoffice import ReadOnlyAdmin
from agencies.models import WorkCalendar
from agencies.rights import over_the_whole
from dossiers.admin.frame import page
from dossiers.models import Recalculation, SigningKey

CHANGE_KEY = "dossiers.change_signingkey"


@admin.register(Recalculation)
class RecalculationAdmin(ReadOnlyAdmin):
    sortable_by = []
    list_display = ["revision", "moved", "recomputed_up_to", "announced_up_to", "done_at"]
    list_select_related = ["revision__calendar"]
    list_filter = [("done_at", admin.EmptyFieldListFilter)]
    ordering = ["-pk"]

    def get_queryset(self, request):
        calendars = WorkCalendar.objects.visible_to(request.user, self.permission("view"))
        return self.model.objects.filter(revision__calendar__in=calendars)


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin):
    sortable_by = []
    list_display = ["key_id", "created_at", "retired_at", "revoked_at", "revoked_why"]
    fields = ["key_id", "public_key", "created_at", "retired_at", "revoked_at", "revoked_why"]
    ordering = ["-created_at"]
    list_before_template = "admin/dossiers/key_acts.html"
    change_form_outer_after_template = "admin/dossiers/key_revoke_link.html"

    def get_queryset(self, request):
        return super().get_queryset(request).defer("private_key")

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {**(extra_context or {}), "keeps_keys": keeps_keys(request.user)})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        context = {**(extra_context or {}), "keeps_keys": keeps_keys(request.user)}
        return super().changeform_view(request, object_id, form_url, context)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("rotate/", view(rotate), name="dossiers_signingkey_rotate"),
            path("<int:pk>/revoke/", view(revoke), name="dossiers_signingkey_revoke"),
            *super().get_urls(),
        ]


def rotate(request):
    _require_keys(request)
    if request.method == "POST":
        key = SigningKey.rotate(now())
        messages.success(request, _("Receipts are signed with the key %(key)s from now on.") % {"key": key})
        return redirect("admin:dossiers_signingkey_changelist")
    return page(request, "rotate_key", title=_("Change the receipt key"))


def revoke(request, pk):
    _require_keys(request)
    key = get_object_or_404(SigningKey.objects.defer("private_key"), pk=pk)
    why = " ".join(request.POST.get("why", "").split())[:300]
    if request.method == "POST" and why:
        key.revoke(at=now(), why=why)
        messages.success(request, _("No receipt of the key %(key)s is believed any more.") % {"key": key})
        return redirect("admin:dossiers_signingkey_changelist")
    missing = request.method == "POST"
    return page(
        request, "revoke_key", title=_("Revoke the receipt key"), key=key, missing=missing,
        status=422 if missing else None,
    )  # fmt: skip


def _require_keys(request):
    if not keeps_keys(request.user):
        raise PermissionDenied


def keeps_keys(user):
    return over_the_whole(user, CHANGE_KEY)
