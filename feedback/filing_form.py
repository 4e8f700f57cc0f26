"""The form for a citizen who calls, or stands at the counter: what they say, typed by an officer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.categories import Question
from feedback.desk_forms import Lines, ManyFiles, Words, wards
from feedback.intake import LONGEST_TEXT, Draft
from feedback.workflow import Kind

DOORS = [("phone", _("by phone")), ("counter", _("at the counter"))]
CONTACT = ("name", "phone", "email", "contact_address")
# What a draft calls the fields of this form.
FIELD_OF = {"pictures": "photos", "place": "address", "category": None}


class FilingForm(forms.Form):
    channel = forms.ChoiceField(label=_("How they told us"), choices=DOORS, initial="phone", widget=forms.RadioSelect)
    text = Lines(label=_("What was reported"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6}))
    ward = forms.ModelChoiceField(label=_("Ward or commune"), queryset=None, required=False)
    address = Words(
        label=_("Place in words"), max_length=300, required=False, help_text=_("Street and number, or what is near it.")
    )
    name = Words(label=_("Full name"), max_length=200, required=False)
    phone = Words(
        label=_("Phone"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "size": 16}),
    )  # fmt: skip
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    contact_address = Words(label=_("Address"), max_length=500, required=False)
    public = forms.BooleanField(
        label=_("May be public"), required=False, initial=True,
        help_text=_("Ask. What is public names nobody: phone and identity numbers are hidden."),
    )  # fmt: skip
    photos = ManyFiles(label=_("Photos"), required=False)
    kept = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)
    origin = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, category, **kwargs):
        self.category = category
        super().__init__(*args, **kwargs)
        self.fields["ward"].queryset = wards()
        for question in category.questions.all():
            self.fields[f"answers.{question.code}"] = _asked(question)

    def _asked(self):
        return [name for name in self.fields if name.startswith("answers.")]

    def draft(self, pictures):
        """What was typed, as every door says it."""
        data = self.cleaned_data
        contact = {name.replace("contact_", ""): data.get(name, "") for name in CONTACT}
        answers = {name.partition(".")[2]: data[name] for name in self._asked()}
        return Draft(
            category=self.category, text=data["text"], channel=data["channel"], origin=f"desk:{data['origin']}",
            ward=data["ward"], address=data["address"], contact=contact, public=data["public"],
            answers=answers, pictures=tuple(pictures),
        )  # fmt: skip

    def put_at_fields(self, wrong):
        """The draft's own words, each at the field it means."""
        for field, words in wrong.errors.items():
            ours = "contact_address" if field == "address" and self.category.kind == Kind.REGULATION else field
            ours = FIELD_OF.get(ours, ours)
            self.add_error(ours if ours in self.fields else None, words)

    @property
    def questions(self):
        return [self[name] for name in self._asked()]

    @property
    def place(self):
        return [self["ward"], self["address"]]

    @property
    def person(self):
        return [self[name] for name in ("name", "phone", "email", "contact_address")]


def _asked(question):
    given = {"label": question.text, "help_text": question.hint, "required": question.required}
    choices = [(one, one) for one in question.options]
    if question.type == Question.Type.ONE:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **given)
    if question.type == Question.Type.MANY:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **given)
    return Lines(**given) if question.type == Question.Type.LONG else Words(**given)
