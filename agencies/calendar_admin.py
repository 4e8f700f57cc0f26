"""The page of a working calendar, and the form that amends it: the document's number, hours, days."""

import re
from datetime import time, timedelta
from itertools import pairwise

from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from agencies.backoffice import BackOfficeAdmin, ReadOnlyInline
from agencies.checks import calendars_without_next_year
from agencies.models import CalendarDay, CalendarRevision, Day, WeeklyHours, WorkCalendar
from agencies.rights import allowed
from agencies.working_time import ALWAYS, ORDINARY_WEEK

AMEND = "agencies.amend_workcalendar"
BLANK_ROWS = 8
_SPAN = re.compile(r"^(\d{1,2})[:hg](\d{2})?\s*[-–—]\s*(\d{1,2})[:hg](\d{2})?$")


class HoursField(forms.CharField):
    """'07:30–11:30, 13:30–17:00' as ((opens, closes), …); also '7h30-11h30'."""

    widget = UnfoldAdminTextInputWidget

    def clean(self, value):
        text = super().clean(value)
        spans = sorted(self._span(part.strip()) for part in re.split(r"[,;]", text) if part.strip())
        for (_opens, closes), (opens, _closes) in pairwise(spans):
            if opens < closes:
                raise forms.ValidationError(_("These hours overlap."))
        return tuple(spans)

    def _span(self, part):
        match = _SPAN.match(part)
        try:
            opens, closes = time(int(match[1]), int(match[2] or 0)), time(int(match[3]), int(match[4] or 0))
        except (TypeError, ValueError):
            raise forms.ValidationError(_("Hours like 07:30–11:30, 13:30–17:00 are expected."))
        if opens >= closes:
            raise forms.ValidationError(_("It must close after it opens."))
        return opens, closes


def _day_field(**options):
    widget = UnfoldAdminTextInputWidget(attrs={"type": "date"})
    return forms.DateField(widget=widget, **options)


class AmendmentForm(forms.Form):
    document = forms.CharField(
        label=_("Number of the document"), max_length=200, widget=UnfoldAdminTextInputWidget,
        help_text=_("The decision that sets it, e.g. 12729/VPCP-KGVX. Citizens read it."),
    )  # fmt: skip
    weekly_from = _day_field(
        label=_("New weekly hours from"), required=False, help_text=_("Leave it empty to keep the weekly hours.")
    )

    def __init__(self, *args, week=None, **kwargs):
        super().__init__(*args, **kwargs)
        for weekday, label in WeeklyHours.Weekday.choices:
            initial = ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in (week or {}).get(weekday, ()))
            self.fields[f"weekday_{weekday}"] = HoursField(label=label, required=False, initial=initial, max_length=200)

    def week(self):
        """{weekday: hours}, or None when the weekly hours stay."""
        if not self.cleaned_data["weekly_from"]:
            return None
        return {n: self.cleaned_data[f"weekday_{n}"] for n in range(7) if self.cleaned_data[f"weekday_{n}"]}


class DayForm(forms.Form):
    ORDINARY = "ordinary"
    KINDS = [("", "–"), *CalendarDay.Kind.choices, (ORDINARY, _("as the week has it"))]

    on = _day_field(label=_("Day"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, required=False, widget=UnfoldAdminSelectWidget)
    hours = HoursField(label=_("Own hours"), required=False, max_length=200)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("on") and not cleaned.get("kind"):
            self.add_error("kind", _("Choose what kind of day it is."))
        if cleaned.get("kind") and not cleaned.get("on"):
            self.add_error("on", _("Name the day."))
        if cleaned.get("hours") and cleaned.get("kind") != CalendarDay.Kind.WORKING:
            self.add_error("hours", _("Only a working day has hours."))
        return cleaned


class DayForms(forms.BaseFormSet):
    def clean(self):
        seen = set()
        for form in self.forms:
            on = form.cleaned_data.get("on") if hasattr(form, "cleaned_data") else None
            if on and on in seen:
                form.add_error("on", _("This day stands twice."))
            seen.add(on)

    def days(self):
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("on")]
        special = [row for row in rows if row["kind"] != DayForm.ORDINARY]
        days = [Day(r["on"], r["kind"] == CalendarDay.Kind.WORKING, r["reason"], r["hours"]) for r in special]
        return days, [row["on"] for row in rows if row["kind"] == DayForm.ORDINARY]


