"""Contacts: who wants no messages, and the ledger of what was said."""

from django import forms
from django.contrib import admin
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from agencies.access_log import AccessLog
from agencies.backoffice import BackOfficeAdmin, ReadOnlyInline
from portal.channels.admin.asking import AsksWhy
from portal.channels.admin.filters import ChannelFilter
from portal.channels.base import adapter_for, adapters
from portal.channels.models import ConsentEntry, Contact


class NewContactForm(forms.ModelForm):
    """An address somebody names at the counter or by telephone, in order to stop messages to it."""

    channel = forms.ChoiceField(label=_("channel"), widget=UnfoldAdminSelectWidget)
    address = forms.CharField(label=_("address"), max_length=254, widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = Contact
        fields = ["channel", "address"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [(adapter.name, adapter.label) for adapter in adapters()]

    def clean(self):
        cleaned = super().clean()
        adapter = adapter_for(cleaned["channel"]) if cleaned.get("channel") else None
        if adapter and "address" in cleaned:
            cleaned["address"] = adapter.address_from({adapter.address_kind: cleaned["address"]})
            if not cleaned["address"]:
                self.add_error("address", _("This is no address of the channel."))
        return cleaned


class Consents(ReadOnlyInline):
    model = ConsentEntry
    fields = ["at", "purpose", "word", "through", "text_version", "proof"]


@admin.register(Contact)
class ContactAdmin(AsksWhy, BackOfficeAdmin):
    list_display = ["pk", "channel", "opted_out_at", "verified_at"]
    list_filter = [ChannelFilter, "opted_out_at"]
    search_fields = ["channel"]
    search_help_text = _("A whole address.")
    ordering = ["-pk"]
    inlines = [Consents]
    actions_detail = ["opt_out", "opt_in"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("address")

    def has_delete_permission(self, request, obj=None):
        return False  # the ledger of consent points here

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, **kwargs) if obj else NewContactForm

    def get_fields(self, request, obj=None):
        return ["channel", "address", "opted_out_at", "verified_at"] if obj else ["channel", "address"]

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj) if obj else []

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def save_model(self, request, obj, form, change):
        if not change:
            known = Contact.objects.at(channel=obj.channel, address=obj.address)
            obj.__dict__.update(known.__dict__)
        self.check_again(request, obj, "change" if change else "add")

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if object_id:
            AccessLog.record(by=request.user, about=f"contact:{object_id}", what="view", at=now())
        return response

    @action(description=_("No more messages"), url_path="dung", permissions=["change"])
    def opt_out(self, request, object_id):
        contact = self.resolved(request, object_id)
        return self.ask_why(
            request,
            title=_("No more messages"),
            words=_("Nothing is sent to this address by this channel any more, but for codes the person asks for."),
            act=lambda reason: contact.opt_out(at=now(), through="back-office", proof=reason),
            back=self.page_of(contact),
        )

    @action(description=_("Messages again"), url_path="nhan-lai", permissions=["change"])
    def opt_in(self, request, object_id):
        contact = self.resolved(request, object_id)
        return self.ask_why(
            request,
            title=_("Messages again"),
            words=_("The person asked for messages again; write how."),
            act=lambda reason: contact.opt_in(at=now(), through="back-office", proof=reason),
            back=self.page_of(contact),
        )
