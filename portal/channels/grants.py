"""What a platform lets us do on its behalf of our account: a pair of tokens that replace each other (OAuth).

A refresh token works once. Two workers who use the same one lose the grant, and a person has to consent again: so one
renews while the others wait for what it brings.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from agencies.audit import tracked
from agencies.rights import WHOLE, WholeQuerySet
from agencies.sealed import SealedTextField
from portal.channels import events
from portal.channels.accounts import BROKEN, Account
from portal.channels.base import AccountConfig, adapters


@dataclass(frozen=True)
class Pair:
    """What the platform gave for a code or for a refresh token."""

    access_token: str
    refresh_token: str
    expires_at: datetime


class Rejected(Exception):
    """The platform takes this refresh token no more: only a person can consent anew."""


class GrantQuerySet(WholeQuerySet):
    def of(self, issuer):
        return self.get_or_create(issuer=issuer)[0]

    def access_token(self, issuer):
        """The token to work with. Raises AccountConfig when nobody has consented, or no longer."""
        grant = self.filter(issuer=issuer, refused_at=None, obtained_at__isnull=False).first()
        if grant is None:
            raise AccountConfig(_("Nobody has consented yet."), needs_consent=True)
        return grant.access_token

    def renewed(self, issuer, *, instead_of, exchange, at):
        """The access token after the one that was refused, or that ends soon; whoever comes second gets the first's.

        Args:
            exchange: makes a Pair out of a refresh token, or raises Rejected; it may take the network's time, and the
                lock outlives it.

        Raises:
            AccountConfig: the grant is gone; its accounts are stopped and people are told.
        """
        with transaction.atomic(durable=True):
            grant = self.select_for_update().get(pk=self.of(issuer).pk)
            if grant.refused_at is None and grant.refresh_token:
                if grant.access_token != instead_of:
                    return grant.access_token
                try:
                    return grant.keep(exchange(grant.refresh_token), at=at)
                except Rejected as rejection:
                    grant.refuse(str(rejection), at=at)
        raise AccountConfig(grant.refusal or _("Nobody has consented yet."), needs_consent=True)


@tracked(exclude=["access_token", "refresh_token"])
class Grant(models.Model):
    scope_unit, scope_field = WHOLE, None

    issuer = models.CharField(_("platform"), max_length=30, unique=True)
    access_token = SealedTextField(blank=True)
    refresh_token = SealedTextField(blank=True)
    expires_at = models.DateTimeField(_("token ends at"), null=True, blank=True)
    obtained_at = models.DateTimeField(_("token obtained at"), null=True, blank=True)
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True)
    refusal = models.CharField(_("why it was refused"), max_length=300, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent of a platform")
        verbose_name_plural = _("consents of platforms")
        default_permissions = ("view",)
        permissions = [("consent_grant", _("Can connect a channel account"))]

    def __str__(self):
        return self.issuer

    def keep(self, pair, *, at):
        """Committed before anybody uses it: the pair before is dead already. Returns the access token."""
        self.access_token, self.refresh_token, self.expires_at = pair.access_token, pair.refresh_token, pair.expires_at
        self.obtained_at, self.refused_at, self.refusal = at, None, ""
        self.save()
        for account in self._accounts():
            if account.state in BROKEN:
                account.resume()
        return self.access_token

    def refuse(self, words, *, at):
        """Nothing goes through its accounts until somebody consents again, and somebody is told."""
        self.refused_at, self.refusal = at, words[:300]
        self.save(update_fields=["refused_at", "refusal"])
        for account in self._accounts():
            account.break_down(needs_consent=True, words=words, at=at)
        events.grant_refused.send(Grant, grant=self, at=at)

    def _accounts(self):
        return [Account.objects.of(adapter.name) for adapter in adapters() if adapter.grant == self.issuer]
