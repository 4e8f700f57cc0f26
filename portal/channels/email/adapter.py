"""Email: out through whatever EMAIL_URL names, in from the mailbox of MAIL_IN_URL.

Over SMTP every answer is told apart: again, never, or in doubt.
"""

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext_lazy as _

from portal.channels.base import Adapter, Receipt, TryAgain, Unknown
from portal.channels.email import collecting, heads, reading, setup, smtp
from portal.channels.email.message import message_id, message_of


class Email(Adapter):
    label = _("Email")
    address_kind = "email"
    converses = False
    # The repeat carries the same Message-ID, by which many mailboxes show it once.
    resend_is_safe = True

    def is_ready(self):
        return bool(settings.EMAIL_URL)

    def address_from(self, contacts):
        return heads.usable(contacts.get("email")) or None

    def problems(self):
        return setup.problems()

    def collect(self, *, at):
        if settings.MAIL_IN_URL:
            yield from collecting.letters(at=at)

    def read(self, event, body):
        return reading.read(body)

    def fetch(self, address):
        return collecting.photo(address)

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
