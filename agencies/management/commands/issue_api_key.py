from django.core.management.base import CommandError
from django.utils.timezone import localdate, now

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
            raise CommandError(f"No unit in force has the code {unit!r}.")
        if not name.strip():
            raise CommandError("--name is empty: say which system will use the key.")
        key, plain = ApiKey.issue(unit=found, name=name[:100], at=now())
        self.stderr.write(f"{key} acts for {found} and all below it. Keep it now: it is not shown again.")
        self.stdout.write(plain)
