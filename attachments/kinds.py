"""What a file is, by its first bytes; its name and what the browser says of it are only held against that.

A table of four families and not libmagic: that knows hundreds of kinds, of which the one decoder that opens the file
next may think otherwise. What begins as one of ours is opened as that and as nothing else.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from attachments.refusals import Code, Refused

STILL = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}
FILM = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V "}
QUICKTIME = b"qt  "
EBML = b"\x1a\x45\xdf\xa3"  # WebM and Matroska
# A second file inside the first, for somebody who opens it as another kind.
SCRIPT = re.compile(rb"<\?php|<script[\s>]|<!doctype html", re.IGNORECASE)
PDF_BEGINS_WITHIN = 1024


@dataclass(frozen=True)
class Kind:
    content_type: str
    endings: frozenset
    format: str = ""  # Pillow's name; empty for a video


JPEG = Kind("image/jpeg", frozenset({".jpg", ".jpeg", ".jpe", ".jfif"}), "JPEG")
PNG = Kind("image/png", frozenset({".png"}), "PNG")
WEBP = Kind("image/webp", frozenset({".webp"}), "WEBP")
HEIC = Kind("image/heic", frozenset({".heic", ".heif", ".hif"}), "HEIF")
MP4 = Kind("video/mp4", frozenset({".mp4", ".m4v"}))
MOV = Kind("video/quicktime", frozenset({".mov", ".qt"}))


def kind_of(content, *, name=""):
    """The kind of these bytes. Raises Refused (type, name, uncleanable).

    Args:
        name: what the sender called it, or "" if that is not known.
    """
    kind = _by_content(content)
    if _is_also_another(content):
        raise Refused(Code.TYPE)
    ending = PurePath(name).suffix.lower()
    if ending and ending not in kind.endings:
        raise Refused(Code.NAME)
    return kind


def _by_content(content):
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(EBML):
        raise Refused(Code.UNCLEANABLE)
    if content[4:8] == b"ftyp":
        return _by_brand(content)
    raise Refused(Code.TYPE)


def _by_brand(content):
    """The first brand is what the file is, the others what it may be read as; both families share the box."""
    end = min(int.from_bytes(content[:4], "big"), 256)
    first, others = content[8:12], {content[start : start + 4] for start in range(16, end - 3, 4)}
    if first in STILL:
        return HEIC
    if first == QUICKTIME:
        return MOV
    if first in FILM or (others & FILM and not others & STILL):
        return MP4
    raise Refused(Code.TYPE)


def _is_also_another(content):
    pdf = b"%PDF-" in content[:PDF_BEGINS_WITHIN]
    return pdf or SCRIPT.search(content) is not None or zipfile.is_zipfile(io.BytesIO(content))
