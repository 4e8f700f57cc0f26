"""What a unit was before: its codes, its names and kinds, and whom it came from."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.audit import tracked
from agencies.rights import ScopedQuerySet
from agencies.vietnamese import search_key, tidy


class OfUnitQuerySet(ScopedQuerySet):
    """Rows of a unit's history are seen by whoever sees the unit."""

    view_permission = "agencies.view_unit"
    field_path = None


@tracked()
class UnitCode(models.Model):
    """A code the unit bears or bore. "H58" was Tiền Giang's until 30/06/2025 and still stands on old receipts."""

    class Scheme(models.TextChoices):
        IDENTIFICATION = "identification", _("identification code (Decision 20/2020/QĐ-TTg)")
        STATISTICS = "statistics", _("code of the Statistics Office")

    unit = models.ForeignKey("agencies.Unit", verbose_name=_("unit"), on_delete=models.CASCADE, related_name="codes")
    scheme = models.CharField(_("scheme"), max_length=20, choices=Scheme, default=Scheme.IDENTIFICATION)
    code = models.CharField(_("code"), max_length=30, db_index=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # who may change the unit may change its history
        verbose_name = _("unit code")
        verbose_name_plural = _("unit codes")
        ordering = ["scheme", "code", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="a_code_belongs_to_one_unit_at_a_time",
                fields=["scheme", "code"],
                condition=Q(valid_to__isnull=True),
                violation_error_message=_("Another unit bears this code now."),
            ),
            models.CheckConstraint(
                name="unit_code_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self):
        return self.code

    def save(self, *args, **kwargs):
        self.code = tidy(self.code).upper()
        super().save(*args, **kwargs)

    @property
    def scope_unit(self):
        return self.unit


@tracked()
class PastTitle(models.Model):
    """A name and kind the unit bore up to a day; what it bears now stands on the unit."""

    unit = models.ForeignKey(
        "agencies.Unit", verbose_name=_("unit"), on_delete=models.CASCADE, related_name="past_titles"
    )
    name = models.CharField(_("name"), max_length=200)
    search_key = models.CharField(max_length=200, editable=False)
    kind = models.CharField(_("kind"), max_length=20)
    valid_to = models.DateField(_("valid to"))
    document = models.CharField(_("document"), max_length=200, blank=True)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # who may change the unit may change its history
        verbose_name = _("past name")
        verbose_name_plural = _("past names")
        ordering = ["valid_to"]
        constraints = [models.UniqueConstraint(name="one_past_title_a_day", fields=["unit", "valid_to"])]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.name = tidy(self.name)
        self.search_key = search_key(self.name)[:200]
        super().save(*args, **kwargs)

    @property
    def scope_unit(self):
        return self.unit


class SuccessionQuerySet(OfUnitQuerySet):
    unit_path = "successor"


@tracked()
class Succession(models.Model):
    """The predecessor's area and tasks, or a part of them, went to the successor on that day."""

    predecessor = models.ForeignKey(
        "agencies.Unit", verbose_name=_("predecessor"), on_delete=models.CASCADE, related_name="went_to"
    )
    successor = models.ForeignKey(
        "agencies.Unit", verbose_name=_("successor"), on_delete=models.CASCADE, related_name="came_from"
    )
    on = models.DateField(_("took effect on"))
    document = models.CharField(_("document"), max_length=200, blank=True)

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # who may change the unit may change its history
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(name="succession_once", fields=["predecessor", "successor"]),
            models.CheckConstraint(name="no_unit_succeeds_itself", condition=~Q(predecessor=F("successor"))),
        ]

    def __str__(self):
        return f"{self.predecessor} → {self.successor}"

    @property
    def scope_unit(self):
        return self.successor
