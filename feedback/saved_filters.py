"""A view of the list that an officer keeps under a name; shared, the colleagues of the same unit have it too."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.vietnamese import tidy
from feedback.workflow import Incomplete, needed

MOST = 20  # of one officer, and of a unit's shared ones
LONGEST_QUERY = 500


class SavedFilterQuerySet(models.QuerySet):
    def offered_to(self, officer):
        """An officer's own, then those that colleagues of the same unit share."""
        theirs = Q(shared=True, unit=officer.unit_id) if officer.unit_id else Q(pk__in=[])
        return self.filter(Q(owner=officer) | theirs).order_by("name", "pk")[: 2 * MOST]


class SavedFilter(models.Model):
    """What stands in the list's address, under a name. It opens nothing that its reader may not see anyway."""

    owner = models.ForeignKey("agencies.Officer", on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey("agencies.Unit", null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=LONGEST_QUERY)
    shared = models.BooleanField(_("for my colleagues too"), default=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        default_permissions = ()
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="feedback_one_view_a_name")]
        indexes = [models.Index(fields=["unit"], condition=Q(shared=True), name="feedback_shared_views")]

    def __str__(self):
        return self.name

    @classmethod
    def keep(cls, name, query, *, by, shared=False):
        """Keep the view under this name; the same name again replaces it.

        Raises:
            Incomplete: no name, or more than anybody finds again.
        """
        name = tidy(needed("name", name))[:60]
        others = cls.objects.filter(owner=by).exclude(name=name)
        if others.count() >= MOST:
            raise Incomplete({"name": _("At most %(n)s views: remove one first.") % {"n": MOST}})
        kept = {"query": query[:LONGEST_QUERY], "shared": shared, "unit": by.unit}
        return cls.objects.update_or_create(owner=by, name=name, defaults=kept)[0]