DayFormSet = forms.formset_factory(DayForm, formset=DayForms, extra=BLANK_ROWS, max_num=200, absolute_max=400)


class Days(ReadOnlyInline):
    model = CalendarDay
    fields = ["on", "kind", "own_hours", "reason", "document"]
    readonly_fields = ["own_hours"]
    ordering = ["-on"]
    per_page = 60

    @admin.display(description=_("Own hours"))
    def own_hours(self, day):
        return ", ".join("–".join(span) for span in day.hours)


class Week(ReadOnlyInline):
    model = WeeklyHours
    fields = ["valid_from", "weekday", "opens", "closes"]


class Amendments(ReadOnlyInline):
    model = CalendarRevision
    fields = ["version", "at", "by_name", "document"]
    per_page = 20


@admin.register(WorkCalendar)
class WorkCalendarAdmin(BackOfficeAdmin):
    list_display = ["name", "unit", "version"]
    list_select_related = ["unit"]
    search_fields = ["name"]
    ordering = ["name"]
    autocomplete_fields = ["unit"]
    fields = ["name", "unit", "version"]
    readonly_fields = ["version"]
    actions_detail = ["amend"]

    def get_inlines(self, request, obj):
        return [Week, Days, Amendments] if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if "unit" in form.base_fields:
            form.base_fields["unit"].required = True
        return form

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            obj.amend(
                document=_("New calendar"), by=request.user, at=timezone.now(), weekly=ORDINARY_WEEK,
                weekly_from=ALWAYS,
            )  # fmt: skip

    def changelist_view(self, request, extra_context=None):
        unfinished = calendars_without_next_year(timezone.localdate())
        for name in self.get_queryset(request).filter(name__in=unfinished).values_list("name", flat=True):
            messages.warning(request, _("The calendar “%s” has no holidays of next year yet.") % name)
        return super().changelist_view(request, extra_context)

    def has_amend_permission(self, request, object_id=None):
        return object_id is not None and allowed(request.user, AMEND, self.resolved(request, object_id))

    @action(description=_("Amend"), permissions=["amend"])
    def amend(self, request, object_id):
        calendar = self.resolved(request, object_id)
        form = AmendmentForm(request.POST or None, week=_present_week(calendar))
        days = DayFormSet(request.POST or None, prefix="days")
        if request.method == "POST" and form.is_valid() & days.is_valid() and _says_something(form, days):
            return self._amended(request, calendar, form, days)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "calendar": calendar, "form": form,
            "days": days, "title": _("Amend “%s”") % calendar,
        }  # fmt: skip
        return TemplateResponse(request, "agencies/amend_calendar.html", context)

    def _amended(self, request, calendar, form, days):
        special, ordinary = days.days()
        revision = calendar.amend(
            document=form.cleaned_data["document"], by=request.user, at=timezone.now(), days=special,
            ordinary=ordinary, weekly=form.week(), weekly_from=form.cleaned_data["weekly_from"] or ALWAYS,
        )  # fmt: skip
        facts = {"version": revision.version}
        messages.success(request, _("Version %(version)s is in force. Open deadlines are being computed anew.") % facts)
        return redirect("admin:agencies_workcalendar_change", calendar.pk)


def _says_something(form, days):
    if any(days.days()) or form.week() is not None:
        return True
    form.add_error(None, _("Nothing was changed: name days or new weekly hours."))
    return False


def _present_week(calendar):
    worktime, today = calendar.as_worktime(), timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    return {n: worktime.ordinary_hours(monday + timedelta(days=n)) for n in range(7)}
