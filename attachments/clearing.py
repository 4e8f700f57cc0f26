"""What the scheduled jobs do: forget what nobody claimed, scan what could not be scanned, find files without a row."""

from datetime import timedelta

from django.db import transaction

from attachments import scanning, storing
from attachments.states import Scan, State

WAITS = timedelta(hours=24)
BATCH = 100
# Folders are looked through when their day is surely over, and for a week in case a night was missed.
STRAY_DAYS = range(2, 9)


class Clearing:
    """Of the QuerySet."""

    def forget_waiting(self, *, at):
        """Delete files whose form was not finished within a day. Returns how many."""
        forgotten = 0
        while batch := self._forget_batch(at):
            forgotten += batch
        return forgotten

    def rescan(self, *, at):
        """Ask the scanner about files that came while it was away; ends with the first that it does not answer."""
        for row in self.filter(scan=Scan.WAITING).order_by("created_at")[:BATCH]:
            try:
                infected = scanning.is_infected(storing.read(row.original))
            except scanning.ScannerAway:
                return
            except FileNotFoundError:  # forgotten meanwhile
                continue
            self._note_scan(row, infected, at)

    def sweep_strays(self, *, at):
        """Remove files that no row names: what a transaction left that was lost after the file was stored."""
        for days in STRAY_DAYS:
            folder = storing.folder(at - timedelta(days=days))
            names = [f"{folder}/{name}" for name in storing.names_in(folder)]
            storing.remove(*sorted(set(names) - self._named(names)))

    def _forget_batch(self, at):
        """Files first: if we fall between the two, the row is still there to say what to remove."""
        late = self.filter(state=State.WAITING, created_at__lte=at - WAITS)
        with transaction.atomic():
            rows = list(late.select_for_update(skip_locked=True)[:BATCH])
            storing.remove(*(name for row in rows for name in row.names))
            self.filter(pk__in=[row.pk for row in rows]).delete()
        return len(rows)

    def _note_scan(self, row, infected, at):
        if not infected:
            self.filter(pk=row.pk, scan=Scan.WAITING).update(scan=Scan.CLEAN, changed_at=at)
            return
        state = State.WITHDRAWN if row.about else State.WAITING  # unclaimed: forgotten with the others
        gone = {"original": "", "thumbnail": "", "redacted": "", "redacted_thumbnail": ""}
        self.filter(pk=row.pk).update(scan=Scan.INFECTED, public=False, state=state, changed_at=at, **gone)
        storing.remove(*row.names)

    def _named(self, names):
        fields = ("original", "thumbnail", "redacted", "redacted_thumbnail")
        return {
            name for field in fields for name in self.filter(**{f"{field}__in": names}).values_list(field, flat=True)
        }
