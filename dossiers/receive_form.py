"""The form at the counter: who applies, what for, and which papers were handed in."""

from dataclasses import dataclass
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Unit
from agencies.rights import rights_of
from dossiers.desk_fields import IdNumber, Lines, Phone, Words
from dossiers.dossier import Filed, Party
from dossiers.workflow import PaperKind

PAPER_KINDS = PaperKind.choices
ONLY_OF_THE_PAGE = ("others", "without_papers")
NEEDS_A_WAY = _("It needs the applicant’s phone number or e-mail, and a dossier that is not confidential.")


class PaperForm(forms.Form):
    """One line of the checklist: was this paper brought, as what, how many."""

    brought = forms.BooleanField(label=_("Brought"), required=False)
    kind = forms.ChoiceField(label=_("Form"), choices=PAPER_KINDS)
    count = forms.IntegerField(
        label=_("How many"), min_value=1, max_value=999, required=False, initial=1,
        widget=forms.NumberInput(attrs={"size": 3}),
    )  # fmt: skip

    def __init__(self, *args, required, **kwargs):
        self.required = required
        super().__init__(*args, **kwargs)

    def as_paper(self):
        data = self.cleaned_data
        return {"name": self.required.name, "kind": data["kind"], "count": data["count"] or 1, "note": ""}


class PersonForm(forms.Form):
    name = Words(label=_("Full name"), max_length=300)
    id_number = IdNumber(label=_("Identity or tax number"), max_length=40, required=False)
    phone = Phone(label=_("Phone"), max_length=40, required=False)


class ApplicantForm(PersonForm):
    kind = forms.ChoiceField(label=_("Who applies"), choices=Party.Kind, initial=Party.Kind.CITIZEN)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    address = Words(label=_("Address"), max_length=500, required=False)
    field_order = ["kind", "name", "id_number", "phone", "email", "address"]

    def clean(self):
        data = super().clean()
        # Whoever has neither cannot be told that the result is ready.
        if not self.errors and not (data.get("phone") or data.get("email") or data.get("address")):
            self.add_error("phone", _("A phone number, an e-mail or an address is needed to reach the citizen."))
        return data


class DelegateForm(PersonForm):
    """Somebody who hands in for the applicant; left empty there is none."""

    name = Words(label=_("Full name"), max_length=300, required=False)

    def clean(self):
        data = super().clean()
        if (data.get("phone") or data.get("id_number")) and not data.get("name"):
            self.add_error("name", _("The name of the delegate is missing."))
        return data


class MatterForm(forms.Form):
    case = forms.ModelChoiceField(label=_("Case"), queryset=None, empty_label=None)
    unit = forms.ModelChoiceField(label=_("Handling unit"), queryset=None, empty_label=None)
    subject = Words(
        label=_("What is asked for"), max_length=1000, required=False,
        help_text=_("Empty: the name of the procedure."),
    )  # fmt: skip
    filed = forms.ChoiceField(label=_("How it was filed"), choices=Filed, initial=Filed.COUNTER)
    copies = forms.IntegerField(
        label=_("Number of sets"), min_value=1, max_value=99, initial=1, widget=forms.NumberInput(attrs={"size": 3})
    )
    others = Lines(
        label=_("Other papers handed in"), max_length=2000, required=False, help_text=_("One a line."),
    )  # fmt: skip
    confidential = forms.BooleanField(
        label=_("Confidential"), required=False,
        help_text=_("Only those with the right to confidential dossiers will see it; the look-up will not find it."),
    )  # fmt: skip
    electronic_receipt = forms.BooleanField(
        label=_("Send the receipt as a message too"), required=False,
        help_text=_("To the applicant’s phone or e-mail. It opens with the last 4 digits of the phone number."),
    )  # fmt: skip
    without_papers = forms.BooleanField(label=_("Receive it without the papers of the list"), required=False)
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, version, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["case"].queryset = version.cases.all()
        self.fields["unit"].queryset = units


