"""Boxes over faces and number plates, burnt into a new picture: below them nothing is left to be brought back."""

import io
import math
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from attachments import pictures

MOST_BOXES = 50
FIELDS = ("x", "y", "width", "height")


class BadBox(ValueError):
    """A box that cannot be drawn; `number` counts from 1, `field` is x, y, width or height, or None for all of it."""

    def __init__(self, number, field, words):
        super().__init__(words)
        self.number, self.field = number, field


@dataclass(frozen=True)
class Box:
    """As shares of the picture's width and height, from the top left corner."""

    x: float
    y: float
    width: float
    height: float

    def corners(self, size):
        """Whole pixels, rounded outwards: (left, top, right, bottom), the last two still inside the box."""
        across, down = size
        left, top = math.floor(self.x * across + _HAIR), math.floor(self.y * down + _HAIR)
        right, bottom = (self.x + self.width) * across, (self.y + self.height) * down
        return left, top, min(across, math.ceil(right - _HAIR)) - 1, min(down, math.ceil(bottom - _HAIR)) - 1


_HAIR = 1e-6  # of a pixel: 0.1 + 0.2 is no reason to blacken one row more


def boxes_of(given, size):
    """Boxes of what an officer or a program gave: (x, y, width, height) or {"x": …} each.

    Numbers that are all within 0 and 1 are shares of the picture; otherwise they are pixels of the stored picture.

    Raises:
        BadBox: naming the box and the field that is missing, no number, outside the picture, or not above zero.
    """
    given = list(given)
    if len(given) > MOST_BOXES:
        raise BadBox(MOST_BOXES + 1, None, _("No more than %(most)s boxes.") % {"most": MOST_BOXES})
    return [_box(number, one, size) for number, one in enumerate(given, 1)]


def blacked_out(content, boxes):
    """The stored picture with solid black boxes, made anew."""
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
        whole = picture.convert("RGB")
    pen = ImageDraw.Draw(whole)
    for box in boxes:
        pen.rectangle(box.corners(whole.size), fill="black")
    return pictures.stored(whole)


def _box(number, given, size):
    x, y, width, height = numbers = _numbers(number, given)
    _check_number(number, "x", x >= 0)
    _check_number(number, "y", y >= 0)
    _check_positive(number, "width", width)
    _check_positive(number, "height", height)
    across, down = (1, 1) if max(numbers) <= 1 else size
    _check_inside(number, "width", x + width, across)
    _check_inside(number, "height", y + height, down)
    return Box(x / across, y / down, width / across, height / down)


def _numbers(number, given):
    values = given if isinstance(given, dict) else dict(zip(FIELDS, given, strict=False))
    return [_number(number, field, values.get(field)) for field in FIELDS]


def _number(number, field, value):
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = math.nan
    _check_number(number, field, math.isfinite(found) and not isinstance(value, bool))
    return found


def _check_number(number, field, holds):
    if not holds:
        words = _("Box %(number)s, %(field)s: give a number from 0 on.")
        raise BadBox(number, field, words % {"number": number, "field": _name(field)})


def _check_positive(number, field, value):
    if value <= 0:
        words = _("Box %(number)s, %(field)s: give a number above 0.")
        raise BadBox(number, field, words % {"number": number, "field": _name(field)})


def _check_inside(number, field, end, most):
    if end > most + most * 1e-9:
        words = _("Box %(number)s, %(field)s: the box reaches beyond the edge of the picture.")
        raise BadBox(number, field, words % {"number": number, "field": _name(field)})


def _name(field):
    return {"x": _("from the left"), "y": _("from the top"), "width": _("width"), "height": _("height")}[field]
