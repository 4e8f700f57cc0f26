"""How an account does, in words that need no knowledge of its channel."""

from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.channels.accounts import AccountState
from portal.channels.grants import Grant
from portal.channels.models import Delivery
from portal.channels.states import State

_SENTENCES = {
    AccountState.PAUSED: (
        "danger",
        gettext_lazy("A person has stopped it: nothing leaves until somebody lets it go on."),
    ),
    AccountState.NEEDS_CONSENT: (
        "danger",
        gettext_lazy("The platform no longer lets us in: connect it again. Meanwhile people hear by other channels."),
    ),
    AccountState.DISABLED: (
        "danger",
        gettext_lazy("The platform does not accept this account. Mend what the last error says, then let it go on."),
    ),
}


def sentence(account, *, at):
    """(colour, what that means for messages): the first line of the account's page."""
    rests = account.state == AccountState.THROTTLED and account.throttled_until and account.throttled_until > at
    if rests:
        until = moment(account.throttled_until)
        return "warning", _("Resting until %(until)s. What waits goes by itself after that.") % {"until": until}
    return _SENTENCES.get(account.state, ("success", _("Messages leave as usual.")))


def ours(account, adapter, *, at):
    """[(name, value)] of what we know without asking the platform."""
    waiting = Delivery.objects.filter(account=account, state=State.QUEUED).count()
    return [(_("messages that wait"), localize(waiting)), *_consent(adapter), *_last_error(account, adapter)]


def _consent(adapter):
    if not adapter.grant:
        return []
    grant = Grant.objects.filter(issuer=adapter.grant).first()
    if grant is not None and grant.refused_at:
        return [(_("consent"), _("refused at %(at)s") % {"at": moment(grant.refused_at)}),
                (_("why it was refused"), grant.refusal)]  # fmt: skip
    if grant is None or grant.obtained_at is None:
        return [(_("consent"), _("Nobody has consented yet."))]
    return [(_("token obtained at"), moment(grant.obtained_at)), (_("token ends at"), _end_of(grant, adapter))]


def _end_of(grant, adapter):
    if grant.expires_at is None:
        return _("it has no end of its own")
    at = moment(grant.expires_at)
    return _("%(at)s; it is renewed by itself before") % {"at": at} if adapter.has_consent_page else at


def _last_error(account, adapter):
    if not account.last_error_at:
        return [(_("last error"), _("none"))]
    said = f"{moment(account.last_error_at)}: {account.last_error}"
    if account.state == AccountState.PAUSED:
        return [(_("why it was stopped"), said)]
    meaning = adapter.explain(account.last_error)
    return [(_("last error"), said), *([(_("what to do about it"), meaning)] if meaning else [])]


def moment(at):
    return f"{localtime(at):%H:%M %d/%m/%Y}"
