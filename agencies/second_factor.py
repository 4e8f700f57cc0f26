"""Officers' phones as the trail sees them: set up, confirmed, forgotten; never their secrets."""

from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.audit import tracked

_SECRET_OR_NOISE = [
    "key", "step", "t0", "digits", "tolerance", "drift", "last_t", "last_used_at",
    "throttling_failure_timestamp", "throttling_failure_count",
]  # fmt: skip


@tracked(exclude=_SECRET_OR_NOISE)
class Phone(TOTPDevice):
    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("phone of an officer")
        verbose_name_plural = _("phones of officers")
