"""The forms of the public pages. What a report needs says its draft (intake.py), in the same words at every door."""

import re
import secrets

from django import forms
from django.core.signing import BadSignature, Signer
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agencies.vietnamese import tidy
from feedback import wards
from feedback.afterwards import LONGEST_NOTE, Satisfaction
from feedback.categories import Question
from feedback.handling import MOST_SAID
from feedback.intake import Draft
from feedback.workflow import Incomplete, Kind

KEYS = Signer(salt="feedback.form")
_PLACE = re.compile(r"^(-?\d{1,3}(?:\.\d{1,15})?),(-?\d{1,3}(?:\.\d{1,15})?)$")
_PHONE = re.compile(r"^\+?\d{9,12}$")
PUBLIC, PRIVATE = "public", "private"
FILES = {"accept": "image/*,video/*", "multiple": True}


def new_key():
    """One form sent twice is one report: the key that tells it is the same."""
    return KEYS.sign(secrets.token_urlsafe(16))


def place_in(text):
    """(latitude, longitude) of "10.35,106.36", or None."""
    found = _PLACE.fullmatch((text or "").replace(" ", ""))
    return (float(found[1]), float(found[2])) if found else None


class Files(forms.FileInput):
    allow_multiple_selected = True


class WardField(forms.CharField):
    """A ward or commune as people write it. Where several fit, `choices` holds them and one has to be picked."""

    def __init__(self, **options):
        super().__init__(**{"max_length": 100, "required": False, **options})
        self.fitting = []

    def find(self, text, picked, *, on):
        self.fitting = wards.fitting(text, on=on)
        chosen = [ward for ward in self.fitting if str(ward.pk) == picked]
        if len(self.fitting) == 1 or chosen:
            return (chosen or self.fitting)[0]
        if not self.fitting:
            raise forms.ValidationError(_("We know no ward or commune of this name. Write it without a street."))
        raise forms.ValidationError(_("Several fit. Choose one of them below."), code="several")


def phone_of(text):
    """The phone number without what people put between its digits. Raises ValidationError."""
    phone = re.sub(r"[\s.()-]", "", text)
    if phone and not _PHONE.fullmatch(phone):
        raise forms.ValidationError(_("Enter a phone number like 0912 345 678."))
    return phone


class Honest(forms.Form):
    """With a field that people do not see and programs fill in. Who filled it in reads so and loses nothing."""

    website = forms.CharField(label=_("Leave this empty"), required=False)

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Empty this field, please: it is there to catch programs."))
        return ""


class ReportForm(Honest):
    text = forms.CharField(
        label=_("What is it about?"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What, since when, how it disturbs. Write no names or numbers of persons."),
    )  # fmt: skip
    ward = WardField(
        label=_("Ward or commune"),
        help_text=_("For example: My Tho. Tone marks are not needed; former names are found too."),
    )
    address = forms.CharField(label=_("Street, house, or what stands nearby"), required=False, max_length=300)
    place = forms.CharField(label=_("Place on the map"), required=False, max_length=60, widget=forms.HiddenInput)
    photo_place = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    use_photo_place = forms.BooleanField(label=_("Yes, it is where the photo was taken"), required=False)
    pictures = forms.FileField(
        label=_("Photos or a video"), required=False, widget=Files(attrs=FILES),
        help_text=_("Up to 10. We remove what a phone hides in them, like the place."),
    )  # fmt: skip
    name = forms.CharField(label=_("Your name"), required=False, max_length=100)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=30)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=200)
    contact_address = forms.CharField(label=_("Your address"), required=False, max_length=300)
    public = forms.ChoiceField(
        label=_("Who may read your report?"), required=False, initial=PUBLIC, widget=forms.RadioSelect, choices=[
            (PUBLIC, _("Everybody, without your name and contact. It helps others who have the same.")),
            (PRIVATE, _("Only those who handle it")),
        ],
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=100)

    def __init__(self, data=None, *, category, on, kept=(), refused=()):
        """`kept`: the files taken so far; `refused`: why others were not, in words."""
        super().__init__(data, initial={"key": new_key()}, label_suffix="")
        self.category, self.on, self.kept, self.refused = category, on, kept, refused
        self.questions = list(category.questions.all())
        for question in self.questions:
            self.fields[f"q_{question.code}"] = field_of(question)
        for name in self._not_asked():
            del self.fields[name]

    def _not_asked(self):
        """What makes no sense in this category: who proposes a rule names no street, a private one is not published."""
        regulation = self.category.kind == Kind.REGULATION
        yield from (
            ("ward", "address", "place", "photo_place", "use_photo_place") if regulation else ("contact_address",)
        )
        if self.category.private:
            yield "public"

    @property
    def good_key(self):
        """The form's own key, or a new one where it came back with none of ours: nobody types it all again for that."""
        return self["key"].value() if not self.is_bound or "key" not in self.errors else new_key()

    @property
    def is_private(self):
        """Whether only those who handle it will read it."""
        return self.category.private or not self.draft.public

    @property
    def asked(self):
        """The category's own questions as bound fields."""
        return [self[f"q_{question.code}"] for question in self.questions]

    @property
    def ward_choices(self):
        field = self.fields.get("ward")
        return field.fitting if field and len(field.fitting) > 1 else []

    @property
    def picked_ward(self):
        return str(self.data.get("ward_pick", ""))

    @property
    def noted_place(self):
        """Where the photo was taken, while nothing else says where it is."""
        return self.is_bound and self.data.get("photo_place", "") if not self.data.get("place") else ""

    def clean_ward(self):
        text = tidy(self.cleaned_data["ward"])
        return self.fields["ward"].find(text, self.data.get("ward_pick", ""), on=self.on) if text else None

    def clean_place(self):
        text = self.cleaned_data["place"]
        if text and place_in(text) is None:
            raise forms.ValidationError(_("This is no place on the map. Choose it again, or name ward and street."))
        return place_in(text)

    def clean_phone(self):
        return phone_of(self.cleaned_data["phone"])

    def clean_key(self):
        try:
            return KEYS.unsign(self.cleaned_data["key"])
        except BadSignature:
            raise forms.ValidationError(
                _("The form was open for another purpose. Please continue once more.")
            ) from None

    def clean(self):
        super().clean()
        for why in self.refused:
            self.add_error("pictures", why)
        if self.data.get("use_photo_place") and not self.cleaned_data.get("place"):
            self.cleaned_data["place"] = place_in(self.data.get("photo_place"))
        try:
            self.draft = self._draft().checked()
        except Incomplete as lacking:
            self._show(lacking.errors)
        return self.cleaned_data

    def _draft(self):
        said = self.cleaned_data
        contact = {name: said.get(name, "") for name in ("name", "phone", "email")}
        return Draft(
            category=self.category, text=said.get("text", ""), channel="web", origin=f"web:{said.get('key', '')}",
            place=said.get("place"), ward=said.get("ward"), address=said.get("address", ""),
            contact={**contact, "address": said.get("contact_address", "")},
            public=said.get("public") != PRIVATE, language=get_language() or "vi", answers=self._answers(),
            pictures=tuple(one.key for one in self.kept),
        )  # fmt: skip

    def _answers(self):
        given = {question.code: self.cleaned_data.get(f"q_{question.code}") for question in self.questions}
        return {code: value for code, value in given.items() if value}

    def _show(self, errors):
        """What the draft lacks, at the fields of this form; nothing twice where a field says already what is wrong."""
        for name, words in errors.items():
            field = self._field(name)
            if field is None or field not in self.errors:
                self.add_error(field, words)

    def _field(self, name):
        if name.startswith("answers."):
            name = f"q_{name.removeprefix('answers.')}"
        if name == "address" and "contact_address" in self.fields:
            name = "contact_address"
        if name == "place" and not self.data.get("place"):
            name = "ward"
        return name if name in self.fields else None


