"""Who may do what, where: permission × subtree of units × fields of work. Code asks for permissions, never for roles.

Rights are loaded once a person, in one query however many appointments there are, and turned into a filter without
any. A list is filtered with `visible_to`; an act is checked with `require` before it and again after the write, inside
the transaction, so that nobody can move a thing out of (or into) reach.
"""

from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agencies.prepared import Statement

ANY = object()
# Belongs to no unit but to the authority as a whole: reached from a topmost unit only.
WHOLE = object()
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Grant:
    """One appointment as the checks need it. `fields` None means every field of work."""

    unit_id: int
    path: str
    permissions: frozenset
    fields: frozenset | None = None

    def covers(self, unit, field):
        return self._covers_unit(unit) and (field is ANY or self._covers_field(field))

    def _covers_unit(self, unit):
        if unit is WHOLE:
            return self.path.count("/") == 1
        return unit is ANY or (unit is not None and unit.path.startswith(self.path))

    def _covers_field(self, field):
        return self.fields is None or getattr(field, "pk", field) in self.fields


@dataclass(frozen=True)
class Rights:
    grants: tuple = ()
    everything: bool = False

    @property
    def permissions(self):
        return frozenset().union(*(grant.permissions for grant in self.grants))

    def has(self, perm):
        """Whether the permission is held anywhere at all."""
        return self.everything or any(perm in grant.permissions for grant in self.grants)

    def allows(self, perm, *, unit=ANY, field=ANY):
        """Whether the permission is held over this unit and field. None (a thing without a unit) is nobody's."""
        return self.everything or any(perm in grant.permissions and grant.covers(unit, field) for grant in self.grants)

    def q(self, perm, *, unit="unit", field="field"):
        """A filter for the rows this permission reaches; makes no query and never raises.

        Args:
            unit: path to the unit's foreign key; "" when the row is a Unit itself; None when rows belong to no unit.
            field: the same for the field of work.
        """
        if self.everything:
            return Q()
        found = NOTHING
        for fields, paths in self._reach(perm, field is not None).items():
            part = _in_units(unit, paths) & _in_fields(field, fields)
            if not part:
                return Q()
            found |= part
        return found

    def _reach(self, perm, by_field):
        """{fields of work or None: the topmost paths}."""
        reach = {}
        for grant in self.grants:
            if perm in grant.permissions:
                reach.setdefault(grant.fields if by_field else None, set()).add(grant.path)
        return {fields: _topmost(paths) for fields, paths in reach.items()}

    def units_q(self, perm, *, field):
        """A filter for the units over which the permission is held for this very field of work; makes no query."""
        if self.everything:
            return Q()
        paths = [grant.path for grant in self.grants if perm in grant.permissions and grant.covers(ANY, field)]
        return _in_units("", _topmost(paths)) if paths else NOTHING

    @property
    def home(self):
        """The id of the topmost unit, or None: where acts are counted that concern no unit."""
        return self._at_the_top.unit_id if self.grants else None

    @property
    def home_path(self):
        """The same unit's place in the tree, or ""."""
        return self._at_the_top.path if self.grants else ""

    @property
    def _at_the_top(self):
        return min(self.grants, key=lambda grant: len(grant.path))


def _topmost(paths):
    return [path for path in sorted(paths) if not any(path != other and path.startswith(other) for other in paths)]


def _in_units(lookup, paths):
    if lookup is None:
        return Q()
    prefix = f"{lookup}__path__startswith" if lookup else "path__startswith"
    found = Q()
    for path in paths:
        found |= Q(**{prefix: path})
    return found


def _in_fields(lookup, fields):
    return Q() if fields is None else Q(**{f"{lookup or 'pk'}__in": sorted(fields)})


def rights_of(user, *, fresh=False):
    """The person's rights today, kept on the user object. `fresh` reads them anew (after a write in a transaction)."""
    if user is None or not getattr(user, "is_active", False):
        return Rights()
    if fresh or getattr(user, "_rights", None) is None:
        user._rights = user.load_rights() if hasattr(user, "load_rights") else _load(user)
    return user._rights


def _load(user):
    if user.is_superuser:
        return Rights(everything=True)
    return Rights(
        tuple(
            Grant(unit, path, frozenset(permissions), frozenset(fields) or None)
            for unit, path, permissions, fields in _IN_FORCE.fetch_all(user.pk, timezone.localdate())
        )
    )


# Every page of the back-office asks it: planned once a connection.
_IN_FORCE = Statement(
    "agencies_appointments_in_force",
    ("bigint", "date"),
    """
SELECT appointment.unit_id, unit.path,
       ARRAY(SELECT type.app_label || '.' || permission.codename FROM auth_group_permissions held
               JOIN auth_permission permission ON permission.id = held.permission_id
               JOIN django_content_type type ON type.id = permission.content_type_id
              WHERE held.group_id = appointment.role_id),
       ARRAY(SELECT fieldofwork_id FROM agencies_appointment_fields WHERE appointment_id = appointment.id)
  FROM agencies_appointment appointment
  JOIN agencies_unit unit ON unit.id = appointment.unit_id
 WHERE appointment.officer_id = $1 AND $2 >= coalesce(appointment.valid_from, '-infinity')
   AND $2 <= coalesce(appointment.valid_to, 'infinity')
 ORDER BY appointment.id
""",
)


def permissions_of_roles(roles):
    """{role id: frozenset of "app.codename"}, in one query."""
    found = {role: set() for role in roles}
    if roles:
        rows = apps.get_model("auth.Permission").objects.filter(group__in=roles)
        for role, app, codename in rows.values_list("group", "content_type__app_label", "codename"):
            found[role].add(f"{app}.{codename}")
    return {role: frozenset(permissions) for role, permissions in found.items()}


def scope_of(obj):
    """What a thing says about where it belongs: its `scope_unit` and `scope_field`, as far as it has them."""
    return {"unit": getattr(obj, "scope_unit", ANY), "field": getattr(obj, "scope_field", ANY)}


def scope_of_all(model):
    """What holds for every row of a model, before there is one: either the whole authority's, or any unit's."""
    scope = scope_of(model)
    return {"unit": WHOLE if scope["unit"] is WHOLE else ANY, "field": None if scope["field"] is None else ANY}


def over_the_whole(user, perm):
    """Is the permission held over a topmost unit and every field of work?"""
    return rights_of(user).allows(perm, unit=WHOLE, field=None)


def allowed(user, perm, obj):
    return rights_of(user).allows(perm, **scope_of(obj))


def require(user, perm, obj):
    """Raise PermissionDenied unless the person holds the permission over the thing as it is now."""
    if not allowed(user, perm, obj):
        raise PermissionDenied(f"{perm} is not granted over {obj._meta.label} {obj.pk}.")


class ScopedQuerySet(models.QuerySet):
    """Rows that know whose they are. Name the way to unit and field of work in `unit_path` and `field_path`."""

    view_permission = None
    unit_path = "unit"
    field_path = "field"

    def visible_to(self, user, perm=None):
        perm = perm or self.view_permission or f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"
        return self.filter(rights_of(user).q(perm, unit=self.unit_path, field=self.field_path))


class WholeQuerySet(models.QuerySet):
    """Rows that belong to no unit and no field of work but to the authority as a whole: all of them, or none."""

    def visible_to(self, user, perm=None):
        perm = perm or f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"
        return self if over_the_whole(user, perm) else self.none()
