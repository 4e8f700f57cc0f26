"""Requests of people, through a platform, that what we know of them be erased (Law 91/2025/QH15 on personal data).

The platform names them by a number of its own for our app, which is on nothing that they wrote: nobody is found by it.
So a person has to look, and whoever asked sees at an address of theirs what became of it.
"""

import secrets

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.audit import tracked
from agencies.rights import WHOLE, WholeQuerySet
from agencies.sealed import SealedTextField, blind_index


class AlreadySettled(Exception):
    """Somebody was quicker."""


class ErasureQuerySet(WholeQuerySet):
    def ask(self, *, channel, kind, subject, at):
        """The request that is open for this person: asked again it is the same one."""
        index = blind_index(f"{channel} {subject}", "post_office.erasure")
        mark = {"channel": channel, "kind": kind, "subject_index": index, "settled_at": None}
        found = self.filter(**mark).first()
        if found:
            return found
        try:
            with transaction.atomic():
                return self.create(**mark, subject=subject, asked_at=at, code=secrets.token_urlsafe(12))
        except IntegrityError:  # the same, at the same moment
            return self.get(**mark)


@tracked(exclude=["subject", "subject_index"])
class ErasureRequest(models.Model):
    scope_unit, scope_field = WHOLE, None

    class Kind(models.TextChoices):
        ERASURE = "erasure", _("Asks that their data be erased")
        FAREWELL = "farewell", _("Has removed our app")

    channel = models.CharField(_("channel"), max_length=30)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    code = models.CharField(_("code of the request"), max_length=40, unique=True)
    subject = SealedTextField(_("their number at the platform"))
    subject_index = models.CharField(max_length=64, editable=False)
    asked_at = models.DateTimeField(_("asked at"))
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("settled by"), null=True, related_name="+"
    )
    words = models.CharField(_("what was done"), max_length=300, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to erase data")
        verbose_name_plural = _("requests to erase data")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [("settle_erasurerequest", _("Can settle requests to erase data"))]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "kind", "subject_index"], condition=models.Q(settled_at=None),
                name="post_office_one_open_request_a_person",
            )
        ]  # fmt: skip

    def __str__(self):
        return self.code

    @property
    def address(self):
        """Where whoever asked sees what became of it."""
        return settings.BASE_URL + reverse("post_office:erasure", args=[self.code])

    def settle(self, words, *, by, at):
        """A person has looked, and did what the words say. The number is no longer needed. Raises AlreadySettled."""
        done = {"settled_at": at, "settled_by": by, "words": words[:300], "subject": ""}
        if not type(self).objects.filter(pk=self.pk, settled_at=None).update(**done):
            raise AlreadySettled(self.code)
        self.refresh_from_db()
