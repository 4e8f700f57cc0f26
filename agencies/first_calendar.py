"""The first guess of a province's working calendar: Vietnam's public holidays as the `holidays` package knows them, put
right by our own table `data/calendar_corrections.json`, which anybody may edit. What the province amends later stays.
"""

import json
from datetime import date
from pathlib import Path

import holidays
from django.db import transaction

from agencies.working_time import ALWAYS, ORDINARY_WEEK, Day, WorkCalendar

CORRECTIONS = Path(__file__).parent / "data" / "calendar_corrections.json"
LAW = "Bộ luật Lao động 45/2019/QH14, Điều 112"


@transaction.atomic
def seed_working_calendar(*, name, years, at, by=None, unit=None, corrections=CORRECTIONS):
    """The calendar of this name with the special days of these years; days it has already are left as they are.

    Returns:
        WorkCalendar
    """
    calendar, _created = WorkCalendar.objects.get_or_create(name=name, defaults={"unit": unit})
    known = set(calendar.days.values_list("on", flat=True))
    days = [day for day in special_days(years, corrections) if day.on not in known]
    weekly = None if calendar.weekly_hours.exists() else ORDINARY_WEEK
    if days or weekly:
        calendar.amend(document=LAW, by=by, at=at, days=days, weekly=weekly, weekly_from=ALWAYS)
    return calendar


def special_days(years, corrections=CORRECTIONS):
    """`Day`s of these years in order: the package's, then our corrections over them."""
    vietnam = holidays.country_holidays("VN", years=years, language="vi")
    days = {on: Day(on, works=False, reason=reason, document=LAW) for on, reason in vietnam.items()}
    for on in vietnam.weekend_workdays:
        days[on] = Day(on, works=True, reason="Làm bù", document=LAW)
    for row in json.loads(Path(corrections).read_text("utf-8")):
        _correct(days, row)
    return [day for on, day in sorted(days.items()) if on.year in years]


def _correct(days, row):
    on = date.fromisoformat(row["on"])
    if row["kind"] == "ordinary":
        days.pop(on, None)
    else:
        days[on] = Day(on, works=row["kind"] == "working", reason=row["reason"], document=row["document"])
