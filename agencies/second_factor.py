"""The second factor of an officer: an app on the phone (TOTP), and recovery codes on paper."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.audit import tracked

_SECRET_OR_NOISE = [
    "key", "step", "t0", "digits", "tolerance", "drift", "last_t", "last_used_at",
    "throttling_failure_timestamp", "throttling_failure_count",
]  # fmt: skip


@tracked(exclude=_SECRET_OR_NOISE)
class Phone(TOTPDevice):
    """As the trail sees it: set up, confirmed, forgotten; never the secret."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("phone of an officer")
        verbose_name_plural = _("phones of officers")


def has_second_factor(officer):
    """Whether the officer has proven one. One query; asked anew each time, for another session may have enrolled."""
    phones, codes = (model.objects.devices_for_user(officer, confirmed=True) for model in (TOTPDevice, StaticDevice))
    return phones.values("pk").union(codes.values("pk")).exists()


def matching_device(officer, token):
    """The officer's device that accepts this code now, or None. Six digits are the app's, the rest recovery codes."""
    token = "".join((token or "").split()).lower()
    model = TOTPDevice if token.isdecimal() and len(token) == 6 else StaticDevice
    with transaction.atomic():
        for device in model.objects.devices_for_user(officer, confirmed=True).select_for_update():
            if device.verify_token(token):
                return device
    return None
