"""What reports are about: two levels, each with its unit, term, photo rule, extra questions and guidance."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agencies.audit import tracked
from agencies.rights import WHOLE, WholeQuerySet
from agencies.vietnamese import tidy
from feedback import clock
from feedback.workflow import Kind

RADIUS = 250  # metres within which the citizen is asked whether it is the same


class PhotoRule(models.TextChoices):
    NONE = "none", _("not asked for")
    WANTED = "wanted", _("asked for")
    NEEDED = "needed", _("needed")


@tracked()
class ServiceLevel(models.Model):
    """How long an answer may take. A report keeps the term it was promised: a later change moves no date."""

    class Unit(models.TextChoices):
        WORKING_HOURS = clock.WORKING_HOURS, _("working hours")
        WORKING_DAYS = clock.WORKING_DAYS, _("working days")
        CLOCK_HOURS = clock.CLOCK_HOURS, _("hours by the clock")

    scope_unit, scope_field = WHOLE, None

    name = models.CharField(_("name"), max_length=100, unique=True)
    unit = models.CharField(_("counted in"), max_length=20, choices=Unit, default=Unit.WORKING_DAYS)
    n = models.PositiveSmallIntegerField(_("how many"), validators=[MinValueValidator(1), MaxValueValidator(200)])
    most_extra_days = models.PositiveSmallIntegerField(
        _("most days a new date may lie after the first"), default=30, validators=[MaxValueValidator(365)]
    )
    reply_days = models.PositiveSmallIntegerField(
        _("days a citizen has to answer a question"), default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )  # fmt: skip
    document = models.CharField(_("document"), max_length=200, blank=True, help_text=_("What sets it."))

    objects = WholeQuerySet.as_manager()

    class Meta:
        verbose_name = _("term for answers")
        verbose_name_plural = _("terms for answers")
        ordering = ["unit", "n"]

    def __str__(self):
        return self.name


class CategoryQuerySet(WholeQuerySet):
    def offered(self):
        """What can be chosen: those of the second level whose parent is open too."""
        return self.filter(active=True, parent__active=True).select_related("parent")


@tracked()
class Category(models.Model):
    """One subject; those without a parent only gather others."""

    scope_unit, scope_field = WHOLE, None

    parent = models.ForeignKey(
        "self", verbose_name=_("belongs to"), null=True, blank=True, on_delete=models.PROTECT, related_name="children",
        limit_choices_to={"parent": None},
    )  # fmt: skip
    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    description = models.CharField(_("what belongs here"), max_length=400, blank=True)
    keywords = models.CharField(_("words people use for it"), max_length=400, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.FIELD)
    service_level = models.ForeignKey(
        ServiceLevel, verbose_name=_("term for the answer"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="categories",
    )  # fmt: skip
    unit = models.ForeignKey(
        "agencies.Unit", verbose_name=_("unit in charge"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", help_text=_("Empty: the ward of the place, if a rule or a person says so."),
    )  # fmt: skip
    photo = models.CharField(_("photo or video of the reporter"), max_length=10, choices=PhotoRule,
                             default=PhotoRule.WANTED)  # fmt: skip
    photo_after = models.BooleanField(_("an answer “fixed” needs a photo"), default=False)
    stopper = models.TextField(
        _("guidance instead of a report"), blank=True,
        help_text=_("If filled in, nothing is taken here: people read this, e.g. where a complaint goes."),
    )  # fmt: skip
    warning = models.TextField(_("to be read first"), blank=True, help_text=_("E.g. whom to call in an emergency."))
    radius = models.PositiveSmallIntegerField(
        _("the same within so many metres"), default=RADIUS, validators=[MaxValueValidator(2000)],
        help_text=_("0: nobody is asked whether it was reported before."),
    )  # fmt: skip
    place = models.BooleanField(_("needs a place"), default=True)
    private = models.BooleanField(_("never public"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    active = models.BooleanField(_("open"), default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category of reports")
        verbose_name_plural = _("categories of reports")
        ordering = ["parent__position", "position", "pk"]

    def __str__(self):
        return self.shown_name

    @property
    def shown_name(self):
        return self.name_en if self.name_en and get_language() == "en" else self.name

    def clean(self):
        self.name = tidy(self.name)
        if self.parent_id and self.parent.parent_id:
            raise ValidationError({"parent": _("There are two levels and no more.")})
        if self.parent_id and self.service_level_id is None:
            raise ValidationError({"service_level": _("Say how long an answer may take.")})


@tracked()
class Question(models.Model):
    """One more thing that is asked in a category; an attribute of Open311 (GeoReport v2, service definition)."""

    class Type(models.TextChoices):
        TEXT = "string", _("one line")
        LONG = "text", _("several lines")
        NUMBER = "number", _("number")
        MOMENT = "datetime", _("date and time")
        ONE = "singlevaluelist", _("one of a list")
        MANY = "multivaluelist", _("several of a list")

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="questions")
    code = models.SlugField(_("code"), max_length=40)
    text = models.CharField(_("question"), max_length=200)
    hint = models.CharField(_("hint"), max_length=300, blank=True)
    type = models.CharField(_("answered by"), max_length=20, choices=Type, default=Type.TEXT)
    required = models.BooleanField(_("must be answered"), default=False)
    options = ArrayField(
        models.CharField(max_length=100), verbose_name=_("choices"), default=list, blank=True,
        help_text=_("Separated by commas."),
    )  # fmt: skip
    public = models.BooleanField(_("shown to the public"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("extra question")
        verbose_name_plural = _("extra questions")
        ordering = ["position", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["category", "code"], name="feedback_one_question_a_code"),
            models.CheckConstraint(
                condition=Q(type__in=["singlevaluelist", "multivaluelist"]) | Q(options=[]),
                name="feedback_only_lists_have_choices",
                violation_error_message=_("Only a list has choices."),
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def is_list(self):
        return self.type in (self.Type.ONE, self.Type.MANY)
