"""Who may see the post office: a message, an account, a contact belong to no single unit, so it is all or nothing."""

from django.core.exceptions import PermissionDenied
from django.db import models

from agencies.rights import rights_of


def covers_the_house(user, perm, *, fresh=False):
    """Is the permission held over a topmost unit and every field of work?"""
    rights = rights_of(user, fresh=fresh)
    tops = (grant for grant in rights.grants if grant.fields is None and grant.path.count("/") == 1)
    return rights.everything or any(perm in grant.permissions for grant in tops)


class HouseQuerySet(models.QuerySet):
    def visible_to(self, user, perm=None):
        """Every row, or none."""
        perm = perm or f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"
        return self if covers_the_house(user, perm) else self.none()


class OverTheHouse:
    """For a page of the back-office: its permissions count when they are held over the whole house."""

    def _may(self, request, verb, obj):
        return covers_the_house(request.user, self.permission(verb))

    def check_again(self, request, obj, verb):
        if not covers_the_house(request.user, self.permission(verb), fresh=True):
            raise PermissionDenied
