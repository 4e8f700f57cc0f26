"""Officers, and what each is appointed to: a role over a subtree of units and a set of fields of work."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.audit import tracked
from agencies.rights import WHOLE, ScopedQuerySet
from agencies.validity import DatedQuerySet
from agencies.vietnamese import person_sort_key, search_key, sort_key, tidy


class FieldOfWorkQuerySet(ScopedQuerySet):
    unit_path = None
    field_path = ""


@tracked(exclude=["sort_key"])
class FieldOfWork(models.Model):
    """Lĩnh vực: what the catalogue of procedures is divided into."""

    scope_unit = WHOLE

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    sort_key = models.CharField(max_length=400, editable=False, db_index=True)

    objects = FieldOfWorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("field of work")
        verbose_name_plural = _("fields of work")
        ordering = ["sort_key", "pk"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.name = tidy(self.name)
        self.sort_key = sort_key(self.name)[:400]
        super().save(*args, **kwargs)

    @property
    def scope_field(self):
        return self


class OfficerQuerySet(ScopedQuerySet):
    field_path = None

    def search(self, text):
        found = self
        for word in search_key(text).split()[:12]:
            found = found.filter(search_key__contains=word)
        return found

    def appointed_at(self, unit, permission, *, on):
        """Active officers whose appointment at this very unit (not above it) carries the permission on that day."""
        return self._appointed(permission, on, unit=unit)

    def over_the_whole(self, permission, *, on):
        """Active officers whose appointment at a topmost unit carries the permission on that day."""
        return self._appointed(permission, on, unit__parent=None)

    def _appointed(self, permission, on, **where):
        here = Appointment.objects.in_force(on).carrying(permission).filter(**where)
        return self.filter(is_active=True, pk__in=here.values("officer"))


class OfficerManager(UserManager.from_queryset(OfficerQuerySet)):
    use_in_migrations = False


@tracked(exclude=["password", "last_login", "sort_key", "search_key"])
class Officer(AbstractUser):
    """Someone who works for the authority. Never deleted: log lines point here; `is_active` ends the access."""

    # One name as it is written in Vietnam; rights come from appointments, not from Django's groups.
    first_name = last_name = groups = user_permissions = None
    full_name = models.CharField(_("full name"), max_length=200)
    title = models.CharField(_("job title"), max_length=200, blank=True, help_text=_("E.g. Chuyên viên."))
    unit = models.ForeignKey(
        "agencies.Unit", verbose_name=_("works at"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="officers",
    )  # fmt: skip
    is_staff = models.BooleanField(_("may enter the back-office"), default=True)
    sort_key = models.CharField(max_length=800, editable=False, db_index=True)
    search_key = models.CharField(max_length=400, editable=False)

    objects = OfficerManager()
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        ordering = ["sort_key", "pk"]

    def __str__(self):
        return self.full_name or self.username

    def save(self, *args, **kwargs):
        self.full_name = tidy(self.full_name)
        self.sort_key = person_sort_key(self.full_name)[:800]
        self.search_key = search_key(f"{self.full_name} {self.username}")[:400]
        if (fields := kwargs.get("update_fields")) is not None and {"full_name", "username"} & set(fields):
            kwargs["update_fields"] = {*fields, "sort_key", "search_key"}
        super().save(*args, **kwargs)

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.full_name.rpartition(" ")[2] or self.username

    @property
    def scope_unit(self):
        return self.unit

    def role_for(self, permission, *, on):
        """The name of a role that gave this permission on that day, or ""."""
        held = Appointment.objects.in_force(on).carrying(permission).filter(officer=self).order_by("pk")
        return held.values_list("role__name", flat=True).first() or ""

    @property
    def actor_label(self):
        return f"officer:{self.pk}"


class AppointmentQuerySet(ScopedQuerySet, DatedQuerySet):
    field_path = None

    def carrying(self, permission):
        """Those whose role has the permission."""
        app_label, codename = permission.split(".")
        return self.filter(role__permissions__codename=codename, role__permissions__content_type__app_label=app_label)


@tracked()
class Appointment(models.Model):
    """The officer holds the role over the unit and all below it, for these fields of work (none named: for all)."""

    officer = models.ForeignKey(
        "agencies.Officer", verbose_name=_("officer"), on_delete=models.CASCADE, related_name="appointments"
    )
    role = models.ForeignKey("auth.Group", verbose_name=_("role"), on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        "agencies.Unit", verbose_name=_("over the unit"), on_delete=models.PROTECT, related_name="appointments"
    )
    fields = models.ManyToManyField(
        FieldOfWork, verbose_name=_("fields of work"), blank=True, related_name="appointments",
        help_text=_("Empty: every field of work."),
    )  # fmt: skip
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["officer__sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                name="appointment_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self):
        return f"{self.officer}: {self.role}, {self.unit}"

    @property
    def scope_unit(self):
        return self.unit


@tracked()
class AppointmentField(Appointment.fields.through):
    """One field of work of an appointment, as the trail sees it."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("field of an appointment")
        verbose_name_plural = _("fields of an appointment")
