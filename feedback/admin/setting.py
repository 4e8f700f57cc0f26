"""What is set up for reports: categories, terms, rules, templates, contacts, bans; and what is only read."""

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.backoffice import BackOfficeAdmin, BackOfficeInline, ReadEverywhere, ReadOnlyAdmin
from agencies.rights import ANY, rights_of
from feedback.admin.frame import page
from feedback.categories import Category, Question, ServiceLevel
from feedback.dry_run import MOST, dry_run
from feedback.models import AnswerTemplate, Ban, ContactPoint, LearntCategories, RoutingRule, Survey
from feedback.suggesting import LEAST, LEAST_OF_ONE

A_MONTH = timedelta(days=30)
TAKEN_SHOWN = 100
CHANGE_BAN = "feedback.change_ban"


class OfAll(ReadEverywhere, BackOfficeAdmin):
    """Set up for the whole authority, read by everybody who works with reports."""

    sortable_by = []

    def get_queryset(self, request):
        if rights_of(request.user).allows(self.permission("view"), field=ANY):
            return self.model.objects.all()
        return self.model.objects.none()


class Questions(ReadEverywhere, BackOfficeInline):
    model = Question
    fields = ["position", "code", "text", "type", "options", "required", "public", "hint"]


@admin.register(Category)
class CategoryAdmin(OfAll):
    list_display = ["place_in_tree", "kind", "service_level", "unit", "active"]
    list_filter = ["parent", "kind", "active", "private"]
    list_select_related = ["parent", "service_level", "unit"]
    search_fields = ["name", "keywords", "code"]
    ordering = ["parent__position", "position", "pk"]
    autocomplete_fields = ["unit"]
    inlines = [Questions]

    @admin.display(description=gettext_lazy("category"))
    def place_in_tree(self, category):
        return f"{category.parent} › {category}" if category.parent else str(category)

    def get_inlines(self, request, obj):
        return self.inlines if obj and obj.parent_id else []

    def has_delete_permission(self, request, obj=None):
        return False  # closed, never taken away: reports belong to it


@admin.register(ServiceLevel)
class ServiceLevelAdmin(OfAll):
    list_display = ["name", "unit", "n", "most_extra_days", "reply_days", "document"]
    search_fields = ["name"]

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(RoutingRule)
class RoutingRuleAdmin(OfAll):
    """A rule is tried on the reports of last month before it is saved."""

    list_display = ["position", "name", "unit", "assigns", "active"]
    list_display_links = ["name"]
    list_filter = ["assigns", "active"]
    list_select_related = ["unit"]
    search_fields = ["name"]
    ordering = ["position", "pk"]
    autocomplete_fields = ["unit", "areas", "categories"]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "POST" or "_tried" in request.POST or "_popup" in request.POST:
            return super().changeform_view(request, object_id, form_url, extra_context)
        return self._try(request, object_id, form_url, extra_context)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        request.saved_rule = form.instance

    def _try(self, request, object_id, form_url, extra_context):
        """Saved, asked what it would have taken, and taken back: the rule is tried as it would be."""
        with transaction.atomic():
            response = super().changeform_view(request, object_id, form_url, extra_context)
            rule = getattr(request, "saved_rule", None)
            if rule is None:
                return response
            at = now()
            taken = dry_run(rule, since=at - A_MONTH, until=at) if rule.active else []
            list(messages.get_messages(request))  # nothing was saved yet
            transaction.set_rollback(True)
        return _tried(request, rule, taken, since=at - A_MONTH)


