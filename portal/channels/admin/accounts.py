"""Accounts: how a channel does, how fast it may send, and the kill switch."""

import secrets

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from agencies.backoffice import BackOfficeAdmin
from agencies.rights import over_the_whole
from portal.channels.admin import standing
from portal.channels.admin.asking import AsksWhy
from portal.channels.base import SendError, adapter_for
from portal.channels.grants import Rejected
from portal.channels.models import Account, AccountState, Grant

CONSENT_LASTS = 900  # seconds: the platform's own code ends sooner


@admin.register(Account)
class AccountAdmin(AsksWhy, BackOfficeAdmin):
    list_display = ["called", "state_label", "throttled_until", "last_error", "last_error_at"]
    fields = ["channel", "name", "state", "throttled_until", "rate", "burst", "last_error", "last_error_at"]
    readonly_fields = ["channel", "name", "state", "throttled_until", "last_error", "last_error_at"]
    actions_detail = ["look", "pause", "resume", "connect"]

    def get_urls(self):
        back = self.admin_site.admin_view(self.consented)
        return [path("ket-noi/<slug:channel>/", back, name="post_office_account_consented"), *super().get_urls()]

    def has_add_permission(self, request):
        return False  # the first message of a channel makes its account

    def has_delete_permission(self, request, obj=None):
        return False

    def has_pause_permission(self, request, object_id=None):
        return over_the_whole(request.user, "post_office.pause_account")

    @display(description=_("channel account"), ordering="channel")
    def called(self, account):
        """As people call it, with what settings and logs call it."""
        known = account.channel in settings.CHANNELS
        return f"{adapter_for(account.channel).label} ({account})" if known else str(account)

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

    def has_connect_permission(self, request, object_id=None):
        if not over_the_whole(request.user, "post_office.consent_grant"):
            return False
        adapter = object_id and self._adapter(self.resolved(request, object_id))
        return not adapter or bool(adapter.grant and adapter.has_consent_page)

    def _adapter(self, account):
        if account.channel not in settings.CHANNELS:
            raise Http404
        return adapter_for(account.channel)

    @action(description=_("Connect"), url_path="ket-noi", permissions=["connect"])
    def connect(self, request, object_id):
        """To the platform, whose page asks an administrator of our account there; it sends them back to `consented`."""
        adapter = self._adapter(self.resolved(request, object_id))
        state, verifier = secrets.token_urlsafe(16), adapter.new_verifier()
        begun = {"grant": adapter.grant, "state": state, "verifier": verifier, "at": now().timestamp()}
        request.session["consent"] = begun
        return redirect(adapter.consent_address(redirect_uri=_back(adapter), state=state, verifier=verifier))

    def consented(self, request, channel):
        """Bound to whoever began it by their session; a `state` that comes back must be the one that went out."""
        if not over_the_whole(request.user, "post_office.consent_grant") or channel not in settings.CHANNELS:
            raise PermissionDenied
        adapter, begun = adapter_for(channel), request.session.pop("consent", {})
        old = now().timestamp() - begun.get("at", 0) > CONSENT_LASTS
        if old or begun["grant"] != adapter.grant or request.GET.get("state", begun["state"]) != begun["state"]:
            messages.error(request, _("This consent was not begun here, or was used already. Begin again."))
            return redirect("admin:post_office_account_changelist")
        try:
            Grant.objects.of(adapter.grant).keep(adapter.redeem(request.GET, verifier=begun["verifier"]), at=now())
        except (Rejected, SendError) as refusal:
            messages.error(request, _("The platform refused: %(words)s") % {"words": refusal})
        else:
            messages.success(request, _("Connected. What waited is sent now."))
        return redirect("admin:post_office_account_changelist")

    def has_look_permission(self, request, object_id=None):
        return over_the_whole(request.user, "post_office.view_account")

    @action(description=_("Look at the account"), url_path="xem", permissions=["look"])
    def look(self, request, object_id):
        """All there is to know of the account, asked of the platform now, and what can be done about it."""
        account = self.resolved(request, object_id)
        adapter = self._adapter(account)
        try:
            facts, error = adapter.facts(), ""
        except SendError as refusal:
            facts, error = [], str(refusal)
        account.refresh_from_db()  # what was asked just now may have stopped it
        colour, sentence = standing.sentence(account, at=now())
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": f"{adapter.label}", "account": account,
            "colour": colour, "sentence": sentence, "ours": standing.ours(account, adapter, at=now()), "facts": facts,
            "error": error, "acts": self._acts(request, account), "back": self.page_of(account),
        }  # fmt: skip
        return TemplateResponse(request, "post_office/account_facts.html", context)

    def _acts(self, request, account):
        """[(name, address, look of the button)] of what this person may do to the account as it stands."""
        acts = []
        if self.has_pause_permission(request):
            running = account.state in (AccountState.OK, AccountState.THROTTLED)
            acts.append(("pause", _("Stop sending"), "danger") if running else ("resume", _("Let it go on"), "primary"))
        if self.has_connect_permission(request, account.pk):
            urgent = account.state == AccountState.NEEDS_CONSENT
            acts.append(("connect", _("Connect"), "primary" if urgent else "default"))
        page = "admin:post_office_account_{}".format
        return [(name, reverse(page(act), args=[account.pk]), button) for act, name, button in acts]


def _back(adapter):
    return settings.BASE_URL + reverse("admin:post_office_account_consented", args=[adapter.name])
