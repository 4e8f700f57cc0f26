"""Email through whatever EMAIL_URL names. Over SMTP every answer is told apart: again, never, or in doubt."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from portal.channels.base import Adapter, Receipt, TryAgain, Unknown
from portal.channels.email import smtp
from portal.channels.email.message import message_id, message_of


class Email(Adapter):
    label = _("Email")
    address_kind = "email"
    # The repeat carries the same Message-ID, by which many mailboxes show it once.
    resend_is_safe = True

    def is_ready(self):
        return bool(settings.EMAIL_URL)

    def address_from(self, contacts):
        address = (contacts.get("email") or "").strip()
        try:
            # Mail servers that take letters beyond ASCII before the @ are rare: such an address is no address here.
            address.encode("ascii")
            validate_email(address)
        except (UnicodeEncodeError, ValidationError):
            return None
        local, _, domain = address.rpartition("@")
        return f"{local}@{domain.lower()}"

    def send(self, letter):
        connection = get_connection()
        if isinstance(connection, EmailBackend):
            smtp.hand_over(connection, message_of(letter))
        else:
            _hand_over(connection, message_of(letter))
        return Receipt(external_id=message_id(letter))


def _hand_over(connection, message):
    """Another of Django's ways to send: it cannot tell us how far a failed one came."""
    try:
        taken = connection.send_messages([message])
    except Exception as error:
        raise Unknown(type(error).__name__) from error
    if not taken:
        raise TryAgain("the mail backend took nothing")
