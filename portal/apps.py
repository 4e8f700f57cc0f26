from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class Portal(AppConfig):
    name = "portal"
    label = "portal"

    def ready(self):
        from portal import checks, inbox, notices  # noqa: F401  (connects listeners, registers checks)


class BackOfficeConfig(AdminConfig):
    default_site = "portal.backoffice.BackOffice"
