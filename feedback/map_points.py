"""Public reports on a map, written as GeoJSON by PostgreSQL in one statement: no row becomes an object of ours.

Up to 500 are points, more are counted in squares, about sixteen across what is seen. Of very many the newest count.
"""

import math
from datetime import timedelta

from django.db import connection

DAYS, MOST_DAYS = 90, 365
POINTS = 500
MOST_LOOKED_AT = 10_000
ACROSS = 16
# In a quarter of a town the index of places finds what there ever was, and that is little. In a wider box there may be
# a million of all years: there the newest are read one by one until enough lie within it.
WIDE = 0.03  # degrees, three kilometres


def box_in(text):
    """(west, south, east, north) of "105.8,10.1,106.2,10.5", or None if it is none."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    sound = all(map(math.isfinite, (west, south, east, north)))
    return (west, south, east, north) if sound and -180 <= west < east <= 180 and -90 <= south < north <= 90 else None


def days_in(text):
    """How far back; 90 if nothing is said, None for nonsense."""
    if not text:
        return DAYS
    days = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
    return days if 1 <= days <= MOST_DAYS else None


def within(box, *, at, days=DAYS, ward="", category=""):
    """The FeatureCollection as text."""
    west, south, east, north = box
    values = {
        "west": west, "south": south, "east": east, "north": north, "since": at - timedelta(days=days), "at": at,
        "most": MOST_LOOKED_AT, "points": POINTS, "cell": (east - west) / ACROSS, "category": category,
        "ward": int(ward) if ward.isascii() and ward.isdecimal() and len(ward) < 10 else 0,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WITHIN.replace("/* where */", _where(box, ward, category)), values)
        return cursor.fetchone()[0]


def _where(box, ward, category):
    west, south, east, north = box
    parts = [_WIDE if max(east - west, north - south) > WIDE else _NARROW]
    if ward:
        parts.append("r.ward_id = %(ward)s")
    if category:
        parts.append("r.category_id = (SELECT id FROM feedback_category WHERE code = %(category)s)")
    return " AND ".join(parts)


_NARROW = "point(r.longitude, r.latitude) <@ box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))"
_WIDE = "r.longitude BETWEEN %(west)s AND %(east)s AND r.latitude BETWEEN %(south)s AND %(north)s"
_WITHIN = """
WITH found AS MATERIALIZED (
    SELECT r.id, r.code, r.longitude, r.latitude, r.state, r.answered_at, r.due_at, r.category_id, r.ward_id
      FROM feedback_report r
     WHERE r.shown AND r.latitude IS NOT NULL AND r.received_at > %(since)s AND /* where */
     ORDER BY r.received_at DESC, r.id DESC LIMIT %(most)s
), many AS (SELECT count(*) AS n FROM found)
SELECT json_build_object(
    'type', 'FeatureCollection', 'count', many.n, 'capped', many.n = %(most)s, 'clustered', many.n > %(points)s,
    'features', coalesce(CASE WHEN many.n <= %(points)s THEN (
        SELECT json_agg(json_build_object(
            'type', 'Feature', 'id', found.code,
            'geometry', json_build_object('type', 'Point', 'coordinates', json_build_array(longitude, latitude)),
            'properties', json_build_object(
                'code', found.code, 'category', c.name, 'ward', w.name, 
                'state', CASE found.state WHEN 'answered' THEN 'in_progress' ELSE found.state END,
               
                'answered', answered_at IS NOT NULL, 'late', answered_at IS NULL AND coalesce(due_at < %(at)s, false)))
            ORDER BY found.id)
          FROM found JOIN feedback_category c ON c.id = category_id LEFT JOIN agencies_unit w ON w.id = ward_id
    ) ELSE (
        SELECT json_agg(json_build_object(
            'type', 'Feature',
            'geometry', json_build_object('type', 'Point', 'coordinates', json_build_array(middle.x, middle.y)),
            'properties', json_build_object('count', middle.n, 'open', middle.open)))
          FROM (SELECT avg(longitude) AS x, avg(latitude) AS y, count(*) AS n,
                       count(*) FILTER (WHERE answered_at IS NULL) AS open
                  FROM found GROUP BY floor(longitude / %(cell)s), floor(latitude / %(cell)s)) middle
    ) END, '[]'::json))::text
  FROM many
"""