def _tried(request, rule, taken, *, since):
    given = [(name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"
             for value in values]  # fmt: skip
    where = [(report, rule.target(report)) for report in taken[:TAKEN_SHOWN]]
    return page(
        request, "dry_run", title=_("Try the rule first"), rule=rule, where=where, n=len(taken), since=since,
        given=given, looked_at=MOST, cut=len(taken) > TAKEN_SHOWN,
    )  # fmt: skip


@admin.register(AnswerTemplate)
class AnswerTemplateAdmin(OfAll):
    list_display = ["name", "category", "outcome"]
    list_filter = ["outcome"]
    list_select_related = ["category"]
    search_fields = ["name", "text"]
    autocomplete_fields = ["category"]


@admin.register(ContactPoint)
class ContactPointAdmin(BackOfficeAdmin):
    sortable_by = []
    list_display = ["unit", "name", "purpose", "phone", "email", "hours"]
    list_display_links = ["name"]
    list_filter = ["unit"]
    list_select_related = ["unit"]
    search_fields = ["name", "purpose"]
    autocomplete_fields = ["unit"]


@admin.register(Ban)
class BanAdmin(ReadOnlyAdmin):
    """An address is banned on the page of a report; here it is read, and lifted."""

    sortable_by = []
    list_display = ["shown", "kind", "reason", "by", "since", "lifted_at"]
    list_filter = [("lifted_at", admin.EmptyFieldListFilter), "kind"]
    list_select_related = ["by"]
    fields = ["shown", "kind", "reason", "by", "since", "lifted_at"]
    ordering = ["-since"]
    change_form_outer_after_template = "admin/feedback/lift_ban.html"

    def get_urls(self):
        lift = path("<int:pk>/lift/", self.admin_site.admin_view(self.lift), name="feedback_ban_lift")
        return [lift, *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        may_lift = rights_of(request.user).has(CHANGE_BAN)
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), "may_lift": may_lift})

    def lift(self, request, pk):
        ban = get_object_or_404(Ban.objects.visible_to(request.user), pk=pk)
        if not Ban.objects.visible_to(request.user, CHANGE_BAN).filter(pk=pk).exists():
            raise PermissionDenied
        if request.method != "POST":
            raise Http404
        if ban.lifted_at is None:
            ban.lifted_at = now()
            ban.save(update_fields=["lifted_at"])
            messages.success(request, _("They may write again."))
        return redirect(reverse("admin:feedback_ban_change", args=[pk]))


@admin.register(Survey)
class SurveyAdmin(ReadOnlyAdmin):
    """What people said of answers; the words stand in, the name of whoever said it does not."""

    list_display = ["given_on", "report", "unit", "satisfaction", "fixed", "note"]
    list_display_links = None
    list_filter = ["satisfaction", "fixed", "unit"]
    list_select_related = ["report", "unit"]
    sortable_by = []
    ordering = ["-given_on", "-pk"]


@admin.register(LearntCategories)
class LearntCategoriesAdmin(ReadOnlyAdmin):
    """How good the suggestions of categories are, measured on reports they were not learnt from."""

    list_display = ["at", "examples", "categories", "tested_on", "first_guess", "three_guesses", "always_the_same",
                    "seconds"]  # fmt: skip
    list_display_links = None
    list_before_template = "admin/feedback/learnt.html"
    sortable_by = []
    ordering = ["-at", "-pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("arrays")

    def has_view_permission(self, request, obj=None):
        # The row is arrays of numbers; there is nothing to open.
        return obj is None and super().has_view_permission(request)

    def changelist_view(self, request, extra_context=None):
        learnt = LearntCategories.objects.exists()
        more = {"learnt": learnt, "least": LEAST, "least_of_one": LEAST_OF_ONE}
        return super().changelist_view(request, {**(extra_context or {}), **more})

    @admin.display(description=gettext_lazy("right at the first guess"))
    def first_guess(self, learnt):
        return f"{learnt.top1:.0%}"

    @admin.display(description=gettext_lazy("right within three guesses"))
    def three_guesses(self, learnt):
        return f"{learnt.top3:.0%}"

    @admin.display(description=gettext_lazy("if one always guessed the most frequent"))
    def always_the_same(self, learnt):
        return f"{learnt.most_frequent:.0%}"