def field_of(question):
    """The form's field for one of a category's questions; whether the answer is right says answers.py."""
    options = {"label": question.text, "help_text": question.hint, "required": False}
    choices = [(option, option) for option in question.options]
    if question.type == Question.Type.ONE:
        return forms.CharField(**options, widget=forms.RadioSelect(choices=choices))
    if question.type == Question.Type.MANY:
        return forms.MultipleChoiceField(**options, choices=choices, widget=forms.CheckboxSelectMultiple)
    widgets = {
        Question.Type.LONG: forms.Textarea(attrs={"rows": 4}),
        Question.Type.NUMBER: forms.TextInput(attrs={"inputmode": "decimal"}),
        Question.Type.MOMENT: forms.DateTimeInput(attrs={"type": "datetime-local"}),
    }
    return forms.CharField(**options, widget=widgets.get(question.type, forms.TextInput()))


class SayForm(Honest):
    """What whoever reported adds, or answers."""

    text = forms.CharField(label=_("Your answer"), max_length=MOST_SAID, widget=forms.Textarea(attrs={"rows": 5}),
                           error_messages={"required": _("Please write your answer.")})  # fmt: skip
    pictures = forms.FileField(
        label=_("Photos or a video"),
        required=False,
        widget=Files(attrs=FILES),
    )


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("What is not right yet?"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Please say what is not right yet.")},
    )  # fmt: skip


class SurveyForm(forms.Form):
    satisfaction = forms.TypedChoiceField(
        label=_("Are you satisfied with the answer?"), choices=Satisfaction, coerce=int, widget=forms.RadioSelect,
        error_messages={"required": _("Choose how satisfied you are.")},
    )  # fmt: skip
    fixed = forms.ChoiceField(
        label=_("Is it fixed now?"), required=False, widget=forms.RadioSelect,
        choices=[("yes", _("Yes")), ("no", _("No")), ("", _("I do not know"))],
    )  # fmt: skip
    note = forms.CharField(label=_("What was good, what should be better?"), required=False, max_length=LONGEST_NOTE,
                           widget=forms.Textarea(attrs={"rows": 4}))  # fmt: skip
    reopen = forms.BooleanField(label=_("Please look at it again (say above why)"), required=False)

    def clean_fixed(self):
        return {"yes": True, "no": False}.get(self.cleaned_data["fixed"])

    def clean(self):
        said = super().clean()
        if said.get("reopen") and not said.get("note", "").strip():
            self.add_error("note", _("Please say what is not right yet."))
        return said


class AddressForm(Honest):
    """An e-mail address or a phone with Zalo: one of them."""

    contact = forms.CharField(
        label=_("E-mail address or phone number"), max_length=200,
        error_messages={"required": _("Enter an e-mail address or a phone number.")},
    )  # fmt: skip

    def clean_contact(self):
        """{"email": …} or {"phone": …}"""
        text = tidy(self.cleaned_data["contact"])
        if "@" in text:
            return {"email": forms.EmailField(max_length=200).clean(text)}
        return {"phone": phone_of(text)}


class MailForm(Honest):
    email = forms.EmailField(label=_("E-mail address"), max_length=200,
                             error_messages={"required": _("Enter an e-mail address.")})  # fmt: skip


class FlagForm(Honest):
    reason = forms.CharField(
        label=_("Why should it not be seen?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please say why.")},
    )  # fmt: skip
