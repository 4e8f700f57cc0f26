"""What comes in from other programs, read strictly: nothing unknown is lost in silence, nothing is guessed.

Every refusal says what was expected, in the reader's language.
"""

import re
from collections.abc import Mapping

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.utils.formatting import lazy_format

from agencies.vietnamese import search_key, tidy, tidy_lines

REQUIRED = _("This field is needed.")
NULL = _("This field may not be null; leave it out instead.")
TOO_LONG = _("At most {max_length} characters are expected.")
UNKNOWN = _("There is no such field here. Known are: {known}.")
BARE = {"required": REQUIRED, "null": NULL}
NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # NUL and lone surrogates: PostgreSQL cannot keep them


class Spoken:
    """The framework words a limit once, in the language of whoever asked first; here it is worded for each."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        for validator in self.validators:
            if isinstance(message := getattr(validator, "message", None), lazy_format):
                words, values = message.format_string, message.kwargs
                validator.message = lazy(lambda words=words, values=values: str(words).format(**values), str)()


class Words(Spoken, serializers.CharField):
    """Text as NFC, without control characters or stray spaces. A number is refused: its leading zeros would be lost."""

    default_error_messages = {
        **BARE,
        "invalid": _("Text in quotation marks is expected."),
        "blank": _("This field may not be empty."),
        "max_length": TOO_LONG,
        "min_length": _("At least {min_length} characters are expected."),
        "no_text": _("Text without control characters is expected."),
    }

    def run_validation(self, data=serializers.empty):
        if isinstance(data, str):
            if NO_TEXT.search(data):
                self.fail("no_text")
            data = tidy_lines(data)
        return super().run_validation(data)

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class YesNo(serializers.BooleanField):
    """true and false; in a table also 1, x, có, yes and 0, không, no or nothing."""

    default_error_messages = {**BARE, "invalid": _("true or false is expected.")}
    YES = {"true", "1", "x", "co", "yes", "y"}
    NO = {"false", "0", "", "khong", "no", "n"}

    def to_internal_value(self, data):
        if isinstance(data, bool):
            return data
        word = search_key(data) if isinstance(data, str) else None
        if word not in self.YES | self.NO:
            self.fail("invalid")
        return word in self.YES


class Strict(serializers.Serializer):
    """Refuses fields it does not know, by name: a misspelt field must not be lost in silence."""

    default_error_messages = {
        "invalid": _("An object with named fields is expected."),
        "null": NULL,
        "required": REQUIRED,
    }

    def to_internal_value(self, data):
        if isinstance(data, Mapping) and (unknown := [key for key in data if key not in self.fields]):
            reason = str(UNKNOWN).format(known=", ".join(self.fields))
            raise ValidationError({shown(key): [reason] for key in unknown[:20]})
        return super().to_internal_value(data)


def shown(key):
    """A field's name from outside, fit to be shown."""
    return tidy(str(key)[:80].encode("utf-8", "replace").decode()) or "?"
