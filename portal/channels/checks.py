from django.conf import settings
from django.core.checks import Error, register

from portal.channels.base import adapters
from portal.channels.quiet import QuietHours


@register()
def the_post_office_is_set_up(app_configs, **kwargs):
    try:
        QuietHours.parse(settings.QUIET_HOURS, None)
    except ValueError:
        message = f"QUIET_HOURS is {settings.QUIET_HOURS!r}"
        return [Error(message, hint="Write it like 22:00-07:00, or leave it empty.", id="post_office.E001")]
    return []


@register()
def the_channels_are_set_up(app_configs, **kwargs):
    return [
        Error(f"{adapter.name}: {words}", hint=hint, id="post_office.E002")
        for adapter in adapters()
        for words, hint in adapter.problems()
    ]
