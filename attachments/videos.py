"""Videos cleaned in place: kept is what the picture and the sound need, everything else becomes empty space.

An MP4 or MOV is a tree of boxes (ISO/IEC 14496-12, Apple's QuickTime File Format). A phone writes the place, the
moment and its own name into some of them, into whole tracks, and between the samples. Nobody knows all such boxes, so
the known good ones are named here and the rest is blanked: its type becomes `free`, its bytes zero. No byte moves, so
every offset in the file stays right. What cannot be read with certainty is refused.
"""

import struct
from dataclasses import dataclass

from attachments.boxes import Box, boxes, children, one
from attachments.pictures import Anew
from attachments.refusals import Code, Refused
from attachments.samples import sample_ranges

KEPT = {
    "moov": {"mvhd", "trak"},
    "trak": {"tkhd", "edts", "mdia"},
    "edts": {"elst"},
    "mdia": {"mdhd", "hdlr", "minf"},
    "minf": {"vmhd", "smhd", "hdlr", "dinf", "stbl"},
    "dinf": {"dref"},
    "stbl": {"stsd", "stts", "ctts", "cslg", "stss", "stsz", "stsc", "stco", "co64", "sgpd", "sbgp", "sdtp"},
}
# Codecs whose sample table says the true length of each sample; older sound of QuickTime does not.
CODECS = {
    "vide": {"avc1", "avc3", "hvc1", "hev1", "dvh1", "dvhe", "mp4v", "av01", "vp09"},
    "soun": {"mp4a", "samr", "sawb", "Opus", "alac", "ac-3"},
}
OF_A_CODEC = {
    "avcC", "hvcC", "dvcC", "dvvC", "av1C", "vpcC", "esds", "dOps", "damr", "alac", "dac3", "colr", "pasp", "clap",
    "fiel", "btrt", "chan", "wave", "frma", "mp4a", "mdcv", "clli",
}  # fmt: skip
# Between the beginning of a sample entry and its first inner box.
PICTURE_ENTRY = 78
SOUND_ENTRY = {0: 28, 1: 44, 2: 64}
HOURS = {"mvhd", "tkhd", "mdhd"}
MOST_BOXES = 50  # beside each other in the file; a phone writes five


class Unsure(Exception):
    """Its boxes are there, but of a kind this page does not know well enough."""


@dataclass(frozen=True)
class Track:
    box: Box
    handler: str
    codecs: frozenset

    @property
    def is_understood(self):
        return bool(self.codecs) and self.codecs <= CODECS.get(self.handler, set())


def cleaned(content, kind):
    """The video without anything but its pictures and its sound, as long as it was.

    Raises:
        Refused: broken, or uncleanable: in fragments, in a codec that is not known, with parts in another file.
    """
    film = bytearray(content)
    try:
        width, height = _clean(film)
    except Unsure:
        raise Refused(Code.UNCLEANABLE) from None
    except (ValueError, LookupError, struct.error):
        raise Refused(Code.BROKEN) from None
    return Anew(bytes(film), kind.content_type, width, height)


def _clean(film):
    top = list(boxes(film, 0, len(film)))
    if len(top) > MOST_BOXES or any(box.type in ("moof", "sidx") for box in top):
        raise Unsure
    moov = one(top, "moov")
    tracks = [_track(film, box) for box in children(film, moov) if box.type == "trak"]
    kept = [track for track in tracks if track.is_understood]
    if not any(track.handler == "vide" for track in kept):
        raise Unsure
    wanted = sorted(span for track in kept for span in sample_ranges(film, track.box))
    for box in top:
        if box.type == "mdat":
            _keep_only(film, box, wanted)
        elif box.type not in ("ftyp", "moov"):
            box.blank(film)
    _check_all_inside(wanted, top)
    for track in tracks:
        if track not in kept:
            track.box.blank(film)
    _prune(film, moov)
    return _size(film, next(track for track in kept if track.handler == "vide"))


def _track(film, trak):
    mdia = one(children(film, trak), "mdia")
    handler = film[one(children(film, mdia), "hdlr").body :][8:12].decode("latin-1")
    stsd = one(children(film, _table(film, mdia)), "stsd")
    codecs = frozenset(entry.type for entry in boxes(film, stsd.body + 8, stsd.end))
    return Track(trak, handler, codecs)


def _table(film, mdia):
    return one(children(film, one(children(film, mdia), "minf")), "stbl")


def _keep_only(film, mdat, wanted):
    """Zero what lies between the samples of the kept tracks: other tracks' samples, and what was hidden there."""
    place = mdat.body
    for start, end in wanted:
        if mdat.body <= start < mdat.end:
            film[place:start] = bytes(max(0, start - place))
            place = max(place, end)
    film[place : mdat.end] = bytes(max(0, mdat.end - place))


def _check_all_inside(wanted, top):
    places = [(box.body, box.end) for box in top if box.type == "mdat"]
    if not all(any(body <= start and end <= last for body, last in places) for start, end in wanted):
        raise ValueError("a sample lies outside")


def _prune(film, parent):
    """Blank what is not kept below the parent, and scrub what is."""
    for box in children(film, parent):
        if box.type not in KEPT[parent.type]:
            box.blank(film)
        elif box.type in KEPT:
            _prune(film, box)
        else:
            _scrub(film, box)


def _scrub(film, box):
    if box.type in HOURS:  # when it was taken, and changed
        box.zero(film, 4, 20 if film[box.body] == 1 else 12)
    elif box.type == "hdlr":  # whose software wrote it, and a name
        box.zero(film, 12, box.end - box.body)
    elif box.type == "dref":
        _check_references(film, box)
    elif box.type == "stsd":
        _scrub_entries(film, box)


def _check_references(film, dref):
    """All parts of the film are in this file, or a player would fetch them from wherever the box says."""
    for entry in boxes(film, dref.body + 8, dref.end):
        if not film[entry.body + 3] & 1:
            raise Unsure
        entry.zero(film, 4, entry.end - entry.body)


def _scrub_entries(film, stsd):
    for entry in boxes(film, stsd.body + 8, stsd.end):
        if entry.type in CODECS["vide"]:
            entry.zero(film, 12, 16)  # vendor
            entry.zero(film, 42, 74)  # name of the encoder
            begins = PICTURE_ENTRY
        else:
            begins = SOUND_ENTRY[int.from_bytes(film[entry.body + 8 : entry.body + 10], "big")]
        for box in boxes(film, entry.body + begins, entry.end):
            if box.type not in OF_A_CODEC:
                box.blank(film)


def _size(film, track):
    """Width and height as it is shown: the matrix of a phone held upright turns by a quarter."""
    tkhd = one(children(film, track.box), "tkhd")
    width, height = (value >> 16 for value in struct.unpack(">II", film[tkhd.end - 8 : tkhd.end]))
    turned = film[tkhd.end - 44 : tkhd.end - 40] == bytes(4)
    return (height, width) if turned else (width, height)
