"""A procedure as a province prepares it for the catalogue (docs/imports.md)."""

import re

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from agencies.strict import Strict, Words, YesNo
from agencies.worktime import Refused
from dossiers.catalogue import SAME_DAY_GROWS_NOT, Fee, Level, OnlineLevel, OnSupplement, TermUnit
from dossiers.clock import Term
from dossiers.exchange.fields import Choice, Day, Number, WholeNumber
from dossiers.exchange.rows import listed
from dossiers.workflow import Status

MAX_AMOUNT = 2_000_000_000
# Only where a step may stand by itself: what waits for the citizen is asked for, not stepped to.
STEP_STATUSES = (Status.RECEIVED, Status.PROCESSING, Status.RESULT_READY)
_SLUG = re.compile(r"[-a-zA-Z0-9_]+")

TERM_UNITS = {
    "giờ": "hour", "giờ làm việc": "working_hour", "ngày làm việc": "working_day", "ngày": "calendar_day",
    "tháng": "month", "trong ngày": "same_day",
}  # fmt: skip
LEVELS = {"bộ": "ministry", "cấp bộ": "ministry", "tỉnh": "province", "cấp tỉnh": "province", "xã": "commune",
          "cấp xã": "commune"}  # fmt: skip
ONLINE = {"toàn trình": "full", "một phần": "partial", "cung cấp thông tin": "information"}
KINDS = {"phí": "fee", "lệ phí": "charge", "giá dịch vụ": "service_price"}


class TermRow(Strict):
    unit = Choice(TermUnit, aliases=TERM_UNITS)
    n = Number(min_value=0, default=1)

    def validate(self, term):
        try:
            Term(unit=term["unit"], n=term["n"])
        except Refused as refused:
            raise ValidationError({refused.field: [_(refused.reason) % refused.values]})
        return term


class CaseRow(Strict):
    name = Words(max_length=300)
    term = TermRow()
    area_extension = Number(min_value=0, default=0, help_text="Longer by so much in difficult areas.")
    term_note = Words(max_length=500, allow_blank=True, default="")

    def validate(self, case):
        if case["term"]["unit"] == TermUnit.SAME_DAY and case["area_extension"]:
            raise ValidationError({"area_extension": [SAME_DAY_GROWS_NOT]})
        try:
            Term(unit=case["term"]["unit"], n=case["term"]["n"] + case["area_extension"])
        except Refused as refused:
            raise ValidationError({"area_extension": [_(refused.reason) % refused.values]})
        return case


class FeeRow(Strict):
    case = Words(max_length=300, allow_blank=True, default="")
    kind = Choice(Fee.Kind, default=Fee.Kind.CHARGE, aliases=KINDS)
    filed = Words(max_length=60, allow_blank=True, default="")
    text = Words(max_length=500)
    amount = WholeNumber(min_value=0, max_value=MAX_AMOUNT, allow_null=True, default=None)


class RequiredDocumentRow(Strict):
    case = Words(max_length=300, allow_blank=True, default="")
    name = Words(max_length=500)
    originals = WholeNumber(min_value=0, max_value=100, default=0)
    copies = WholeNumber(min_value=0, max_value=100, default=0)
    certified_copies = WholeNumber(min_value=0, max_value=100, default=0)
    only_to_show = YesNo(default=False)
    form_url = Words(max_length=200, allow_blank=True, default="")
    note = Words(max_length=300, allow_blank=True, default="")

    def validate_form_url(self, url):
        if url and not re.fullmatch(r"https?://[^\s<>\"']+", url):
            raise ValidationError(_("An address that begins with https:// is expected."))
        return url


class StepRow(Strict):
    code = Words(max_length=40)
    name = Words(max_length=200)
    status = Choice({status: status.label for status in STEP_STATUSES}, default=Status.PROCESSING,
                    aliases={2: Status.RECEIVED, 4: Status.PROCESSING, 9: Status.RESULT_READY})  # fmt: skip
    budget_minutes = WholeNumber(min_value=0, max_value=1_000_000, default=0)
    informs = YesNo(default=False)
    citizen_text = Words(max_length=300, allow_blank=True, default="")

    def validate_code(self, code):
        if not _SLUG.fullmatch(code):
            raise ValidationError(_("Only letters without marks, digits and dashes are expected, e.g. tham-tra."))
        return code


class FieldRow(Strict):
    code = Words(max_length=60)
    name = Words(max_length=200, required=False)


class ProcedureRow(Strict):
    """One procedure with everything that belongs to its newest version."""

    code = Words(max_length=40, help_text="National code, e.g. 1.001193.")
    name = Words(max_length=500)
    field = FieldRow()
    level = Choice(Level, default=Level.COMMUNE, aliases=LEVELS)
    keywords = Words(max_length=500, allow_blank=True, required=False)
    valid_from = Day(required=False)
    decision = Words(max_length=200, allow_blank=True, default="")
    online_level = Choice(OnlineLevel, default=OnlineLevel.PARTIAL, aliases=ONLINE)
    partial_reason = Words(max_length=500, allow_blank=True, default="")
    audience = Words(max_length=500, allow_blank=True, default="")
    how = Words(max_length=5000, allow_blank=True, default="")
    conditions = Words(max_length=5000, allow_blank=True, default="")
    result = Words(max_length=500, allow_blank=True, default="")
    legal_basis = Words(max_length=5000, allow_blank=True, default="")
    handled_by = Words(max_length=300, allow_blank=True, default="")
    on_supplement = Choice(OnSupplement, default=OnSupplement.RESUME)
    copies_of_dossier = WholeNumber(min_value=1, max_value=100, default=1)
    note = Words(max_length=500, allow_blank=True, default="")
    cases = listed(CaseRow, min_length=1, max_length=50)
    fees = listed(FeeRow, default=list, max_length=100)
    documents = listed(RequiredDocumentRow, default=list, max_length=100)
    steps = listed(StepRow, default=list, max_length=50)

    def validate_code(self, code):
        if not re.fullmatch(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)+", code):
            raise ValidationError(_("A code such as 1.001193 is expected."))
        return code

    def validate_cases(self, cases):
        return _distinct(cases, "name")

    def validate_steps(self, steps):
        if steps and steps[0]["status"] != Status.RECEIVED:
            raise ValidationError(_("The first step must have the status 2 (received)."))
        return _distinct(steps, "code")

    def validate(self, row):
        known = {case["name"] for case in row["cases"]} | {""}
        wrong = {
            part: {place: {"case": [_("There is no case of this name.")]}}
            for part in ("fees", "documents")
            for place, line in enumerate(row[part])
            if line["case"] not in known
        }
        if wrong:
            raise ValidationError(wrong)
        return row


def _distinct(rows, name):
    seen = set()
    for place, row in enumerate(rows):
        if row[name] in seen:
            raise ValidationError({place: {name: [_("This stands twice.")]}})
        seen.add(row[name])
    return rows


PROCEDURE = ProcedureRow()
