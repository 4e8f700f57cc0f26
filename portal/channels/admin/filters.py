"""By which channel."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.channels.base import adapters


class ChannelFilter(admin.SimpleListFilter):
    title, parameter_name = _("channel"), "channel"

    def lookups(self, request, model_admin):
        return [(adapter.name, adapter.label) for adapter in adapters()]

    def queryset(self, request, queryset):
        return queryset.filter(channel=self.value()) if self.value() else queryset
