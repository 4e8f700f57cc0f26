"""To whom a report may be given: units within the reach of whoever sorts, and the officers who work there."""

from agencies.models import Officer, Unit
from feedback.workflow import TRIAGE

OFFICERS_OFFERED = 500


def units_to_assign(user):
    """Where this officer may assign to."""
    return Unit.objects.visible_to(user, TRIAGE).filter(valid_to=None).ordered()


def officers_to_assign(user):
    """Who works at those units."""
    units = units_to_assign(user).values("pk").order_by()
    return Officer.objects.filter(is_active=True, unit__in=units).select_related("unit")


def officers_offered(user):
    """The same, unit by unit, as many as a list can offer."""
    return officers_to_assign(user).order_by("unit__sort_key", "full_name")[:OFFICERS_OFFERED]
