"""What a letter looks like as an email."""

from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from portal.channels.base import IN_REPLY_TO
from portal.channels.contacts import stop_token
from portal.channels.email.heads import MESSAGE_ID
from portal.channels.email.writers import OUR_MARK


def message_of(letter):
    return EmailMessage(
        subject=letter.subject,
        body=letter.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[letter.address],
        headers=_headers(letter),
    )


def message_id(letter):
    """The same for every attempt, so that a repeat can be known as one."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{letter.reference}@{domain}>"


def _headers(letter):
    headers = {
        "Message-ID": message_id(letter),
        # By these three no machine answers us, and we know our own letters again (writers.py).
        "Auto-Submitted": "auto-replied" if letter.params.get(IN_REPLY_TO) else "auto-generated",
        "X-Auto-Response-Suppress": "All",
        OUR_MARK: settings.BASE_URL,
        "Content-Language": letter.language,
    }
    if MESSAGE_ID.fullmatch(answered := letter.params.get(IN_REPLY_TO) or ""):
        headers |= {"In-Reply-To": answered, "References": answered}
    if letter.purpose:
        url = settings.BASE_URL + reverse(
            "post_office:stop", args=[stop_token("email", letter.address, letter.purpose)]
        )
        headers |= {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers
