"""What a list of reports can be asked for."""

from django_filters import rest_framework as filters

from agencies.models import Unit
from feedback.report import Report
from feedback.workflow import State

PUBLIC = [state for state in State if state not in (State.NEW, State.ANSWERED, State.REFUSED, State.MERGED)]


class ReportFilter(filters.FilterSet):
    category = filters.CharFilter("category__code", help_text="Code.")
    ward = filters.CharFilter(method="of_ward", help_text="Official code.")
    state = filters.ChoiceFilter(choices=[(state, state) for state in PUBLIC], method="in_state")
    received_from = filters.IsoDateTimeFilter("received_at", "gte")
    received_to = filters.IsoDateTimeFilter("received_at", "lt")

    class Meta:
        model = Report
        fields = []

    def of_ward(self, queryset, name, code):
        return queryset.filter(ward__in=Unit.objects.with_code(code))

    def in_state(self, queryset, name, state):
        """That an answer waits for approval is told to nobody."""
        return queryset.filter(state__in=[state, State.ANSWERED] if state == State.IN_PROGRESS else [state])


class UnitReportFilter(ReportFilter):
    state = filters.ChoiceFilter(field_name="state", choices=State.choices)
    overdue_at = filters.IsoDateTimeFilter(method="late", help_text="Open and past its due date at that moment.")

    def late(self, queryset, name, at):
        return queryset.overdue(at=at)
