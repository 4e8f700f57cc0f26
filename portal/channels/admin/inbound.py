"""Messages that came in: what a person must read, and the answer that goes back where it came from."""

from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from agencies.access_log import AccessLog
from agencies.backoffice import ReadOnlyAdmin
from agencies.rights import over_the_whole
from portal.channels import outbox
from portal.channels.admin.asking import AnswerForm, AsksWhy
from portal.channels.admin.contents import kind_of, shown
from portal.channels.admin.filters import ChannelFilter
from portal.channels.inbound import InboundMessage, NotWaiting

WHERE_IT_GOES = _("What you write goes to this person, on the channel they wrote on. Name no other person in it.")
WHERE_EVERYBODY_READS = _(
    "What you write stands where everybody reads it. Name nobody, no dossier and no phone number."
)

NO_WAY = _("It cannot be answered here: nobody is known to whom an answer could go.")


def where_it_goes(message):
    incoming = message.incoming
    return WHERE_EVERYBODY_READS if incoming and incoming.public else WHERE_IT_GOES


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
    list_display = ["received_at", "channel_label", "kind", "attention", "words"]
    list_filter = [WaitingFilter, "state", ChannelFilter, "received_at"]
    ordering = ["-pk"]
    sortable_by = []
    fields = ["received_at", "occurred_at", "channel_label", "kind", "said", "state", "words", "handled_at", "others"]
    actions_detail = ["answer", "put_aside"]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "channel_label", "kind", "said", "others"]

    def get_fields(self, request, obj=None):
        return [name for name in self.fields if name != "said" or self.may_read(request)]

    def may_read(self, request):
        return over_the_whole(request.user, "post_office.view_delivery_body")

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if object_id and self.may_read(request):
            self._log_reading(request, f"inbound:{object_id}")
        return response

    def _log_reading(self, request, about):
        AccessLog.record(by=request.user, about=about, what="read message", at=now())

    @display(description=_("channel"))
    def channel_label(self, message):
        return message.channel_label

    @display(description=_("kind"))
    def kind(self, message):
        return kind_of(message)

    @display(description=_("what came"))
    def said(self, message):
        return shown(message)

    @display(description=_("of the same person"))
    def others(self, message):
        if not message.sender_index:
            return "–"
        address = reverse("admin:post_office_inboundmessage_changelist")
        query = f"waiting=all&sender_index={message.sender_index}"
        return format_html('<a href="{}?{}">{}</a>', address, query, _("Everything this person sent"))

    @display(description=_("attention"), label={"yes": "warning"})
    def attention(self, message):
        return ("yes", _("Needs a person")) if message.for_people else None

    def has_answer_permission(self, request, object_id=None):
        return over_the_whole(request.user, "post_office.answer_inboundmessage") and self.may_read(request)

    def get_actions_detail(self, request, object_id):
        waits = self.resolved(request, object_id).for_people
        return super().get_actions_detail(request, object_id) if waits else []

    @action(description=_("Answer"), url_path="tra-loi", permissions=["answer"])
    def answer(self, request, object_id):
        message = self.resolved(request, object_id)
        if not message.for_people:
            return self._settled_before(request, message)
        self._log_reading(request, message.about)
        return self.ask_why(
            request,
            title=_("Answer"),
            words=format_html("{}<p>{}</p>", shown(message), where_it_goes(message)),
            act=lambda text: self._answer(request, message, text),
            back=reverse("admin:post_office_inboundmessage_changelist"),
            form_class=AnswerForm,
        )

    def _answer(self, request, message, text):
        try:
            outbox.answer(message, text, by=request.user, at=now())
        except NotWaiting as settled:
            self._say_settled(request, settled)
        except outbox.NoWay:
            messages.error(request, NO_WAY)
        else:
            messages.success(request, _("The answer is on its way."))

    @action(description=_("Needs no answer"), url_path="khong-can", permissions=["answer"])
    def put_aside(self, request, object_id):
        message = self.resolved(request, object_id)
        if not message.for_people:
            return self._settled_before(request, message)
        return self.ask_why(
            request,
            title=_("Needs no answer"),
            words=_("It leaves the list of what a person must read."),
            act=lambda reason: self._put_aside(request, message, reason),
            back=self.page_of(message),
        )

    def _put_aside(self, request, message, reason):
        try:
            message.settle(reason, by=request.user)
        except NotWaiting as settled:
            self._say_settled(request, settled)

    def _settled_before(self, request, message):
        self._say_settled(request, message.words)
        return redirect(self.page_of(message))

    def _say_settled(self, request, words):
        messages.warning(request, _("Nothing was done: it waits for nobody any more. %(words)s") % {"words": words})
