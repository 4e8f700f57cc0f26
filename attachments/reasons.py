"""Why an officer opens an original: a closed set, so that the log of looks can be counted by it."""

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Reason(TextChoices):
    HANDLING = "handling", gettext_lazy("to handle the matter")
    REDACTING = "redacting", gettext_lazy("to black out parts of it")
    COMPLAINT = "complaint", gettext_lazy("a complaint about the file")
    INSPECTION = "inspection", gettext_lazy("an inspection")


def original_opened_for(details):
    """ "handling" as the log of looks says it."""
    reason = Reason(details).label if details in Reason.values else details
    return _("original file opened: %(reason)s") % {"reason": reason}
