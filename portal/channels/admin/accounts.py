"""Accounts: may a channel send, how fast, and the kill switch."""

from django.contrib import admin
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from agencies.backoffice import BackOfficeAdmin
from agencies.rights import over_the_whole
from portal.channels.admin.asking import AsksWhy
from portal.channels.models import Account


@admin.register(Account)
class AccountAdmin(AsksWhy, BackOfficeAdmin):
    list_display = ["__str__", "state_label", "throttled_until", "last_error", "last_error_at"]
    fields = ["channel", "name", "state", "throttled_until", "rate", "burst", "last_error", "last_error_at"]
    readonly_fields = ["channel", "name", "state", "throttled_until", "last_error", "last_error_at"]
    actions_detail = ["pause", "resume"]

    def has_add_permission(self, request):
        return False  # the first message of a channel makes its account

    def has_delete_permission(self, request, obj=None):
        return False

    def has_pause_permission(self, request, object_id=None):
        return over_the_whole(request.user, "post_office.pause_account")

    @display(description=_("state"), label={"ok": "success", "throttled": "warning"}, ordering="state")
    def state_label(self, account):
        return account.state, account.get_state_display()

    @action(description=_("Stop sending"), url_path="dung", permissions=["pause"])
    def pause(self, request, object_id):
        account = self.resolved(request, object_id)
        return self.ask_why(
            request,
            title=_("Stop sending"),
            words=_("From now on nothing leaves through this account. What waits is sent when you let it go on."),
            act=lambda reason: account.pause(reason=reason, at=now()),
            back=self.page_of(account),
        )

    @action(description=_("Let it go on"), url_path="tiep-tuc", permissions=["pause"])
    def resume(self, request, object_id):
        account = self.resolved(request, object_id)
        return self.ask_why(
            request,
            title=_("Let it go on"),
            words=_("What waited is sent now, as far as it still matters."),
            act=lambda reason: account.resume(),
            back=self.page_of(account),
        )
