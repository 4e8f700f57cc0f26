"""Pictures as phones and programs make them, with whatever they note beside the pixels: `photo(place=MY_THO)`.

CANARY stands wherever a picture can say something in words; none of it may come through.
"""

import io
import struct
import zlib
from fractions import Fraction

from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

CANARY = "CANARY7Q2M"
MY_THO = (10.354317, 106.367829)  # latitude, longitude
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MAKE, DESCRIPTION, ORIENTATION, ARTIST, COPYRIGHT, EXIF, GPS = 0x10F, 0x10E, 0x112, 0x13B, 0x8298, 0x8769, 0x8825
USER_COMMENT, MAKER_NOTE = 0x9286, 0x927C


def scene(size=(400, 300), mode="RGB"):
    """Left red, right blue, a green corner at the top left: one sees which way up it is."""
    picture = Image.new("RGB", size, (200, 30, 30))
    pen, (width, height) = ImageDraw.Draw(picture), size
    pen.rectangle((width // 2, 0, width, height), fill=(30, 30, 200))
    pen.rectangle((0, 0, width // 5, height // 5), fill=(30, 180, 30))
    return picture.convert(mode)


def photo(picture=None, form="JPEG", *, place=None, orientation=None, canary=False, **options):
    """The bytes of a picture in one of FORMATS.

    Args:
        place: (latitude, longitude) noted by the camera.
        orientation: 1 to 8, how the phone was held.
        canary: CANARY in every place for words that the format has.
    """
    if place or orientation or canary:
        options["exif"] = notes(place=place, orientation=orientation, canary=canary).tobytes()
    if canary:
        options |= _words(form)
    file = io.BytesIO()
    (picture or scene()).save(file, form, **options)
    content = file.getvalue()
    return _with_iptc(content) if canary and form == "JPEG" else content


def notes(*, place=None, orientation=None, canary=False):
    """What a camera writes down (Exif)."""
    exif = Image.Exif()
    if orientation:
        exif[ORIENTATION] = orientation
    if place:
        exif.get_ifd(GPS).update(_gps(*place))
    if canary:
        exif.update(dict.fromkeys((MAKE, DESCRIPTION, ARTIST, COPYRIGHT), CANARY))
        exif.get_ifd(EXIF).update({USER_COMMENT: b"ASCII\0\0\0" + CANARY.encode(), MAKER_NOTE: CANARY.encode() * 3})
    return exif


def profiled(picture, profile):
    """The bytes of a JPEG whose pixels are to be read by this profile (an ImageCms profile)."""
    return photo(picture, icc_profile=ImageCms.ImageCmsProfile(profile).tobytes())


def segment(jpeg, marker, payload):
    """The JPEG with one more segment at its beginning."""
    return jpeg[:2] + b"\xff" + bytes([marker]) + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


def png_that_claims(width, height):
    """A PNG of a few bytes whose head promises so many pixels: a bomb if they are many."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, data) for name, data in [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(10_000))), (b"IEND", b"")]
    )


def png_bomb(side):
    """A PNG that keeps its promise: side × side white pixels, packed by a thousand."""
    packer, row = zlib.compressobj(9), b"\0" + b"\xff" * (side // 8 + bool(side % 8))
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _gps(latitude, longitude):
    return {1: "S" if latitude < 0 else "N", 2: _sexagesimal(latitude),
            3: "W" if longitude < 0 else "E", 4: _sexagesimal(longitude)}  # fmt: skip


def _sexagesimal(value):
    value = Fraction(abs(value)).limit_denominator(10**9)
    degrees, rest = divmod(value, 1)
    minutes, rest = divmod(rest * 60, 1)
    return int(degrees), int(minutes), (rest * 60).limit_denominator(10**4)


def _words(form):
    xmp = f'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/">{CANARY}</x:xmpmeta><?xpacket end="w"?>'.encode()
    if form == "JPEG":
        return {"xmp": xmp, "comment": CANARY.encode()}
    if form == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", CANARY)
        texts.add_text("Author", CANARY, zip=True)
        texts.add_itxt("XML:com.adobe.xmp", xmp.decode())
        return {"pnginfo": texts}
    return {"xmp": xmp}


def _with_iptc(jpeg):
    record = b"\x1c\x02\x78" + struct.pack(">H", len(CANARY)) + CANARY.encode()
    block = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(record)) + record
    return segment(segment(jpeg, 0xED, block), 0xE0, b"JFXX\0\x10" + CANARY.encode())
