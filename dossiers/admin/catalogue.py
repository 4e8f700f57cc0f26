"""The catalogue at the desk: procedures, and their versions from draft to published. What is published stays so."""

from django.contrib import admin, messages
from django.db.models import Max, URLField
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.backoffice import BackOfficeAdmin, BackOfficeInline, ReadEverywhere, ReadOnlyInline
from agencies.rights import allowed, require
from dossiers.admin.frame import page
from dossiers.catalogue import Fee, Procedure, ProcedureCase, ProcedureVersion, RequiredDocument, Step
from dossiers.desk_forms import DraftForm
from dossiers.workflow import NotAllowed

DRAFT = ProcedureVersion.State.DRAFT


class OfFields(ReadEverywhere, BackOfficeAdmin):
    """Pages of things that belong to a field of work and to no unit."""

    whole = []

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.whole)


class Versions(ReadEverywhere, ReadOnlyInline):
    model = ProcedureVersion
    fields = ["number", "state", "valid_from", "valid_to", "decision"]
    readonly_fields = fields
    show_change_link = True


@admin.register(Procedure)
class ProcedureAdmin(OfFields):
    list_display = ["name", "code", "field", "level"]
    list_filter = ["field", "level"]
    search_fields = ["search_key"]
    search_help_text = _("Words of its name, with or without tone marks, or its code.")
    ordering = ["sort_key", "pk"]
    fields = ["code", "name", "field", "level"]
    autocomplete_fields = ["field"]
    inlines = [Versions]
    whole = ["field"]

    def get_search_results(self, request, queryset, search_term):
        return queryset.search(search_term[:200]), False

    def get_inlines(self, request, obj):
        return self.inlines if obj else []


class PartOfDraft(ReadEverywhere, BackOfficeInline):
    """Cases, fees, papers and steps can be changed as long as their version is a draft; the database sees to it too."""

    labels = {"case": _("Case")}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        if db_field.name in self.labels:
            kwargs["label"] = self.labels[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_add_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_delete_permission(request, obj)


class OfOneCase(PartOfDraft):
    def get_formset(self, request, obj=None, **kwargs):
        self.version = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "case":
            kwargs["queryset"] = ProcedureCase.objects.filter(version=getattr(self, "version", None))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class Cases(PartOfDraft):
    model = ProcedureCase
    fields = ["order", "name", "term_n", "term_unit", "area_extension_n", "term_note"]


class Fees(OfOneCase):
    model = Fee
    fields = ["order", "kind", "case", "filed", "text", "amount"]


class Documents(OfOneCase):
    model = RequiredDocument
    labels = {**PartOfDraft.labels, "name": _("Name of the paper")}
    fields = ["order", "name", "case", "originals", "copies", "certified_copies", "only_to_show", "form_url", "note"]


class Steps(PartOfDraft):
    model = Step
    fields = ["order", "code", "name", "status", "budget_minutes", "informs", "citizen_text"]


@admin.register(ProcedureVersion)
class VersionAdmin(OfFields):
    list_display = ["procedure", "number", "state", "valid_from", "valid_to"]
    list_filter = ["state", "online_level"]
    search_fields = ["procedure__search_key"]
    ordering = ["procedure__sort_key", "-number"]
    autocomplete_fields = ["procedure"]
    inlines = [Cases, Documents, Fees, Steps]
    whole = ["procedure__field"]
    change_form_outer_before_template = "admin/dossiers/version_acts.html"

    def get_fields(self, request, obj=None):
        known = ["number", "state", "valid_to"] if obj else []
        return [
            "procedure", *known, "valid_from", "decision", "online_level", "partial_reason", "audience", "how",
            "conditions", "result", "legal_basis", "handled_by", "on_supplement", "copies_of_dossier", "note",
        ]  # fmt: skip

    def get_readonly_fields(self, request, obj=None):
        return ["procedure", "number", "state", "valid_to"] if obj else []

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def has_change_permission(self, request, obj=None):
        return (obj is None or _is_draft(obj)) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return _is_draft(obj) and self._may(request, "change", obj)

    def get_search_results(self, request, queryset, search_term):
        matching = Procedure.objects.search(search_term[:200]).values("pk")
        return (queryset.filter(procedure__in=matching) if search_term else queryset), False

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "procedure":
            kwargs["queryset"] = Procedure.objects.visible_to(request.user, self.permission("add"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            last = obj.procedure.versions.aggregate(last=Max("number"))["last"]
            obj.number = (last or 0) + 1
        super().save_model(request, obj, form, change)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        version = self.get_object(request, object_id)
        publishes = version and allowed(request.user, "dossiers.publish_procedure", version)
        context = {"version": version, "publishes": publishes, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/publish/", view(self._publish), name="dossiers_procedureversion_publish"),
            path("<int:pk>/next-draft/", view(self._next_draft), name="dossiers_procedureversion_next_draft"),
            *super().get_urls(),
        ]

    def _publish(self, request, pk):
        version = self._version(request, pk)
        if request.method != "POST":
            return page(request, "publish", title=_("Publish this version"), version=version)
        try:
            version.publish(by=request.user)
        except NotAllowed as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The version is published; new dossiers begin with it on its day."))
        return redirect(_page_of(version))

    def _next_draft(self, request, pk):
        version = self._version(request, pk)
        form = DraftForm(request.POST or None, initial={"valid_from": localdate()})
        if request.method == "POST" and form.is_valid():
            draft = version.next_draft(by=request.user, valid_from=form.cleaned_data["valid_from"])
            messages.success(request, _("This is the new draft: change it, then publish it."))
            return redirect(_page_of(draft))
        status = 422 if form.is_bound else None
        return page(request, "next_draft", title=_("New draft"), version=version, form=form, status=status)

    def _version(self, request, pk):
        version = self.get_queryset(request).filter(pk=pk).first()
        if version is None:
            raise Http404
        require(request.user, "dossiers.publish_procedure", version)
        return version


def _is_draft(version):
    return version is not None and version.state == DRAFT


def _page_of(version):
    return reverse("admin:dossiers_procedureversion_change", args=[version.pk])
