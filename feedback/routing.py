"""Where a report goes first: ordered rules by area, category, kind and time, each with a dry run."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from agencies.audit import tracked
from agencies.models import Unit, WorkCalendar
from agencies.rights import WHOLE, WholeQuerySet
from feedback.workflow import Kind

MOST_RULES = 500


class NoCentre(Exception):
    """No unit sorts what comes in: FEEDBACK_CENTRE names none, and there is no topmost unit with a calendar."""


@dataclass(frozen=True)
class Centre:
    unit: Unit
    calendar: WorkCalendar


def centre():
    """The unit where reports arrive (settings.FEEDBACK_CENTRE, a unit's code; else the topmost one), and its hours.

    Raises:
        NoCentre: none is set up.
    """
    unit = _named() if settings.FEEDBACK_CENTRE else Unit.objects.filter(parent=None, valid_to=None).first()
    if unit is None:
        raise NoCentre(settings.FEEDBACK_CENTRE)
    try:
        return Centre(unit, unit.working_calendar())
    except WorkCalendar.DoesNotExist:
        raise NoCentre(str(unit)) from None


def _named():
    return Unit.objects.bearer_of(settings.FEEDBACK_CENTRE)


class RoutingRuleQuerySet(WholeQuerySet):
    def in_order(self):
        rules = self.filter(active=True).select_related("unit").prefetch_related("categories", "areas")
        return rules.order_by("position", "pk")[:MOST_RULES]


@tracked()
class RoutingRule(models.Model):
    """One line of the list; the first that fits decides. What it does not name does not matter to it."""

    scope_unit, scope_field = WHOLE, None

    position = models.PositiveSmallIntegerField(_("position"), default=100)
    name = models.CharField(_("name"), max_length=120)
    kinds = ArrayField(models.CharField(max_length=20, choices=Kind), verbose_name=_("kinds"), default=list, blank=True)
    categories = models.ManyToManyField(
        "feedback.Category", verbose_name=_("categories"), blank=True, related_name="+",
        help_text=_("One of the first level stands for all below it."),
    )  # fmt: skip
    areas = models.ManyToManyField(
        "agencies.Unit", verbose_name=_("areas"), blank=True, related_name="+",
        help_text=_("Wards and communes, or what they belong to."),
    )  # fmt: skip
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("weekdays"), default=list, blank=True,
        help_text=_("0 is Monday, 6 is Sunday."),
    )  # fmt: skip
    from_time = models.TimeField(_("from"), null=True, blank=True)
    to_time = models.TimeField(_("until"), null=True, blank=True, help_text=_("May be the next morning."))
    unit = models.ForeignKey(
        "agencies.Unit", verbose_name=_("goes to"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("Empty: to the ward or commune of the place."),
    )  # fmt: skip
    assigns = models.BooleanField(
        _("without a person"), default=False,
        help_text=_("Assigned at once. Otherwise it is only proposed to whoever sorts."),
    )  # fmt: skip
    active = models.BooleanField(_("in force"), default=True)

    objects = RoutingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["position", "pk"]

    def __str__(self):
        return f"{self.position}. {self.name}"

    def clean(self):
        if (self.from_time is None) != (self.to_time is None):
            raise ValidationError({"to_time": _("Say from when and until when, or neither.")})

    def takes(self, report):
        """Whether it would have taken this report, by what is known when it comes in."""
        return all((
            not self.kinds or report.kind in self.kinds,
            self._fits_category(report.category),
            self._fits_area(report.ward),
            self._fits_time(localtime(report.received_at)),
            self.unit_id or report.ward_id,
        ))  # fmt: skip

    def target(self, report):
        return self.unit or report.ward

    def _fits_category(self, category):
        named = {one.pk for one in self.categories.all()}
        return not named or category.pk in named or category.parent_id in named

    def _fits_area(self, ward):
        named = [one.path for one in self.areas.all()]
        return not named or (ward is not None and any(ward.path.startswith(path) for path in named))

    def _fits_time(self, moment):
        if self.weekdays and moment.weekday() not in self.weekdays:
            return False
        if self.from_time is None:
            return True
        if self.from_time <= self.to_time:
            return self.from_time <= moment.time() < self.to_time
        return moment.time() >= self.from_time or moment.time() < self.to_time


def rule_for(report):
    """The first rule that takes it, or None."""
    return next((rule for rule in RoutingRule.objects.in_order() if rule.takes(report)), None)


def proposed_unit(report, rule=None):
    """Where it belongs, by the rules, the category, the ward: what a person is offered first. None if nobody knows."""
    rule = rule or rule_for(report)
    return rule.target(report) if rule else report.category.unit or report.ward


def route(report, *, at):
    """Assigns it where a rule does so without a person; otherwise it waits for whoever sorts."""
    rule = rule_for(report)
    if rule and rule.assigns:
        report._assign_by_rule(rule.target(report), at=at, why=str(rule))
