"""Fields of the officers' forms: what they take in every spelling, and what they say when it is wrong."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.vietnamese import tidy, tidy_lines
from dossiers.phones import phone_digits

_PHONE = re.compile(r"0[235789]\d{8,9}")
_PERSON = re.compile(r"\d{12}")
_TAX = re.compile(r"\d{10}(-?\d{3})?")
_PASSPORT = re.compile(r"[A-Z]{1,2}\d{6,8}")


class Words(forms.CharField):
    """One line of text."""

    def to_python(self, value):
        return tidy(super().to_python(value))


class Lines(forms.CharField):
    """Text that may have paragraphs."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value):
        return tidy_lines(super().to_python(value))


class Phone(forms.CharField):
    """A Vietnamese number however it is typed, kept as 0912345678."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "size": 16})

    def to_python(self, value):
        text = super().to_python(value).strip()
        return phone_digits(text) if re.fullmatch(r"[+\d\s().\-–]*", text) else text

    def validate(self, value):
        super().validate(value)
        if value and not _PHONE.fullmatch(value):
            raise ValidationError(
                _("A phone number of 10 or 11 digits that begins with 0 or +84 is expected, e.g. 0912 345 678.")
            )


class IdNumber(forms.CharField):
    """Identity number, tax number, or a foreigner's passport."""

    widget = forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "spellcheck": "false", "size": 20})

    def to_python(self, value):
        return re.sub(r"[\s.]", "", super().to_python(value)).upper()

    def validate(self, value):
        super().validate(value)
        if value and not any(shape.fullmatch(value) for shape in (_PERSON, _TAX, _PASSPORT)):
            raise ValidationError(
                _("12 digits of an identity number, 10 or 13 of a tax number, or a passport number are expected.")
            )
