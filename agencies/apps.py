from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class Agencies(AppConfig):
    name = "agencies"
    verbose_name = _("Agencies")

    def ready(self):
        from celery.signals import task_postrun, task_prerun
        from django.contrib.auth.signals import user_logged_in

        from agencies import audit, checks, looks, permission_names, roles  # noqa: F401  (registers the checks)

        task_prerun.connect(audit.begin_task, dispatch_uid="agencies.audit")
        task_postrun.connect(audit.end_task, dispatch_uid="agencies.audit")
        user_logged_in.connect(
            lambda sender, user, **kwargs: audit.name_actor(user), weak=False, dispatch_uid="agencies.audit"
        )
        looks.way("view", _("opened"))
        self.grant_roles(roles.grant)
        post_migrate.connect(roles.seed, dispatch_uid="agencies.roles")
        post_migrate.connect(permission_names.put_into_words, dispatch_uid="agencies.permission_names")

    def grant_roles(self, grant):
        grant("receiving", "agencies.view_unit")
        grant("handling", "agencies.view_unit")
        grant("leading", "agencies.view_unit", "agencies.view_officer", "agencies.view_appointment")
        grant("editing", "agencies.view_unit")
        grant("auditing", "agencies.view_unit", "agencies.view_officer", "agencies.view_appointment")
        grant("auditing", "agencies.view_workcalendar", "agencies.view_apikey", "agencies.view_accesslog")
        grant("integration", "agencies.view_unit")
        for model in ("unit", "officer", "appointment", "workcalendar", "apikey", "fieldofwork"):
            grant("administering", *(f"agencies.{verb}_{model}" for verb in ("view", "add", "change")))
        grant("administering", "agencies.delete_appointment", "agencies.amend_workcalendar", "agencies.view_accesslog")
