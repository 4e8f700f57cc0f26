"""The one back-office site, behind which every app registers its pages."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from unfold.sites import UnfoldAdminSite

from agencies.rights import rights_of


class BackOffice(UnfoldAdminSite):
    site_title = site_header = "Một Cửa"
    index_title = settings.BACKOFFICE_NAME
    index_template = "admin/today.html"

    def index(self, request, extra_context=None):
        """Today's work; for those without dossiers the list of what they may open."""
        # Registering pages needs this site, so its pages can be asked for only now.
        from dossiers.admin.today import todays_work

        work = todays_work(request) if rights_of(request.user).has("dossiers.view_dossier") else {}
        return super().index(request, {"title": self.index_title, **work, **(extra_context or {})})


def environment(request):
    """The label in the header that keeps a practice house from being taken for the real one."""
    return None if settings.ENVIRONMENT == "production" else [_("Demo"), "warning"]


def language_switch(request):
    return reverse("website:language")


def navigation(request):
    """The sidebar: daily work first, then what is looked after. Entries without the right to them are left out."""
    groups = [_group(request, title, entries) for title, entries in _entries()]
    return [group for group in groups if group["items"]]


def _entries():
    """[(title, [(text, icon, address, permission or None)])]"""
    return [
        (_("Work"), [
            (_("Today"), "today", "admin:index", None),
            (_("Receive a dossier"), "note_add", "admin:dossiers_dossier_add", "dossiers.receive_dossier"),
            (_("Dossiers"), "folder_open", "admin:dossiers_dossier_changelist", "dossiers.view_dossier"),
            (_("Procedures"), "menu_book", "admin:dossiers_procedure_changelist", "dossiers.view_procedure"),
        ]),
        (_("Messages"), [
            (_("Messages sent"), "outgoing_mail", "admin:post_office_delivery_changelist", "post_office.view_delivery"),
            (_("Contacts"), "contacts", "admin:post_office_contact_changelist", "post_office.view_contact"),
            (_("Channels"), "hub", "admin:post_office_account_changelist", "post_office.view_account"),
        ]),
        (_("Authority"), [
            (_("Units"), "account_tree", "admin:agencies_unit_changelist", "agencies.view_unit"),
            (_("Officers"), "badge", "admin:agencies_officer_changelist", "agencies.view_officer"),
            (_("Appointments"), "assignment_ind", "admin:agencies_appointment_changelist", "agencies.view_appointment"),
            (_("Roles"), "groups", "admin:agencies_role_changelist", "agencies.view_role"),
            (_("Fields of work"), "category", "admin:agencies_fieldofwork_changelist", "agencies.view_fieldofwork"),
            (_("Working calendars"), "calendar_month", "admin:agencies_workcalendar_changelist",
             "agencies.view_workcalendar"),
        ]),
        (_("Guard"), [
            (_("Access to personal data"), "visibility", "admin:agencies_accesslog_changelist",
             "agencies.view_accesslog"),
            (_("Receipt keys"), "key", "admin:dossiers_signingkey_changelist", "dossiers.view_signingkey"),
            (_("Deadlines recomputed"), "update", "admin:dossiers_recalculation_changelist",
             "dossiers.view_recalculation"),
            (_("API keys"), "vpn_key", "admin:agencies_apikey_changelist", "agencies.view_apikey"),
        ]),
    ]  # fmt: skip


def _group(request, title, entries):
    rights = rights_of(request.user)
    held = [entry for entry in entries if entry[3] is None or rights.has(entry[3])]
    items = [_item(*entry[:3]) for entry in held if _address(entry[2])]
    here = max((item["link"] for item in items if _is_here(request.path, item["link"])), key=len, default="")
    return {"title": title, "items": [{**item, "active": item["link"] == here} for item in items]}


def _is_here(path, link):
    return path == link or (link != reverse("admin:index") and path.startswith(link))


def _item(title, icon, name):
    return {"title": title, "icon": icon, "link": _address(name)}


def _address(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
