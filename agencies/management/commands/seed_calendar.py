from django.core.management.base import CommandError
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agencies.audit import AuditedCommand
from agencies.first_calendar import seed_working_calendar
from agencies.models import Unit


class Command(AuditedCommand):
    help = "Fill a working calendar with Vietnam's public holidays and swapped days, and give it to a unit."

    def add_arguments(self, parser):
        parser.add_argument("--name", default="Lịch làm việc chung")
        parser.add_argument("--unit", help="official or identification code, e.g. 82")
        parser.add_argument("--years", help="e.g. 2025-2027; default: last year to next year")

    def handle(self, *, name, unit, years, **options):
        at = now()
        keeper = _unit(unit) if unit else None
        calendar = seed_working_calendar(name=name, years=_years(years, at.year), at=at, unit=keeper)
        if keeper and keeper.calendar_id is None:
            keeper.calendar = calendar
            keeper.save()
        days = calendar.days.count()
        told = _("%(calendar)s: version %(version)s, %(days)s special days.")
        self.stdout.write(told % {"calendar": calendar, "version": calendar.version, "days": days})


def _unit(code):
    unit = Unit.objects.with_code(code).first()
    if unit is None:
        raise CommandError(_("No unit has the code “%(code)s”.") % {"code": code})
    return unit


def _years(text, this_year):
    if not text:
        return range(this_year - 1, this_year + 2)
    first, _dash, last = text.partition("-")
    try:
        years = range(int(first), int(last or first) + 1)
    except ValueError:
        raise CommandError(_("--years wants a year or two: 2025-2027."))
    if not years or years[0] < 2000 or years[-1] > 2100:
        raise CommandError(_("--years wants years from 2000 to 2100, the earlier one first."))
    return years
