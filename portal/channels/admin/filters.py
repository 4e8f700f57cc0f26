"""By which channel."""

from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.channels.base import adapter_for


class ChannelFilter(admin.SimpleListFilter):
    title, parameter_name = _("channel"), "channel"

    def lookups(self, request, model_admin):
        return [(name, adapter_for(name).label) for name in settings.CHANNELS]

    def queryset(self, request, queryset):
        return queryset.filter(channel=self.value()) if self.value() else queryset
