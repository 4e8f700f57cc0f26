"""What a permission is called on the page of roles: data in the authority's own language, as the roles' names are.

Django writes the names while it migrates, when no language is active: they would stay English for everybody.
"""

from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Permission
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

BUILTIN = {
    "add": _("Can add: %(what)s"),
    "change": _("Can change: %(what)s"),
    "delete": _("Can delete: %(what)s"),
    "view": _("Can view: %(what)s"),
}


def put_into_words(app_config, using="default", **kwargs):
    """Heard after each app's migrations."""
    create_permissions(app_config, verbosity=0, using=using)
    ours = Permission.objects.using(using).filter(content_type__app_label=app_config.label)
    with override(settings.LANGUAGE_CODE):
        names = {permission: _name(permission) for permission in ours.select_related("content_type")}
    renamed = [permission for permission, name in names.items() if permission.name != name]
    for permission in renamed:
        permission.name = names[permission]
    Permission.objects.using(using).bulk_update(renamed, ["name"])


def _name(permission):
    verb, _sign, model = permission.codename.partition("_")
    if verb in BUILTIN and model == permission.content_type.model:
        return gettext(BUILTIN[verb]) % {"what": permission.content_type.name}
    return gettext(permission.name)
