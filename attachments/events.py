"""What happened to a file, said inside the transaction in which it happened."""

from django.dispatch import Signal

# attachment=, at=: what everybody sees of it is another now: published, hidden, described, blacked out or withdrawn.
face_changed = Signal()
