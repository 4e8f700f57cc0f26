"""What dossiers hear from the ground floor."""

from django.db import transaction
from django.dispatch import receiver

from agencies.events import calendar_changed


@receiver(calendar_changed, dispatch_uid="dossiers.recalculate")
def recalculate(*, revision, **kwargs):
    """The row is written with the change itself; the worker is only woken afterwards."""
    from dossiers.models import Recalculation
    from dossiers.tasks import recompute_deadlines

    Recalculation.objects.get_or_create(revision=revision)
    transaction.on_commit(recompute_deadlines.delay, robust=True)
