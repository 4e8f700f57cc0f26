"""What other systems said of a report, so that what they send twice stands in its log once."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HeardUpdate(models.Model):
    """An update of another system that stands in a report's log: sent twice, it stands there once."""

    mark = models.CharField(max_length=64, unique=True)
    entry = models.OneToOneField("feedback.LogEntry", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("update of another system")
        verbose_name_plural = _("updates of other systems")
        default_permissions = ()

    def __str__(self):
        return f"{self.entry_id}"
