"""Who looked at a citizen's data: a log that only grows (Decree 53/2022/NĐ-CP Art. 27: kept 12 months and more)."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies import looks
from agencies.audit import append_only, request_id
from agencies.officers import Officer
from agencies.rights import ScopedQuerySet, rights_of
from agencies.vietnamese import search_key, tidy


class AccessLogQuerySet(ScopedQuerySet):
    field_path = None

    def search(self, text, *, reader):
        """What was looked at, by its whole name (dossier:17, or what its app finds by the text); otherwise who looked.
        Never through the whole table: it grows with every page that is opened."""
        text = tidy(text)
        found = self.filter(about__in=[text, *looks.find(text, reader)])
        if found.exists():
            return found
        return self.filter(officer__in=Officer.objects.search(text)) if search_key(text) else self.none()


@append_only
class AccessLog(models.Model):
    """One look at a person's data by an officer or a connected system."""

    at = models.DateTimeField(_("moment"))
    officer = models.ForeignKey(
        "agencies.Officer", verbose_name=_("officer"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_("who (name then)"), max_length=200)
    # Opaque on purpose: agencies do not know what a dossier is. agencies/looks.py finds the words for readers.
    about = models.CharField(_("what was looked at"), max_length=80, db_index=True, help_text=_("E.g. dossier:17."))
    what = models.CharField(_("how"), max_length=80)
    unit = models.ForeignKey(
        "agencies.Unit", verbose_name=_("unit"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    request_id = models.CharField(_("request id"), max_length=64, blank=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("access to personal data")
        verbose_name_plural = _("accesses to personal data")
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["officer", "-at"]), BrinIndex(fields=["at"])]

    def __str__(self):
        return f"{self.by_name} {self.what} {self.about}"

    @property
    def scope_unit(self):
        return self.unit

    @classmethod
    def record(cls, *, by, about, what, at, unit=None):
        """Write the look down in one query. Without a unit it counts for the reader's own topmost unit.

        Args:
            by: an officer or an API key's user.
            about: what was looked at, e.g. "dossier:17".
            what: how, e.g. "view" or "print 06": a way that agencies/looks.py was told the words of.
        """
        officer = by if isinstance(by, Officer) else None
        return cls.objects.create(
            at=at, officer=officer, by_name=str(by)[:200], about=about, what=what, request_id=request_id(),
            unit_id=unit.pk if unit else rights_of(by).home,
        )  # fmt: skip
