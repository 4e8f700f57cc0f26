from django.core.management.base import CommandError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from tqdm import tqdm

from agencies import official_list
from agencies.audit import AuditedCommand


class Command(AuditedCommand):
    help = "Take over provinces and communes from the official list of 01/07/2025. Can be run again."

    def add_arguments(self, parser):
        parser.add_argument("--province", help="two digits, e.g. 82 for Đồng Tháp; default: all 34")

    def handle(self, *, province, **options):
        chosen = [entry for entry in official_list.provinces() if province in (None, entry.code)]
        if not chosen:
            raise CommandError(_("--province: no province has the code %(code)s.") % {"code": province})
        changed = 0
        total = sum(1 + len(official_list.communes(entry.code)) for entry in chosen)
        with tqdm(total=total, unit="unit", file=self.stderr, disable=options["verbosity"] < 1) as bar:
            for entry in chosen:
                with transaction.atomic():
                    changed += official_list.take_over(entry, on=localdate(), progress=bar.update)
        self.stdout.write(_("%(total)s units, %(changed)s changed.") % {"total": total, "changed": changed})
