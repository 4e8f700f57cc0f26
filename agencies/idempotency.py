"""Idempotency-Key: the same request sent twice has one effect, and both get the same answer."""

import json
from datetime import timedelta

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from agencies.sealed import SealedJSONField

KEPT = timedelta(hours=48)
# Longer than any request may run: after that the first one died, and with it its transaction.
LEASE = timedelta(minutes=2)


_CLAIM = """
    INSERT INTO agencies_idempotentrequest (api_key_id, key, fingerprint, claimed_at, headers)
    VALUES (%s, %s, %s, %s, '{}')
    ON CONFLICT (api_key_id, key) DO NOTHING RETURNING id
"""


_ANSWER = """
    UPDATE agencies_idempotentrequest SET status = %s, body = %s, headers = %s
     WHERE id = %s AND claimed_at = %s AND status IS NULL
"""


class KeyReused(Exception):
    """The key came with another request before."""

    problem_status = 422

    def __str__(self):
        return str(_("This Idempotency-Key was used with another request. Take a new key for a new request."))


class InFlight(Exception):
    """The first request with this key is still under way."""

    problem_status = 409
    wait = 1

    def __str__(self):
        return str(_("The first request with this Idempotency-Key is still under way. Ask again in a moment."))


class IdempotentRequestQuerySet(models.QuerySet):
    def claim(self, *, api_key, key, fingerprint, at):
        """The row of this key: new and ours to answer, or answered already. Raises KeyReused or InFlight.

        Must not run inside the transaction that has the effect: others have to see the claim at once.
        """
        row, fresh = self._new(api_key, key, fingerprint, at), True
        if row is None:
            self.filter(api_key=api_key, key=key, claimed_at__lt=at - KEPT).delete()
            row, fresh = self.get_or_create(
                api_key=api_key, key=key, defaults={"fingerprint": fingerprint, "claimed_at": at}
            )
        if row.fingerprint != fingerprint:
            raise KeyReused
        if not fresh and row.status is None:
            row._take_over(at)
        return row

    def _new(self, api_key, key, fingerprint, at):
        """The row if the key was never seen, which is the rule: one statement. Else None."""
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, [api_key.pk, key, fingerprint, at])
            [pk] = cursor.fetchone() or [None]
        if pk is not None:
            return self.model(pk=pk, api_key=api_key, key=key, fingerprint=fingerprint, claimed_at=at)
        return None

    def forget(self, *, at):
        """Delete what is older than 48 hours; returns how many."""
        return self.filter(claimed_at__lt=at - KEPT).delete()[0]


class IdempotentRequest(models.Model):
    """What was asked under this key, and what was answered (empty while under way)."""

    api_key = models.ForeignKey("agencies.ApiKey", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    claimed_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    # Sealed: an answer may hold what is told once, such as the PIN and the token of a receipt.
    body = SealedJSONField(null=True)
    headers = models.JSONField(default=dict)

    objects = IdempotentRequestQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("idempotent request")
        verbose_name_plural = _("idempotent requests")
        constraints = [models.UniqueConstraint(name="idempotency_key_once_an_api_key", fields=["api_key", "key"])]
        indexes = [models.Index(fields=["claimed_at"])]

    def __str__(self):
        return self.key

    def _ours(self):
        return IdempotentRequest.objects.filter(pk=self.pk, claimed_at=self.claimed_at, status=None)

    def _take_over(self, at):
        if not self._ours().filter(claimed_at__lt=at - LEASE).update(claimed_at=at):
            raise InFlight
        self.claimed_at = at

    def answer(self, *, status, body, headers):
        """Keep the answer, in the transaction of the effect: both are there or neither. Raises InFlight when another
        request took over meanwhile."""
        kept = self._meta.get_field("body").get_prep_value(body)
        with connection.cursor() as cursor:
            cursor.execute(_ANSWER, [status, kept, json.dumps(headers), self.pk, self.claimed_at])
            if not cursor.rowcount:
                raise InFlight

    def release(self):
        """Nothing was done: the same request may come again."""
        self._ours().delete()
