"""What agencies announce. Sent inside the transaction that makes the change; listeners touch only the database."""

from django.dispatch import Signal

# Working time changed. Sends calendar, revision, by, at. Heard by dossiers, which moves open deadlines.
calendar_changed = Signal()
