"""Where a photo was taken, as its camera noted it: told to whoever sent it, and stored nowhere."""

import math

GPS = 0x8825
LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE = 1, 2, 3, 4


def place_of(picture):
    """(latitude, longitude) in degrees, or None where the photo does not say, or says nonsense."""
    try:
        note = picture.getexif().get_ifd(GPS)
        latitude = _degrees(note[LATITUDE], note.get(LATITUDE_REF), minus="S")
        longitude = _degrees(note[LONGITUDE], note.get(LONGITUDE_REF), minus="W")
    except Exception:  # a stranger's bytes: whatever is wrong with them, they name no place
        return None
    return (latitude, longitude) if _is_on_earth(latitude, longitude) else None


def _degrees(parts, ref, *, minus):
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(ref).strip("\0 ").upper() == minus else value


def _is_on_earth(latitude, longitude):
    """Cameras without a fix write zero and zero: a point in the Atlantic."""
    known = math.isfinite(latitude) and math.isfinite(longitude) and (latitude, longitude) != (0, 0)
    return known and abs(latitude) <= 90 and abs(longitude) <= 180
