"""A province's table of old units (communes, districts) and the new ones they went to: old addresses, old receipts and
old identity cards still name them."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from agencies.models import Kind, Succession, Unit
from agencies.tables import BadTable, read_rows
from agencies.vietnamese import search_key
from agencies.working_time import ALWAYS

COLUMNS = ("old_code", "old_name", "old_kind", "new_code", "date", "document")
ALIASES = {
    "ma_cu": "old_code", "ten_cu": "old_name", "loai_cu": "old_kind", "cap_cu": "old_kind", "ma_moi": "new_code",
    "ngay": "date", "ngay_hieu_luc": "date", "van_ban": "document", "so_van_ban": "document",
}  # fmt: skip
KINDS = {
    "xa": Kind.COMMUNE, "commune": Kind.COMMUNE, "thi tran": Kind.COMMUNE, "town": Kind.COMMUNE,
    "phuong": Kind.WARD, "ward": Kind.WARD, "huyen": Kind.DISTRICT, "quan": Kind.DISTRICT, "thi xa": Kind.DISTRICT,
    "thanh pho": Kind.DISTRICT, "district": Kind.DISTRICT, "dac khu": Kind.SPECIAL_ZONE,
}  # fmt: skip


def import_old_units(source, name="", *, on_bad, progress=lambda: None):
    """Make each old unit and its succession; returns (rows taken, units new). A bad row goes to `on_bad` and changes
    nothing. Can be run again."""
    successors, taken, new = {}, 0, 0
    for line, row in read_rows(source, name, on_bad=on_bad):
        try:
            with transaction.atomic():
                new += _take(line, {ALIASES.get(column, column): value for column, value in row.items()}, successors)
            taken += 1
        except BadTable as bad:
            on_bad(bad)
        progress()
    return taken, new


def _take(line, row, successors):
    for column in COLUMNS[:-1]:
        if not row.get(column):
            raise BadTable(line, column, _("A value is missing."))
    successor = _successor(line, row["new_code"], successors)
    since = _date(line, row["date"])
    kind = KINDS.get(search_key(row["old_kind"]))
    if kind is None:
        expected = "xã, phường, thị trấn, đặc khu, huyện, quận, thị xã, thành phố"
        raise BadTable(line, "old_kind", _("One of these is expected: %(kinds)s.") % {"kinds": expected})
    old, new = Unit.objects.get_or_create(
        official_code=row["old_code"][:20], name=row["old_name"][:200], valid_to=since - timedelta(days=1),
        defaults={"kind": kind, "parent": _province(successor), "valid_from": ALWAYS},
    )  # fmt: skip
    facts = {"on": since, "document": row.get("document", "")[:200]}
    Succession.objects.get_or_create(predecessor=old, successor=successor, defaults=facts)
    return int(new)


def _successor(line, code, known):
    """The unit in force today with this code; looked up once a code."""
    if code not in known:
        known[code] = Unit.objects.filter(official_code=code, valid_to=None).select_related("parent").first()
    if known[code] is None:
        raise BadTable(line, "new_code", _("No unit in force has the code “%(code)s”.") % {"code": code})
    return known[code]


def _province(unit):
    return unit.parent or unit


def _date(line, text):
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%dT%H:%M:%S"):
        try:
            day = datetime.strptime(text, form).date()
        except ValueError:
            continue
        if date(1945, 9, 2) <= day <= date(2199, 12, 31):
            return day
    raise BadTable(line, "date", _("A date like 01/07/2025 is expected."))
