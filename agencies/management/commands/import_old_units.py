from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from agencies.audit import AuditedCommand
from agencies.old_units import import_old_units
from agencies.tables import BadTable


class Command(AuditedCommand):
    help = (
        "Import a table (CSV, XLSX, JSON) of old units and the new ones they went to. Columns: old_code, old_name, "
        "old_kind, new_code, date, document (or ma_cu, ten_cu, loai_cu, ma_moi, ngay, van_ban)."
    )

    def add_arguments(self, parser):
        parser.add_argument("file")

    def handle(self, *, file, **options):
        bad = []
        with tqdm(unit="row", disable=None) as bar:
            try:
                taken, new = import_old_units(file, on_bad=bad.append, progress=bar.update)
            except OSError as error:
                raise CommandError(f"{file}: {error.strerror}")
            except BadTable as error:
                raise CommandError(str(error))
        for error in bad:
            self.stderr.write(str(error))
        self.stdout.write(_("%(taken)s rows taken, %(new)s old units new.") % {"taken": taken, "new": new})
        if bad:
            left_out = ngettext(
                "%(count)s row was left out; see above.", "%(count)s rows were left out; see above.", len(bad)
            )
            raise CommandError(left_out % {"count": len(bad)})
