"""Requests to erase data: what a person has to look for, and what they did."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from agencies.backoffice import ReadOnlyAdmin
from agencies.rights import over_the_whole
from portal.channels.admin.asking import AsksWhy
from portal.channels.admin.filters import ChannelFilter
from portal.channels.base import adapter_for
from portal.channels.erasing import AlreadySettled, ErasureRequest

WHAT_TO_DO = _(
    "The platform names this person by a number of its own: nothing here can be found by it, and nothing was erased by"
    " itself. Look whether they can be found by other means, erase what is theirs, and say in a sentence what was done:"
    " whoever asked reads only that it is settled, and when."
)


@admin.register(ErasureRequest)
class ErasureRequestAdmin(AsksWhy, ReadOnlyAdmin):
    list_display = ["asked_at", "called", "kind", "code", "attention", "settled_at"]
    list_filter = ["kind", ChannelFilter, "asked_at"]
    sortable_by = []
    fields = ["asked_at", "called", "kind", "code", "subject", "settled_at", "settled_by", "words"]
    actions_detail = ["settle"]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "called"]

    @display(description=_("channel"))
    def called(self, asked):
        return adapter_for(asked.channel).label

    @display(description=_("attention"), label={"yes": "warning"})
    def attention(self, asked):
        return ("yes", _("Needs a person")) if asked.settled_at is None else None

    def has_settle_permission(self, request, object_id=None):
        return over_the_whole(request.user, "post_office.settle_erasurerequest")

    def get_actions_detail(self, request, object_id):
        waits = self.resolved(request, object_id).settled_at is None
        return super().get_actions_detail(request, object_id) if waits else []

    @action(description=_("Settled"), url_path="da-xu-ly", permissions=["settle"])
    def settle(self, request, object_id):
        asked = self.resolved(request, object_id)
        return self.ask_why(
            request,
            title=_("Settled"),
            words=WHAT_TO_DO,
            act=lambda words: self._settle(request, asked, words),
            back=reverse("admin:post_office_erasurerequest_changelist"),
        )

    def _settle(self, request, asked, words):
        try:
            asked.settle(words, by=request.user, at=now())
        except AlreadySettled:
            messages.warning(request, _("Somebody has settled it meanwhile."))
