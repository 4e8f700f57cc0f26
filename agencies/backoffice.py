"""The base of every page in the back-office: lists, searches, pickers, filters, history and deletion show what the
person may see and nothing else; after each write the right is checked once more, inside the transaction.

The model's manager must have `visible_to` (agencies.rights.ScopedQuerySet).
"""

from django.contrib.admin import RelatedFieldListFilter, ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import DataError
from django.db.models import ForeignKey, ManyToManyField
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from agencies import history
from agencies.paging import COUNTED_UP_TO
from agencies.rights import ANY, rights_of, scope_of, scope_of_all


class CappedPaginator(Paginator):
    """Counts to 10,000 and stops: nobody pages further, and nobody waits for a million to be counted."""

    @cached_property
    def count(self):
        if not hasattr(self.object_list, "query"):
            return super().count
        return self.object_list.order_by()[:COUNTED_UP_TO].count()


class ScopedRelatedFilter(RelatedFieldListFilter):
    """Offers the related rows that the person may see."""

    def field_choices(self, field, request, model_admin):
        related = visible(field.remote_field.model, request.user)
        if related is None:
            return super().field_choices(field, request, model_admin)
        return [(row.pk, str(row)) for row in related[:200]]


def visible(model, user):
    """The rows of the model this person may see, or None when the model is nobody's in particular."""
    rows = model._default_manager.all()
    return rows.visible_to(user) if hasattr(rows, "visible_to") else None


class BackOfficeAdmin(ModelAdmin):
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 200
    list_filter_submit = True
    warn_unsaved_form = True
    save_on_top = False

    # --- what may be seen and done ----------------------------------------------------------------------------------

    def permission(self, verb):
        return f"{self.opts.app_label}.{verb}_{self.opts.model_name}"

    def _may(self, request, verb, obj):
        rights, perm = rights_of(request.user), self.permission(verb)
        if obj is None:
            return rights.allows(perm, **scope_of_all(self.model))
        return rights.allows(perm, **scope_of(self.resolved(request, obj)))

    def resolved(self, request, obj):
        """unfold's actions on one object ask with its key in place of the object. Out of reach is not there: 404."""
        if not isinstance(obj, str | int):
            return obj
        found = self.get_object(request, obj)
        if found is None:
            raise Http404
        return found

    def has_add_permission(self, request):
        return self._may(request, "add", None)

    def has_change_permission(self, request, obj=None):
        return self._may(request, "change", obj)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, "delete", obj)

    def has_view_permission(self, request, obj=None):
        return self._may(request, "view", obj) or self.has_change_permission(request, obj)

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        # Out of reach and not there look the same.
        raise Http404

    # --- pickers, filters, search -----------------------------------------------------------------------------------

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        _limit(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        _limit(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        """What points out of the person's reach is shown and stays as it is."""
        fixed = list(super().get_readonly_fields(request, obj))
        return fixed + [name for name in _points_out_of_reach(obj, request.user) if name not in fixed]

    def get_list_filter(self, request):
        return [self._scoped_filter(entry) for entry in super().get_list_filter(request)]

    def _scoped_filter(self, entry):
        if not isinstance(entry, str) or "__" in entry:
            return entry
        field = self.opts.get_field(entry)
        return (entry, ScopedRelatedFilter) if isinstance(field, ForeignKey | ManyToManyField) else entry

    def get_search_results(self, request, queryset, search_term):
        if search_term and hasattr(queryset, "search"):
            return queryset.search(search_term[:200]), False
        return super().get_search_results(request, queryset, search_term[:200])

    def get_changelist_instance(self, request):
        try:
            return super().get_changelist_instance(request)
        except (ValueError, DataError):
            # A NUL, a lone surrogate or half a regular expression in an address that somebody made up.
            raise IncorrectLookupParameters from None

    # --- writing ----------------------------------------------------------------------------------------------------

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self.check_again(request, form.instance, "change" if change else "add")

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        self.check_again(request, obj, "change" if change else "add")

    def check_again(self, request, obj, verb):
        """After the write, with rights read anew: nobody may put a thing out of (or into) reach. Rolls back if so."""
        rights = rights_of(request.user, fresh=True)
        if not rights.allows(self.permission(verb), **scope_of(obj)):
            raise PermissionDenied(_("You may not save it there."))

    def delete_model(self, request, obj):
        self._require_delete(request, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for obj in queryset:
            self._require_delete(request, obj)
        super().delete_queryset(request, queryset)

    def _require_delete(self, request, obj):
        if not self.has_delete_permission(request, obj):
            raise PermissionDenied

    # --- history ----------------------------------------------------------------------------------------------------

    def history_view(self, request, object_id, extra_context=None):
        if not hasattr(self.model, "trail"):
            return super().history_view(request, object_id, extra_context)
        obj = self.get_object(request, object_id)
        if obj is None or not self.has_view_permission(request, obj):
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change history: %s") % obj,
            "opts": self.opts,
            "object": obj,
            "page": history.page_of(obj, request.GET.get("p"), reader=request.user),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "agencies/history.html", context)


class ReadEverywhere:
    """Changed for the authority as a whole, read by whoever works in its field: put before a page or a table in one."""

    def _may(self, request, verb, obj):
        if verb != "view":
            return super()._may(request, verb, obj)
        field = ANY if obj is None else self.resolved(request, obj).scope_field
        return rights_of(request.user).allows(self.permission("view"), field=field)


class BackOfficeInline(TabularInline):
    """Rows that belong to the page's object: who may view or change that may do the same to them."""

    extra = 0
    show_change_link = False
    hide_title = True

    def permission(self, verb):
        return f"{self.parent_model._meta.app_label}.{verb}_{self.parent_model._meta.model_name}"

    def resolved(self, request, obj):
        return obj

    def _may(self, request, verb, obj):
        scope = scope_of_all(self.parent_model) if obj is None else scope_of(obj)
        return rights_of(request.user).allows(self.permission(verb), **scope)

    def has_view_permission(self, request, obj=None):
        return self._may(request, "view", obj) or self._may(request, "change", obj)

    def has_change_permission(self, request, obj=None):
        return self._may(request, "change", obj)

    def has_add_permission(self, request, obj=None):
        return self._may(request, "change", obj) or (obj is None and self._may(request, "add", None))

    def has_delete_permission(self, request, obj=None):
        return self._may(request, "change", obj)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        _limit(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """In a table the heading of the column is no label: a screen reader needs one at each field."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and field.label:
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs.setdefault("aria-label", capfirst(field.label))
        return field


class ReadOnlyInline(BackOfficeInline):
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(BackOfficeAdmin):
    """To be looked at: no adding, changing or deleting."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def _limit(db_field, request, kwargs):
    if "queryset" not in kwargs:
        rows = visible(db_field.remote_field.model, request.user)
        if rows is not None:
            kwargs["queryset"] = rows


def _points_out_of_reach(obj, user):
    """Names of the foreign keys whose present target the person may not see; one query each for scoped models."""
    for field in obj._meta.concrete_fields if obj is not None else ():
        if isinstance(field, ForeignKey) and (target := getattr(obj, field.attname)) is not None:
            rows = visible(field.remote_field.model, user)
            if rows is not None and not rows.filter(pk=target).exists():
                yield field.name
