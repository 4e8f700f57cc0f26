"""The officers' forms. They read and refuse; what is done with their data stands in the verbs of the dossier."""

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from dossiers.catalogue import TermUnit
from dossiers.desk_fields import Lines
from dossiers.ledger import REASON


class ActForm(forms.Form):
    """`seen` is the last line of the log that the officer had before their eyes."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, dossier, **kwargs):
        self.dossier = dossier
        super().__init__(*args, **kwargs)

    def clean_seen(self):
        """Somebody else's act meanwhile is shown before this one is done."""
        last = self.dossier.log.last()
        seen = self.cleaned_data["seen"]
        if seen and last and last.pk != seen:
            self.add_error(
                None,
                _("The dossier was changed meanwhile: %(act)s, by %(who)s. Look at it, then send again.")
                % {"act": last, "who": last.by_name or _("the system")},
            )
        return seen


class NoteForm(ActForm):
    note = Lines(label=_("Note for colleagues"), required=False, max_length=2000)


class PaperForm(ActForm):
    """An act that makes a paper of its own."""

    paper_number = forms.CharField(
        label=_("Number of the paper"), max_length=60, required=False, widget=forms.TextInput(attrs={"size": 16}),
        help_text=_("From your unit's register, e.g. 17/HDHS. Left empty, the paper has a line to write it on."),
    )  # fmt: skip


class AdvanceForm(NoteForm):
    step = forms.ModelChoiceField(label=_("Next step"), queryset=None, empty_label=None)
    field_order = ["step", "note", "seen"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        later = [step.pk for step in self.dossier.next_steps()]
        self.fields["step"].queryset = self.dossier.procedure_version.steps.filter(pk__in=later)


class ReasonForm(ActForm):
    reason = Lines(label=_("Reason"), max_length=REASON, help_text=_("The citizen will read it."))


class ReasonOnPaperForm(ReasonForm, PaperForm):
    field_order = ["reason", "paper_number", "seen"]


class GiveBackForm(PaperForm):
    field_order = ["note", "paper_number", "seen"]

    note = Lines(label=_("Note for colleagues"), required=False, max_length=REASON)


class CorrectForm(ActForm):
    reason = Lines(label=_("What was wrong with the result"), max_length=REASON)


class WithdrawalForm(ActForm):
    reason = Lines(label=_("Why the citizen wants the dossier back"), max_length=REASON, required=False)


class SupplementForm(PaperForm):
    field_order = ["what", "reason", "bring_by", "paper_number", "aware", "seen"]

    what = Lines(
        label=_("What is missing"), max_length=2000,
        help_text=_("One paper a line, all of them in one go: the citizen brings exactly this."),
    )  # fmt: skip
    reason = Lines(label=_("Reason"), max_length=REASON, help_text=_("The citizen will read it."))
    bring_by = forms.DateField(
        label=_("To be brought by"), required=False, help_text=_("E.g. 27/11/2026."),
        widget=forms.DateInput(attrs={"size": 12, "inputmode": "numeric"}),
    )  # fmt: skip
    aware = forms.BooleanField(
        label=_("I know that a second request makes this dossier count as overdue in index 766."),
        error_messages={"required": _("Confirm that you know what a second request means.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.dossier.next_supplement_counts_as_overdue:
            del self.fields["aware"]

    def clean_bring_by(self):
        day = self.cleaned_data["bring_by"]
        if day and day < localdate():
            raise forms.ValidationError(_("This day has passed already."))
        return day


class PaymentForm(ActForm):
    obligation = forms.TypedChoiceField(
        label=_("What is to be paid"), coerce=lambda text: text == "obligation", widget=forms.RadioSelect,
        choices=[("fee", _("Fee or charge of this procedure")), ("obligation", _("Tax or other financial obligation"))],
        initial="fee",
    )  # fmt: skip
    what = Lines(
        label=_("What the citizen reads"), max_length=REASON,
        help_text=_("How much, for what, where and how to pay. No names, no account of a person."),
    )  # fmt: skip


class ApologyForm(PaperForm):
    field_order = ["n", "reason", "paper_number", "seen"]

    n = forms.DecimalField(
        label=_("Longer by"), min_value=0, max_digits=5, decimal_places=2,
        widget=forms.NumberInput(attrs={"size": 6, "step": "any"}),
    )  # fmt: skip
    reason = Lines(label=_("Reason"), max_length=REASON, help_text=_("It stands in the letter of apology."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["n"].help_text = _("In %(unit)s. A new date can be given once only.") % {
            "unit": TermUnit(self.dossier.term_unit).label
        }

    def clean_n(self):
        n = self.cleaned_data["n"]
        if n <= 0:
            raise forms.ValidationError(_("More than 0 is expected."))
        if self.dossier.term_unit not in (TermUnit.HOUR, TermUnit.WORKING_HOUR) and n != int(n):
            raise forms.ValidationError(_("A whole number is expected."))
        return n


class DraftForm(forms.Form):
    valid_from = forms.DateField(
        label=_("The new version is to be valid from"), help_text=_("E.g. 27/11/2026."),
        widget=forms.DateInput(attrs={"size": 12, "inputmode": "numeric"}),
    )  # fmt: skip
