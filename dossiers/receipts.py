"""Receipts (Form 01): given out on paper or as a message, each with a token of its own; what is lost is revoked."""

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.audit import tracked
from agencies.rights import require
from agencies.sealed import blind_index
from dossiers import events, qr
from dossiers.following import Proof
from dossiers.workflow import NotAllowed


class ReceiptQuerySet(models.QuerySet):
    def with_token(self, token):
        """The receipt that carries this token, unless it was revoked."""
        return self.filter(token_index=blind_index(token, "receipt"), revoked_at=None)


@tracked(exclude=["token_index"])
class Receipt(models.Model):
    """A printed or electronic receipt (Form 01). Its token opens the dossier; only a keyed hash of it is kept."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="receipts")
    token_index = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by_name = models.CharField(_("issued by"), max_length=200, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by_name = models.CharField(_("revoked by"), max_length=200, blank=True, default="", db_default="")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-issued_at"]

    def __str__(self):
        return f"{self.dossier} ({self.issued_at:%d/%m/%Y})"

    def revoke(self, *, by, at):
        """A lost paper opens nothing any more, by its QR or its PIN, and who follows by them has to show a new one.

        The PIN is the same on all receipts of a dossier: the others show a dead one from now on, and are printed anew.
        A second revocation changes nothing.

        Raises:
            PermissionDenied: `by` may not receive for the dossier's unit and field.
        """
        require(by, "dossiers.receive_dossier", self.dossier)
        with transaction.atomic():
            revoked = Receipt.objects.filter(pk=self.pk, revoked_at=None)
            if revoked.update(revoked_at=at, revoked_by_name=str(by)):
                type(self.dossier).objects.filter(pk=self.dossier_id).update(pin_edition=F("pin_edition") + 1)
                self.dossier.followers.active().exclude(proof=Proof.PHONE).update(ended_at=at)


class GivingReceipts:
    """Verbs of Dossier."""

    def issue_receipt(self, *, by, at):
        """A new receipt (Form 01) with a token of its own; earlier ones stay good. The token is never seen again.

        Raises:
            PermissionDenied: `by` may not receive for this unit and field.
        """
        require(by, "dossiers.receive_dossier", self)
        token = qr.new_token()
        receipt = Receipt.objects.create(
            dossier=self, token_index=blind_index(token, "receipt"), issued_at=at, issued_by_name=str(by)
        )
        receipt.token = token
        return receipt

    def send_receipt(self, *, by, at):
        """A receipt of its own as a message to the applicant (the "biên nhận điện tử").

        Raises:
            PermissionDenied: `by` may not receive for this unit and field.
            NotAllowed: the dossier is not received yet or confidential, or the applicant left no phone and no e-mail.
        """
        applicant = self.parties.first()
        if self.received_at is None or self.confidential or applicant is None or not applicant.contacts:
            raise NotAllowed(
                gettext(
                    "An electronic receipt goes to the applicant’s phone or e-mail, never for what is confidential."
                )
            )
        with transaction.atomic():
            receipt = self.issue_receipt(by=by, at=at)
            events.receipt_sent.send(type(self), dossier=self, receipt=receipt, parties=[applicant])
        return receipt
