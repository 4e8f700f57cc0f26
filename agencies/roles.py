"""Roles: named sets of permissions (Django's groups), which a province may change. Code asks for permissions only.

Each app says in its `AppConfig.ready` what its permissions are for: `roles.grant("receiving", "dossiers.add_dossier")`.
After a migration every grant is given once; what a province takes away later stays away.
"""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.audit import tracked
from agencies.rights import ScopedQuerySet

# The names are data in the authority's own language; the keys are for `grant` alone.
NAMES = {
    "receiving": "Tiếp nhận và trả kết quả",
    "handling": "Xử lý hồ sơ",
    "leading": "Lãnh đạo đơn vị",
    "operating": "Điều hành phản ánh, kiến nghị",
    "editing": "Biên tập nội dung",
    "auditing": "Kiểm tra, giám sát",
    "administering": "Quản trị hệ thống",
    "integration": "Hệ thống một cửa kết nối qua API",
}
_grants = {role: [] for role in NAMES}


def grant(role, *permissions):
    """To be called while apps get ready; `permissions` are "app_label.codename"."""
    _grants[role] += [permission for permission in permissions if permission not in _grants[role]]


class RoleQuerySet(ScopedQuerySet):
    unit_path = field_path = None


@tracked()
class Role(Group):
    """Django's group under the name officers know it by."""

    objects = RoleQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("role")
        verbose_name_plural = _("roles")


@tracked()
class RolePermission(Group.permissions.through):
    """What a role may do, as the trail sees it."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("permission of a role")
        verbose_name_plural = _("permissions of roles")


class SeededRole(models.Model):
    """Which group a role's key became, and what it was given already."""

    key = models.CharField(max_length=40, unique=True)
    group = models.OneToOneField("auth.Group", on_delete=models.CASCADE, related_name="+")
    given = ArrayField(models.CharField(max_length=150), default=list)

    class Meta:
        default_permissions = ()
        verbose_name = _("shipped role")
        verbose_name_plural = _("shipped roles")

    def __str__(self):
        return self.key


def role(key):
    """The group of a role's key: for demos, tests and commands, never for deciding what somebody may do."""
    return SeededRole.objects.select_related("group").get(key=key).group


def seed(app_config, using="default", **kwargs):
    """Heard after each app's migrations: gives its permissions to the roles that have not had them."""
    wanted = {key: [p for p in names if p.startswith(f"{app_config.label}.")] for key, names in _grants.items()}
    if not any(wanted.values()) or not installed.is_installed("agencies"):
        return
    create_permissions(app_config, verbosity=0, using=using)
    ids = _permission_ids(app_config.label, using)
    for key, names in wanted.items():
        _give(key, [name for name in names if name in ids], ids, using)


def _permission_ids(label, using):
    rows = Permission.objects.using(using).filter(content_type__app_label=label)
    return {f"{label}.{codename}": pk for codename, pk in rows.values_list("codename", "pk")}


def _give(key, names, ids, using):
    seeded = _seeded(key, using)
    new = [name for name in names if name not in seeded.given]
    if new:
        seeded.group.permissions.add(*(ids[name] for name in new))
        seeded.given += new
        seeded.save(using=using)


def _seeded(key, using):
    seeded = SeededRole.objects.using(using).select_related("group").filter(key=key).first()
    if seeded:
        return seeded
    group, _created = Group.objects.using(using).get_or_create(name=NAMES[key])
    return SeededRole.objects.using(using).create(key=key, group=group)
