"""Public reports on a map, written as GeoJSON by PostgreSQL in one statement: no row becomes an object of ours.

Up to 500 are points, more are counted in squares, about sixteen across what is seen. Of very many the newest count.
"""

import math
from datetime import timedelta

from django.db import connection

DAYS, MOST_DAYS = 90, 365
POINTS = 500
MOST_LOOKED_AT = 20_000
ACROSS = 16


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
    narrower = ("AND r.ward_id = %(ward)s" if ward else "") + (" AND c.code = %(category)s" if category else "")
    values = {
        "west": west, "south": south, "east": east, "north": north, "since": at - timedelta(days=days), "at": at,
        "most": MOST_LOOKED_AT, "points": POINTS, "cell": (east - west) / ACROSS, "category": category,
        "ward": int(ward) if ward.isascii() and ward.isdecimal() and len(ward) < 10 else 0,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WITHIN.replace("/* narrower */", narrower), values)
        return cursor.fetchone()[0]


_WITHIN = """
WITH found AS MATERIALIZED (
    SELECT r.id, r.code, r.longitude, r.latitude, r.state, r.answered_at IS NOT NULL AS answered,
           r.answered_at IS NULL AND r.due_at < %(at)s AS late, c.name AS category, w.name AS ward
      FROM feedback_report r JOIN feedback_category c ON c.id = r.category_id
      LEFT JOIN agencies_unit w ON w.id = r.ward_id
     WHERE r.shown AND r.latitude IS NOT NULL AND r.received_at > %(since)s
       AND point(r.longitude, r.latitude) <@ box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
       /* narrower */
     ORDER BY r.received_at DESC, r.id DESC LIMIT %(most)s
), many AS (SELECT count(*) AS n FROM found)
SELECT json_build_object(
    'type', 'FeatureCollection', 'count', many.n, 'capped', many.n = %(most)s, 'clustered', many.n > %(points)s,
    'features', coalesce(CASE WHEN many.n <= %(points)s THEN (
        SELECT json_agg(json_build_object(
            'type', 'Feature', 'id', code,
            'geometry', json_build_object('type', 'Point', 'coordinates', json_build_array(longitude, latitude)),
            'properties', json_build_object('code', code, 'category', category, 'ward', ward, 'state', state,
                                            'answered', answered, 'late', late)) ORDER BY id)
          FROM found
    ) ELSE (
        SELECT json_agg(json_build_object(
            'type', 'Feature',
            'geometry', json_build_object('type', 'Point', 'coordinates', json_build_array(middle.x, middle.y)),
            'properties', json_build_object('count', middle.n, 'open', middle.open)))
          FROM (SELECT round(avg(longitude)::numeric, 6) AS x, round(avg(latitude)::numeric, 6) AS y, count(*) AS n,
                       count(*) FILTER (WHERE NOT answered) AS open
                  FROM found GROUP BY floor(longitude / %(cell)s), floor(latitude / %(cell)s)) middle
    ) END, '[]'::json))::text
  FROM many
"""