@dataclass
class ReceiveForm:
    """The forms that stand on the one page; valid when all of them are."""

    matter: MatterForm
    applicant: ApplicantForm
    delegate: DelegateForm
    papers: list

    @classmethod
    def of(cls, version, *, by, day, data=None):
        units = units_to_receive_for(by, version.procedure.field, day=day)
        first = {"submission_key": uuid4(), "copies": version.copies_of_dossier, "unit": getattr(by, "unit_id", None)}
        return cls(
            matter=MatterForm(data, version=version, units=units, initial=first),
            applicant=ApplicantForm(data, prefix="applicant"),
            delegate=DelegateForm(data, prefix="delegate"),
            papers=[_paper_form(required, data) for required in version.documents.select_related("case")],
        )

    def __iter__(self):
        return iter([self.matter, self.applicant, self.delegate, *self.papers])

    @property
    def all(self):
        return list(self)

    @property
    def is_wrong(self):
        return any(form.is_bound and form.errors for form in self)

    def is_valid(self):
        # All of them, not the first that is wrong: the officer mends everything in one go.
        wrong = [form for form in self if not form.is_valid()]
        if self._receipt_finds_nobody():
            self.matter.add_error("electronic_receipt", NEEDS_A_WAY)
        if self._forgot_the_papers():
            self.matter.add_error("without_papers", _("No paper is ticked. Receive the dossier without papers?"))
        return not (wrong or self.matter.errors)

    def _receipt_finds_nobody(self):
        """Nothing opens the look-up of what is confidential, so neither does a receipt."""
        wanted, given = self.matter.cleaned_data, self.applicant.cleaned_data
        reached = given.get("phone") or given.get("email") or self.applicant.errors
        return wanted.get("electronic_receipt") and (wanted.get("confidential") or not reached)

    @property
    def asks_about_papers(self):
        """Whether the page shows the box that lets a dossier pass without papers: not before it was asked for."""
        box = self.matter["without_papers"]
        return bool(box.errors or box.value())

    def _forgot_the_papers(self):
        """The case wants papers to be left here, none is ticked, and nobody said that this is meant."""
        data = self.matter.cleaned_data
        ticked = any(form.cleaned_data.get("brought") for form in self.papers)
        return not ticked and data.get("without_papers") is False and self._wants_papers(data.get("case"))

    def _wants_papers(self, case):
        wanted = [form.required for form in self.papers if not form.required.only_to_show]
        return case is not None and any(required.wanted_for(case) for required in wanted)

    def parties(self):
        applicant = {**self.applicant.cleaned_data, "role": Party.Role.APPLICANT}
        if not self.delegate.cleaned_data["name"]:
            return [applicant]
        return [applicant, {**self.delegate.cleaned_data, "role": Party.Role.DELEGATE}]

    def facts(self):
        """The arguments of Dossier.receive that this page knows."""
        facts = {name: value for name, value in self.matter.cleaned_data.items() if name not in ONLY_OF_THE_PAGE}
        facts["subject"] = facts["subject"] or facts["case"].version.procedure.name
        return {**facts, "parties": self.parties(), "documents": self._documents()}

    def _documents(self):
        brought = [form.as_paper() for form in self.papers if form.cleaned_data["brought"]]
        others = self.matter.cleaned_data["others"].splitlines()
        return brought + [
            {"name": name, "kind": PaperKind.ORIGINAL, "count": 1, "note": ""} for name in filter(None, others)
        ]


def units_to_receive_for(user, field, *, day):
    """Units in force for which this officer may receive dossiers of this field of work."""
    reach = rights_of(user).units_q("dossiers.receive_dossier", field=field)
    return Unit.objects.in_force(on=day).filter(reach).ordered()


def _paper_form(required, data):
    usual = required.as_usually_brought()
    initial = {"kind": usual["kind"], "count": usual["count"]}
    return PaperForm(data, prefix=f"paper-{required.pk}", required=required, initial=initial)
