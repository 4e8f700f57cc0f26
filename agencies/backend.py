"""How Django asks for rights: `user.has_perm(perm)` and `user.has_perm(perm, obj)`."""

from django.contrib.auth.backends import ModelBackend

from agencies.rights import allowed, rights_of, scope_of


class AppointmentBackend(ModelBackend):
    """Passwords as Django checks them; permissions from appointments alone."""

    def get_user_permissions(self, user_obj, obj=None):
        return set()

    def get_group_permissions(self, user_obj, obj=None):
        return self.get_all_permissions(user_obj, obj)

    def get_all_permissions(self, user_obj, obj=None):
        rights = rights_of(user_obj)
        if obj is None:
            return set(rights.permissions)
        return {perm for grant in rights.grants if grant.covers(**scope_of(obj)) for perm in grant.permissions}

    def has_perm(self, user_obj, perm, obj=None):
        return rights_of(user_obj).has(perm) if obj is None else allowed(user_obj, perm, obj)

    def has_module_perms(self, user_obj, app_label):
        rights = rights_of(user_obj)
        return rights.everything or any(perm.startswith(f"{app_label}.") for perm in rights.permissions)
