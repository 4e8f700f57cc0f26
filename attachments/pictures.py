"""Pictures made anew: decoded, turned upright, in sRGB, on white, no larger than a page needs, and nothing else kept.

Whatever stood beside the pixels (place, camera, owner, text, a smaller picture, a profile) is not copied, so none of it
has to be found and removed: docs/decisions/0015 says why in this way.
"""

import io
import threading
from dataclasses import dataclass

import pillow_heif
from PIL import Image, ImageCms

from attachments.refusals import Code, Refused

LONGEST_SIDE = 2048
THUMBNAIL_SIDE = 320
QUALITY = 85
# What a picture may claim before it is unpacked. A JPEG is unpacked at the size that is needed, row by row; a phone's
# HEIC of 48 megapixels takes 150 MB; all others are screenshots.
MOST_PIXELS = {"JPEG": 80_000_000, "HEIF": 50_000_000}
MOST_PIXELS_WHOLE = 25_000_000
LONGEST_CLAIMED_SIDE = 20_000  # panoramas of phones have 16,000; rows cost memory of their own, however narrow
SCAN = 0xDA  # the marker of a JPEG behind which the pixels begin
SRGB = ImageCms.createProfile("sRGB")

pillow_heif.register_heif_opener()
# Unpacking takes memory and a core: whatever the number of threads, no more than these are in work at a time.
_places = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Anew:
    """What is stored of a file: its bytes as made anew, and of a picture a small one."""

    content: bytes
    content_type: str
    width: int | None = None
    height: int | None = None
    thumbnail: bytes = b""


def opened(content, kind):
    """The picture's first bytes read, nothing unpacked yet. Raises Refused (bomb, broken)."""
    try:
        picture = Image.open(io.BytesIO(content), formats=[kind.format])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(Code.BOMB) from None
    except Exception:  # whatever a stranger's bytes make a decoder raise
        raise Refused(Code.BROKEN) from None
    _check_size(picture, kind, content)
    return picture


def made_anew(picture):
    """The picture as a JPEG without anything beside its pixels, and a small one. Raises Refused (bomb, broken)."""
    with _places:
        try:
            whole = _plain(picture)
        except MemoryError:
            raise Refused(Code.BOMB) from None
        except Exception:
            raise Refused(Code.BROKEN) from None
    return stored(whole)


def stored(picture):
    """An RGB picture without metadata as it is kept."""
    return Anew(jpeg(picture), "image/jpeg", *picture.size, thumbnail=jpeg(small(picture)))


def jpeg(picture):
    """A new picture holds pixels and no `info`, of which Pillow would write some into the file."""
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    file = io.BytesIO()
    bare.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()


def small(picture):
    thumbnail = picture.copy()
    thumbnail.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return thumbnail


def _check_size(picture, kind, content):
    """By what its first bytes claim."""
    most = MOST_PIXELS.get(kind.format, MOST_PIXELS_WHOLE)
    if kind.format == "JPEG" and _has_many_scans(picture, content):
        most = MOST_PIXELS_WHOLE
    if max(picture.size) > LONGEST_CLAIMED_SIDE or picture.width * picture.height > most:
        raise Refused(Code.BOMB)
    if min(picture.size) < 1:
        raise Refused(Code.BROKEN)


def _has_many_scans(picture, content):
    """Whether a JPEG is kept whole in memory until its last scan: a progressive one, or one colour after the other."""
    if picture.info.get("progressive"):
        return True
    place = 2
    while content[place : place + 1] == b"\xff" and content[place + 1] != SCAN:
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    in_first = content[place + 4 : place + 5]
    return not in_first or in_first[0] < picture.layers


def _plain(picture):
    profile = picture.info.get("icc_profile")
    if picture.format in ("JPEG", "MPO"):
        picture.draft(None, _bounds(picture.size))
    picture.load()
    flat = _upright(_shrunk(_on_white(picture)), picture)
    return _in_srgb(flat, profile)


def _bounds(size):
    """The size it will have: for an unpacking that stops at the next larger one."""
    share = min(1, LONGEST_SIDE / max(size))
    return tuple(max(1, round(length * share)) for length in size)


def _on_white(picture):
    if picture.mode in ("I;16", "I;16B", "I;16L", "I"):
        return picture.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("RGB") if picture.mode in ("1", "P", "F", "HSV", "RGBX") else picture
    colours = picture.convert("RGBA")
    white = Image.new("RGBA", colours.size, "white")
    white.alpha_composite(colours)
    return white.convert("RGB")


def _shrunk(picture):
    size = _bounds(picture.size)
    return picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _upright(flat, picture):
    """As the phone was held. Where its note of that is broken, as it lies."""
    try:
        way = picture.getexif().get(0x0112)
        return flat.transpose(_TURNS[way]) if way in _TURNS else flat
    except Exception:
        return flat


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _in_srgb(picture, profile):
    """A profile that does not fit its picture is no profile."""
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(picture, own, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return picture.convert("RGB")
