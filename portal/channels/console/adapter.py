"""A channel without a network: a fresh clone sends its messages to a page of the back-office (pages.py)."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.channels.base import Adapter, Receipt
from portal.channels.console.pages import phones_page
from portal.channels.states import State


class Console(Adapter):
    """First among equals: takes any address there is. What it "sends" is the delivery's own row, shown on a page."""

    label = _("Demo phone")
    page_title = _("Demo phones")
    address_kind = "phone"
    resend_is_safe = True

    def is_ready(self):
        # In production it would say "arrived" to a citizen who got nothing.
        return settings.ENVIRONMENT == "demo"

    def address_from(self, contacts):
        return contacts.get("phone") or next(filter(None, contacts.values()), None)

    def send(self, letter):
        return Receipt(external_id=letter.reference, state=State.DELIVERED)

    def page(self, request, *, context):
        return phones_page(request, context=context)

    def reconcile(self, letter):
        return Receipt(external_id=letter.reference, state=State.DELIVERED)
