"""System checks that stop a wrong start, each with an id and a hint."""

from django.conf import settings
from django.core.checks import Error, Tags, register, run_checks
from django.core.exceptions import ImproperlyConfigured

from dossiers.numbers import BadPattern, check_pattern


def refuse_a_wrong_start(**kwargs):
    """For whatever opens a door without manage.py: the web server, the workers, beat.

    Raises:
        ImproperlyConfigured: with every error, its id and its hint.
    """
    errors = [str(found) for found in run_checks() if found.is_serious()]
    if errors:
        raise ImproperlyConfigured("\n".join(["The portal does not start like this:", *errors]))


@register(Tags.security)
def production_has_no_demo_secrets(app_configs, **kwargs):
    if settings.ENVIRONMENT == "demo":
        return []
    errors = []
    if settings.ENVIRONMENT != "production":
        errors.append(_error(1, "ENVIRONMENT is neither demo nor production", "Set ENVIRONMENT=production."))
    if settings.DEBUG:
        errors.append(_error(2, "DEBUG is on in production", "Unset DEBUG."))
    for name in ("SECRET_KEY", "BLIND_INDEX_KEY"):
        if settings.DEMO_SECRET in getattr(settings, name) or len(getattr(settings, name)) < 40:
            errors.append(
                _error(3, f"{name} is the demo's or too short", f"Set {name} or {name}_FILE to 50 random letters.")
            )
    if any(key.startswith("demo:") for key in settings.SEAL_KEYS):
        errors.append(
            _error(4, "SEAL_KEYS is the demo's", "Set SEAL_KEYS=id:base64 of 32 random bytes (docs/operations.md).")
        )
    if settings.STAFF_TOTP != "required":
        errors.append(_error(5, "Staff may log in without a second factor", "Unset STAFF_TOTP or set it to required."))
    if not settings.BASE_URL.startswith("https://"):
        errors.append(_error(6, "BASE_URL is not https", "Set BASE_URL to the address citizens type, with https://."))
    if settings.CELERY_BROKER_URL.startswith("memory:"):
        errors.append(_error(7, "There is no broker", "Set CELERY_BROKER_URL, for example redis://valkey:6379/0."))
    return errors


@register()
def settings_make_sense(app_configs, **kwargs):
    errors = []
    unknown = [name for name in settings.CHANNEL_LADDER if name not in settings.CHANNELS]
    if unknown:
        errors.append(
            _error(8, f"CHANNEL_LADDER names unknown channels: {', '.join(unknown)}", "Use names of CHANNELS.")
        )
    if settings.STAFF_TOTP not in ("required", "optional"):
        errors.append(_error(9, "STAFF_TOTP is neither required nor optional", "Set it to one of the two."))
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        errors.append(_error(10, "The database is not PostgreSQL", "Set DATABASE_URL=postgres://…"))
    try:
        check_pattern(settings.DOSSIER_NUMBER)
    except BadPattern as problem:
        errors.append(_error(12, f"DOSSIER_NUMBER cannot number dossiers: {problem}", "See docs/decisions/0009."))
    if not 3 <= settings.MESSAGE_RETENTION_DAYS <= 90:
        errors.append(_error(11, "MESSAGE_RETENTION_DAYS is outside 3 to 90", "Set a number of days from 3 to 90."))
    return errors


@register(Tags.security)
def nobodys_phone_rings_in_a_sandbox(app_configs, **kwargs):
    if settings.ENVIRONMENT == "demo" or not settings.SANDBOX_URL:
        return []
    return [_error(13, "SANDBOX_URL is set in production", "Unset it: what is sent there reaches nobody.")]


def _error(number, message, hint):
    return Error(message, hint=hint, id=f"portal.E{number:03}")
