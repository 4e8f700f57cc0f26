"""The officers' forms for reports. They read and refuse; what is done with their data stands in the report's verbs."""

from datetime import datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from agencies.models import Unit
from agencies.vietnamese import tidy, tidy_lines
from attachments.models import Attachment
from feedback.answering import LONGEST_ANSWER
from feedback.assigning import officers_to_assign, units_to_assign
from feedback.categories import Category
from feedback.report import Report
from feedback.routing import proposed_unit
from feedback.workflow import Outcome, Refusal

NOTE, WHERE_TO = 2_000, 200
DAY_ENDS = time(17)


class Words(forms.CharField):
    """One line of text."""

    def to_python(self, value):
        return tidy(super().to_python(value))


class Lines(forms.CharField):
    """Text that may have paragraphs."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value):
        return tidy_lines(super().to_python(value))


class ManyFilesInput(forms.ClearableFileInput):
    template_name = "django/forms/widgets/file.html"
    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """As many files as are chosen; they are looked at where they are taken."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        return [one for one in data or [] if one]


class ActForm(forms.Form):
    """`seen` is the last line of the log that the officer had before their eyes."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    changed_meanwhile = False
    read_outside = ()  # fields whose words the public reads

    def __init__(self, *args, report, user, **kwargs):
        self.report, self.user = report, user
        super().__init__(*args, **kwargs)
        self.set_up()

    def set_up(self):
        """What depends on the report and the officer."""

    def clean_seen(self):
        """Somebody else's act meanwhile is shown before this one is done."""
        last = self.report.log.order_by("pk").last()
        seen = self.cleaned_data["seen"]
        if seen and last and last.pk != seen:
            self.changed_meanwhile = True
            words = _("The report was changed meanwhile: %(act)s, by %(who)s. Look at it, then send again.")
            self.add_error(None, words % {"act": last, "who": last.by_name or _("the system")})
        return seen

    @property
    def preview(self):
        """What the public would read of what is typed; "" where nobody outside reads it."""
        return "\n".join(words for name in self.read_outside if (words := self[name].value()))


class NoteForm(ActForm):
    note = Lines(label=_("Note for colleagues"), required=False, max_length=NOTE)


class NeededNoteForm(ActForm):
    note = Lines(label=_("Note for colleagues"), max_length=NOTE)


class InternalReasonForm(ActForm):
    reason = Lines(label=_("Reason"), max_length=300, help_text=_("Colleagues read it; the citizen does not."))


class PublicReasonForm(ActForm):
    read_outside = ("reason",)

    reason = Lines(label=_("Reason"), max_length=NOTE, help_text=_("The citizen will read it."))


class RefuseForm(ActForm):
    read_outside = ("why", "where_to")

    reason = forms.ChoiceField(label=_("Why it is not taken"), choices=Refusal, widget=forms.RadioSelect)
    why = Lines(label=_("What the citizen reads"), max_length=NOTE)
    where_to = Words(
        label=_("Where to go instead"), max_length=WHERE_TO, required=False,
        help_text=_("Needed where it is another authority's, or a complaint or denunciation."),
    )  # fmt: skip
    note = Lines(label=_("Note for colleagues"), required=False, max_length=NOTE)


class AssignForm(ActForm):
    """Officers are those of the unit that is chosen; another unit shows its own first."""

    unit = forms.ModelChoiceField(label=_("Unit in charge"), queryset=None)
    officer = forms.ModelChoiceField(label=_("Officer"), queryset=None, required=False, empty_label=_("nobody yet"))
    note = Lines(label=_("Note for colleagues"), required=False, max_length=NOTE)

    def set_up(self):
        self.proposed = proposed_unit(self.report)
        units = self.fields["unit"].queryset = units_to_assign(self.user)
        self.initial.setdefault("unit", self.proposed and self.proposed.pk)
        self.chosen = units.filter(pk=_pk(self["unit"].value())).first()
        officers = officers_to_assign(self.user).filter(unit=self.chosen)
        self.fields["officer"].queryset = officers.order_by("full_name")

    @property
    def contact_points(self):
        return self.chosen.contact_points.all()[:20] if self.chosen else []


