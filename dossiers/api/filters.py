"""What a list of dossiers can be asked for."""

from datetime import timedelta

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError as BadValue

from agencies.models import Unit
from agencies.strict import Words, YesNo
from dossiers.dossier import Dossier
from dossiers.exchange.fields import Day, Moment, status_named
from dossiers.workflow import OPEN


class _AsIn(forms.Field):
    """A form's field that reads what the field of a row reads, and says the same when it cannot."""

    def __init__(self, *, row_field, **kwargs):
        self.row_field = row_field
        super().__init__(**{"required": False, **_known_to_forms(kwargs)})

    def clean(self, value):
        if value in (None, ""):
            return None
        try:
            return self.row_field.run_validation(str(value))
        except BadValue as error:
            raise forms.ValidationError([str(reason) for reason in error.detail]) from None


def _known_to_forms(kwargs):
    return {name: value for name, value in kwargs.items() if name in ("label", "help_text", "widget")}


class _MomentOrDay(Moment):
    """A day is taken for its beginning, or (`end`) for the beginning of the next."""

    def __init__(self, *, end=False, **kwargs):
        self.end, self.day = end, Day()
        super().__init__(**kwargs)

    def to_internal_value(self, data):
        try:
            day = self.day.to_internal_value(data)
        except BadValue:
            return super().to_internal_value(data)
        return super().to_internal_value(f"{day + timedelta(days=1) if self.end else day}T00:00:00")


class _Statuses(Words):
    def to_internal_value(self, data):
        words = [word for word in data.split(",") if word.strip()]
        found = [status_named(word) for word in words]
        if not found or None in found:
            raise BadValue(_("Statuses are expected, as numbers or words, with commas between: 2,4 or received."))
        return found


class RowFilter(filters.Filter):
    field_class, kind = _AsIn, "string"

    def __init__(self, *args, help_text="", **kwargs):
        super().__init__(*args, **kwargs)
        extend_schema_field({"type": self.kind, "description": help_text})(self)


class MomentFilter(RowFilter):
    def __init__(self, column, lookup, *, end=False, help_text="A moment, or a day for the whole of it."):
        row_field = _MomentOrDay(end=end)
        super().__init__(field_name=column, lookup_expr=lookup, row_field=row_field, help_text=help_text)


class YesNoFilter(RowFilter):
    kind = "boolean"


class DossierFilter(filters.FilterSet):
    status = RowFilter(
        row_field=_Statuses(max_length=300), method="of_status", help_text="Numbers or words, with commas between."
    )
    unit = RowFilter(row_field=Words(max_length=60), method="of_unit", help_text="Code; with all units below.")
    procedure = RowFilter(row_field=Words(max_length=40), field_name="procedure_version__procedure__code")
    received_from = MomentFilter("received_at", "gte")
    received_to = MomentFilter("received_at", "lt", end=True)
    due_from = MomentFilter("due_at", "gte")
    due_to = MomentFilter("due_at", "lt", end=True)
    overdue = YesNoFilter(row_field=YesNo(), method="late", help_text="true: open and past its due date.")
    updated_since = MomentFilter(
        "changed_at", "gte", help_text="Oldest change first. Ask again from five minutes before you last asked."
    )

    class Meta:
        model = Dossier
        fields = []

    def of_status(self, queryset, name, statuses):
        return queryset.filter(status__in=statuses)

    def of_unit(self, queryset, name, code):
        unit = Unit.objects.with_code(code).first()
        return queryset.filter(unit__path__startswith=unit.path) if unit else queryset.none()

    def late(self, queryset, name, value):
        at = now()
        return queryset.overdue(at=at) if value else queryset.exclude(status__in=OPEN, due_at__lt=at)
