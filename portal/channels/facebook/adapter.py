"""Facebook as a channel: in private to who wrote to our Page, under a comment, and once in private to a comment."""

from fnmatch import fnmatchcase

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from portal.channels import pictures
from portal.channels.base import Adapter, Receipt
from portal.channels.facebook import (
    client,
    conversations,
    events,
    explained,
    facts,
    own,
    setup,
    signature,
    signed_request,
    subscription,
    tokens,
    trying,
    window,
    words,
)
from portal.channels.facebook.answers import AlreadyReplied
from portal.channels.models import Delivery

LARGEST_BATCH = 2 * 1024 * 1024  # a thousand updates


class _OfFacebook(Adapter):
    grant = tokens.ISSUER
    abroad = True
    has_consent_page = False  # the token comes from the platform's own pages, into the settings
    use = "pages"  # as the platform counts our calls
    sends_messages = False
    rate, burst = 5, 20

    def is_ready(self):
        return bool(settings.FACEBOOK_PAGE_ID and settings.FACEBOOK_PAGE_TOKEN and settings.FACEBOOK_APP_SECRET)

    def carries(self, kind):
        """Conversations and reports. The progress of a dossier is no matter for here: FACEBOOK_KINDS."""
        return any(fnmatchcase(kind, pattern) for pattern in settings.FACEBOOK_KINDS)

    def explain(self, words):
        return explained.explain(words)

    def facts(self):
        return facts.of_the_page()


class _InPrivate(_OfFacebook):
    use, sends_messages = "messenger", True

    def _send_message(self, recipient, letter, **right):
        body = {"recipient": recipient, "message": words.message(letter), **right}
        answer = client.post(f"/{settings.FACEBOOK_PAGE_ID}/messages", body)
        return Receipt(external_id=client.part(answer, "message_id", effect=True))


class Facebook(_InPrivate):
    """Messenger: by the person's number at our Page, within the time that their own last word opens."""

    label = _("Facebook Messenger")
    address_kind = "facebook"
    largest_event = LARGEST_BATCH

    def send(self, letter):
        right = window.right_to_write(letter, channel=self.name, at=now())
        return self._send_message({"id": letter.address}, letter, **right)

    def reconcile(self, letter):
        """The echo brings our reference and ends the doubt by itself; else the conversation is read."""
        return conversations.found(letter, at=now())

    def problems(self):
        return setup.problems()

    def join_sandbox(self, *, people):
        trying.join(people=people)

    def renew(self, *, at):
        """Is the token alive, and do events still come? Both end without a word to us."""
        if self.is_ready():
            tokens.look_after(client.about_token, at=at)
            subscription.look_after(at=at)

    def handshake(self, query):
        return signature.handshake(query)

    def asked_to_erase(self, form, *, at):
        return signed_request.subject_of(form, at=at)

    def open(self, body, headers, *, at):
        return signature.opened(body, headers, at=at)

    def read(self, event, body):
        return own.recognised(events.read(event, body))

    def fetch(self, address):
        return pictures.fetch(address, hosts=settings.FACEBOOK_PICTURE_HOSTS, beside=settings.FACEBOOK_GRAPH_URL)


class FacebookThread(_OfFacebook):
    """For everybody to read: under a comment, or under what a visitor wrote on the wall."""

    label = _("Facebook, in public")
    address_kind = "facebook_thread"

    def send(self, letter):
        answer = client.post(f"/{letter.address}/comments", words.comment(letter))
        return Receipt(external_id=client.part(answer, "id", effect=True))

    def reconcile(self, letter):
        return conversations.found_in_thread(letter, at=now())


class FacebookPrivate(_InPrivate):
    """One word in private to who wrote in public, within seven days: the platform takes a single one a comment."""

    label = _("Facebook, one word in private")
    address_kind = "facebook_private"
    resend_is_safe = True  # the second is refused if the first has passed

    def send(self, letter):
        where, _colon, number = letter.address.partition(":")
        try:
            return self._send_message({f"{where}_id": number}, letter)
        except AlreadyReplied:
            if not _was_in_doubt(letter):
                raise
            return Receipt()


def _was_in_doubt(letter):
    """Then it was our own first try that the platform remembers, and not a word of somebody at its inbox."""
    return Delivery.objects.filter(reference=letter.reference, doubts__gt=0).exists()
