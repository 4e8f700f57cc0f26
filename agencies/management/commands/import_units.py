from django.core.management.base import CommandError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from tqdm import tqdm

from agencies.audit import AuditedCommand
from agencies.official_units import UnknownProvince, import_province, provinces


class Command(AuditedCommand):
    help = "Import the official provinces and communes, with the provinces of before July 2025 and their codes."

    def add_arguments(self, parser):
        parser.add_argument("--province", help="official code of one province, e.g. 82; without it all 34 come")

    def handle(self, *, province, **options):
        codes = [province] if province else list(provinces())
        try:
            changed = sum(import_province(code, on=localdate()) for code in tqdm(codes, unit="province", disable=None))
        except UnknownProvince as unknown:
            raise CommandError(
                _("No province has the code %(code)s. Codes have two digits, e.g. 82.") % {"code": unknown}
            )
        self.stdout.write(_("%(count)s units are new or were brought up to the list.") % {"count": changed})
