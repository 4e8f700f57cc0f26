from django.apps import AppConfig
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _


class PostOffice(AppConfig):
    name = "portal.channels"
    label = "post_office"  # "channels" would collide with a well-known package
    verbose_name = _("Post office")

    def ready(self):
        from agencies import looks, roles
        from portal.channels import checks  # noqa: F401  (registers checks)

        looks.way("read message", _("message read"))
        looks.thing("contact", names=_numbered(gettext_noop("contact %(key)s")))
        looks.thing("delivery", names=_numbered(gettext_noop("message %(key)s")))
        looks.thing("inbound", names=_numbered(gettext_noop("message that came in %(key)s")))
        messages = ["post_office.view_delivery", "post_office.view_attempt", "post_office.view_account"]
        messages += ["post_office.view_inboundmessage", "post_office.view_grant", "post_office.view_erasurerequest"]
        people = ["post_office.view_contact", "post_office.add_contact", "post_office.change_contact"]
        for role in ("receiving", "handling", "leading"):
            # Beside their own dossiers; the list of all messages needs view_delivery over the whole house.
            roles.grant(role, "post_office.view_delivery_body")
        for role in ("receiving", "leading", "administering"):
            # Whoever holds it over the whole house: nobody else sees what comes in.
            roles.grant(role, "post_office.view_inboundmessage", "post_office.answer_inboundmessage")
        roles.grant("auditing", *messages, "post_office.view_delivery_body")
        roles.grant("administering", *messages, *people, "post_office.view_delivery_body")
        roles.grant("administering", "post_office.resend_delivery", "post_office.pause_account")
        roles.grant("administering", "post_office.change_account", "post_office.consent_grant")
        roles.grant("administering", "post_office.settle_erasurerequest")


def _numbered(words):
    """Addresses stay out of the log of looks: its readers need not know them."""
    return lambda keys, reader: {key: gettext(words) % {"key": key} for key in keys}
