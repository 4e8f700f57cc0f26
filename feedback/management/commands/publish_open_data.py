"""manage.py publish_open_data: makes the files of open data (docs/open311.md). Twice makes the same files."""

from django.core.management.base import CommandError
from django.utils.timezone import now
from django.utils.translation import gettext as _
from tqdm import tqdm

from agencies.audit import AuditedCommand
from feedback import open_data


class Command(AuditedCommand):
    help = "Make the CSV and JSON of public reports: of each month that is over and has changed, or of one month."

    def add_arguments(self, parser):
        parser.add_argument("--month", metavar="YYYY-MM", help="this month only, over or not")
        parser.add_argument("--all", action="store_true", help="all months that are over, changed or not")

    def handle(self, *, month, verbosity, **options):
        at = now()
        try:
            months = (
                [open_data.Month.named(month)] if month else open_data.months_to_publish(at=at, whole=options["all"])
            )
        except ValueError:
            raise CommandError(_("A month like 2026-11 is expected.")) from None
        with tqdm(unit=" report", disable=True if verbosity == 0 else None) as bar:
            count = sum(open_data.publish(one, at=at, progress=bar.update) for one in months)
        self.stdout.write(_("%(months)s months, %(reports)s reports.") % {"months": len(months), "reports": count})
