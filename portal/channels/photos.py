"""QR codes in photos that people take: tilted, blurred, dark, crumpled. In memory, and within limits."""

import io
import warnings

import zxingcpp
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
MOST_PIXELS = 60_000_000  # a phone of 48 megapixels; what claims more is a bomb
# Phones take far more than a code needs: small first, for that is quick and hides noise; then finer.
SIDES = (1_000, 1_800, 600, 2_800)


class NoPicture(ValueError):
    """What was sent cannot be opened as a picture, or is larger than any phone's."""


def codes_in(content):
    """The texts of all QR codes in a picture, without repetition; an empty list when there are none.

    Raises:
        NoPicture: it is none, or too large.
    """
    picture = _opened(content)
    for side in SIDES:
        sized = _at_most(picture, side)
        for changed in _ways_to_look(sized):
            if found := _read(changed):
                return found
        if sized.size == picture.size:
            break
    return []


def _opened(content):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns of a bomb
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise NoPicture("too many pixels")
            picture.draft("L", (SIDES[-1], SIDES[-1]))  # a JPEG is unpacked at the size that is needed
            return ImageOps.exif_transpose(picture).convert("L")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, ValueError, SyntaxError, Warning) as error:
        raise NoPicture(type(error).__name__) from error


def _at_most(picture, side):
    if max(picture.size) <= side:
        return picture
    return ImageOps.contain(picture, (side, side), Image.Resampling.BOX)


def _ways_to_look(picture):
    """As it is; with its light evened out; with its edges drawn again."""
    yield picture
    yield ImageOps.autocontrast(picture, cutoff=2)
    yield picture.filter(ImageFilter.UnsharpMask(radius=3, percent=250, threshold=0))
    yield ImageOps.equalize(picture.filter(ImageFilter.MedianFilter(3)))


def _read(picture):
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode, try_downscale=True)
    return list(dict.fromkeys(code.text for code in found if code.valid and code.text))
