"""The keys that sign receipts: one in use, the retired ones for ever believed, the revoked ones never again."""

import base64

from django.conf import settings
from django.db import models, transaction
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as _

from agencies.audit import tracked
from agencies.rights import WHOLE, WholeQuerySet
from agencies.sealed import SealedTextField
from dossiers import keyring, qr
from dossiers.qr import Reason

# What a person reads who holds a receipt that does not verify.
REASONS = {
    Reason.OVERSIZED: _("This is not one of our receipts: the text is too long."),
    Reason.MALFORMED: _("This is not one of our receipts, or a part of the code is missing."),
    Reason.UNKNOWN_VERSION: _("This receipt is of a later edition than this verifier knows."),
    Reason.UNKNOWN_KEY: _("The receipt was signed with a key that is not among the known ones."),
    Reason.REVOKED_KEY: _("The key that signed this receipt was revoked: genuine and forged cannot be told apart."),
    Reason.TAMPERED: _("The signature does not fit: the receipt was changed or forged."),
    Reason.RETIRED_KEY: _("The receipt was signed with a key that was no longer in use on that day."),
    Reason.OTHER_TOKEN: _("The signed part belongs to another receipt."),
}


@tracked(exclude=["private_key"])
class SigningKey(models.Model):
    """An Ed25519 pair. The private half exists only while the key is in use, and sealed."""

    scope_unit, scope_field = WHOLE, None

    key_id = models.CharField(_("key id"), max_length=16, unique=True)
    public_key = models.CharField(_("public key"), max_length=44, help_text=_("Base64 of 32 bytes."))
    private_key = SealedTextField(_("private key"), blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_why = models.CharField(_("why it was revoked"), max_length=300, blank=True)

    objects = WholeQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt key")
        verbose_name_plural = _("receipt keys")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["retired_at"],
                condition=models.Q(retired_at__isnull=True),
                nulls_distinct=False,
                name="one_receipt_key_in_use",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True) | models.Q(retired_at__isnull=False),
                name="a_revoked_key_is_retired",
            ),
        ]

    def __str__(self):
        return self.key_id

    @classmethod
    def current(cls, at):
        """The key in use; a fresh installation makes its first one here."""
        in_use = cls.objects.filter(retired_at=None).order_by()[:1]
        return next(iter(in_use), None) or cls.objects.get_or_create(retired_at=None, defaults=_fresh(at))[0]

    @classmethod
    def rotate(cls, at):
        """Retire the key in use, destroy its private half, and return the new one."""
        with transaction.atomic():
            for key in cls.objects.select_for_update().filter(retired_at__isnull=True).defer("private_key"):
                key._retire(at)
            return cls.current(at)

    @classmethod
    def public_keys(cls):
        """{key id: keyring.PublicKey} of every key there ever was. Opens no seal."""
        return {key.key_id: key.as_public() for key in cls.objects.defer("private_key")}

    @classmethod
    def document(cls, at):
        """What other agencies keep to verify offline, ready for JSON."""
        return keyring.keys_document(cls.public_keys(), issuer=settings.AUTHORITY_NAME, at=localtime(at))

    def sign(self, claim):
        """`<claim>.<signature>` for the fragment of the QR. Raises qr.BadClaim."""
        return qr.sign(claim, self.key_id, base64.b64decode(self.private_key))

    def revoke(self, *, at, why):
        """Believe no receipt of this key any more. A second revocation changes nothing."""
        if self.revoked_at is not None:
            return
        with transaction.atomic():
            self.revoked_at, self.revoked_why = at, why
            self._retire(at)

    def as_public(self):
        return keyring.PublicKey(
            public=base64.b64decode(self.public_key),
            created_at=self.created_at,
            retired_at=self.retired_at,
            revoked_at=self.revoked_at,
            revoked_why=self.revoked_why,
        )

    def _retire(self, at):
        self.retired_at, self.private_key = self.retired_at or at, ""
        self.save(update_fields=["retired_at", "private_key", "revoked_at", "revoked_why"])


def receipt_address(dossier, receipt, *, at):
    """What the receipt's QR says: the address of the dossier's page and, after “#”, the signed claim.

    `receipt` comes fresh from Dossier.issue_receipt: its token is known this once.
    """
    claim = qr.Claim.about(
        receipt.token, number=dossier.number, unit=dossier.received_by_unit.identification_code(on=localdate(at)),
        received_at=dossier.received_at, due_at=dossier.due_at,
    )  # fmt: skip
    return qr.receipt_url(settings.BASE_URL, receipt.token, SigningKey.current(at).sign(claim))


def _fresh(at):
    key_id, private, public = keyring.new_key()
    return {
        "key_id": key_id,
        "public_key": base64.b64encode(public).decode(),
        "private_key": base64.b64encode(private).decode(),
        "created_at": at,
    }
