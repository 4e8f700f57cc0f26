"""Nobody hands on more than they hold: who may appoint whom to what, and whose account one may change."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.rights import ANY, permissions_of_roles, rights_of

APPOINT, MANAGE = "agencies.add_appointment", "agencies.change_officer"


def lacking(by, *, role, unit, fields=()):
    """The permissions of the role that the person does not hold over this unit for these fields (none: for all)."""
    rights = rights_of(by)
    wanted = permissions_of_roles({role.pk})[role.pk]
    return sorted(perm for perm in wanted if not _held(rights, perm, unit, fields))


def _held(rights, perm, unit, fields):
    if fields:
        return all(rights.allows(perm, unit=unit, field=field) for field in fields)
    # Without fields the role is for every field of work: an appointment limited to some does not carry it.
    return rights.everything or any(
        perm in grant.permissions and grant.fields is None and grant.covers(unit, ANY) for grant in rights.grants
    )


def require_may_appoint(by, *, role, unit, fields=()):
    """Raise PermissionDenied unless `by`, as of now, may give this role over this unit."""
    rights = rights_of(by, fresh=True)
    if not rights.allows(APPOINT, unit=unit) or lacking(by, role=role, unit=unit, fields=fields):
        raise PermissionDenied(_("You may give only roles you hold yourself, over your own units."))


def may_manage(by, officer):
    """Whether all the officer does lies within the units whose officers `by` may change.

    Whoever may set a password can act as its owner: so nobody may set that of someone who reaches further.
    """
    rights = rights_of(by)
    if rights.everything or officer is None or officer.pk is None:
        return True
    if officer.is_superuser or (officer.unit_id and not rights.allows(MANAGE, unit=officer.unit)):
        return False
    now_or_later = Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate())
    appointments = officer.appointments.filter(now_or_later).select_related("unit")
    return all(rights.allows(MANAGE, unit=appointment.unit) for appointment in appointments)
