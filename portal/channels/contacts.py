"""Whom we may write to: an address, what was asked for and refused, in a ledger that only grows."""

from django.core import signing
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from agencies.audit import append_only, tracked
from agencies.prepared import Statement
from agencies.rights import WHOLE, WholeQuerySet
from agencies.sealed import SealedTextField, blind_index
from portal.channels.states import ASKED_FOR_LANES

EVERYTHING = "*"  # the purpose of "stop": every message of this channel


def address_index(address):
    return blind_index(address, "post_office.address")


def stop_token(channel, address, purpose):
    """For a link that withdraws the consent to a purpose, without a log-in and without naming the address."""
    return signing.dumps([channel, address_index(address), purpose], salt="post_office.stop")


class Word(models.TextChoices):
    GIVEN = "given", _("Consent given")
    WITHDRAWN = "withdrawn", _("Consent withdrawn")


class ContactQuerySet(WholeQuerySet):
    def at(self, *, channel, address):
        """The contact with this address, made when it is the first time."""
        mark = {"channel": channel, "address_index": address_index(address)}
        return self.get_or_create(**mark, defaults={"address": address})[0]

    def stopped_after(self, moment, *, channel, address):
        """Whether this address said "stop" later than that: what it said before comes too late."""
        mark = {"channel": channel, "address_index": address_index(address)}
        return self.filter(**mark, opted_out_at__gt=moment).exists()

    def is_forgotten(self, *, channel, address):
        return self.filter(channel=channel, address_index=address_index(address), address="").exists()

    def opt_in_again(self, *, channel, address, at):
        """Takes a "stop" back, where one was said."""
        mark = {"channel": channel, "address_index": address_index(address)}
        for contact in self.filter(**mark, opted_out_at__lte=at):
            contact.opt_in(at=at, through=channel)

    def forget(self, *, channel, address):
        """The address goes; its index stays, or "stop" could not be kept."""
        return self.filter(channel=channel, address_index=address_index(address)).update(address="")

    def search(self, text):
        """A whole address; it is sealed, so a part of one finds nothing."""
        return self.filter(address_index__in={address_index(text.strip()), address_index(text.strip().lower())})

    def check_stop_token(self, token):
        """[channel, blind index, purpose] of a stop link. Raises signing.BadSignature."""
        return signing.loads(token, salt="post_office.stop")

    def stop(self, token, *, at):
        """Withdraws the consent that a stop link belongs to. Raises signing.BadSignature."""
        channel, index, purpose = self.check_stop_token(token)
        contact = self.get_or_create(channel=channel, address_index=index)[0]
        contact.withdraw(purpose, at=at, through="link")

    def refusing(self, addresses, *, lane, purpose):
        """The channels among {channel: address} that may not be used.

        A message with a purpose ("news") needs a standing yes to it; one without is a service people stop by a "stop".
        """
        if lane in ASKED_FOR_LANES or not addresses:
            return set()
        marks = {channel: address_index(address) for channel, address in addresses.items()}
        stopped = {channel for (channel,) in _STOPPED.fetch_all(list(marks), list(marks.values()))}
        if not purpose:
            return stopped
        agreed = self._known(marks).annotate(word=_last_word_on(purpose)).filter(word=Word.GIVEN)
        return stopped | (set(addresses) - set(agreed.values_list("channel", flat=True)))

    def _known(self, marks):
        any_of = Q(pk__in=[])
        for channel, mark in marks.items():
            any_of |= Q(channel=channel, address_index=mark)
        return self.filter(any_of)


# Every message asks it: planned once a connection.
_STOPPED = Statement(
    "post_office_stopped",
    ("text[]", "text[]"),
    """
SELECT contact.channel FROM unnest($1, $2) AS asked (channel, mark)
  JOIN post_office_contact contact ON contact.channel = asked.channel AND contact.address_index = asked.mark
 WHERE contact.opted_out_at IS NOT NULL
""",
)


def _last_word_on(purpose):
    entries = ConsentEntry.objects.filter(contact=OuterRef("pk"), purpose=purpose)
    return Subquery(entries.order_by("-at", "-pk").values("word")[:1])


@tracked(exclude=["address", "address_index"])
class Contact(models.Model):
    scope_unit, scope_field = WHOLE, None

    channel = models.CharField(_("channel"), max_length=30)
    address = SealedTextField(_("address"), blank=True)
    address_index = models.CharField(max_length=64, editable=False)
    opted_out_at = models.DateTimeField(_("wants no messages since"), null=True, blank=True)
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(fields=["channel", "address_index"], name="post_office_one_contact_an_address")
        ]

    def __str__(self):
        return f"{self.channel} {self.pk}"

    def opt_out(self, *, at, through, proof=""):
        """Said "stop": no more messages of this channel, but for codes the person asks for."""
        self._write(Word.WITHDRAWN, EVERYTHING, opted_out_at=at, at=at, through=through, proof=proof)

    def opt_in(self, *, at, through, proof=""):
        self._write(Word.GIVEN, EVERYTHING, opted_out_at=None, at=at, through=through, proof=proof)

    def consent(self, purpose, *, at, through, text_version, proof=""):
        """Said yes to a purpose ("news") after reading that version of the text."""
        self.entries.create(
            purpose=purpose, word=Word.GIVEN, at=at, through=through, text_version=text_version, proof=proof
        )

    def withdraw(self, purpose, *, at, through, proof=""):
        self.entries.create(purpose=purpose, word=Word.WITHDRAWN, at=at, through=through, proof=proof)

    def _write(self, word, purpose, *, opted_out_at, at, through, proof):
        with transaction.atomic():
            self.entries.create(purpose=purpose, word=word, at=at, through=through, proof=proof)
            self.opted_out_at = opted_out_at
            self.save(update_fields=["opted_out_at"])


@append_only
class ConsentEntry(models.Model):
    """One line of the ledger; the database refuses to change or delete it."""

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="entries", verbose_name=_("contact"))
    purpose = models.CharField(_("purpose"), max_length=40)
    word = models.CharField(_("what was said"), max_length=10, choices=Word)
    at = models.DateTimeField(_("at"))
    through = models.CharField(
        _("said through"), max_length=40, help_text=_("Where it was said: a channel, the counter …")
    )
    text_version = models.CharField(_("version of the text"), max_length=40, blank=True)
    proof = models.CharField(_("proof"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("consent entry")
        verbose_name_plural = _("consent entries")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_word_display()}: {self.purpose}"
