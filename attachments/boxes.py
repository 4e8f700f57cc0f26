"""The boxes of an MP4 or MOV: length, type, and what they hold (ISO/IEC 14496-12, 4.2)."""

import struct
from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """Places in the file: of its first byte, of what it holds, and behind its last byte."""

    type: str
    start: int
    body: int
    end: int

    def blank(self, film):
        """Into empty space of the same length."""
        film[self.start + 4 : self.start + 8] = b"free"
        film[self.body : self.end] = bytes(self.end - self.body)

    def zero(self, film, begin, end):
        """Bytes of the body, counted from its beginning; never beyond its end."""
        begin, end = self.body + begin, min(self.body + end, self.end)
        film[begin:end] = bytes(max(0, end - begin))


def boxes(film, start, end):
    """The boxes between two places. Raises ValueError where their lengths do not add up.

    QuickTime ends some lists with zeros instead of a box, so a rest of less than a box is blanked and passed over.
    """
    while end - start >= 8:
        box = _at(film, start, end)
        yield box
        start = box.end
    film[start:end] = bytes(end - start)


def children(film, box):
    return boxes(film, box.body, box.end)


def one(found, name):
    """The one box of that type. Raises ValueError if there is none or more than one."""
    [box] = [box for box in found if box.type == name]
    return box


def _at(film, start, end):
    length, name = struct.unpack_from(">I4s", film, start)
    header = 8
    if length == 1:
        header, length = 16, struct.unpack_from(">Q", film, start + 8)[0]
    elif length == 0 and end == len(film):  # the last one, to the end of the file
        length = end - start
    if length < header or start + length > end:
        raise ValueError("the lengths of boxes do not add up")
    return Box(name.decode("latin-1"), start, start + header, start + length)
