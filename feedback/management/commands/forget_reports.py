"""Forget who reported what was closed long ago."""

from django.utils.timezone import now
from django.utils.translation import gettext as _
from tqdm import tqdm

from agencies.audit import AuditedCommand
from feedback import retention


class Command(AuditedCommand):
    help = "Forget persons in reports that were closed longer ago than REPORT_RETENTION_DAYS. Run again it goes on."

    def handle(self, *args, **options):
        at = now()
        with tqdm(total=retention.due(at=at).count(), disable=None) as bar:
            done = retention.forget(at=at, told=bar.update)
        self.stdout.write(_("%(n)s reports forgotten.") % {"n": done})
