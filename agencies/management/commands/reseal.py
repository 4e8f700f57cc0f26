from django.apps import apps
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from tqdm import tqdm

from agencies.audit import AuditedCommand, acting
from agencies.sealed import SealedTextField, sealed_with_old_key

BATCH = 500


class Command(AuditedCommand):
    help = (
        "Seal every sealed column anew with the first key of SEAL_KEYS, so that older keys can be taken away. "
        "Can be interrupted and run again."
    )

    def handle(self, **options):
        total = 0
        for model in apps.get_models():
            fields = [field for field in model._meta.local_concrete_fields if isinstance(field, SealedTextField)]
            # Lines of the trail cannot be changed by anybody: keys are kept for as long as those are.
            if fields and model._meta.managed and not model._meta.proxy and not hasattr(model, "pgh_tracked_model"):
                with acting(why="reseal"):
                    total += sum(self._reseal(model, field) for field in fields)
        self.stdout.write(_("%(count)s values sealed anew.") % {"count": total})

    def _reseal(self, model, field):
        pks = self._old(model, field)
        for start in tqdm(range(0, len(pks), BATCH), desc=f"{model._meta.label}.{field.name}", disable=None):
            with transaction.atomic():
                rows = model._base_manager.select_for_update(of=("self",)).in_bulk(pks[start : start + BATCH])
                model._base_manager.bulk_update(rows.values(), [field.name])
        return len(pks)

    def _old(self, model, field):
        """Primary keys of the rows whose value an older key sealed."""
        # As plain text the column comes as it lies, unopened.
        as_it_lies = model._base_manager.annotate(sealed=Cast(field.name, TextField())).values_list("pk", "sealed")
        return [pk for pk, sealed in as_it_lies.iterator(chunk_size=5_000) if sealed and sealed_with_old_key(sealed)]
