"""What the two import commands share: a file, a bar, refused rows named on standard error, and the sum at the end."""

import csv
import os
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from tqdm import tqdm

from agencies.audit import AuditedCommand
from agencies.tables import BadTable


class ImportCommand(AuditedCommand):
    """Exit status 2: the file cannot be read at all. 3: some rows were refused, all others are in.

    A command has `load(source, *, name, tell, progress)`, which brings the file in and returns a Counter of
    created, changed, unchanged and refused.
    """

    # A default makes the argument FILE optional.
    shipped = None

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, nargs="?" if self.shipped else None, default=self.shipped)
        parser.add_argument("--errors", type=Path, metavar="CSV", help="write line, field, reason of refused rows here")
        parser.add_argument("--dry-run", action="store_true", help="check everything, keep nothing")

    def handle(self, *, file, errors, dry_run, verbosity, **options):
        try:
            with (
                file.open("rb") as source,
                _refusals(errors, self.stderr) as tell,
                _bar(source, quiet=verbosity == 0) as progress,
                _rehearsed(dry_run),
            ):
                counts = self.load(source, name=file.name, tell=tell, progress=progress)
        except OSError as error:
            raise CommandError(str(error), returncode=2) from None
        except BadTable as error:
            raise CommandError(str(error), returncode=2) from None
        self._sum_up(counts)

    def _sum_up(self, counts):
        self.stdout.write(
            _("%(created)s created, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused.")
            % {what: counts[what] for what in ("created", "changed", "unchanged", "refused")}
        )
        if counts["refused"]:
            raise CommandError(_("Some rows were refused; they are named above."), returncode=3)


@contextmanager
def _rehearsed(dry_run):
    """A dry run does everything and undoes it at the end: a later row is judged by what the earlier ones did."""
    if not dry_run:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _refusals(path, stderr):
    """A function (line, field, reason) that writes to standard error and, if asked, to a CSV for a spreadsheet."""
    with open(path or os.devnull, "w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow([_("line"), _("field"), _("reason")])

        def tell(line, field, reason):
            table.writerow([line, field, reason])
            with tqdm.external_write_mode():
                stderr.write(str(BadTable(line, field, reason)))

        yield tell


@contextmanager
def _bar(source, *, quiet):
    """A progress bar along the bytes of the file; a function to be called with each lot's number of rows."""
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    # disable=None: no bar where nobody looks (a pipe, a log).
    with tqdm(total=size, unit="B", unit_scale=True, disable=True if quiet else None) as bar:
        done = 0

        def move(rows):
            nonlocal done
            done += rows
            bar.set_postfix_str(_("%(rows)s rows") % {"rows": done}, refresh=False)
            bar.update(max(source.tell() - bar.n, 0))

        yield move
