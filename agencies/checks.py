"""System checks of the agencies."""

from datetime import date

from django.core.checks import Error, Tags, Warning, register
from django.db import connection
from django.utils import timezone

from agencies import sealed


@register(Tags.security)
def seal_keys_can_be_used(app_configs, **kwargs):
    try:
        if sealed.unseal(sealed.seal("0912345678")) == "0912345678":
            return []
    except (ValueError, StopIteration):
        pass
    hint = "Set SEAL_KEYS=id:base64 of 32 random bytes; the first key seals, all of them open."
    return [Error("SEAL_KEYS holds no usable key", hint=hint, id="agencies.E001")]


@register(Tags.database)
def next_years_calendar_is_there(app_configs, databases, **kwargs):
    """From 1 December on: deadlines that reach into a year without holidays would be promised too early."""
    ours = "default" in (databases or ()) and "agencies_calendarday" in connection.introspection.table_names()
    missing = calendars_without_next_year(timezone.localdate()) if ours else []  # `migrate` asks before it has begun
    hint = "Amend it with the published schedule in the back-office, or run `manage.py seed_calendar`."
    return [
        Warning(f"The calendar “{name}” has no holidays of next year", hint=hint, id="agencies.W001")
        for name in missing
    ]


def calendars_without_next_year(today):
    """Names of the calendars in use that lack every special day of the year to come; none before 1 December."""
    from agencies.models import CalendarDay, WorkCalendar

    if today < date(today.year, 12, 1):
        return []
    filled = CalendarDay.objects.filter(on__year=today.year + 1).values("calendar")
    return list(
        WorkCalendar.objects.filter(units__isnull=False)
        .exclude(pk__in=filled)
        .distinct()
        .values_list("name", flat=True)
    )
