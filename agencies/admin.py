"""The back-office pages of the agencies."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django_otp import devices_for_user
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from agencies import (
    calendar_admin,  # noqa: F401  (registers its own page)
    looks,
)
from agencies.appointing import (
    lacking,
    may_change_appointment,
    may_forget_second_factor,
    may_manage,
    may_set_password,
    require_may_appoint,
)
from agencies.backoffice import BackOfficeAdmin, BackOfficeInline, ReadEverywhere, ReadOnlyAdmin, ReadOnlyInline
from agencies.models import (
    AccessLog,
    ApiKey,
    Appointment,
    FieldOfWork,
    Officer,
    PastTitle,
    Role,
    Succession,
    Unit,
    UnitCode,
)
from agencies.rights import over_the_whole

# Django's page of groups knows no scope; ours are called roles.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)

NOT_YOURS_TO_GIVE = _("You may give only roles you hold yourself, over your own units. You lack: %(permissions)s.")
HOLDS_MORE = _(
    "%(officer)s may do what you may not: somebody with the same rights, or an administrator of everything, does it."
)


class UnitCodes(BackOfficeInline):
    model = UnitCode
    verbose_name_plural = _("codes")


class PastTitles(ReadOnlyInline):
    model = PastTitle
    fields = ["name", "valid_to", "document"]


class Predecessors(ReadOnlyInline):
    model = Succession
    fk_name = "successor"
    fields = ["predecessor", "on", "document"]
    verbose_name_plural = _("predecessors")


@admin.register(Unit)
class UnitAdmin(BackOfficeAdmin):
    list_display = ["name", "kind", "official_code", "valid_from", "valid_to"]
    list_filter = ["kind", "difficult_area"]
    search_fields = ["search_key"]
    search_help_text = _("Name with or without tone marks, also an earlier one, or a code.")
    ordering = ["sort_key", "pk"]
    autocomplete_fields = ["parent", "calendar"]
    fields = [
        "name", "kind", "parent", "official_code", "difficult_area", "calendar", "phone", "address", "valid_from",
        "valid_to",
    ]  # fmt: skip
    inlines = [UnitCodes, PastTitles, Predecessors]

    def get_readonly_fields(self, request, obj=None):
        """Place in the tree and codes decide what reaches whom: the whole authority sets them, no unit for itself."""
        fixed = super().get_readonly_fields(request, obj)
        ours = obj is None or over_the_whole(request.user, self.permission("change"))
        return fixed if ours else [*{*fixed, "parent", "official_code"}]

    def get_inlines(self, request, obj):
        ours = over_the_whole(request.user, self.permission("change"))
        return self.inlines if ours else [inline for inline in self.inlines if inline is not UnitCodes]

    def get_fields(self, request, obj=None):
        fields = super().get_fields(request, obj)
        if obj is None and not over_the_whole(request.user, self.permission("add")):
            return [name for name in fields if name != "official_code"]
        return fields


class Appointments(ReadOnlyInline):
    model = Appointment
    fields = ["role", "unit", "valid_from", "valid_to"]
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)


class NewOfficerForm(UserCreationForm):
    class Meta:
        model = Officer
        fields = ["username", "full_name", "title", "unit", "email"]


class OfficerForm(UserChangeForm):
    class Meta:
        model = Officer
        fields = "__all__"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "password" in self.fields:
            text = _('Nobody can read a password. <a href="%(address)s" class="underline">Set another one</a>.')
            self.fields["password"].help_text = format_html(str(text).replace("%(address)s", "{}"), "../password/")


@admin.register(Officer)
class OfficerAdmin(BackOfficeAdmin, UserAdmin):
    form, add_form, change_password_form = OfficerForm, NewOfficerForm, AdminPasswordChangeForm
    list_display = ["full_name", "username", "title", "unit", "is_active"]
    list_select_related = ["unit"]
    list_filter = ["is_active", "unit"]
    search_fields = ["search_key"]
    ordering = ["sort_key", "pk"]
    filter_horizontal = []
    autocomplete_fields = ["unit"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password", "full_name", "title", "unit", "email"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "full_name", "title", "unit", "email", "password1", "password2"]})]
    inlines = [Appointments]
    actions_detail = ["forget_second_factor"]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not request.user.is_superuser:
            return fieldsets
        return [*fieldsets, (_("Everything"), {"fields": ["is_superuser"]})]

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def has_change_permission(self, request, obj=None):
        obj = self.resolved(request, obj)
        return super().has_change_permission(request, obj) and may_manage(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return False  # log lines point to officers; `is_active` ends the access

    def check_again(self, request, obj, verb):
        super().check_again(request, obj, verb)
        if not may_manage(request.user, obj) or (obj.is_superuser and not request.user.is_superuser):
            raise PermissionDenied(_("You may not save it there."))

    def user_change_password(self, request, id, form_url=""):
        officer = self.resolved(request, id)
        if self.has_change_permission(request, officer) and not may_set_password(request.user, officer):
            return self._refused(request, officer)
        return super().user_change_password(request, id, form_url)

    def _refused(self, request, officer):
        messages.error(request, HOLDS_MORE % {"officer": officer})
        return redirect("admin:agencies_officer_change", officer.pk)

    @action(description=_("Forget the second factor"), permissions=["change"])
    def forget_second_factor(self, request, object_id):
        """A lost phone: the officer enrols anew at the next log-in."""
        officer = self.resolved(request, object_id)
        if not may_forget_second_factor(request.user, officer):
            return self._refused(request, officer)
        if request.method == "POST":
            for device in devices_for_user(officer, confirmed=None):
                device.delete()
            self.log_change(request, officer, _("Second factor forgotten."))
            messages.success(request, _("The second factor was forgotten; tell the officer to enrol anew."))
            return redirect("admin:agencies_officer_change", officer.pk)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "officer": officer,
            "title": _("Forget the second factor"),
        }  # fmt: skip
        return TemplateResponse(request, "agencies/forget_second_factor.html", context)


class AppointmentForm(forms.ModelForm):
    by = None

    class Meta:
        model = Appointment
        fields = ["officer", "role", "unit", "fields", "valid_from", "valid_to"]

    def clean(self):
        cleaned = super().clean()
        role, unit = cleaned.get("role"), cleaned.get("unit")
        if cleaned.get("officer") == self.by and not self.by.is_superuser:
            raise forms.ValidationError({"officer": _("Somebody else gives you a role, not you yourself.")})
        if role and unit:
            missing = lacking(self.by, role=role, unit=unit, fields=list(cleaned.get("fields") or ()))
            if missing:
                raise forms.ValidationError({"role": NOT_YOURS_TO_GIVE % {"permissions": ", ".join(missing[:5])}})
        return cleaned


class GivingAdmin(BackOfficeAdmin):
    """Pages that hand on a role: the form knows who asks."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"by": request.user})

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "role":
            kwargs["queryset"] = Group.objects.order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Appointment)
