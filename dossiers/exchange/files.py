"""A file of dossiers, row by row, in constant memory: a good row goes in, a bad one is named and changes nothing."""

from collections import Counter

from django.db import IntegrityError

from agencies.tables import read_rows
from dossiers.exchange.flat import unflatten
from dossiers.exchange.known import Directory
from dossiers.exchange.rows import DOSSIER, BadRow, read
from dossiers.exchange.takeover import Taken, take_over
from dossiers.numbers import number_key

LOT = 500


def import_file(source, *, name, at, on_bad, progress=None):
    """Take over every dossier of a CSV, XLSX or JSON file.

    Args:
        source: path, or a file opened for bytes; its format is told by what is in it.
        on_bad: called with (line, field, reason) for everything that is wrong with a row.
        progress: called with the number of rows of each lot that is done.

    Returns:
        Counter of "created", "changed", "unchanged", "refused".

    Raises:
        agencies.tables.BadTable: the file as a whole cannot be read.
    """
    job = _Job(at=at, on_bad=on_bad)
    for lot in _lots(_rows(source, name, job.refuse)):
        job.take(lot)
        if progress:
            progress(len(lot))
    return job.counts


class _Job:
    def __init__(self, *, at, on_bad):
        self.at, self.on_bad = at, on_bad
        self.directory, self.counts = Directory(), Counter()

    def refuse(self, line, errors):
        self.counts["refused"] += 1
        for field, reason in errors:
            self.on_bad(line, field, reason)

    def take(self, lot):
        self.directory.forget_calendars()
        try:
            self._count(lot, self._written([row for _line, row in lot]))
        except IntegrityError:
            # Somebody else brought one of them in at this moment: now it is known.
            for line, row in lot:
                self._count([(line, row)], self._written([row]))

    def _written(self, rows):
        return take_over(rows, by=None, at=self.at, directory=self.directory)

    def _count(self, lot, taken):
        for (line, _row), one in zip(lot, taken, strict=True):
            if isinstance(one, Taken):
                self.counts[one.result] += 1
            else:
                self.refuse(line, one.errors)


def _rows(source, name, refuse):
    """(line, row) of every row that is well-formed."""

    def unreadable(table_error):
        refuse(table_error.line, [(table_error.field, str(table_error.reason))])

    for line, cells in read_rows(source, name, on_bad=unreadable):
        try:
            yield line, read(DOSSIER, unflatten(cells))
        except BadRow as error:
            refuse(line, error.errors)


def _lots(rows):
    """Lots of at most LOT rows, in none of them the same dossier twice: a later row builds on the earlier one."""
    lot, keys = [], set()
    for line, row in rows:
        key = number_key(row["number"])
        if len(lot) == LOT or key in keys:
            yield lot
            lot, keys = [], set()
        lot.append((line, row))
        keys.add(key)
    if lot:
        yield lot
