"""Who reported: a store of its own behind a right of its own.

Those who handle a report do not see it (as in Huế, where only the operations centre does); whoever may see it says why,
each time, and that is logged (Decree 53/2022/NĐ-CP Art. 27).
"""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from agencies.access_log import AccessLog
from agencies.rights import require
from agencies.sealed import SealedTextField, blind_index
from agencies.vietnamese import mask_name, search_key
from feedback.masking import mask_email, mask_phone
from feedback.workflow import needed

FIELDS = ("name", "phone", "email", "address", "id_number")
VIEW = "feedback.view_reporter"


class Reporter(models.Model):
    """Name and ways to reach who reported, sealed. Kept no longer than the province says (retention.py)."""

    report = models.OneToOneField(
        "feedback.Report", primary_key=True, on_delete=models.PROTECT, related_name="reporter"
    )
    name = SealedTextField(_("full name"), blank=True)
    phone = SealedTextField(_("phone"), blank=True)
    email = SealedTextField(_("e-mail"), blank=True)
    address = SealedTextField(_("address"), blank=True)
    id_number = SealedTextField(_("identity number"), blank=True)
    phone_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    email_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)

    class Meta:
        verbose_name = _("reporter")
        verbose_name_plural = _("reporters")
        default_permissions = ()
        permissions = [("view_reporter", _("Can see who reported, with a reason that is logged"))]

    def __str__(self):
        return self.masked["name"] or self.masked["phone"] or self.masked["email"] or "–"

    @classmethod
    def of(cls, report, contact):
        known = {name: contact[name] for name in FIELDS if contact.get(name)}
        return cls(
            report=report, **known, phone_index=contact_index("phone", contact.get("phone")),
            email_index=contact_index("email", contact.get("email")),
        )  # fmt: skip

    @property
    def masked(self):
        """What everybody who handles the report reads."""
        return {
            "name": mask_name(self.name) if self.name else "",
            "phone": mask_phone(self.phone) if self.phone else "",
            "email": mask_email(self.email) if self.email else "",
        }

    @property
    def contacts(self):
        """Where they can be reached, for the post office."""
        return {kind: value for kind in ("phone", "email") if (value := getattr(self, kind))}

    def unmasked(self, *, by, at, reason):
        """{field: value} in the open; the look and its reason are written down first.

        Raises:
            PermissionDenied: not this person's to see.
            Incomplete: without a reason nothing is shown.
        """
        require(by, VIEW, self.report)
        reason = needed("reason", reason)
        with transaction.atomic():
            AccessLog.record(
                by=by, about=self.report.about, what=f"reporter {reason}"[:80], at=at, unit=self.report.unit
            )
            return {name: value for name in FIELDS if (value := getattr(self, name))}


def contact_index(kind, value):
    """Finds the same phone or address again without reading it; empty for none."""
    if not value:
        return ""
    if kind == "phone":
        digits = "".join(sign for sign in value if sign.isdigit())
        plain = f"0{digits[2:]}" if digits.startswith("84") and len(digits) == 11 else digits
    else:
        plain = search_key(value)
    return blind_index(plain, f"reporter.{kind}") if plain else ""
