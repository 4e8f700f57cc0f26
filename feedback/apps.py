from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VIEW = [
    "feedback.view_report", "feedback.view_category", "feedback.view_servicelevel", "feedback.view_contactpoint",
]  # fmt: skip
SORT = ["feedback.triage_report", "feedback.approve_answer", "feedback.moderate_report", "feedback.file_report"]


class Feedback(AppConfig):
    name = "feedback"
    verbose_name = _("Reports and proposals")

    def ready(self):
        from agencies import roles
        from feedback import listeners, looks, originals  # noqa: F401  (listeners: which photos are public)

        originals.register()
        looks.put_into_words()
        roles.grant("operating", *VIEW, *SORT, "feedback.view_reporter", "feedback.handle_report",
                    "feedback.view_routingrule", "feedback.view_ban", "feedback.add_ban", "feedback.change_ban",
                    "feedback.view_answertemplate", "feedback.add_answertemplate", "feedback.change_answertemplate",
                    "feedback.view_survey", "attachments.view_original", "attachments.redact_attachment",
                    "feedback.view_learntcategories")  # fmt: skip
        roles.grant("receiving", *VIEW, "feedback.file_report")
        roles.grant("handling", *VIEW, "feedback.handle_report", "feedback.view_answertemplate")
        roles.grant("leading", *VIEW, "feedback.handle_report", "feedback.approve_answer", "feedback.lead_report",
                    "feedback.view_survey")  # fmt: skip
        roles.grant("auditing", *VIEW, "feedback.view_survey", "feedback.view_routingrule", "feedback.view_ban")
        roles.grant("administering", *VIEW, "feedback.add_category", "feedback.change_category",
                    "feedback.add_servicelevel", "feedback.change_servicelevel", "feedback.view_routingrule",
                    "feedback.add_routingrule", "feedback.change_routingrule", "feedback.delete_routingrule",
                    "feedback.view_answertemplate", "feedback.add_answertemplate", "feedback.change_answertemplate",
                    "feedback.delete_answertemplate", "feedback.add_contactpoint", "feedback.change_contactpoint",
                    "feedback.delete_contactpoint", "feedback.view_learntcategories")  # fmt: skip
        roles.grant("integration", *VIEW, "feedback.post_open311")
