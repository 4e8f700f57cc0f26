"""What a single value from outside may look like. Every refusal says what was expected."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.strict import BARE, Spoken, Words
from agencies.vietnamese import search_key
from agencies.worktime import VIETNAM
from dossiers.workflow import BY_OFFICIAL_CODE, OFFICIAL_CODES, Status

FIRST_MOMENT = datetime(1990, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(2150, 1, 1, tzinfo=UTC)
_FORMATS = ["%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S"]


class WholeNumber(Spoken, serializers.IntegerField):
    default_error_messages = {
        **BARE,
        "invalid": _("A whole number is expected."),
        "max_value": _("At most {max_value} is expected."),
        "min_value": _("At least {min_value} is expected."),
        "max_string_length": _("A whole number is expected."),
    }

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, int | str | Decimal):
            self.fail("invalid")
        return super().to_internal_value(data)


class Number(Spoken, serializers.DecimalField):
    """A number with at most two decimals; in a table with a comma or a point."""

    default_error_messages = {
        **BARE,
        "invalid": _("A number is expected."),
        "max_value": _("At most {max_value} is expected."),
        "min_value": _("At least {min_value} is expected."),
        "max_digits": _("A number below 10,000 with at most two decimals is expected."),
        "max_decimal_places": _("A number below 10,000 with at most two decimals is expected."),
        "max_whole_digits": _("A number below 10,000 with at most two decimals is expected."),
        "max_string_length": _("A number is expected."),
    }

    def __init__(self, **kwargs):
        super().__init__(max_digits=6, decimal_places=2, **kwargs)

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, int | float | str | Decimal):
            self.fail("invalid")
        return super().to_internal_value(data.replace(",", ".") if isinstance(data, str) else data)


class Choice(serializers.ChoiceField):
    """One of a TextChoices. `aliases` are other words for the same values: official numbers, Vietnamese names."""

    default_error_messages = {**BARE, "invalid_choice": _("One of these is expected: {known}.")}

    def __init__(self, choices, *, aliases=None, **kwargs):
        self.aliases = {search_key(str(alias)): value for alias, value in (aliases or {}).items()}
        super().__init__(choices=getattr(choices, "choices", choices), **kwargs)

    def to_internal_value(self, data):
        word = search_key(str(data)[:80]) if isinstance(data, str | int) and not isinstance(data, bool) else None
        value = self.aliases.get(word, word)
        if value not in self.choices:
            self.fail("invalid_choice", known=", ".join(map(str, self.choices)))
        return value


@extend_schema_field({"oneOf": [{"type": "integer", "minimum": 1, "maximum": 10}, {"type": "string"}]})
class StatusField(serializers.ChoiceField):
    """An official status: its number 1 to 10, its English code, or its name in either language."""

    default_error_messages = {
        **BARE,
        "invalid_choice": _("An official status is expected: 1 to 10 or one of {known}."),
    }

    def __init__(self, **kwargs):
        super().__init__(choices=Status.choices, **kwargs)

    def to_internal_value(self, data):
        if isinstance(data, str | int) and not isinstance(data, bool) and (status := status_named(str(data)[:80])):
            return status
        return self.fail("invalid_choice", known=", ".join(Status.values))


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "integer", "minimum": 1, "maximum": 10}]})
class StepOrStatus(Words):
    """The code of a step, or an official status by number or word."""

    def to_internal_value(self, data):
        number = isinstance(data, int) and not isinstance(data, bool) and data in BY_OFFICIAL_CODE
        return super().to_internal_value(str(data) if number else data)


# As the national exchange names them (Công văn and portals differ in letters only, not in words).
OFFICIAL_NAMES = {
    Status.SUBMITTED: ["Mới đăng ký"],
    Status.RECEIVED: ["Được tiếp nhận", "Đã tiếp nhận"],
    Status.NOT_ACCEPTED: ["Không được tiếp nhận", "Không tiếp nhận"],
    Status.PROCESSING: ["Đang xử lý"],
    Status.SUPPLEMENT_REQUESTED: ["Yêu cầu bổ sung giấy tờ", "Yêu cầu bổ sung"],
    Status.PAYMENT_REQUESTED: ["Yêu cầu thực hiện nghĩa vụ tài chính"],
    Status.WITHDRAWAL_REQUESTED: ["Công dân yêu cầu rút hồ sơ"],
    Status.STOPPED: ["Dừng xử lý"],
    Status.RESULT_READY: ["Đã xử lý xong"],
    Status.HANDED_OVER: ["Đã trả kết quả"],
}


@lru_cache(maxsize=1024)
def status_named(word):
    """The status somebody means by this word or number, or None."""
    if word.strip().isdecimal():
        return BY_OFFICIAL_CODE.get(int(word))
    return _status_words().get(search_key(word).replace("_", " "))


@lru_cache(maxsize=1)
def _status_words():
    words = {status.replace("_", " "): status for status in OFFICIAL_CODES}
    return words | {search_key(name): status for status, names in OFFICIAL_NAMES.items() for name in names}


class Moment(serializers.DateTimeField):
    """ISO 8601, or dd/mm/yyyy HH:MM as it is written in Vietnam. Without a zone it is Vietnam's time."""

    default_error_messages = {
        **BARE,
        "invalid": _("A date with its time is expected: 2026-11-23T08:30+07:00 or 23/11/2026 08:30."),
        "range": _("A moment between 1990 and 2150 is expected."),
    }

    def to_internal_value(self, data):
        moment = _read_moment(data) if isinstance(data, str) and len(data) <= 40 else None
        if moment is None:
            self.fail("invalid")
        try:
            moment = moment.astimezone(UTC)
        except (OverflowError, ValueError):
            self.fail("range")
        if not FIRST_MOMENT <= moment < LAST_MOMENT:
            self.fail("range")
        return moment


def _read_moment(text):
    """To the second: spreadsheets keep 08:00 as 07:59:59.999997."""
    text = text.strip()
    moment = _iso(text) or next(filter(None, (_strptime(text, form) for form in _FORMATS)), None)
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=VIETNAM)
    try:
        return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    except OverflowError:
        return moment.replace(microsecond=0)


def _iso(text):
    # A date alone would silently be midnight.
    if len(text) < 13 or not text[:4].isdigit():
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _strptime(text, form):
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


class Day(serializers.DateField):
    """yyyy-mm-dd or dd/mm/yyyy."""

    default_error_messages = {**BARE, "invalid": _("A date is expected: 2026-11-23 or 23/11/2026.")}

    def to_internal_value(self, data):
        text = data.strip()[:19] if isinstance(data, str) else ""
        for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%dT00:00:00"):
            if (day := _strptime(text, form)) and 1990 <= day.year < 2150:
                return day.date()
        return self.fail("invalid")


class Several(Spoken, serializers.ListField):
    default_error_messages = {
        **BARE,
        "not_a_list": _("A list is expected."),
        "empty": _("At least one entry is expected."),
        "max_length": _("At most so many entries are expected: {max_length}."),
        "min_length": _("At least so many entries are expected: {min_length}."),
    }

    def to_internal_value(self, data):
        # Counted first: a hundred thousand entries are not read to be refused.
        if self.max_length is not None and isinstance(data, list) and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)
