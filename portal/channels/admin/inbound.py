"""Messages that came in: what a person must read, and the answer that goes back where it came from."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from agencies.access_log import AccessLog
from agencies.backoffice import ReadOnlyAdmin
from agencies.rights import over_the_whole
from portal.channels import outbox
from portal.channels.admin.asking import AnswerForm, AsksWhy
from portal.channels.admin.filters import ChannelFilter
from portal.channels.inbound import InboundMessage

WHERE_IT_GOES = _("What you write goes to this person, on the channel they wrote on. Name no other person in it.")


class WaitingFilter(admin.SimpleListFilter):
    """Without a choice: what waits for a person. Receipts and echoes are there for who looks for them."""

    title = _("for a person to read")
    parameter_name = "waiting"

    def lookups(self, request, model_admin):
        return [("all", _("Everything that came in"))]

    def choices(self, changelist):
        waiting, everything = super().choices(changelist)
        return [{**waiting, "display": _("Waits for a person")}, everything]

    def queryset(self, request, queryset):
        return queryset if self.value() == "all" else queryset.filter(for_people=True)


@admin.register(InboundMessage)
class InboundMessageAdmin(AsksWhy, ReadOnlyAdmin):
    list_display = ["received_at", "channel_label", "event", "state", "attention"]
    list_filter = [WaitingFilter, "state", ChannelFilter, "received_at"]
    ordering = ["-pk"]
    sortable_by = []
    fields = ["received_at", "occurred_at", "channel_label", "event", "said", "state", "words", "handled_at"]
    actions_detail = ["answer", "put_aside"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("body")

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "channel_label", "said"]

    def get_fields(self, request, obj=None):
        return [name for name in self.fields if name != "said" or self.may_read(request)]

    def may_read(self, request):
        return over_the_whole(request.user, "post_office.view_delivery_body")

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if object_id and self.may_read(request):
            AccessLog.record(by=request.user, about=f"inbound:{object_id}", what="read message", at=now())
        return response

    @display(description=_("channel"))
    def channel_label(self, message):
        return message.channel_label

    @display(description=_("text"))
    def said(self, message):
        return message.said or "–"

    @display(description=_("attention"), label={"yes": "warning"})
    def attention(self, message):
        return ("yes", _("Needs a person")) if message.for_people else None

    def has_answer_permission(self, request, object_id=None):
        may = over_the_whole(request.user, "post_office.resend_delivery") and self.may_read(request)
        return may and (object_id is None or self.resolved(request, object_id).for_people)

    @action(description=_("Answer"), url_path="tra-loi", permissions=["answer"])
    def answer(self, request, object_id):
        message = self.resolved(request, object_id)
        return self.ask_why(
            request,
            title=_("Answer"),
            words=format_lazy("“{}” – {}", message.said, WHERE_IT_GOES),
            act=lambda text: self._answer(request, message, text),
            back=reverse("admin:post_office_inboundmessage_changelist"),
            form_class=AnswerForm,
        )

    def _answer(self, request, message, text):
        outbox.answer(message, text, by=request.user, at=now())
        messages.success(request, _("The answer is on its way."))

    @action(description=_("Needs no answer"), url_path="khong-can", permissions=["answer"])
    def put_aside(self, request, object_id):
        message = self.resolved(request, object_id)
        return self.ask_why(
            request,
            title=_("Needs no answer"),
            words=_("It leaves the list of what a person must read."),
            act=lambda reason: message.settle(reason, by=request.user),
            back=self.page_of(message),
        )
