"""Nobody hands on more than they hold: who may appoint whom to what, and whose account one may change."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.rights import ANY, permissions_of_roles, rights_of
from agencies.second_factor import has_second_factor

APPOINT, MANAGE = "agencies.add_appointment", "agencies.change_officer"


def lacking(by, *, role, unit, fields=()):
    """The permissions of the role that the person does not hold over this unit for these fields (none: for all)."""
    return _lacking(rights_of(by), permissions_of_roles({role.pk})[role.pk], unit, fields)


def _lacking(rights, wanted, unit, fields):
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


def may_change_appointment(by, appointment):
    """Whether `by` could have given it, and to another: nobody prolongs their own, or takes away what they lack.

    Taking a role from somebody would be half the way to acting as that person once it is given back.
    """
    if rights_of(by).everything:
        return True
    fields = list(appointment.fields.all())
    own = appointment.officer_id == by.pk
    return not own and not lacking(by, role=appointment.role, unit=appointment.unit, fields=fields)


def may_manage(by, officer):
    """Whether all the officer does, now or later, lies within the units whose officers `by` may change."""
    rights = rights_of(by)
    if rights.everything or officer is None or officer.pk is None:
        return True
    if officer.is_superuser or (officer.unit_id and not rights.allows(MANAGE, unit=officer.unit)):
        return False
    return all(rights.allows(MANAGE, unit=appointment.unit) for appointment in _appointments(officer))


def may_forget_second_factor(by, officer):
    """Whether `by` may manage the officer and holds all that the officer holds.

    Whoever takes the second factor away, and sets the password, can act as the owner: they must not gain by it.
    """
    return may_manage(by, officer) and not _more_than(by, officer)


def may_set_password(by, officer):
    """The same, or what keeps others from acting as the officer stays: a second factor that was proven."""
    return may_manage(by, officer) and (has_second_factor(officer) or not _more_than(by, officer))


def _more_than(by, officer):
    """Whether the officer holds, now or later, a permission that `by` does not hold there."""
    rights = rights_of(by)
    if rights.everything:
        return False
    appointments = list(_appointments(officer).prefetch_related("fields"))
    wanted = permissions_of_roles({appointment.role_id for appointment in appointments})
    return any(
        _lacking(rights, wanted[appointment.role_id], appointment.unit, list(appointment.fields.all()))
        for appointment in appointments
    )


def _appointments(officer):
    now_or_later = Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate())
    return officer.appointments.filter(now_or_later).select_related("unit")