class AppointmentAdmin(GivingAdmin):
    form = AppointmentForm
    list_display = ["officer", "role", "unit", "valid_from", "valid_to"]
    list_select_related = ["officer", "role", "unit"]
    list_filter = ["role"]
    search_fields = ["officer__search_key", "unit__search_key"]
    ordering = ["officer__sort_key", "pk"]
    autocomplete_fields = ["officer", "unit", "fields"]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._may_touch(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._may_touch(request, obj)

    def _may_touch(self, request, obj):
        return obj is None or may_change_appointment(request.user, self.resolved(request, obj))

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        given = form.instance
        require_may_appoint(request.user, role=given.role, unit=given.unit, fields=list(given.fields.all()))


@admin.register(Role)
class RoleAdmin(BackOfficeAdmin):
    """Superusers shape roles; others look at them (a role's permissions are everybody's who holds it)."""

    list_display = ["name"]
    search_fields = ["name"]
    filter_horizontal = ["permissions"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("permissions__content_type")


@admin.register(FieldOfWork)
class FieldOfWorkAdmin(ReadEverywhere, BackOfficeAdmin):
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    ordering = ["sort_key", "pk"]
    fields = ["code", "name"]


class ApiKeyForm(AppointmentForm):
    class Meta:
        model = ApiKey
        fields = ["unit", "role", "name"]


@admin.register(ApiKey)
class ApiKeyAdmin(GivingAdmin):
    form = ApiKeyForm
    list_display = ["name", "prefix", "unit", "role", "created_at", "last_used_on", "revoked_at"]
    list_select_related = ["unit", "role"]
    search_fields = ["name", "prefix"]
    ordering = ["-created_at", "pk"]
    autocomplete_fields = ["unit"]
    actions_detail = ["revoke"]

    def get_readonly_fields(self, request, obj=None):
        issued = ["unit", "role", "prefix", "created_at", "last_used_on", "revoked_at"]
        return issued if obj else super().get_readonly_fields(request, obj)

    def get_fields(self, request, obj=None):
        return ["name", *self.get_readonly_fields(request, obj)] if obj else ["unit", "role", "name"]

    def save_model(self, request, obj, form, change):
        if change:
            return super().save_model(request, obj, form, change)
        require_may_appoint(request.user, role=obj.role, unit=obj.unit)
        issued, request.plain_key = ApiKey.issue(unit=obj.unit, name=obj.name, role=obj.role, at=now())
        obj.__dict__.update(issued.__dict__)
        self.check_again(request, obj, "add")

    def response_add(self, request, obj, post_url_continue=None):
        """The one page that shows the key; it is kept in no message and no session."""
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "key": obj, "plain": request.plain_key,
            "title": _("The new API key"),
        }  # fmt: skip
        response = TemplateResponse(request, "agencies/key_issued.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @action(description=_("Revoke"), permissions=["change"])
    def revoke(self, request, object_id):
        key = self.resolved(request, object_id)
        if request.method == "POST":
            key.revoke(at=now())
            messages.success(request, _("The key opens nothing from now on."))
            return redirect("admin:agencies_apikey_change", key.pk)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "key": key, "title": _("Revoke")}
        return TemplateResponse(request, "agencies/revoke_key.html", context)


class WayFilter(admin.SimpleListFilter):
    """By the way of looking; the ways are known, so nobody reads the whole log to find them."""

    title = _("how")
    parameter_name = "how"

    def lookups(self, request, model_admin):
        return [(way.key, way.name) for way in looks.ways()]

    def queryset(self, request, queryset):
        chosen = next((way for way in looks.ways() if way.key == self.value()), None)
        return queryset.filter(chosen.q()) if chosen else queryset


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnlyAdmin):
    """Rows in words, each thing by the name this reader may know it by: one query for each kind of thing."""

    list_display = ["at", "by_name", "how", "thing", "unit"]
    fields = ["at", "by_name", "how", "thing", "about", "unit", "request_id"]
    list_select_related = ["unit"]
    list_filter = ["at", WayFilter]
    sortable_by = []  # no order but the newest first is worth reading the whole log for
    search_fields = ["about"]
    search_help_text = _("Who looked, or the whole number of the dossier that was looked at.")
    ordering = ["-pk"]

    def get_search_results(self, request, queryset, search_term):
        return (queryset.search(search_term[:200], reader=request.user) if search_term else queryset), False

    def get_changelist_instance(self, request):
        page = super().get_changelist_instance(request)
        page.result_list = self._told(page.result_list, request)
        return page

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        return found and self._told([found], request)[0]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "how", "thing"]

    def _told(self, rows, request):
        rows = list(rows)
        names = looks.names_of({row.about for row in rows}, request.user)
        for row in rows:
            row.thing = names.get(row.about, row.about)
        return rows

    @display(description=_("how"))
    def how(self, row):
        return looks.how(row.what)

    @display(description=_("what was looked at"))
    def thing(self, row):
        return row.thing
