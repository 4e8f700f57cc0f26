"""Who hears of a report besides its reporter: "I have it too", followers, and news of a whole ward."""

import hmac
from datetime import timedelta

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from agencies.sealed import SealedJSONField, blind_index

MOST = 50  # reports that one address follows
CONFIRM_WITHIN = timedelta(days=2)


class TooMany(Exception):
    """Nobody follows so many (MOST)."""


def address_mark(contacts):
    """One address has one mark, whichever door it is given at."""
    kind, value = min(contacts.items())
    return blind_index(f"{kind}:{str(value).strip().lower()}", "feedback.follower")


class FollowerQuerySet(models.QuerySet):
    def active(self):
        return self.filter(ended_at=None).exclude(confirmed_at=None)

    def move(self, report, *, to):
        """A merged report's followers hear of the other one; who follows that one already stays as they are."""
        there = to.followers.filter(ended_at=None).values("mark")
        self.filter(report=report).exclude(mark__in=there).update(report=to, came_with=report)

    def move_back(self, report, *, of):
        self.filter(report=of, came_with=report).update(report=report, came_with=None)

    def with_token(self, token):
        """The row of a link that confirms or ends it, or None."""
        pk = (token or "").partition("-")[0]
        found = self.filter(pk=pk).first() if pk.isascii() and pk.isdecimal() and len(pk) < 19 else None
        return found if found and token.isascii() and hmac.compare_digest(token, found.token) else None

    def stop(self, mark, *, at, report=None):
        """This address follows nothing any more (or not this one). How many ended."""
        mine = self.filter(mark=mark, ended_at=None)
        return (mine if report is None else mine.filter(report=report)).update(ended_at=at)

    def forget(self, mark):
        return self.filter(mark=mark).update(contacts=None)


class Asked:
    """What somebody asked for with an address: it counts once its owner has confirmed it, until they end it."""

    def may_be_confirmed(self, *, at):
        return self.ended_at is None and at < self.since + CONFIRM_WITHIN

    def confirm(self, *, at):
        self.confirmed_at = self.confirmed_at or at
        self.save(update_fields=["confirmed_at"])

    def ask_again(self, *, at):
        """The link is good from now on; who has confirmed already need not."""
        if self.confirmed_at is None:
            self.since = at
            self.save(update_fields=["since"])

    def end(self, *, at):
        self.ended_at = self.ended_at or at
        self.save(update_fields=["ended_at"])


class Follower(Asked, models.Model):
    """An address that wants to hear of a report. One by e-mail counts once its owner has confirmed it."""

    report = models.ForeignKey("feedback.Report", models.PROTECT, related_name="followers")
    came_with = models.ForeignKey("feedback.Report", models.PROTECT, null=True, related_name="+")
    contacts = SealedJSONField(null=True)
    mark = models.CharField(max_length=64, editable=False)
    language = models.CharField(max_length=5, default="vi")
    since = models.DateTimeField(_("since"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    ended_at = models.DateTimeField(_("until"), null=True)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = _("follower of a report")
        verbose_name_plural = _("followers of reports")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "mark"], condition=models.Q(ended_at=None), name="feedback_follows_once"
            )
        ]
        indexes = [models.Index(fields=["mark"], condition=models.Q(ended_at=None), name="feedback_who_follows")]

    def __str__(self):
        return f"{self.report_id} · {self.since:%d/%m/%Y}"

    @classmethod
    def begin(cls, report, contacts, *, at, confirmed, language="vi"):
        """Follows from now on; with `confirmed` False only once its owner has said so. Raises TooMany."""
        mark = address_mark(contacts)
        if cls.objects.filter(mark=mark, ended_at=None).count() >= MOST:
            raise TooMany
        follower, _new = cls.objects.get_or_create(
            report=report, mark=mark, ended_at=None,
            defaults={"contacts": contacts, "since": at, "confirmed_at": at if confirmed else None,
                      "language": language},
        )  # fmt: skip
        if confirmed and follower.confirmed_at is None:
            follower.confirm(at=at)
        return follower

    @property
    def token(self):
        """For the link that confirms and the one that ends it."""
        return f"{self.pk}-{blind_index(f'{self.pk}:{self.mark}', 'feedback.follow')[:24]}"


class Support(models.Model):
    """Somebody says "I have it too": one each, by a mark that names nobody."""

    report = models.ForeignKey("feedback.Report", models.PROTECT, related_name="+")
    mark = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("supports")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["report", "mark"], name="feedback_supports_once")]

    def __str__(self):
        return f"{self.report_id}"

    @classmethod
    def give(cls, report, *, client, at):
        """Whether it counts as one more: the first of this client, for a report that is still open to it."""
        with connection.cursor() as cursor:
            cursor.execute(_SUPPORT, [report.pk, blind_index(client, "support"), at])
            counted = bool(cursor.rowcount)
        if counted:
            type(report).objects.filter(pk=report.pk).update(supports=models.F("supports") + 1)
        return counted


_SUPPORT = "INSERT INTO feedback_support (report_id, mark, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"


class AreaAlert(Asked, models.Model):
    """An address that wants to hear what becomes public in a ward, and how it goes on. Double opt-in by e-mail."""

    ward = models.ForeignKey("agencies.Unit", models.PROTECT, related_name="+", verbose_name=_("ward or commune"))
    category = models.ForeignKey(
        "feedback.Category", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    contacts = SealedJSONField(null=True)
    mark = models.CharField(max_length=64, editable=False)
    language = models.CharField(max_length=5, default="vi")
    since = models.DateTimeField(_("since"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    told_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(_("until"), null=True)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert for an area")
        verbose_name_plural = _("alerts for areas")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "category", "mark"], condition=models.Q(ended_at=None), nulls_distinct=False,
                name="feedback_one_alert_an_area",
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.ward}"

    @classmethod
    def begin(cls, ward, contacts, *, at, confirmed, category=None, language="vi"):
        """News of the ward from now on; with `confirmed` False only once its owner has said so. Raises TooMany."""
        mark = address_mark(contacts)
        if cls.objects.filter(mark=mark, ended_at=None).count() >= MOST:
            raise TooMany
        alert, _new = cls.objects.get_or_create(
            ward=ward, category=category, mark=mark, ended_at=None,
            defaults={"contacts": contacts, "since": at, "confirmed_at": at if confirmed else None,
                      "language": language},
        )  # fmt: skip
        return alert

    @property
    def token(self):
        return f"{self.pk}-{blind_index(f'{self.pk}:{self.mark}', 'feedback.alert')[:24]}"
