"""QR codes in photos that people take: tilted, blurred, dark, crumpled. In memory, and within limits."""

import io
import threading
import time
import warnings

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
MOST_PIXELS = 60_000_000  # a phone of 48 megapixels; what claims more is a bomb
# What is unpacked whole before it can be made smaller: a page scanned at 400 dpi, no more.
MOST_PIXELS_WHOLE = 16_000_000
LONGEST_SIDE = 12_000  # rows cost memory of their own, however narrow they are
MOST_SECONDS = 2.5  # no further look is begun after them
# Longer sides in pixels. Two receipts in a picture may each want another one, so all of the first are looked at.
FIRST = (1_000, 1_800, 2_400)
LATER = (600, 1_000, 1_300, 1_800, 2_400)


# Unpacking takes memory and a core: whatever the number of threads, no more than these are in work at a time.
_places = threading.BoundedSemaphore(2)


class NoPicture(ValueError):
    """What was sent cannot be opened as a picture, or is larger than any phone's."""


def codes_in(content):
    """The texts of all QR codes in a picture, without repetition; an empty list when there are none.

    Raises:
        NoPicture: it is none, or too large.
    """
    with _places:
        return _codes_in(content)


def _codes_in(content):
    until = time.monotonic() + MOST_SECONDS
    picture = _opened(content)
    found = {text for side in FIRST if time.monotonic() < until for text in _read(_sized(picture, side))}
    if found:
        return sorted(found)
    for changed in _further_looks(picture):
        if time.monotonic() > until:
            break
        if texts := _read(changed):
            return texts
    return []


def _opened(content):
    """In grey and upright. Whatever a stranger's bytes make a decoder raise, they are no picture of a receipt."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns of a bomb
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
            _check_size(picture)
            picture.draft("L", (FIRST[-1], FIRST[-1]))  # a JPEG is unpacked at the size that is needed
            return _upright(picture).convert("L")
    except NoPicture:
        raise
    except Exception as error:
        raise NoPicture(type(error).__name__) from error


def _check_size(picture):
    """By what its first bytes claim, before anything is unpacked."""
    # A progressive JPEG is kept whole in memory until its last pass.
    whole = picture.format != "JPEG" or picture.info.get("progressive")
    most = MOST_PIXELS_WHOLE if whole else MOST_PIXELS
    if max(picture.size) > LONGEST_SIDE or picture.width * picture.height > most:
        raise NoPicture("too many pixels")


def _upright(picture):
    """Where its note of how the phone was held is broken, as it lies: a code is read in any position."""
    picture.load()
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:
        return picture


def _sized(picture, side):
    """Smaller hides noise; larger than it came gives the reader's grid room between the modules."""
    share = side / max(picture.size)
    size = tuple(max(1, round(length * share)) for length in picture.size)
    return picture.resize(size, Image.Resampling.BOX if share < 1 else Image.Resampling.BICUBIC)


def _further_looks(picture):
    """Small; with its edges drawn again; without its noise. What hit most in the shortest time comes first."""
    yield _sized(picture, LATER[0])
    for side in LATER:
        yield _sized(picture, side).filter(ImageFilter.UnsharpMask(radius=1.5, percent=300, threshold=0))
    for side in LATER[1:]:
        yield _sized(picture, side).filter(ImageFilter.UnsharpMask(radius=3, percent=250, threshold=0))
    for side in LATER[-2:]:
        yield _sized(picture, side).filter(ImageFilter.GaussianBlur(1))


def _read(picture):
    """Without Micro QR, which the reader else sees in any crumple, and which hardly checks what it read."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCodeModel2)
    return list(dict.fromkeys(code.text for code in found if code.valid and code.text))
