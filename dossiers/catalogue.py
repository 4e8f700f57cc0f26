"""The catalogue of administrative procedures (thủ tục hành chính), in versions (Decree 63/2010/NĐ-CP, Art. 8.2)."""

from datetime import timedelta
from functools import lru_cache, reduce
from operator import and_, or_

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, Exists, Min, OuterRef, Q, Value, When
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pgtrigger import Before, Condition, Delete, F, Insert, Protect, Trigger, Update
from pgtrigger import Q as Row

from agencies.audit import tracked
from agencies.rights import WHOLE, ScopedQuerySet, require
from agencies.validity import DatedQuerySet
from agencies.vietnamese import search_key, sort_key, tidy
from dossiers import everyday_words
from dossiers.clock import Term
from dossiers.workflow import NotAllowed, PaperKind, Status


class Level(models.TextChoices):
    MINISTRY = "ministry", _("Ministry")
    PROVINCE = "province", _("Province")
    COMMUNE = "commune", _("Commune")


class OnlineLevel(models.TextChoices):
    """Decree 224/2026/NĐ-CP knows two levels; the reason is published when only a part is online."""

    FULL = "full", _("Fully online")
    PARTIAL = "partial", _("Partly online")
    INFORMATION = "information", _("Information only")


class TermUnit(models.TextChoices):
    HOUR = "hour", _("hours")
    WORKING_HOUR = "working_hour", _("working hours")
    WORKING_DAY = "working_day", _("working days")
    CALENDAR_DAY = "calendar_day", _("days")
    MONTH = "month", _("months")
    SAME_DAY = "same_day", _("the same day (by 15:00, otherwise the next working day)")


class OnSupplement(models.TextChoices):
    """What the clock does when the citizen brings what was missing."""

    RESUME = "resume", _("goes on (index 766 subtracts the waiting time)")
    RESTART = "restart", _("starts anew (Decree 61/2018 Art. 19.4 practice)")


SAME_DAY_GROWS_NOT = _("A term of the same day has no longer form; give difficult areas a case of their own.")


class ProcedureQuerySet(ScopedQuerySet):
    unit_path = None

    def published(self):
        return self.filter(versions__state=ProcedureVersion.State.PUBLISHED)

    def in_force(self, on):
        """Those that can be asked for on that day."""
        editions = ProcedureVersion.objects.in_force(on).filter(procedure=OuterRef("pk"))
        return self.filter(Exists(editions))

    def following(self, code):
        """Those that stand after this one in the alphabet; all of them for a code that nobody has."""
        last = Procedure.objects.filter(code=code).values_list("sort_key", "pk").first() if code else None
        if last is None:
            return self
        return self.filter(Q(sort_key__gt=last[0]) | Q(sort_key=last[0], pk__gt=last[1]))

    def search(self, text):
        """By name or code, with or without tone marks, also by what people call it (everyday_words.py).

        What fits the strictest way to take the question is found and nothing else; one query tells which way that is.
        """
        ways = [_any_of(readings) for readings in everyday_words.attempts(text)]
        if not ways[0]:
            return self
        patterns, least = everyday_words.scattered(text)
        ways.append(GreaterThanOrEqual(_met(patterns), least))
        fitting = Case(*(When(way, then=place) for place, way in enumerate(ways)), default=len(ways))
        best = self.order_by().aggregate(best=Min(fitting))["best"]
        return self.filter(ways[best]) if best is not None and best < len(ways) else self.none()

    def best_first(self, text):
        """Names with the very words, tone marks and all, before those with the same letters, before those with most."""
        typed = [When(name__icontains=tidy(text), then=0)] if tidy(text) else []
        in_a_row = [When(search_key__regex=pattern, then=1) for pattern in everyday_words.phrase(text) if pattern]
        closest_first = [Case(*typed, *in_a_row, default=2)] if typed or in_a_row else []
        most_first = [_met(patterns).desc()] if (patterns := everyday_words.scattered(text)[0]) else []
        return self.order_by(*closest_first, *most_first, Length("name"), "sort_key", "pk")


