"""Idempotency-Key: the same request sent twice has one effect, and both get the same answer."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

KEPT = timedelta(hours=48)
# Longer than any request may run; after that the first one died without a trace and without an effect.
LEASE = timedelta(minutes=2)


class IdempotentRequest(models.Model):
    """What was asked under this key, and what was answered (empty while under way)."""

    api_key = models.ForeignKey("agencies.ApiKey", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    claimed_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()
        verbose_name = _("idempotent request")
        verbose_name_plural = _("idempotent requests")
        constraints = [models.UniqueConstraint(name="idempotency_key_once_an_api_key", fields=["api_key", "key"])]
        indexes = [models.Index(fields=["claimed_at"])]

    def __str__(self):
        return self.key
