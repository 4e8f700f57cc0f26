from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VIEW = ["dossiers.view_dossier", "dossiers.view_procedure", "dossiers.view_procedureversion"]
PERSONS = ["dossiers.view_party"]


class Dossiers(AppConfig):
    name = "dossiers"
    verbose_name = _("Dossiers")

    def ready(self):
        from agencies import roles
        from dossiers import (
            listeners,  # noqa: F401  (a calendar that changes moves open deadlines)
            looks,
        )

        looks.put_into_words()

        roles.grant("receiving", *VIEW, *PERSONS, "dossiers.receive_dossier")
        roles.grant("handling", *VIEW, *PERSONS, "dossiers.advance_dossier")
        roles.grant("leading", *VIEW, *PERSONS, "dossiers.advance_dossier", "dossiers.lead_dossier",
                    "dossiers.view_confidential_dossier", "dossiers.view_rating")  # fmt: skip
        roles.grant("auditing", *VIEW, "dossiers.view_rating", "dossiers.view_confidential_dossier")
        roles.grant("administering", *VIEW, "dossiers.publish_procedure", "dossiers.change_procedure",
                    "dossiers.add_procedure", "dossiers.change_procedureversion", "dossiers.add_procedureversion",
                    "dossiers.import_dossiers", "dossiers.view_signingkey", "dossiers.change_signingkey",
                    "dossiers.view_recalculation")  # fmt: skip
        roles.grant("integration", *VIEW, "dossiers.receive_dossier", "dossiers.advance_dossier",
                    "dossiers.lead_dossier", "dossiers.import_dossiers")  # fmt: skip
