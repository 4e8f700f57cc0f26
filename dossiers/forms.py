"""The forms of the public pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.lookup import LONGEST
from dossiers.rating import LONGEST_NOTE, Stars

LONGEST_SCAN = 4096


class ProofField(forms.CharField):
    """Nobody is told that it is empty: that is a wrong proof like any other, answered in the same words."""

    def validate(self, value):
        pass


class LookUpForm(forms.Form):
    """Wrong is only what is not there at all: everything else is a question, and gets the one answer."""

    code = forms.CharField(
        label=_("Dossier code"),
        max_length=LONGEST,
        help_text=_("Printed at the top of your receipt, for example H20.30-261123-0001"),
        error_messages={
            "required": _("Enter the dossier code: it is printed at the top of your receipt."),
            "max_length": _("A dossier code has at most %(limit_value)d signs, for example H20.30-261123-0001."),
        },
    )
    proof = ProofField(
        label=_("PIN, or the last 4 digits of the phone number"),
        max_length=LONGEST,
        help_text=_("The 6-digit PIN is printed on the receipt; the phone number is the one given with the dossier."),
        error_messages={"max_length": _("Enter the 6 digits of the PIN, or the last 4 digits of the phone number.")},
    )


class PhoneEndForm(forms.Form):
    """Whose receipt it is that was sent: asked before names are shown."""

    proof = ProofField(
        label=_("Last 4 digits of the phone number"),
        max_length=LONGEST,
        help_text=_("Of the phone that was given with the dossier. The 6-digit PIN is good as well."),
    )


class RatingForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("How satisfied are you with how this dossier was handled?"),
        choices=Stars,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how satisfied you are.")},
    )
    note = forms.CharField(
        label=_("What was good, what should be better?"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Please write no names. Officers who handled the dossier do not read it; their leaders do."),
        error_messages={"max_length": _("At most %(limit_value)d signs, please.")},
    )


class VerifyForm(forms.Form):
    text = forms.CharField(
        label=_("What the QR code says"),
        max_length=LONGEST_SCAN,
        widget=forms.Textarea,
        help_text=_("Scan the QR code with a phone, copy the whole address, and paste it here."),
        error_messages={
            "required": _("Paste the address that the QR code says."),
            "max_length": _("This is too long to be the address of a receipt."),
        },
    )
