"""What was reported before: near, of the same category, still open. Asked while somebody is about to report it again.

The index of places answers "within these bounds"; only what lies there is looked at. docs/decisions/0017 says why no
geographic extension is needed for it.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import asin, cos, radians, sin, sqrt

from feedback.report import Report

WITHIN = timedelta(weeks=12)
VERY_LIKELY = 50  # metres
MOST = 5
LOOKED_AT = 200
EARTH = 6_371_009.0
METRES_A_DEGREE = EARTH * radians(1)


@dataclass(frozen=True)
class Near:
    report: Report
    metres: int

    @property
    def is_very_likely(self):
        return self.metres <= VERY_LIKELY


def near(place, category, *, at, radius=None, among=None, exclude=None):
    """At most five open reports of the category within its radius and twelve weeks, the nearest first.

    Args:
        place: (latitude, longitude).
        radius: metres; the category's own if None. 0 finds nothing.
        among: the reports to look through; those that anybody may see if None.
    """
    radius = category.radius if radius is None else radius
    if not place or not radius:
        return []
    among = Report.objects.shown() if among is None else among
    rows = among.open().filter(category=category, received_at__gt=at - WITHIN).in_box(*box(place, radius))
    if exclude is not None:
        rows = rows.exclude(pk=exclude)
    found = [Near(report, round(metres(place, report.place))) for report in rows.order_by("-pk")[:LOOKED_AT]]
    return sorted((one for one in found if one.metres <= radius), key=lambda one: one.metres)[:MOST]


def box(place, radius):
    """(south, west, north, east) around a point, so many metres each way."""
    latitude, longitude = place
    up = radius / METRES_A_DEGREE
    aside = up / max(cos(radians(latitude)), 0.01)
    return latitude - up, longitude - aside, latitude + up, longitude + aside


def metres(a, b):
    """The distance of two (latitude, longitude) on the sphere; over a province it errs by less than half a percent."""
    (lat_a, lon_a), (lat_b, lon_b) = a, b
    up, aside = sin(radians(lat_b - lat_a) / 2), sin(radians(lon_b - lon_a) / 2)
    return 2 * EARTH * asin(sqrt(up * up + cos(radians(lat_a)) * cos(radians(lat_b)) * aside * aside))
