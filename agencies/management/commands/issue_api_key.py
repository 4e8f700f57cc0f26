from django.core.management.base import CommandError
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from agencies.audit import AuditedCommand
from agencies.models import ApiKey, Unit


class Command(AuditedCommand):
    help = "Issue an API key for a unit and all below it. The key is printed once and kept nowhere."

    def add_arguments(self, parser):
        parser.add_argument("--unit", required=True, help="official or identification code, e.g. 82 or H20.30")
        parser.add_argument("--name", required=True, help="the system that will use it")

    def handle(self, *, unit, name, **options):
        found = Unit.objects.in_force(on=localdate()).with_code(unit).first()
        if found is None:
            raise CommandError(_("No unit in force has the code “%(code)s”.") % {"code": unit})
        if not name.strip():
            raise CommandError(_("--name is empty: say which system will use the key."))
        key, plain = ApiKey.issue(unit=found, name=name[:100], at=now())
        told = _("%(key)s acts for %(unit)s and all below it. Keep it now: it is not shown again.")
        self.stderr.write(told % {"key": key, "unit": found})
        self.stdout.write(plain)
