"""What a program may send, read strictly; what a report needs beside that, its draft says."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.models import Unit
from agencies.strict import BARE, NO_TEXT, Strict, Words, YesNo, shown
from feedback.categories import Category
from feedback.intake import LONGEST_EXTRA, LONGEST_TEXT, MOST_PICTURES


class PlaceRow(Strict):
    latitude = serializers.FloatField(error_messages={**BARE, "invalid": _("Please give a number.")})
    longitude = serializers.FloatField(error_messages={**BARE, "invalid": _("Please give a number.")})


class ContactRow(Strict):
    """Who reports, as far as they want to say. Seen by the operations centre alone."""

    name = Words(max_length=200, allow_blank=True, required=False)
    phone = Words(max_length=40, allow_blank=True, required=False)
    email = serializers.EmailField(max_length=254, allow_blank=True, required=False)
    address = Words(max_length=300, allow_blank=True, required=False)
    id_number = Words(max_length=40, allow_blank=True, required=False)


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})
class AnswerRow(serializers.Field):
    """A text, or a list of texts where several may be chosen."""

    default_error_messages = {**BARE, "invalid": _("A text, or a list of texts, is expected.")}

    def to_internal_value(self, data):
        values = data if isinstance(data, list) else [data]
        if len(values) > 100 or not all(isinstance(value, str) and not NO_TEXT.search(value) for value in values):
            self.fail("invalid")
        return data


class AnswersRow(serializers.DictField):
    """{code of a question: answer}; a code that is none of ours is named in letters that can be shown."""

    child = AnswerRow()

    def to_internal_value(self, data):
        named = {shown(code): answer for code, answer in data.items()} if isinstance(data, dict) else data
        return super().to_internal_value(named)


class NewReportRow(Strict):
    category = Words(max_length=60, help_text="Code of a category of the second level: /open311/v2/services.json.")
    text = Words(max_length=LONGEST_TEXT)
    extra_text = Words(max_length=LONGEST_EXTRA, allow_blank=True, default="")
    place = PlaceRow(required=False)
    ward = Words(max_length=60, required=False, help_text="Official code of the ward or commune.")
    address = Words(max_length=300, allow_blank=True, default="", help_text="The place in words.")
    contact = ContactRow(default=dict)
    public = YesNo(default=True, help_text="false: nobody outside reads it.")
    language = serializers.ChoiceField(choices=["vi", "en"], default="vi")
    answers = AnswersRow(default=dict, help_text="{code of a question: answer}")
    pictures = serializers.ListField(
        child=Words(max_length=22), default=list, max_length=MOST_PICTURES, help_text="Keys of files sent before."
    )

    def validate_category(self, code):
        category = Category.objects.offered().filter(code=code.lower(), service_level__isnull=False).first()
        if category is None:
            raise serializers.ValidationError(_("There is no such category."))
        return category

    def validate_ward(self, code):
        ward = Unit.objects.bearer_of(code)
        if ward is None:
            raise serializers.ValidationError(_("The official code of a ward or commune is expected."))
        return ward

    def validate_place(self, place):
        return place["latitude"], place["longitude"]

    def validate_answers(self, answers):
        return {shown(code): answer for code, answer in answers.items()}

    def validate_pictures(self, keys):
        return tuple(dict.fromkeys(keys))
