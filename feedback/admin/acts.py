"""What an officer can do to a report: one line an act, with the right it needs and the states it fits."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from agencies.rights import allowed
from attachments.models import Attachment
from feedback import desk_forms as forms
from feedback.admin.photos import set_public
from feedback.workflow import ACTS as TABLE
from feedback.workflow import HANDLE, OPEN, Verb


@dataclass(frozen=True)
class Act:
    """`do(report, data, by=, at=)` calls the verb, whose line in the table says which right and states it needs."""

    key: str
    name: str
    verb: Verb
    do: Callable
    form: type = forms.NoteForm
    done: str = _("Done.")
    warning: str = ""
    kind: str = ""
    only: Callable | None = None
    permission_of_its_own: str = ""

    @property
    def permission(self):
        return self.permission_of_its_own or TABLE[self.verb].permission

    def fits(self, report):
        states = OPEN if self.verb not in TABLE else TABLE[self.verb].states
        return report.state in states and (self.only is None or bool(self.only(report)))

    def open_to(self, user, report):
        return self.fits(report) and allowed(user, self.permission, report)


def _has_sender(report):
    return bool(report.reply_to) or hasattr(report, "reporter")


def _has_photos(report):
    return Attachment.objects.about(report.about).exists()


V = Verb
ACTS = [
    Act("accept", _("Accept"), V.ACCEPTED, lambda r, data, **by_at: r.accept(note=data["note"], **by_at),
        done=_("The report is accepted."), kind="main"),
    Act("assign", _("Assign"), V.ASSIGNED, form=forms.AssignForm, kind="link",
        do=lambda r, data, **by_at: r.assign(data["unit"], officer=data["officer"], note=data["note"], **by_at),
        done=_("The report is with the unit in charge.")),
    Act("start", _("Begin the work"), V.STARTED, lambda r, data, **by_at: r.start(note=data["note"], **by_at),
        done=_("Work has begun."), kind="main"),
    Act("answer", _("Write the answer"), V.ANSWERED, form=forms.AnswerForm, kind="link",
        do=lambda r, data, **by_at: r.answer(
            data["text"], outcome=data["outcome"], partner=data["partner"],
            has_photo_after=bool(data["kept_keys"]), **by_at),
        done=_("The answer waits for approval.")),
    Act("publish", _("Approve the answer"), V.PUBLISHED, form=forms.PublishForm, kind="link",
        do=lambda r, data, **by_at: r.publish(text=data["text"], **by_at),
        done=_("The answer is out.")),
    Act("send-back", _("Send the answer back"), V.SENT_BACK, form=forms.InternalReasonForm,
        do=lambda r, data, **by_at: r.send_back(reason=data["reason"], **by_at),
        done=_("The unit writes it anew.")),
    Act("take-back", _("Take back from outside"), V.TAKEN_BACK, kind="main",
        do=lambda r, data, **by_at: r.take_back(note=data["note"], **by_at),
        done=_("The report is with us again.")),
    Act("ask", _("Ask the citizen"), V.ASKED, form=forms.AskForm,
        do=lambda r, data, **by_at: r.ask(question=data["question"], **by_at),
        done=_("The citizen is asked; the term stands still."),
        warning=_("The term stands still until they answer, or until their time for it is over.")),
    Act("heard", _("Note what the citizen said"), V.CITIZEN_SAID, form=forms.HeardForm, permission_of_its_own=HANDLE,
        do=lambda r, data, **by_at: r.hear(data["text"], **by_at), done=_("Noted.")),
    Act("pass-on", _("Pass on outside"), V.PASSED_ON, form=forms.PassOnForm,
        do=lambda r, data, **by_at: r.pass_on(data["partner"], why=data["why"], **by_at),
        done=_("The report was passed on; the term goes on."),
        warning=_("The term goes on: the promise is ours.")),
    Act("extend", _("Give a new date"), V.EXTENDED, form=forms.ExtendForm,
        do=lambda r, data, **by_at: r.extend(
            due_at=data["due_at"], reason=data["reason"], reply=data["reply"], **by_at),
        done=_("The citizen was given a new date."),
        warning=_("The citizen and the public read reason and interim reply at once.")),
    Act("give-back", _("Give back: not ours"), V.GIVEN_BACK, form=forms.InternalReasonForm,
        do=lambda r, data, **by_at: r.give_back(reason=data["reason"], **by_at),
        done=_("The report is with whoever sorts.")),
    Act("decline", _("Decline the reopening"), V.REOPENING_DECLINED, form=forms.PublicReasonForm,
        do=lambda r, data, **by_at: r.decline_reopening(reason=data["reason"], **by_at),
        done=_("It stays as it was answered.")),
    Act("reopen", _("Reopen"), V.REOPENED, form=forms.PublicReasonForm,
        do=lambda r, data, **by_at: r.reopen(reason=data["reason"], **by_at),
        done=_("The report is in work again, with a term from today.")),
    Act("note", _("Write a note"), V.NOTED, form=forms.NeededNoteForm, permission_of_its_own=HANDLE,
        do=lambda r, data, **by_at: r.note(data["note"], **by_at), done=_("Noted.")),
    Act("correct", _("Correct category or place"), V.CHANGED, form=forms.CorrectForm,
        do=lambda r, data, **by_at: r.correct(
            category=data["category"], ward=data["ward"], address=data["address"], note=data["note"], **by_at),
        done=_("The report was corrected.")),
    Act("merge", _("Merge with another"), V.MERGED, form=forms.MergeForm,
        do=lambda r, data, **by_at: r.merge_into(data["main"], note=data["note"], **by_at),
        done=_("The report was merged; its followers hear of the other one.")),
    Act("take-apart", _("Take apart again"), V.UNMERGED,
        do=lambda r, data, **by_at: r.take_apart(note=data["note"], **by_at),
        done=_("It is a report of its own again.")),
    Act("show", _("Make public"), V.SHOWN, form=forms.PublicTextForm, only=lambda r: not r.shown,
        do=lambda r, data, **by_at: r.show(public_text=data["public_text"], **by_at),
        done=_("The public text is kept.")),
    Act("public-text", _("Change the public text"), V.SHOWN, form=forms.PublicTextForm, only=lambda r: r.shown,
        do=lambda r, data, **by_at: r.show(public_text=data["public_text"], **by_at),
        done=_("The public text is kept.")),
    Act("photos", _("Choose the public photos"), V.SHOWN, form=forms.PhotosForm, only=_has_photos,
        do=lambda r, data, **by_at: set_public(r, data["public"], **by_at), done=_("Kept.")),
    Act("hide", _("Hide from the public"), V.HIDDEN, form=forms.InternalReasonForm, only=lambda r: not r.hidden,
        do=lambda r, data, **by_at: r.hide(reason=data["reason"], **by_at),
        done=_("Nobody outside sees it any more.")),
    Act("close", _("Close"), V.CLOSED, form=forms.ActForm,
        do=lambda r, data, **by_at: r.close(**by_at), done=_("The report is closed.")),
    Act("refuse", _("Do not accept"), V.REFUSED, form=forms.RefuseForm, kind="warning",
        do=lambda r, data, **by_at: r.refuse(
            reason=data["reason"], why=data["why"], where_to=data["where_to"], note=data["note"], **by_at),
        done=_("The report was not accepted; the citizen reads why."),
        warning=_("The citizen reads why, who says so and where to go instead.")),
    Act("ban", _("Ban the sender"), V.HIDDEN, form=forms.InternalReasonForm, kind="warning", only=_has_sender,
        do=lambda r, data, **by_at: r.ban_sender(reason=data["reason"], **by_at),
        done=_("What this sender writes from now on is kept and shown to nobody outside."),
        warning=_("Every address it came from is banned, and the report is hidden.")),
]  # fmt: skip
BY_KEY = {act.key: act for act in ACTS}


def open_acts(user, report):
    """What this officer may do to this report now, the usual first."""
    return [act for act in ACTS if act.open_to(user, report)]
