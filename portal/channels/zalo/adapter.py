"""Zalo as a channel: to a person who wrote to our Official Account or follows it, and to a phone number."""

from datetime import timedelta

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from portal.channels import pictures
from portal.channels.base import Adapter, Never, NotSent, Receipt
from portal.channels.grants import Rejected
from portal.channels.models import Contact, Delivery, Grant
from portal.channels.zalo import client, events, explained, facts, oauth, setup, signature, trying, words
from portal.channels.zalo.answers import BUSINESS, OPENAPI, OptedOut

# How far the clocks of two houses may be apart.
SLACK = timedelta(minutes=10)
NEWEST = 10  # rows of a conversation that Zalo shows at once


class _OfZalo(Adapter):
    host = OPENAPI  # whose numbers its errors carry
    grant = oauth.ISSUER
    confirms_delivery = True

    @property
    def receipt_timeout(self):
        return timedelta(minutes=settings.ZALO_RECEIPT_MINUTES)

    def explain(self, words):
        return explained.explain(words, host=self.host)

    def is_ready(self):
        return bool(settings.ZALO_APP_ID and settings.ZALO_APP_SECRET)

    def send(self, letter):
        try:
            return self._hand_over(letter)
        except OptedOut as refusal:
            contact = Contact.objects.at(channel=self.name, address=letter.address)
            contact.opt_out(at=now(), through=self.name, proof=str(refusal)[:200])
            raise


class Zalo(_OfZalo):
    """By the person's id at our OA: what was asked for as text, progress by template where one is approved."""

    label = _("Zalo")
    address_kind = "zalo"

    def _hand_over(self, letter):
        template = words.template_of(letter.kind)
        if template and template.get("by_uid", True):
            return self._send_template(letter, template)
        body = {"recipient": {"user_id": letter.address}, "message": words.message(letter)}
        return _receipt(client.post("/v3.0/oa/message/cs", body))

    def _send_template(self, letter, template):
        body = {"template_id": template["id"], "template_data": words.template_data(template, letter)}
        to = {"user_id": letter.address}
        body |= {"recipient": to} if settings.ZALO_TEMPLATE_IN_RECIPIENT else to
        return _receipt(client.post("/v3.0/oa/message/template", body))

    def reconcile(self, letter):
        """Reads the conversation: ours is there, or everything newer than the attempt is, and ours is not.

        A row whose number another of our messages has is that message, however much it says the same.
        """
        rows = client.ask("/v2.0/oa/conversation", {"user_id": letter.address, "offset": 0, "count": NEWEST}) or []
        began = (letter.claimed_at - SLACK).timestamp() * 1000
        template = words.template_of(letter.kind)
        ours = [row for row in rows if row.get("src") == 0 and int(row.get("time") or 0) >= began]
        ours = [row for row in ours if _says(row, letter, template)]
        numbers = {str(row.get("message_id", "")) for row in ours}
        taken = set(Delivery.objects.filter(external_id__in=numbers - {""}).values_list("external_id", flat=True))
        if left := [number for number in map(_number_of, ours) if number and number not in taken]:
            return Receipt(external_id=left[0])
        sees_far_enough = len(rows) < NEWEST or min(int(row.get("time") or 0) for row in rows) < began
        # Whether a template shows in a conversation is not documented: its absence proves nothing.
        surely_not = not template and sees_far_enough and now() - letter.claimed_at > timedelta(minutes=2)
        return NotSent("not in the conversation") if surely_not else None

    def consent_address(self, *, redirect_uri, state, verifier):
        return oauth.consent_address(redirect_uri=redirect_uri, state=state, verifier=verifier)

    def new_verifier(self):
        return oauth.new_verifier()

    def redeem(self, query, *, verifier):
        """Somebody may consent for another account than ours, or be led to: what came back is asked whose it is."""
        pair = oauth.redeem(query.get("code", ""), verifier=verifier)
        whose = client.whose(pair.access_token)
        if settings.ZALO_OA_ID and whose != settings.ZALO_OA_ID:
            words = _("The consent was given for the Official Account %(whose)s, not for %(ours)s (ZALO_OA_ID).")
            raise Rejected(words % {"whose": whose or "?", "ours": settings.ZALO_OA_ID})
        return pair

    def problems(self):
        return setup.problems()

    def join_sandbox(self, *, people):
        trying.join(people=people)

    def facts(self):
        return facts.of_the_account()

    def renew(self, *, at):
        if not self.is_ready():
            return
        ends_soon = {"refused_at": None, "obtained_at__lte": at - oauth.RENEW_AFTER}
        if grant := Grant.objects.filter(issuer=oauth.ISSUER, **ends_soon).first():
            Grant.objects.renewed(oauth.ISSUER, instead_of=grant.access_token, exchange=oauth.exchange, at=at)

    def open(self, body, headers, *, at):
        return signature.opened(body, headers, at=at)

    def read(self, event, body):
        return events.read(event, body)

    def fetch(self, address):
        return pictures.fetch(address, hosts=settings.ZALO_PICTURE_HOSTS, beside=settings.ZALO_OPENAPI_URL)


class ZaloByPhone(_OfZalo):
    """By phone number, with an approved template only: for people who never wrote to us. ZBS, "Gửi tin template"."""

    label = _("Zalo by phone number")
    address_kind = "phone"
    host = BUSINESS
    tells_arrival = True

    def facts(self):
        return facts.by_phone()

    def receipt_timeout_of(self, kind):
        """As long as Zalo itself goes on trying: whoever is told elsewhere before that may be told twice."""
        return words.timeout_of(words.template_of(kind))

    def arrived(self, external_id):
        """ZBS, "Trạng thái tin": 1 it is on the phone, 0 not yet, -1 nobody knows the number."""
        return int(client.ask("/message/status", host=BUSINESS, message_id=external_id)["status"]) == 1

    def carries(self, kind):
        return words.template_of(kind) is not None

    def address_from(self, contacts):
        digits = "".join(char for char in contacts.get("phone") or "" if char in "0123456789")
        national = digits[2:] if digits.startswith("84") else digits.removeprefix("0")
        return f"84{national}" if len(national) == 9 else None

    def _hand_over(self, letter):
        template = words.template_of(letter.kind)
        if template is None:
            raise Never("no template was approved for this kind of message")
        body = {
            "phone": letter.address, "template_id": template["id"], "tracking_id": letter.reference,
            "template_data": words.template_data(template, letter),
        }  # fmt: skip
        if settings.ZALO_DEVELOPMENT:
            body["mode"] = "development"
        return _receipt(client.post("/message/template", body, host=BUSINESS))


def _receipt(data):
    return Receipt(external_id=str(data.get("message_id") or data.get("msg_id") or ""))


def _number_of(row):
    return str(row.get("message_id", ""))


def _says(row, letter, template):
    """A template says all that was filled in, and is no text: an answer in the chat names the same number."""
    said = str(row.get("message", ""))
    if template is None:
        return said == words.text_of(letter)
    filled = [value for value in words.template_data(template, letter).values() if value != words.EMPTY]
    return row.get("type") != "text" and all(value in said for value in filled)
