"""What an officer can do to a dossier: one line an act, with the right it needs and the states it fits."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from agencies.rights import allowed
from dossiers import desk_forms as forms
from dossiers.workflow import MOVES, Status


@dataclass(frozen=True)
class Act:
    """`do(dossier, data, by=, at=)` calls the verb; `fits(dossier)` says whether its state admits it."""

    key: str
    name: str
    permission: str
    fits: Callable
    do: Callable
    form: type = forms.NoteForm
    done: str = _("Done.")
    warning: str = ""
    kind: str = ""

    def open_to(self, user, dossier):
        return self.fits(dossier) and allowed(user, self.permission, dossier)


def _leads_to(*targets):
    return lambda dossier: any(target in MOVES[Status(dossier.status)] for target in targets)


def _is(*statuses):
    return lambda dossier: dossier.status in statuses


def _working(dossier):
    return dossier.status in (Status.RECEIVED, Status.PROCESSING)


def _can_advance(dossier):
    return _working(dossier) and bool(dossier.next_steps())


def _can_stop(dossier):
    return Status.STOPPED in MOVES[Status(dossier.status)] and dossier.status != Status.WITHDRAWAL_REQUESTED


def _can_apologise(dossier):
    return dossier.is_open and not dossier.is_paused and bool(dossier.received_at) and not dossier.reappointed_at


RECEIVE, ADVANCE, LEAD = "dossiers.receive_dossier", "dossiers.advance_dossier", "dossiers.lead_dossier"

ACTS = [
    Act("accept", _("Accept: complete and valid"), RECEIVE, _is(Status.SUBMITTED), form=forms.ActForm,
        do=lambda d, data, **by_at: d.accept(**by_at),
        done=_("The dossier is received; its term runs from now on."), kind="main"),
    Act("advance", _("Move to the next step"), ADVANCE, _can_advance, form=forms.AdvanceForm,
        do=lambda d, data, **by_at: d.advance(to=data["step"], note=data["note"], **by_at),
        done=_("The dossier was moved."), kind="main"),
    Act("take-supplement", _("Supplement is here"), RECEIVE, _is(Status.SUPPLEMENT_REQUESTED),
        do=lambda d, data, **by_at: d.take_supplement(note=data["note"], **by_at),
        done=_("The supplement was taken in; the term runs again."), kind="main"),
    Act("take-payment", _("Payment is here"), ADVANCE, _is(Status.PAYMENT_REQUESTED),
        do=lambda d, data, **by_at: d.take_payment(note=data["note"], **by_at),
        done=_("The payment was noted; the term runs again."), kind="main"),
    Act("hand-over", _("Hand over the result"), RECEIVE, _is(Status.RESULT_READY),
        do=lambda d, data, **by_at: d.hand_over(note=data["note"], **by_at),
        done=_("The result was handed over; the dossier is closed."), kind="main"),
    Act("withdraw", _("Give the dossier back as asked"), ADVANCE, _is(Status.WITHDRAWAL_REQUESTED),
        form=forms.GiveBackForm,
        do=lambda d, data, **by_at: d.withdraw(note=data["note"], paper_number=data["paper_number"], **by_at),
        done=_("The dossier was given back."), kind="main"),
    Act("decline-withdrawal", _("Decline the withdrawal"), LEAD, _is(Status.WITHDRAWAL_REQUESTED),
        form=forms.ReasonForm, do=lambda d, data, **by_at: d.decline_withdrawal(reason=data["reason"], **by_at),
        done=_("The withdrawal was declined; the dossier is where it was.")),
    Act("finish", _("The result is there"), ADVANCE, _leads_to(Status.RESULT_READY),
        do=lambda d, data, **by_at: d.finish(note=data["note"], **by_at),
        done=_("The result is ready; the citizen may collect it."),
        warning=_("Steps that are still to come are skipped, and the term ends now.")),
    Act("supplement", _("Ask for what is missing"), ADVANCE, _leads_to(Status.SUPPLEMENT_REQUESTED),
        form=forms.SupplementForm,
        do=lambda d, data, **by_at: d.request_supplement(
            what=data["what"], reason=data["reason"], bring_by=data["bring_by"],
            paper_number=data["paper_number"], **by_at),
        done=_("The citizen is asked for what is missing; the term stands still."),
        warning=_("Form 02. The term stands still until it is here.")),
    Act("payment", _("Ask for a payment"), ADVANCE, _leads_to(Status.PAYMENT_REQUESTED), form=forms.PaymentForm,
        do=lambda d, data, **by_at: d.request_payment(what=data["what"], obligation=data["obligation"], **by_at),
        done=_("The citizen is asked to pay; the term stands still."),
        warning=_("The term stands still until the payment is here.")),
    Act("apologise", _("Apologise and give a new date"), LEAD, _can_apologise, form=forms.ApologyForm,
        do=lambda d, data, **by_at: d.apologise(
            n=data["n"], reason=data["reason"], paper_number=data["paper_number"], **by_at),
        done=_("The citizen has a new date."),
        warning=_("Form 04, once for each dossier (Decree 61/2018, Art. 19.9).")),
    Act("ask-withdrawal", _("The citizen wants it back"), RECEIVE, _leads_to(Status.WITHDRAWAL_REQUESTED),
        form=forms.WithdrawalForm, do=lambda d, data, **by_at: d.ask_withdrawal(reason=data["reason"], **by_at),
        done=_("The wish to withdraw was noted.")),
    Act("refuse", _("Do not accept"), RECEIVE, _is(Status.SUBMITTED), form=forms.ReasonOnPaperForm,
        do=lambda d, data, **by_at: d.refuse(reason=data["reason"], paper_number=data["paper_number"], **by_at),
        done=_("The dossier was not accepted."), warning=_("Form 03. This cannot be undone."), kind="warning"),
    Act("stop", _("Stop the processing"), LEAD, _can_stop, form=forms.ReasonOnPaperForm,
        do=lambda d, data, **by_at: d.stop(reason=data["reason"], paper_number=data["paper_number"], **by_at),
        done=_("The processing was stopped."), warning=_("Form 05. This cannot be undone."), kind="warning"),
    Act("correct", _("Take back into work"), LEAD, _is(Status.RESULT_READY), form=forms.CorrectForm,
        do=lambda d, data, **by_at: d.correct(reason=data["reason"], **by_at),
        done=_("The dossier is in work again."), warning=_("Only when the result was wrong. The term runs again.")),
]  # fmt: skip
BY_KEY = {act.key: act for act in ACTS}


def open_acts(user, dossier):
    """What this officer may do to this dossier now, the usual first."""
    return [act for act in ACTS if act.open_to(user, dossier)]
