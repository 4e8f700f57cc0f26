"""Our account with a channel: may it send now, how fast, and what is wrong with it."""

from datetime import UTC, datetime, timedelta

from django.core.validators import MinValueValidator
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.audit import tracked
from agencies.prepared import Statement, row
from agencies.rights import WHOLE, WholeQuerySet
from portal.channels.base import adapter_for


class AccountState(models.TextChoices):
    OK = "ok", _("In order")
    THROTTLED = "throttled", _("Resting: the channel asked for it")
    PAUSED = "paused", _("Stopped by a person")
    NEEDS_CONSENT = "needs_consent", _("Needs consent again")
    DISABLED = "disabled", _("Out of use")


# A person has to act before anything goes this way again; citizens are told by the next channel meanwhile.
BROKEN = [AccountState.NEEDS_CONSENT, AccountState.DISABLED]

SLOWEST = 0.01  # messages a second; to send nothing at all an account is paused
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
TAKE_ONE = """
    UPDATE post_office_account
       SET tokens = least(burst, tokens + rate * greatest(0, extract(epoch FROM %(at)s - refilled_at))) - 1,
           refilled_at = greatest(refilled_at, %(at)s)
     WHERE id = %(id)s AND rate IS NOT NULL
 RETURNING tokens, rate
"""


class AccountQuerySet(WholeQuerySet):
    def of(self, channel):
        """The channel's account; made with the adapter's own pace when it is the first time."""
        if found := _DEFAULT.fetch_one(channel):
            return row(Account, found)
        adapter = adapter_for(channel)
        pace = {"rate": adapter.rate, "burst": adapter.burst, "tokens": adapter.burst}
        return self.get_or_create(channel=channel, name="default", defaults=pace)[0]

    def sendable(self, at):
        return self.filter(Q(state=AccountState.OK) | Q(state=AccountState.THROTTLED, throttled_until__lte=at))

    def broken(self):
        return self.filter(state__in=BROKEN)


@tracked(exclude=["tokens", "refilled_at"])
class Account(models.Model):
    scope_unit, scope_field = WHOLE, None

    channel = models.CharField(_("channel"), max_length=30)
    name = models.CharField(_("name"), max_length=80, default="default")
    state = models.CharField(_("state"), max_length=20, choices=AccountState, default=AccountState.OK)
    throttled_until = models.DateTimeField(_("rests until"), null=True, blank=True)
    rate = models.FloatField(
        _("messages a second"), null=True, blank=True, help_text=_("Empty: no limit."),
        validators=[MinValueValidator(SLOWEST)],
    )  # fmt: skip
    burst = models.PositiveIntegerField(_("burst"), default=1)
    # May fall below zero: each unit of debt is one message that already has its place in the line.
    tokens = models.FloatField(editable=False, default=1)
    refilled_at = models.DateTimeField(editable=False, default=LONG_AGO)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    last_error_at = models.DateTimeField(_("last error at"), null=True, blank=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel account")
        verbose_name_plural = _("channel accounts")
        constraints = [models.UniqueConstraint(fields=["channel", "name"], name="post_office_one_account_a_name")]
        permissions = [("pause_account", _("Can stop and start a channel account"))]

    def __str__(self):
        return self.channel if self.name == "default" else f"{self.channel} · {self.name}"

    def take_token(self, at):
        """Takes a place in the line; returns how long it is until it is this message's turn (zero: now)."""
        if self.rate is None:
            return timedelta(0)
        with connection.cursor() as cursor:
            cursor.execute(TAKE_ONE, {"at": at, "id": self.pk})
            tokens, rate = cursor.fetchone() or (0, 1)
        return timedelta(seconds=max(0, -tokens) / max(rate, SLOWEST))

    def throttle(self, *, until, words, at):
        """The channel asked us to rest. A person's own stop outlives it."""
        self._become(AccountState.THROTTLED, only_from=[AccountState.OK, AccountState.THROTTLED], words=words, at=at)
        later = Q(throttled_until__isnull=True) | Q(throttled_until__lt=until)
        type(self).objects.filter(later, pk=self.pk).update(throttled_until=until)

    def break_down(self, *, needs_consent, words, at):
        """The channel no longer accepts this account: a person must act."""
        state = AccountState.NEEDS_CONSENT if needs_consent else AccountState.DISABLED
        self._become(state, only_from=[AccountState.OK, AccountState.THROTTLED], words=words, at=at)

    def has_answered(self, at):
        """A send went through: the rest is over, unless the channel has asked for another one meanwhile."""
        if self.state == AccountState.THROTTLED:
            over = type(self).objects.filter(pk=self.pk, state=AccountState.THROTTLED, throttled_until__lte=at)
            over.update(state=AccountState.OK)

    def pause(self, *, reason, at):
        """The kill switch: whatever is not yet claimed stays where it is, from this moment on."""
        self._become(AccountState.PAUSED, only_from=AccountState.values, words=reason, at=at)

    def resume(self):
        self._become(AccountState.OK, only_from=AccountState.values)

    def _become(self, state, *, only_from, words=None, at=None):
        fields = {"state": state}
        if words is not None:
            fields.update(last_error=str(words)[:300], last_error_at=at)
        type(self).objects.filter(pk=self.pk, state__in=only_from).update(**fields)
        self.refresh_from_db()


# Every message asks it: planned once a connection.
_DEFAULT = Statement.of(
    "post_office_default_account",
    ("text",),
    """
SELECT {account} FROM post_office_account account
 WHERE account.channel = $1 AND account.name = 'default'
""",
    account=Account,
)