class AskForm(ActForm):
    read_outside = ("question",)

    question = Lines(label=_("What the citizen is asked"), max_length=NOTE)


class HeardForm(ActForm):
    text = Lines(label=_("What the citizen said"), max_length=4_000)


class PassOnForm(ActForm):
    read_outside = ("partner", "why")

    partner = Words(label=_("Body outside"), max_length=200, help_text=_("The citizen will read it."))
    why = Lines(label=_("Why, and what happens next"), required=False, max_length=NOTE)


class ExtendForm(ActForm):
    read_outside = ("reply", "reason")

    due_at = forms.DateField(
        label=_("New date"), help_text=_("E.g. 27/11/2026."),
        widget=forms.DateInput(attrs={"size": 12, "inputmode": "numeric"}),
    )  # fmt: skip
    reason = Lines(label=_("Reason"), max_length=NOTE, help_text=_("The citizen will read it."))
    reply = Lines(label=_("What was done so far"), max_length=NOTE, help_text=_("The citizen will read it."))

    def clean_due_at(self):
        return datetime.combine(self.cleaned_data["due_at"], DAY_ENDS, get_current_timezone())


class AnswerForm(ActForm):
    """Photos that were taken already lie in `kept`: what comes back for a mistake is not sent twice."""

    read_outside = ("text",)

    outcome = forms.ChoiceField(label=_("How it was settled"), choices=Outcome, widget=forms.RadioSelect)
    text = Lines(
        label=_("Answer"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Nobody outside reads it before it is approved."),
    )  # fmt: skip
    partner = Words(
        label=_("Whose it is"), max_length=200, required=False, help_text=_("Where it is not ours: which authority."),
    )  # fmt: skip
    photos = ManyFiles(label=_("Photos of how it looks now"), required=False)
    kept = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)


class PublishForm(ActForm):
    read_outside = ("text",)

    text = Lines(
        label=_("Answer as it goes out"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 8}),
    )  # fmt: skip

    def set_up(self):
        self.initial.setdefault("text", self.report.written_answer)


class CorrectForm(ActForm):
    category = forms.ModelChoiceField(label=_("Category"), queryset=None, empty_label=None)
    ward = forms.ModelChoiceField(label=_("Ward or commune"), queryset=None, required=False)
    address = Words(label=_("Place in words"), max_length=300, required=False)
    note = Lines(label=_("Note for colleagues"), required=False, max_length=NOTE)

    def set_up(self):
        self.fields["category"].queryset = Category.objects.offered()
        self.fields["ward"].queryset = wards()
        given = {"category": self.report.category_id, "ward": self.report.ward_id, "address": self.report.address}
        self.initial = {**given, **self.initial}


class MergeForm(ActForm):
    main = Words(
        label=_("Code of the report that stays open"), max_length=40, help_text=_("E.g. PA-7KQ2-M9XW."),
        widget=forms.TextInput(attrs={"size": 16, "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    note = Lines(label=_("Note for colleagues"), required=False, max_length=NOTE)

    def clean_main(self):
        main = Report.objects.visible_to(self.user).with_code(self.cleaned_data["main"]).first()
        if main is None:
            raise ValidationError(_("Among your reports there is none with this code."))
        return main


class PhotosForm(ActForm):
    public = forms.MultipleChoiceField(
        label=_("Public photos and films"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Black out faces and number plates first. The public sees a report's photos while it is public."),
    )  # fmt: skip

    def set_up(self):
        self.photos = list(Attachment.objects.about(self.report.about))
        self.fields["public"].choices = [(one.key, one.alt_text) for one in self.photos]
        self.initial.setdefault("public", [one.key for one in self.photos if one.public])


class PublicTextForm(ActForm):
    read_outside = ("public_text",)

    public_text = Lines(
        label=_("As the public reads it"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Take out names, numbers of persons and insults; leave what was said."),
    )  # fmt: skip

    def set_up(self):
        self.initial.setdefault("public_text", self.report.public_text)


def wards():
    """Wards and communes of today."""
    return Unit.objects.filter(kind__in=["ward", "commune", "special_zone"], valid_to=None).ordered()


def _pk(value):
    text = str(getattr(value, "pk", value) or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 15 else None
