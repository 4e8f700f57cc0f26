"""The one back-office site, behind which every app registers its pages."""

from django.apps import apps
from django.conf import settings
from django.contrib.admin import site
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import defaults
from unfold.sites import UnfoldAdminSite

from agencies.rights import rights_of


class BackOffice(UnfoldAdminSite):
    site_title = site_header = "Một Cửa"
    index_title = settings.BACKOFFICE_NAME
    index_template = "admin/today.html"

    def index(self, request, extra_context=None):
        """Today's work; for those without dossiers and reports the list of what they may open."""
        # Registering pages needs this site, so its pages can be asked for only now.
        from dossiers.admin.today import todays_work
        from feedback.admin.today import todays_reports

        rights = rights_of(request.user)
        work = todays_work(request) if rights.has("dossiers.view_dossier") else {}
        work |= todays_reports(request) if rights.has("feedback.view_report") else {}
        return super().index(request, {"title": self.index_title, **work, **(extra_context or {})})


def page_not_found(request, exception):
    """For officers at work, a page that leads back to it: the same for what is not there and what is out of reach."""
    user = getattr(request, "user", None)
    at_work = request.path_info.startswith(reverse("admin:index")) and user is not None and site.has_permission(request)
    if not at_work:
        return defaults.page_not_found(request, exception)
    lists = ("index", "dossiers_dossier_changelist", "feedback_report_changelist")
    daily = [entry for _title, entries in _entries()[:2] for entry in entries if entry[2] in lists]
    ways_on = [_item(*entry) for entry in daily if _opens(request, entry[2])]
    context = {**site.each_context(request), "title": _("There is no such page"), "ways_on": ways_on}
    return render(request, "admin/no_such_page.html", context, status=404)


def environment(request):
    """The label in the header that keeps a practice house from being taken for the real one."""
    return None if settings.ENVIRONMENT == "production" else [_("Demo"), "warning"]


def language_switch(request):
    return reverse("website:language")


def navigation(request):
    """The sidebar: daily work first, then what is looked after. Pages that would not open are left out."""
    groups = [_group(request, title, entries) for title, entries in _entries()]
    return [group for group in groups if group["items"]]


def _entries():
    """[(title, [(text, icon, name of the address)])]"""
    return [
        (_("Work"), [
            (_("Today"), "today", "index"),
            (_("Receive a dossier"), "note_add", "dossiers_dossier_add"),
            (_("Dossiers"), "folder_open", "dossiers_dossier_changelist"),
            (_("Procedures"), "menu_book", "dossiers_procedure_changelist"),
            (_("Ratings"), "star", "dossiers_rating_changelist"),
        ]),
        (_("Reports"), [
            (_("Reports"), "campaign", "feedback_report_changelist"),
            (_("File a report for a citizen"), "add_comment", "feedback_report_add"),
            (_("Categories"), "account_tree", "feedback_category_changelist"),
            (_("Terms for answers"), "timer", "feedback_servicelevel_changelist"),
            (_("Routing rules"), "alt_route", "feedback_routingrule_changelist"),
            (_("Templates for answers"), "description", "feedback_answertemplate_changelist"),
            (_("Contacts of units"), "call", "feedback_contactpoint_changelist"),
            (_("Answers to the survey"), "thumbs_up_down", "feedback_survey_changelist"),
            (_("Banned senders"), "block", "feedback_ban_changelist"),
            (_("Suggestions of categories"), "lightbulb", "feedback_learntcategories_changelist"),
        ]),
        (_("Messages to citizens"), [
            (_("Messages sent"), "outgoing_mail", "post_office_delivery_changelist"),
            (_("Messages that came in"), "inbox", "post_office_inboundmessage_changelist"),
            (_("Contacts"), "contacts", "post_office_contact_changelist"),
            (_("Requests to erase data"), "delete_sweep", "post_office_erasurerequest_changelist"),
            (_("Channels"), "hub", "post_office_account_changelist"),
        ]),
        (_("Authority"), [
            (_("Units"), "account_tree", "agencies_unit_changelist"),
            (_("Officers"), "badge", "agencies_officer_changelist"),
            (_("Appointments"), "assignment_ind", "agencies_appointment_changelist"),
            (_("Roles"), "groups", "agencies_role_changelist"),
            (_("Fields of work"), "category", "agencies_fieldofwork_changelist"),
            (_("Working calendars"), "calendar_month", "agencies_workcalendar_changelist"),
        ]),
        (_("Guard"), [
            (_("Access to personal data"), "visibility", "agencies_accesslog_changelist"),
            (_("Receipt keys"), "key", "dossiers_signingkey_changelist"),
            (_("Deadlines recomputed"), "update", "dossiers_recalculation_changelist"),
            (_("API keys"), "vpn_key", "agencies_apikey_changelist"),
        ]),
    ]  # fmt: skip


def _group(request, title, entries):
    items = [_item(*entry) for entry in entries if _opens(request, entry[2])]
    here = max((item["link"] for item in items if _is_here(request.path, item["link"])), key=len, default="")
    return {"title": title, "items": [{**item, "active": item["link"] == here} for item in items]}


def _opens(request, name):
    """Whether the page behind the address would let this person in; only the page itself knows."""
    app_label, model, page = (*name.rsplit("_", 2), "", "")[:3]
    if not page:
        return True
    model_admin = site.get_model_admin(apps.get_model(app_label, model))
    return model_admin.has_add_permission(request) if page == "add" else model_admin.has_view_permission(request)


def _is_here(path, link):
    return path == link or (link != reverse("admin:index") and path.startswith(link))


def _item(title, icon, name):
    return {"title": title, "icon": icon, "link": reverse(f"admin:{name}")}
