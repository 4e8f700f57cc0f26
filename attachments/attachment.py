"""A file that somebody sent, as we made it anew. docs/attachments.md tells its life from the form to the page."""

import base64

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.audit import tracked
from attachments import storing
from attachments.clearing import Clearing
from attachments.publishing import Publishing
from attachments.states import Kind, Scan, State
from attachments.taking import Taking


class AttachmentQuerySet(Taking, Clearing, models.QuerySet):
    def visible_to(self, user):
        """None as a list: whether an original may be seen is asked of the domain, file by file (access.py)."""
        return self.none()

    def about(self, about):
        """The files of one thing in the order in which they came, without those still waiting."""
        return self.filter(about=about).exclude(about="").order_by("order", "pk")

    def waiting(self, keys=None):
        """Files taken with a form that is not finished yet; of these keys, if given."""
        waiting = self.filter(state=State.WAITING, about="").order_by("pk")
        return waiting if keys is None else waiting.filter(key__in=list(keys))

    def public(self):
        """What anybody may see by its address."""
        return self.filter(public=True, state=State.KEPT)


@tracked(exclude=["raw_mark"])
class Attachment(Publishing, models.Model):
    """One file. Of what was sent only this is kept: made anew, without place, camera or text, under a random name."""

    key = models.CharField(_("key"), max_length=22, unique=True, editable=False)
    about = models.CharField(_("what it is about"), max_length=80, blank=True, help_text=_("E.g. report:17."))
    order = models.PositiveSmallIntegerField(_("place among its files"), default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    content_type = models.CharField(_("type of content"), max_length=40)
    size = models.PositiveIntegerField(_("size in bytes"))
    width = models.PositiveIntegerField(_("width"), null=True)
    height = models.PositiveIntegerField(_("height"), null=True)
    sha256 = models.CharField(_("SHA-256 of the stored bytes"), max_length=64)
    # Finds the same upload again; keyed, for a plain hash would tell who else holds the very same photo.
    raw_mark = models.CharField(max_length=64, editable=False)
    alt = models.CharField(_("what it shows, in words"), max_length=200, blank=True)
    taken_by = models.CharField(_("came through"), max_length=30)
    created_at = models.DateTimeField(_("came at"))
    changed_at = models.DateTimeField(_("changed at"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    public = models.BooleanField(_("public"), default=False)
    scan = models.CharField(_("virus scan"), max_length=10, choices=Scan)
    boxes = models.JSONField(_("redaction boxes"), default=list, blank=True)
    original = models.CharField(max_length=80, editable=False)
    thumbnail = models.CharField(max_length=80, blank=True, editable=False)
    redacted = models.CharField(max_length=80, blank=True, editable=False)
    redacted_thumbnail = models.CharField(max_length=80, blank=True, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        default_permissions = ()
        permissions = [
            ("view_original", _("Can view the unredacted file that a citizen sent")),
            ("redact_attachment", _("Can black out parts of a photo before it is public")),
        ]
        ordering = ["about", "order", "pk"]
        indexes = [
            models.Index(fields=["about", "order"], name="attachments_of_a_thing"),
            models.Index(fields=["created_at"], name="attachments_waiting", condition=Q(state="waiting")),
            models.Index(fields=["created_at"], name="attachments_to_scan", condition=Q(scan="waiting")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["about", "raw_mark"], name="one_upload_once_a_thing", condition=~Q(about="")
            ),
            models.CheckConstraint(condition=Q(public=False) | Q(state="kept"), name="only_kept_files_are_public"),
            models.CheckConstraint(
                condition=Q(public=False) | Q(scan__in=["off", "clean"]), name="only_scanned_files_are_public"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.key[:6]}…"

    @property
    def is_photo(self):
        return self.kind == Kind.PHOTO

    @property
    def alt_text(self):
        """What a screen reader says: never nothing, for a picture without words would be skipped over."""
        return self.alt or _("%(kind)s %(number)s, not described") % {
            "kind": self.get_kind_display().capitalize(), "number": self.order or 1,
        }  # fmt: skip

    @property
    def preview(self):
        """The small picture in an address of its own ("data:…"), or "": for the form that a waiting file came with,
        which nobody but its sender sees. It makes no request that would need a right."""
        if not self.thumbnail:
            return ""
        return f"data:image/jpeg;base64,{base64.b64encode(storing.read(self.thumbnail)).decode()}"

    @property
    def names(self):
        """Of all its stored files."""
        return [self.original, self.thumbnail, self.redacted, self.redacted_thumbnail]
