"""The row: one dossier as another system tells of it. Read once, then known to be well-formed.

A serializer is made once and kept (`DOSSIER`), because making one costs more than reading a row with it.
"""

from collections.abc import Mapping
from itertools import islice

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from agencies.strict import Strict, Words, YesNo
from dossiers.dossier import Filed, Party
from dossiers.exchange.fields import (
    Choice,
    Day,
    Moment,
    Several,
    StatusField,
    StepOrStatus,
    WholeNumber,
)
from dossiers.ledger import REASON
from dossiers.workflow import PaperKind

MAX_HISTORY = 200
MAX_PARTIES = 20
MAX_DOCUMENTS = 100
MAX_ERRORS = 100


class BadRow(Exception):
    """The row is refused.

    Attributes:
        errors: [(field, reason)], the field as "history.2.at", counted from 1 as in a table; the reason in the
            reader's language.
    """

    problem_status = 400

    def __init__(self, errors):
        super().__init__(errors)
        self.errors = errors

    def __str__(self):
        told = [f"{error['field']}: {error['detail']}".removeprefix(": ") for error in self.problem_errors]
        return "; ".join(told[:5])

    @property
    def problem_errors(self):
        """For the API, whose programmers count from 0."""
        return [{"field": _from_zero(field), "detail": str(reason)} for field, reason in self.errors]


def _from_zero(field):
    return ".".join(str(int(part) - 1) if part.isdecimal() else part for part in field.split("."))


def bad(field, reason):
    return BadRow([(field, reason)])


def listed(row, **options):
    """A list of such rows, with our words for what is wrong with it."""
    return Several(child=row(), **options)


class PartyRow(Strict):
    """A person or organisation. What is left out is not known."""

    role = Choice(Party.Role, default=Party.Role.APPLICANT)
    kind = Choice(
        Party.Kind, default=Party.Kind.CITIZEN, help_text="0 citizen, 1 business, 2 household business (LoaiDoiTuong).",
        aliases={0: "citizen", 1: "business", 2: "household_business", "công dân": "citizen",
                 "doanh nghiệp": "business", "hộ kinh doanh": "household_business"},
    )  # fmt: skip
    name = Words(max_length=300)
    id_number = Words(max_length=40, allow_blank=True, default="")
    phone = Words(max_length=40, allow_blank=True, default="")
    email = Words(max_length=254, allow_blank=True, default="")
    address = Words(max_length=500, allow_blank=True, default="")


class PaperRow(Strict):
    """A document that was received."""

    name = Words(max_length=500)
    kind = Choice(
        PaperKind, default=PaperKind.ORIGINAL, help_text="0 original, 1 copy, 2 electronic (LoaiBan).",
        aliases={0: PaperKind.ORIGINAL, 1: PaperKind.COPY, 2: PaperKind.ELECTRONIC, "bản chính": PaperKind.ORIGINAL,
                 "bản sao": PaperKind.COPY, "bản sao chứng thực": PaperKind.CERTIFIED_COPY,
                 "bản điện tử": PaperKind.ELECTRONIC},
    )  # fmt: skip
    count = WholeNumber(min_value=1, max_value=1000, default=1)
    note = Words(max_length=300, allow_blank=True, default="")


class EntryRow(Strict):
    """One line of the status history, oldest first."""

    at = Moment()
    status = StatusField()
    step = Words(max_length=40, required=False, help_text="Code of a step of the procedure.")
    by = Words(max_length=200, allow_blank=True, default="", help_text="Who did it, as the other system names them.")
    note = Words(max_length=2000, allow_blank=True, default="", help_text="For colleagues.")
    citizen_note = Words(max_length=2000, allow_blank=True, default="", help_text="What the citizen reads.")
    obligation = YesNo(default=False, help_text="With status 6: a tax or other obligation, not a fee.")


FILED = {1: "counter", 2: "online", 3: "post", "trực tiếp": "counter", "trực tuyến": "online", "bưu chính": "post"}


class NewDossierRow(Strict):
    """What a counter says when it receives a dossier; number, moment and due date are ours to give."""

    procedure = Words(max_length=40, help_text="National code.")
    case = Words(max_length=300, required=False, help_text="Name or place (1, 2 …) of the case; the first if left out.")
    unit = Words(
        max_length=60, help_text="Identification code (H20.30) or official code (28261) of the unit that handles it."
    )
    received_by_unit = Words(max_length=60, required=False, help_text="The unit that received it, if another.")
    subject = Words(max_length=1000, allow_blank=True, required=False)
    filed = Choice(Filed, required=False, aliases=FILED, help_text="1 counter, 2 online, 3 post (KenhThucHien).")
    copies = WholeNumber(min_value=1, max_value=1000, required=False)
    confidential = YesNo(required=False)
    documents = listed(PaperRow, required=False, max_length=MAX_DOCUMENTS)
    parties = listed(PartyRow, min_length=1, max_length=MAX_PARTIES)

    def validate_parties(self, parties):
        if parties[0]["role"] != Party.Role.APPLICANT:
            raise ValidationError(_("The first party must be the applicant."))
        return parties


class DossierRow(NewDossierRow):
    """A dossier with its whole or newest history, as another system keeps it."""

    number = Words(max_length=60, min_length=3)
    due_at = Moment(required=False, help_text="The other system's due date; ours is computed, a difference is noted.")
    history = listed(EntryRow, min_length=1, max_length=MAX_HISTORY)

    def validate_number(self, number):
        number = number.upper()
        if not all((char.isascii() and char.isalnum()) or char in ".-/_" for char in number) or not any(
            map(str.isdigit, number)
        ):
            raise ValidationError(_("A dossier number has letters, digits, dots and dashes, e.g. H20.30-261123-0001."))
        return number


class PutRow(DossierRow):
    """The same where the address has the number already."""

    number = Words(max_length=60, min_length=3, required=False)


class AdvanceRow(Strict):
    """Where a dossier goes next, with what that act needs."""

    to = StepOrStatus(max_length=60, help_text="Code of a step, or an official status by number or word.")
    note = Words(max_length=2000, allow_blank=True, required=False, help_text="For colleagues.")
    what = Words(max_length=2000, required=False, help_text="What to bring, or what to pay for.")
    reason = Words(max_length=REASON, required=False, help_text="What the citizen reads.")
    bring_by = Day(required=False)
    obligation = YesNo(required=False)
    paper_number = Words(max_length=60, required=False, help_text="Of the paper this move makes, in your register.")


NEW_DOSSIER, DOSSIER, PUT, ADVANCE = NewDossierRow(), DossierRow(), PutRow(), AdvanceRow()


def read(serializer, data):
    """The row as clean values. Raises BadRow with everything that is wrong with it."""
    try:
        return serializer.run_validation(data)
    except ValidationError as error:
        raise BadRow(list(islice(_flat(error.detail), MAX_ERRORS))) from None


def _flat(detail, path=""):
    """DRF's nested errors as ("history.2.at", reason); a list's places count from 1, as people do."""
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            place = str(key + 1) if isinstance(key, int) else "" if key == "non_field_errors" else str(key)
            yield from _flat(inner, f"{path}.{place}".strip("."))
    elif isinstance(detail, list):
        for place, inner in enumerate(detail, start=1):
            if inner:
                yield from _flat(inner, f"{path}.{place}" if isinstance(inner, Mapping) else path)
    else:
        yield path, str(detail)
