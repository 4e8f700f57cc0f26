"""Pictures that were sent with a report on a channel: fetched once the report is there, made anew, kept beside it.

The row is the promise: whoever cannot be reached now is asked again, six times within a day; then a person reads that
a picture was lost.
"""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.sealed import SealedTextField
from feedback.workflow import Verb

WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 960)]
LEASE = timedelta(minutes=5)
BATCH = 100


class AwaitedPictureQuerySet(models.QuerySet):
    def due(self, *, at):
        """Those to fetch now, each taken by one worker (for LEASE)."""
        waiting = self.filter(try_at__lte=at).select_for_update(skip_locked=True).order_by("try_at")
        taken = list(waiting[:BATCH])
        self.filter(pk__in=[one.pk for one in taken]).update(try_at=at + LEASE)
        return taken


class AwaitedPicture(models.Model):
    """One picture that lies on a channel yet; the row goes once it is here, or lost."""

    report = models.ForeignKey("feedback.Report", models.PROTECT, related_name="awaited_pictures")
    channel = models.CharField(_("channel"), max_length=30)
    address = SealedTextField()
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(db_index=True)

    objects = AwaitedPictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture that is awaited")
        verbose_name_plural = _("pictures that are awaited")
        default_permissions = ()

    def __str__(self):
        return f"{self.report_id} {self.channel}"

    @classmethod
    def wait_for(cls, report, addresses, *, channel, at):
        rows = [cls(report=report, channel=channel, address=address, try_at=at) for address in addresses]
        return cls.objects.bulk_create(rows)

    def here(self):
        self.delete()

    def not_now(self, *, at):
        """To be tried again; after the last time a person reads that it is lost."""
        self.tries += 1
        if self.tries > len(WAITS):
            return self.lost(str(_("A picture could not be fetched from its channel.")), at=at)
        self.try_at = at + WAITS[self.tries - 1]
        return self.save(update_fields=["tries", "try_at"])

    def lost(self, words, *, at):
        """Never to be had, or none of the kinds we take: the report says so."""
        report = self.report
        with report._changing():
            report._write(Verb.NOTED, by=None, at=at, note=words)
        self.delete()
