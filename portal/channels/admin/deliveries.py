"""Messages: what was promised to whom, how far it came, and what a person may still do."""

from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404
from django.urls import path
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display

from agencies.access_log import AccessLog
from agencies.backoffice import ReadOnlyAdmin, ReadOnlyInline
from agencies.rights import over_the_whole
from portal.channels.admin.asking import AsksWhy
from portal.channels.admin.filters import ChannelFilter
from portal.channels.base import adapter_for, adapters
from portal.channels.clearing import CannotSendAgain
from portal.channels.models import Attempt, Delivery
from portal.channels.states import State

COLOURS = {
    State.QUEUED: "info",
    State.CLAIMED: "info",
    State.SENT: "success",
    State.DELIVERED: "success",
    State.FAILED: "danger",
    State.UNKNOWN: "warning",
    State.EXPIRED: "warning",
}


class Attempts(ReadOnlyInline):
    model = Attempt
    fields = ["n", "at", "outcome", "detail", "duration_ms", "by"]
    verbose_name_plural = _("history")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")


@admin.register(Delivery)
class DeliveryAdmin(AsksWhy, ReadOnlyAdmin):
    list_display = ["created_at", "kind", "about", "channel_label", "state_label", "reason", "attention"]
    list_display_links = ["created_at", "kind", "subject"]
    list_filter = ["state", "needs_person", ChannelFilter, "lane", "reason", "simulated", "created_at"]
    search_fields = ["about"]
    search_help_text = _("What it is about (dossier:17), a message number, or a whole address.")
    ordering = ["-created_at", "-pk"]
    inlines = [Attempts]
    actions = ["send_selected_again"]
    list_before_template = "post_office/channel_pages.html"
    actions_detail = ["send_again", "settle"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("address", "rest")

    def get_list_display(self, request):
        says = "subject" if self.may_read(request) else "kind"
        return [says if name == "kind" else name for name in super().get_list_display(request)]

    def get_fieldsets(self, request, obj=None):
        what = ["kind", "about", "lane", "urgent", "language", "channel_label", "rung", "state", "reason"]
        when = ["created_at", "due_at", "not_before", "expires_at", "sent_at", "finished_at", "redacted_at"]
        fieldsets = [(None, {"fields": [*what, "attempts_made", "needs_person"]}), (_("Times"), {"fields": when})]
        if self.may_read(request):
            fieldsets.insert(1, (_("What it says"), {"fields": ["address", "subject", "text_for_staff"]}))
        return fieldsets

    def get_readonly_fields(self, request, obj=None):
        computed = ["channel_label", "subject", "text_for_staff"]
        return [*super().get_readonly_fields(request, obj), *computed]

    def may_read(self, request):
        return over_the_whole(request.user, "post_office.view_delivery_body")

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if object_id and self.may_read(request):
            about = self.resolved(request, object_id).about or f"delivery:{object_id}"
            AccessLog.record(by=request.user, about=about, what="read message", at=now())
        return response

    @display(description=_("channel"))
    def channel_label(self, delivery):
        return delivery.channel_label

    @display(description=_("state"), label=COLOURS, ordering="state")
    def state_label(self, delivery):
        return delivery.state, delivery.get_state_display()

    @display(description=_("attention"), label={"yes": "warning"}, ordering="needs_person")
    def attention(self, delivery):
        return ("yes", _("Needs a person")) if delivery.needs_person else None

    @display(description=_("subject"))
    def subject(self, delivery):
        return delivery.subject_for_staff

    @display(description=_("text"))
    def text_for_staff(self, delivery):
        return delivery.text_for_staff

    def has_resend_permission(self, request, object_id=None):
        may = over_the_whole(request.user, "post_office.resend_delivery")
        return may and (object_id is None or self.resolved(request, object_id).can_be_sent_again)

    def has_settle_permission(self, request, object_id=None):
        may = over_the_whole(request.user, "post_office.resend_delivery")
        return may and (object_id is None or self.resolved(request, object_id).can_be_settled)

    def get_urls(self):
        page = self.admin_site.admin_view(self.channel_page)
        return [path("kenh/<slug:channel>/", page, name="post_office_channel_page"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        ready = [adapter for adapter in adapters() if adapter.page_title and adapter.is_ready()]
        pages = ready if self.may_read(request) else []
        return super().changelist_view(request, {**(extra_context or {}), "channel_pages": pages})

    def channel_page(self, request, channel):
        """What a channel shows of its own, if it has a page."""
        if not (self.has_view_permission(request) and self.may_read(request)) or channel not in settings.CHANNELS:
            raise Http404
        return adapter_for(channel).page(request, context={**self.admin_site.each_context(request), "opts": self.opts})

    @action(description=_("Send again"), url_path="gui-lai", permissions=["resend"])
    def send_again(self, request, object_id):
        delivery = self.resolved(request, object_id)
        return self.ask_why(
            request,
            title=_("Send again"),
            words=_("The person may get this message twice. Look at its history first."),
            act=lambda reason: self._send_again(request, [delivery], reason),
            back=self.page_of(delivery),
        )

    @admin.action(description=_("Send again"), permissions=["resend"])
    def send_selected_again(self, request, queryset):
        chosen = list(queryset[: self.list_max_show_all])
        carry = [("action", "send_selected_again"), *(("_selected_action", row.pk) for row in chosen)]
        return self.ask_why(
            request,
            title=_("Send again"),
            words=ngettext("%d message will be sent again if it failed or is in doubt.",
                           "%d messages will be sent again if they failed or are in doubt.", len(chosen)) % len(chosen),
            act=lambda reason: self._send_again(request, chosen, reason),
            back=request.get_full_path(),
            carry=carry,
        )  # fmt: skip

    def _send_again(self, request, deliveries, reason):
        sent = 0
        for delivery in deliveries:
            try:
                delivery.send_again(by=request.user, reason=reason, at=now())
                self.log_change(request, delivery, reason)
                sent += 1
            except CannotSendAgain:
                pass
        left = len(deliveries) - sent
        if sent:
            messages.success(request, ngettext("%d message goes again.", "%d messages go again.", sent) % sent)
        if left:
            words = ngettext("%d message was left alone.", "%d messages were left alone.", left) % left
            messages.warning(request, words)

    @action(description=_("It is settled"), url_path="xong", permissions=["settle"])
    def settle(self, request, object_id):
        delivery = self.resolved(request, object_id)
        return self.ask_why(
            request,
            title=_("It is settled"),
            words=_("Nothing more is sent. A doubtful message counts as arrived; write how you know."),
            act=lambda reason: delivery.settle(arrived=True, by=request.user, reason=reason, at=now()),
            back=self.page_of(delivery),
        )
