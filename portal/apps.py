from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class Portal(AppConfig):
    name = "portal"
    label = "portal"

    def ready(self):
        from portal import checks  # noqa: F401  (registers them)
        from portal.inbox import answering  # noqa: F401  (connects listeners)
        from portal.notices import accounts, dossiers, reports  # noqa: F401


class BackOfficeConfig(AdminConfig):
    default_site = "portal.backoffice.BackOffice"
