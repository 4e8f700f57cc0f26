"""Whether the log of every report is the one that was written."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from agencies.audit import AuditedCommand
from feedback.log import broken_lines
from feedback.report import Report


class Command(AuditedCommand):
    help = "Follow the chain of each report's log; names every line that was changed by hand. Ends with 1 if one was."

    def handle(self, *args, **options):
        found = 0
        reports = Report.objects.order_by("pk").only("pk", "code")
        for report in tqdm(reports.iterator(), total=reports.count(), disable=None):
            for entry in broken_lines(report):
                found += 1
                facts = {"code": report.shown_code, "line": entry.pk, "entry": entry}
                self.stderr.write(_("%(code)s: line %(line)s (%(entry)s) is not as it was written.") % facts)
        if found:
            raise CommandError(_("%(n)s lines are not as they were written.") % {"n": found})
        self.stdout.write(_("Every line is as it was written."))
