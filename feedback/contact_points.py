"""Whom to call at a unit, and about what: shown to whoever assigns a report there."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.audit import tracked
from agencies.rights import ScopedQuerySet
from agencies.vietnamese import tidy


class ContactPointQuerySet(ScopedQuerySet):
    field_path = None


@tracked()
class ContactPoint(models.Model):
    """One line of a unit's telephone list: an office, never a citizen."""

    unit = models.ForeignKey(
        "agencies.Unit", verbose_name=_("unit"), on_delete=models.CASCADE, related_name="contact_points"
    )
    name = models.CharField(_("whom to ask for"), max_length=120)
    purpose = models.CharField(_("about what"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    hours = models.CharField(_("when"), max_length=120, blank=True, help_text=_("E.g. day and night."))

    objects = ContactPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact of a unit")
        verbose_name_plural = _("contacts of units")
        ordering = ["unit", "name", "pk"]

    def __str__(self):
        return self.name

    @property
    def scope_unit(self):
        return self.unit

    def clean(self):
        self.name = tidy(self.name)
        if not (self.phone or self.email):
            raise ValidationError({"phone": _("Give a phone number or an e-mail address.")})
