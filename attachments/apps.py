from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Attachments(AppConfig):
    name = "attachments"
    verbose_name = _("Attachments")

    def ready(self):
        from agencies import looks, roles
        from attachments import access, checks, reasons  # noqa: F401  (registers checks)

        looks.way("original", _("original file opened"), words=reasons.original_opened_for)
        looks.way("thumbnail", _("small picture of an original seen"))
        for role in ("handling", "leading"):
            roles.grant(role, access.VIEW, access.REDACT)
        roles.grant("auditing", access.VIEW)
