"""What citizens send as a photo of their receipt, and what others send instead."""

import io
import struct
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import segno
from PIL import Image, ImageFilter

from portal.channels import photos
from portal.channels.photos import NoPicture, codes_in
from tests.channels.photographs import COUNT, photograph, shot_of

QUICK = [seed for seed in range(COUNT) if max(shot_of(seed).size) <= 1_600][:24]
TEXT = "https://hoso.dongthap.gov.vn/hs/4NjzCh1tdqBj36Xdtd2xPA/"


def code():
    file = io.BytesIO()
    segno.make(TEXT, error="m", micro=False).save(file, kind="png", scale=6)
    return Image.open(file).convert("L")


def stored(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def png_that_claims(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(10_000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def test_nearly_all_usable_photos_are_read_and_none_is_misread():
    taken = [photograph(seed) for seed in QUICK]
    read = [set(codes_in(photo.content)) for photo in taken]
    assert [found - photo.texts for found, photo in zip(read, taken, strict=True) if found - photo.texts] == []
    assert sum(found == photo.texts for found, photo in zip(read, taken, strict=True)) >= 0.9 * len(taken)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        b"<!doctype html><img src=x onerror=alert(1)>",
        png_that_claims(9_000, 9_000),
        png_that_claims(60_000, 60_000),
        png_that_claims(0, 9),
        png_that_claims(1, 59_999_999),
        png_that_claims(4_100, 4_100),
    ],
    ids=["nothing", "words", "svg", "html", "81 megapixels", "a bomb", "no width", "a thread", "16.8 megapixels whole"],
)
def test_what_is_no_picture_of_a_phone_is_refused(content):
    with pytest.raises(NoPicture):
        codes_in(content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_truncated_picture_is_refused(kind):
    whole = stored(code(), kind)
    with pytest.raises(NoPicture):
        codes_in(whole[: len(whole) // 2])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_a_code_is_read_whatever_its_colours_are_stored_as(mode):
    picture = code().convert("I").point(lambda grey: grey * 257) if mode == "I;16" else code().convert("RGB")
    picture = picture.convert(mode)
    assert codes_in(stored(picture, "JPEG" if mode == "CMYK" else "PNG")) == [TEXT]


def test_of_an_animation_the_first_picture_is_read():
    blank = Image.new("L", code().size, 255)
    assert codes_in(stored(code(), "GIF", save_all=True, append_images=[blank] * 50)) == [TEXT]


@pytest.mark.parametrize("size", [(2_000, 1_500), (12_000, 1), (1, 1)])
def test_in_a_photo_without_a_code_there_is_none(size):
    picture = Image.effect_noise(size, 120).filter(ImageFilter.GaussianBlur(2))
    assert codes_in(stored(picture, "PNG")) == []


def test_a_phone_of_forty_eight_megapixels_is_read():
    picture = Image.new("L", (8_000, 6_000), 255)
    picture.paste(code().resize((2_400, 2_400)), (1_000, 1_000))
    assert codes_in(stored(picture, "JPEG")) == [TEXT]
    with pytest.raises(NoPicture):  # such a one is kept whole in memory
        codes_in(stored(picture, "JPEG", progressive=True))


def test_a_photo_whose_notes_are_broken_is_read_as_it_lies():
    entries = struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0) + struct.pack("<HHI4s", 0x011A, 2, 4, b"72\0\0")
    exif = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 2) + entries + bytes(4)
    assert codes_in(stored(code(), "JPEG", exif=exif)) == [TEXT]


def test_two_photos_at_a_time_are_unpacked_and_others_wait(monkeypatch):
    inside, most, lock = [], [], threading.Lock()

    def look(content):
        with lock:
            inside.append(content)
            most.append(len(inside))
        time.sleep(0.02)
        inside.remove(content)
        return []

    monkeypatch.setattr(photos, "_codes_in", look)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(codes_in, range(16)))
    assert max(most) <= 2
    assert len(most) == 16