def _any_of(readings):
    every = [reduce(and_, (Q(search_key__regex=pattern) for pattern in reading), Q()) for reading in readings]
    return reduce(or_, every, Q())


def _met(patterns):
    """How many of the patterns a procedure has."""
    return sum((Case(When(search_key__regex=pattern, then=1), default=0) for pattern in patterns), Value(0))


@tracked()
class Procedure(models.Model):
    """A procedure through all its versions, known by its national code.

    The province announces procedures for all its communes: none of them changes one for itself.
    """

    scope_unit = WHOLE

    code = models.CharField(_("national code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=500)
    field = models.ForeignKey(
        "agencies.FieldOfWork", verbose_name=_("field of work"), on_delete=models.PROTECT, related_name="procedures"
    )
    level = models.CharField(_("level"), max_length=20, choices=Level, default=Level.COMMUNE)
    sort_key = models.CharField(max_length=1000, editable=False, db_index=True)
    search_key = models.CharField(max_length=1200, editable=False)
    keywords = models.CharField(
        _("everyday names"), max_length=500, blank=True, db_default="", default="",
        help_text=_("What people call it, separated by commas: “sổ đỏ, giấy khai sinh, birth certificate”."),
    )  # fmt: skip

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        ordering = ["sort_key", "pk"]
        permissions = [("publish_procedure", _("Can publish a version of a procedure"))]

    def __str__(self):
        return f"{self.code} {self.name}"

    def save(self, *args, **kwargs):
        self.sort_key = sort_key(self.name)[:1000]
        self.search_key = f"{search_key(self.name)} {self.code.lower()} {search_key(self.keywords)}".rstrip()[:1200]
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "sort_key", "search_key"}
        super().save(*args, **kwargs)

    def version_on(self, day):
        """The published version in force on that day.

        Raises:
            ProcedureVersion.DoesNotExist: nothing is published for that day.
        """
        return self.versions.in_force(day).latest("number")

    @property
    def scope_field(self):
        return self.field


class VersionQuerySet(ScopedQuerySet, DatedQuerySet):
    unit_path, field_path = None, "procedure__field"

    def in_force(self, on):
        """Versions that received dossiers on that day: published, or replaced only later."""
        return super().in_force(on).exclude(state=ProcedureVersion.State.DRAFT)


_published = Row(old__state="published") | Row(old__state="replaced")


@tracked()
class ProcedureVersion(models.Model):
    """One edition of a procedure. Once published only its end may be written; a dossier keeps the one it began with."""

    scope_unit = WHOLE

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        REPLACED = "replaced", _("replaced")

    procedure = models.ForeignKey(
        Procedure, verbose_name=_("procedure"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    decision = models.CharField(_("announcing decision"), max_length=200, blank=True)
    online_level = models.CharField(_("online level"), max_length=20, choices=OnlineLevel, default=OnlineLevel.PARTIAL)
    partial_reason = models.CharField(_("why only partly online"), max_length=500, blank=True)
    audience = models.CharField(_("who may apply"), max_length=500, blank=True)
    how = models.TextField(_("how to apply"), blank=True)
    conditions = models.TextField(_("requirements and conditions"), blank=True)
    result = models.CharField(_("result"), max_length=500, blank=True)
    legal_basis = models.TextField(_("legal basis"), blank=True)
    handled_by = models.CharField(_("handling agency"), max_length=300, blank=True)
    on_supplement = models.CharField(
        _("after a supplement the clock"), max_length=20, choices=OnSupplement, default=OnSupplement.RESUME
    )
    copies_of_dossier = models.PositiveSmallIntegerField(_("number of sets"), default=1)
    note = models.CharField(
        _("note on these data"), max_length=500, blank=True,
        help_text=_("For colleagues: where a code, term or fee still has to be checked."),
    )  # fmt: skip

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a procedure")
        verbose_name_plural = _("versions of procedures")
        ordering = ["procedure", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="version_number_once_a_procedure"),
            models.UniqueConstraint(
                fields=["procedure"], condition=Q(state="published"), name="one_published_version_a_procedure"
            ),
        ]
        triggers = [
            Protect(name="published_is_never_deleted", operation=Delete, condition=_published),
            Protect(
                name="published_is_never_rewritten",
                operation=Update,
                condition=Condition(
                    "OLD.state <> 'draft' AND (to_jsonb(OLD) - 'state' - 'valid_to') "
                    "IS DISTINCT FROM (to_jsonb(NEW) - 'state' - 'valid_to')"
                ),
            ),
            Protect(
                name="published_is_never_a_draft_again",
                operation=Update,
                condition=Row(new__state="draft") & ~Row(old__state=F("new__state")),
            ),
        ]

    def __str__(self):
        return f"{self.procedure} ({self.number})"

    @property
    def scope_field(self):
        return self.procedure.field

    def publish(self, *, by):
        """Put this draft in force from `valid_from`; the version before it ends the day before.

        Args:
            by: None when a command of the system itself publishes.

        Raises:
            NotAllowed: it is not a draft, or has no case with a term.
        """
        self._may_publish(by)
        if self.state != self.State.DRAFT:
            raise NotAllowed(_("Only a draft can be published."))
        if not self.cases.exists():
            raise NotAllowed(_("A procedure needs at least one case with its term before it is published."))
        with transaction.atomic():
            self.procedure.versions.filter(state=self.State.PUBLISHED).update(
                state=self.State.REPLACED, valid_to=self.valid_from - timedelta(days=1)
            )
            self.state = self.State.PUBLISHED
            self.save(update_fields=["state"])
            self._may_publish(by)

    def _may_publish(self, by):
        if by is not None:
            require(by, "dossiers.publish_procedure", self)

    def first_step(self):
        """Where a received dossier stands, or None."""
        if self.state == self.State.DRAFT:
            return self.steps.first()
        return next(iter(parts_of(self.pk)[1]), None)

    def next_draft(self, *, by, valid_from):
        """A new draft with everything that stands in this version, to be changed and published."""
        require(by, "dossiers.publish_procedure", self)
        with transaction.atomic():
            draft = _copy(self, state=self.State.DRAFT, valid_from=valid_from, valid_to=None,
                          number=self.procedure.versions.aggregate(last=models.Max("number"))["last"] + 1)  # fmt: skip
            cases = {case.pk: _copy(case, version=draft) for case in self.cases.all()}
            for part in (*self.fees.all(), *self.documents.all(), *self.steps.all()):
                _copy(part, version=draft, **({"case": cases.get(part.case_id)} if hasattr(part, "case_id") else {}))
        return draft


@lru_cache(maxsize=4096)
def parts_of(version_id):
    """(cases, steps) of a published version. The database lets nobody change them, so they are read once a process."""
    version = ProcedureVersion.objects.prefetch_related("cases", "steps").get(pk=version_id)
    return tuple(version.cases.all()), tuple(version.steps.all())


def _copy(row, **changes):
    values = {f.name: getattr(row, f.name) for f in row._meta.concrete_fields if not f.primary_key}
    return type(row).objects.create(**{**values, **changes})


class PartOfVersion(models.Model):
    """Whatever belongs to one version; the database refuses to change it once the version is published."""

    order = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        abstract = True
        ordering = ["version", "order", "pk"]
        triggers = [
            Trigger(
                name="frozen_when_published",
                when=Before,
                operation=Insert | Update | Delete,
                declare=[("edition", "text")],
                func="""
                    SELECT state INTO edition FROM dossiers_procedureversion
                     WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.version_id ELSE NEW.version_id END;
                    IF edition <> 'draft' THEN
                        RAISE EXCEPTION 'a published version of a procedure is never changed: make a new draft';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]


class ProcedureCase(PartOfVersion):
    """A case (trường hợp) with its own term. Difficult areas may have longer; that is added, not replaced."""

    version = models.ForeignKey(ProcedureVersion, on_delete=models.CASCADE, related_name="cases")
    name = models.CharField(_("case"), max_length=300)
    term_unit = models.CharField(_("unit of the term"), max_length=20, choices=TermUnit)
    term_n = models.DecimalField(_("term"), max_digits=6, decimal_places=2, default=1)
    area_extension_n = models.DecimalField(
        _("longer by, in mountainous, island and difficult communes"), max_digits=6, decimal_places=2, default=0
    )
    term_note = models.CharField(_("what does not count, in the law's words"), max_length=500, blank=True)

    class Meta(PartOfVersion.Meta):
        verbose_name = _("case of a procedure")
        verbose_name_plural = _("cases of procedures")

    def __str__(self):
        return self.name

    def clean(self):
        if self.term_unit == TermUnit.SAME_DAY and self.area_extension_n:
            raise ValidationError({"area_extension_n": SAME_DAY_GROWS_NOT})

    def term(self, *, difficult_area=False):
        extra = self.area_extension_n if difficult_area else 0
        return Term(unit=self.term_unit, n=self.term_n + extra)


class Fee(PartOfVersion):
    """A fee in the words of the decision that set it. A blank amount means "not published", never "free"."""

    class Kind(models.TextChoices):
        FEE = "fee", _("fee (phí)")
        CHARGE = "charge", _("charge (lệ phí)")
        SERVICE_PRICE = "service_price", _("service price, not a fee")

    version = models.ForeignKey(ProcedureVersion, on_delete=models.CASCADE, related_name="fees")
    case = models.ForeignKey(ProcedureCase, null=True, blank=True, on_delete=models.CASCADE, related_name="fees")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.CHARGE)
    filed = models.CharField(_("how it is filed (blank: any way)"), max_length=60, blank=True)
    text = models.CharField(_("text, verbatim"), max_length=500)
    amount = models.PositiveIntegerField(_("amount in đồng"), null=True, blank=True)

    class Meta(PartOfVersion.Meta):
        verbose_name = _("fee")
        verbose_name_plural = _("fees")

    def __str__(self):
        return self.text


class RequiredDocument(PartOfVersion):
    """A paper the citizen brings (thành phần hồ sơ)."""

    version = models.ForeignKey(ProcedureVersion, on_delete=models.CASCADE, related_name="documents")
    case = models.ForeignKey(ProcedureCase, null=True, blank=True, on_delete=models.CASCADE, related_name="documents")
    name = models.CharField(pgettext_lazy("to be brought", "document"), max_length=500)
    originals = models.PositiveSmallIntegerField(_("originals"), default=0)
    copies = models.PositiveSmallIntegerField(_("copies"), default=0)
    certified_copies = models.PositiveSmallIntegerField(_("certified copies"), default=0)
    only_to_show = models.BooleanField(_("only to be shown"), default=False)
    form_url = models.URLField(_("form"), blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta(PartOfVersion.Meta):
        verbose_name = _("required document")
        verbose_name_plural = _("required documents")

    def __str__(self):
        return self.name

    def wanted_for(self, case):
        return self.case_id in (None, case.pk)

    def as_usually_brought(self):
        """A line of `Dossier.documents`: as what, and how often, it is to be handed in."""
        copies = PaperKind.CERTIFIED_COPY if self.certified_copies else PaperKind.COPY
        kind = PaperKind.ORIGINAL if self.originals else copies
        count = self.originals or self.certified_copies or self.copies or 1
        return {"name": self.name, "kind": kind.value, "count": count, "note": ""}


class Step(PartOfVersion):
    """One internal step. It maps to one of the ten official statuses and has a budget in working minutes."""

    version = models.ForeignKey(ProcedureVersion, on_delete=models.CASCADE, related_name="steps")
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("step"), max_length=200)
    status = models.CharField(_("official status"), max_length=30, choices=Status, default=Status.PROCESSING)
    budget_minutes = models.PositiveIntegerField(_("budget in working minutes"), default=0)
    informs = models.BooleanField(_("the citizen is told"), default=False)
    citizen_text = models.CharField(_("what the citizen reads"), max_length=300, blank=True)

    class Meta(PartOfVersion.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="step_code_once_a_version")]

    def __str__(self):
        return self.name
