"""Whether people were content: asked once after the result was handed over, answered once, and confidential.

Kept for the unit and the role that served, never for an officer: it is there to mend a service, not to rank people
(satisfaction counts in index 766, Decision 766/QĐ-TTg). Who reads ratings does not learn whose they are.
"""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Avg, Count, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.rights import ScopedQuerySet
from agencies.sealed import SealedTextField, blind_index
from dossiers.dossier import Dossier
from dossiers.qr import same_secret
from dossiers.workflow import Status, Verb

LASTS = timedelta(days=14)
LONGEST_NOTE = 1000
_MARK = 24  # hex digits of the keyed mark in an address: 96 bits


class NotToBeRated(Exception):
    """Rated already, never handed over, or too long ago."""


class Stars(models.IntegerChoices):
    VERY_GOOD = 5, _("Very satisfied")
    GOOD = 4, _("Satisfied")
    FAIR = 3, _("Neither one nor the other")
    BAD = 2, _("Dissatisfied")
    VERY_BAD = 1, _("Very dissatisfied")


class RatingQuerySet(ScopedQuerySet):
    field_path = "dossier__field"

    def by_unit_and_role(self, *, since):
        """What leaders look at first: how many, how content, how many were not."""
        rows = self.filter(given_on__gte=since).order_by("unit__sort_key", "role").values("unit", "unit__name", "role")
        bad = Count("pk", filter=Q(stars__lte=Stars.BAD))
        return rows.annotate(n=Count("pk"), mean=Avg("stars"), bad=bad)


class Rating(models.Model):
    """One rating of a dossier. The note is sealed; of who wrote it nothing is kept here but the dossier."""

    dossier = models.OneToOneField("dossiers.Dossier", models.PROTECT, related_name="rating")
    unit = models.ForeignKey("agencies.Unit", models.PROTECT, related_name="+", verbose_name=_("handed over by"))
    role = models.CharField(_("role of who handed it over"), max_length=150, blank=True)
    stars = models.PositiveSmallIntegerField(_("satisfaction"), choices=Stars)
    note = SealedTextField(_("in their own words"), blank=True)
    through = models.CharField(_("said through"), max_length=30)
    given_on = models.DateField(_("given on"))

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        default_permissions = ("view",)
        ordering = ["-given_on", "-pk"]
        indexes = [models.Index(fields=["unit", "-given_on"], name="ratings_of_unit")]
        constraints = [models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="a_rating_has_1_to_5_stars")]

    def __str__(self):
        return str(self.get_stars_display())

    @property
    def scope_unit(self):
        return self.unit

    @property
    def scope_field(self):
        return self.dossier.field

    @classmethod
    def give(cls, dossier_id, *, stars, at, through, note=""):
        """Stores what somebody who got the result said. Raises NotToBeRated."""
        with transaction.atomic():
            # Two answers at once wait for each other here.
            Dossier.objects.select_for_update(of=("self",)).filter(pk=dossier_id).first()
            dossier = may_be_rated(dossier_id, at=at)
            entry = dossier.log.filter(verb=Verb.HANDED_OVER).select_related("by").last()
            role = entry.by.role_for("dossiers.receive_dossier", on=localdate(entry.at)) if entry and entry.by else ""
            return cls.objects.create(
                dossier=dossier, unit=dossier.received_by_unit, role=role, stars=stars,
                note=note.strip()[:LONGEST_NOTE], through=through, given_on=localdate(at),
            )  # fmt: skip


def may_be_rated(dossier_id, *, at):
    """The dossier, if it may be rated now. Raises NotToBeRated."""
    handed_over = Dossier.objects.filter(pk=dossier_id, status=Status.HANDED_OVER, handed_over_at__gt=at - LASTS)
    dossier = handed_over.filter(rating=None).select_related("received_by_unit").first()
    if dossier is None:
        raise NotToBeRated
    return dossier


def rating_token(dossier_id):
    """For the address where this dossier is rated. Derived, not stored; it gives the right to one rating, no more."""
    return f"{dossier_id}-{blind_index(str(dossier_id), 'rating')[:_MARK]}"


def dossier_id_of(token):
    """The id in a token of ours, or None."""
    number = token.partition("-")[0]
    genuine = number.isascii() and number.isdecimal() and len(number) < 19
    return int(number) if genuine and same_secret(token, rating_token(int(number))) else None
