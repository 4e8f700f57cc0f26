"""API keys: another system acts for a unit and all below it, with the permissions of a role."""

import secrets

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.audit import tracked
from agencies.prepared import Statement, split
from agencies.rights import Grant, Rights, ScopedQuerySet, permissions_of_roles
from agencies.sealed import blind_index
from agencies.units import Unit
from agencies.vietnamese import tidy

ROLE = "integration"


class ApiKeyQuerySet(ScopedQuerySet):
    field_path = None

    def authenticate(self, plain):
        """The living key with this text, or None; its unit, role and permissions come with it.

        One query, by a keyed hash: the text itself is stored nowhere.
        """
        if not plain or len(plain) > 200:
            return None
        found = _LIVING.fetch_one(blind_index(plain, "api-key"))
        return _with_its_rights(found) if found else None


@tracked(exclude=["key_hmac", "last_used_on"])
class ApiKey(models.Model):
    """A key is shown once, when it is issued. `prefix` is what people call it by."""

    unit = models.ForeignKey("agencies.Unit", verbose_name=_("unit"), on_delete=models.PROTECT, related_name="api_keys")
    role = models.ForeignKey("auth.Group", verbose_name=_("role"), on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=100, help_text=_("The system that uses it."))
    prefix = models.CharField(_("begins with"), max_length=20, editable=False)
    key_hmac = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("issued"), editable=False)
    revoked_at = models.DateTimeField(pgettext_lazy("moment", "revoked"), null=True, blank=True, editable=False)
    last_used_on = models.DateField(_("last used"), null=True, blank=True, editable=False)

    # What it may do, if that was read in the moment the key was.
    rights = None
    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.name} ({self.prefix}…)"

    @classmethod
    def issue(cls, *, unit, name, at, role=None):
        """(the new key, its text "mc_…", which nobody can read again)."""
        plain = f"mc_{secrets.token_urlsafe(36)}"
        key = cls.objects.create(
            unit=unit, role=role or _role(), name=tidy(name), prefix=plain[:9], created_at=at,
            key_hmac=blind_index(plain, "api-key"),
        )  # fmt: skip
        return key, plain

    def revoke(self, *, at):
        """From now on the key opens nothing. Revoking twice keeps the first moment."""
        self.revoked_at = self.revoked_at or at
        self.save(update_fields=["revoked_at"])

    def used(self, *, on):
        """Note the day it was last used; at most one write a day."""
        if self.last_used_on != on:
            ApiKey.objects.filter(pk=self.pk).update(last_used_on=on)

    @property
    def scope_unit(self):
        return self.unit

    def user(self):
        return KeyUser(self)


# Every request with a key asks it: planned once a connection.
_LIVING = Statement.of(
    "agencies_living_key",
    ("text",),
    """
SELECT {key}, {unit}, {role},
       ARRAY(SELECT type.app_label || '.' || permission.codename FROM auth_group_permissions held
               JOIN auth_permission permission ON permission.id = held.permission_id
               JOIN django_content_type type ON type.id = permission.content_type_id
              WHERE held.group_id = role.id)
  FROM agencies_apikey key
  JOIN agencies_unit unit ON unit.id = key.unit_id
  JOIN auth_group role ON role.id = key.role_id
 WHERE key.key_hmac = $1 AND key.revoked_at IS NULL
""",
    key=ApiKey,
    unit=Unit,
    role=Group,
)


def _with_its_rights(found):
    *values, permissions = found
    key, key.unit, key.role = split(values, ApiKey, Unit, Group)
    key.rights = Rights((Grant(key.unit_id, key.unit.path, frozenset(permissions)),))
    return key


def _role():
    from agencies.roles import role

    return role(ROLE)


class KeyUser:
    """What a request with an API key has for a user: rights like an officer's, but no log-in and no person."""

    pk = id = None
    is_active = is_authenticated = True
    is_anonymous = is_staff = is_superuser = False

    def __init__(self, api_key):
        self.api_key = api_key
        self.unit = api_key.unit
        self._rights = api_key.rights

    def __str__(self):
        return str(self.api_key)

    @property
    def username(self):
        return str(self.api_key)

    @property
    def actor_label(self):
        return f"key:{self.api_key.pk}"

    def load_rights(self):
        key = self.api_key
        return Rights((Grant(key.unit_id, key.unit.path, permissions_of_roles({key.role_id})[key.role_id]),))

    def has_perm(self, perm, obj=None):
        from agencies.rights import allowed, rights_of

        return rights_of(self).has(perm) if obj is None else allowed(self, perm, obj)
