"""What may be seen by everybody: publishing, withdrawing, and blacking parts out."""

from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from agencies.audit import acting
from attachments import events, redaction, storing
from attachments.states import Scan, State

SCANNED = (Scan.OFF, Scan.CLEAN)
CHANGED = ["state", "public", "alt", "boxes", "redacted", "redacted_thumbnail", "changed_at"]


class NotPublishable(Exception):
    """Why it cannot be public, or cannot be blacked out, in the officer's words."""

    def __str__(self):
        return str(self.args[0])


class Publishing:
    """Of the model. Whether the person may is the caller's to ask; who it was stands in the trail."""

    def publish(self, *, by, at):
        """Show it to everybody who has its address; a withdrawn one, again. Raises NotPublishable."""
        with self._changing(by, at, "publish") as row:
            if not row.about:
                raise NotPublishable(_("The file still waits for its form."))
            if row.scan not in SCANNED:
                raise NotPublishable(_("The file has not passed the virus scan."))
            row.state, row.public = State.KEPT, True

    def unpublish(self, *, by, at):
        """Kept with what it is about, for the staff alone."""
        with self._changing(by, at, "unpublish") as row:
            row.public = False

    def withdraw(self, *, by, at, why=""):
        """Taken away from everybody but the staff; it takes no room any more."""
        with self._changing(by, at, why or "withdraw") as row:
            row.state, row.public = State.WITHDRAWN, False

    def describe(self, alt, *, by, at):
        """Say what it shows, in at most 200 letters, for people who do not see it."""
        with self._changing(by, at, "describe") as row:
            row.alt = " ".join(alt.split())[:200]

    def redact(self, boxes, *, by, at):
        """Black these parts out of what everybody sees; the original stays as it is. No boxes: nothing is black.

        Args:
            boxes: (x, y, width, height) or {"x": …} each, as shares of the picture or in pixels (redaction.boxes_of).

        Raises:
            redaction.BadBox: naming the box and the field.
            NotPublishable: it is no photo, or its file is gone.
        """
        if not self.is_photo or not self.original:
            raise NotPublishable(_("Only photos can be blacked out."))
        wanted = redaction.boxes_of(boxes, (self.width, self.height))
        made = self._blacked_out(wanted, at) if wanted else ("", "")
        try:
            self._exchange(wanted, made, by=by, at=at)
        except BaseException:
            storing.remove(*made)
            raise

    def erase(self):
        """The row and its files; the files once the row is surely gone."""
        names = self.names
        self.delete()
        transaction.on_commit(lambda: storing.remove(*names), robust=True)

    @property
    def public_file(self):
        """The name of the file that everybody may see."""
        return self.redacted or self.original

    @property
    def public_thumbnail(self):
        return self.redacted_thumbnail or self.thumbnail

    def _blacked_out(self, wanted, at):
        anew = redaction.blacked_out(storing.read(self.original), wanted)
        return storing.put(anew.content, "image/jpeg", at=at), storing.put(anew.thumbnail, "image/jpeg", at=at)

    def _exchange(self, wanted, made, *, by, at):
        with self._changing(by, at, "redact") as row:
            before = row.redacted, row.redacted_thumbnail
            row.boxes = [[box.x, box.y, box.width, box.height] for box in wanted]
            row.redacted, row.redacted_thumbnail = made
            transaction.on_commit(lambda: storing.remove(*before), robust=True)

    @contextmanager
    def _changing(self, by, at, why):
        """The row as it is now, locked, in a transaction whose trail names the person; then this object is like it."""
        with acting(by=by, why=why), transaction.atomic():
            row = type(self).objects.select_for_update().get(pk=self.pk)
            row.changed_at = at
            yield row
            row.save(update_fields=CHANGED)
            events.face_changed.send(type(self), attachment=row, at=at)
        self.refresh_from_db()
