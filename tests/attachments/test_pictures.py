"""Chi's photo, made anew: the pixels come through, nothing else does."""

import io
import re
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from attachments import kinds, pictures, places
from attachments.refusals import Code, Refused
from tests.attachments.pictures import CANARY, FORMATS, MY_THO, photo, png_bomb, png_that_claims, scene, segment

ROOT = Path(__file__).resolve().parents[2]
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "HEIF": "heic"}
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def looked_at(content, name=""):
    kind = kinds.kind_of(content, name=name)
    return pictures.opened(content, kind)


def anew(content):
    return pictures.made_anew(looked_at(content))


def shown(content):
    return Image.open(io.BytesIO(content), formats=["JPEG"])


def code_of(content, name=""):
    with pytest.raises(Refused) as refused:
        pictures.made_anew(looked_at(content, name))
    return refused.value.code


def segments(jpeg):
    """[(marker, payload)] up to the pixels, and what follows the end of the picture."""
    found, place = [], 2
    while jpeg[place + 1] != 0xDA:
        (length,) = struct.unpack(">H", jpeg[place + 2 : place + 4])
        found.append((jpeg[place + 1], jpeg[place + 4 : place + 2 + length]))
        place += 2 + length
    return found, jpeg[jpeg.rindex(b"\xff\xd9") + 2 :]


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_that_a_camera_or_a_program_noted_comes_through(form):
    sent = photo(form=form, place=MY_THO, orientation=6, canary=True)
    assert CANARY.encode() in sent  # otherwise this would prove nothing
    made = anew(sent)
    for content in (made.content, made.thumbnail):
        assert CANARY.encode() not in content
        markers, behind = segments(content)
        # JFIF, tables, frame, Huffman tables: no Exif (E1), no profile (E2), no IPTC (ED), no comment (FE).
        assert {marker for marker, _ in markers} <= {0xE0, 0xDB, 0xC0, 0xC4}
        assert [payload[:5] for marker, payload in markers if marker == 0xE0] == [b"JFIF\0"]
        assert behind == b""
        picture = shown(content)
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert len(picture.getexif()) == 0
        assert picture.getxmp() == {}


@pytest.mark.parametrize("form", FORMATS)
def test_the_place_is_told_once_from_every_kind_of_photo(form):
    assert places.place_of(looked_at(photo(form=form, place=MY_THO))) == pytest.approx(MY_THO, abs=1e-5)
    assert places.place_of(looked_at(photo(form=form))) is None


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_place_anywhere_on_earth_is_read_as_it_was_noted(latitude, longitude):
    place = places.place_of(looked_at(photo(scene((8, 8)), place=(latitude, longitude))))
    if place is None:  # zero and zero is what cameras say that do not know
        assert (latitude, longitude) == pytest.approx((0, 0), abs=1e-6)
    else:
        assert place == pytest.approx((latitude, longitude), abs=1e-6)


@pytest.mark.parametrize("place", [(0, 0), (91, 106), (10, 181)])
def test_a_camera_that_talks_nonsense_names_no_place(place):
    assert places.place_of(looked_at(photo(place=place))) is None


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_however_the_phone_was_held(form, orientation):
    upright = scene((80, 60))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # transpose of Pillow that lays it down as that phone would
    lying = upright.transpose(undo[orientation]) if orientation in undo else upright
    picture = shown(anew(photo(lying, form, orientation=orientation)).content)
    assert picture.size == (80, 60)
    red, green, _blue = picture.getpixel((4, 4))
    assert green > 120 > red
    assert picture.getpixel((75, 55))[2] > 120 > picture.getpixel((75, 55))[0]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("size", "becomes"), [((3000, 1500), (2048, 1024)), ((64, 48), (64, 48)), ((9000, 64), (2048, 15))]
)
def test_the_longest_side_is_no_longer_than_a_page_needs(form, size, becomes):
    made = anew(photo(scene(size), form))
    assert shown(made.content).size == (made.width, made.height) == becomes
    assert max(shown(made.thumbnail).size) <= 320


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_what_was_transparent_is_white(form):
    picture = scene(mode="RGBA")
    picture.putalpha(Image.new("L", picture.size, 0))
    assert min(shown(anew(photo(picture, form)).content).getpixel((9, 9))) > 250


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_picture_comes_through_however_its_colours_are_stored(mode):
    grey = Image.new("L", (32, 32), 200)
    picture = Image.new("I;16", (32, 32), 200 * 257) if mode == "I;16" else grey.convert(mode)
    value = shown(anew(photo(picture, "PNG")).content).getpixel((16, 16))
    assert value == ((255,) * 3 if mode == "1" else pytest.approx((200,) * 3, abs=3)) or mode == "1"


def test_colours_of_another_profile_become_those_of_the_web():
    lab = ImageCms.createProfile("LAB")
    transform = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), lab, "RGB", "LAB")
    tiff_like = ImageCms.applyTransform(Image.new("RGB", (32, 32), (200, 30, 30)), transform)
    made = pictures._in_srgb(tiff_like, ImageCms.ImageCmsProfile(lab).tobytes())
    assert made.mode == "RGB"
    assert made.getpixel((9, 9)) == pytest.approx((200, 30, 30), abs=4)


def test_a_profile_that_is_rubbish_is_no_reason_to_refuse_a_photo():
    made = anew(photo(icc_profile=b"rubbish" * 30))
    assert shown(made.content).getpixel((390, 290)) == pytest.approx((30, 30, 200), abs=12)


def test_a_cmyk_photo_of_a_printing_house_is_taken():
    assert shown(anew(photo(scene(mode="CMYK"))).content).mode == "RGB"


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_kept(form):
    rest = [Image.new("RGB", (40, 30), "black")] * 3
    content = photo(Image.new("RGB", (40, 30), "white"), form, save_all=True, append_images=rest)
    made = anew(content)
    assert getattr(shown(made.content), "n_frames", 1) == 1
    assert min(shown(made.content).getpixel((20, 15))) > 240


def test_the_movie_that_a_phone_hides_behind_a_photo_is_left_behind():
    assert CANARY.encode() not in anew(photo() + b"\0\0\0\x18ftypmp42" + CANARY.encode() * 9).content


@pytest.mark.parametrize(
    "content",
    [
        SVG, b"<!doctype html><p>x", b"<?php system($_GET[0]);", b"PK\x03\x04" + bytes(99), b"GIF89a" + bytes(99),
        b"%PDF-1.7\n", b"\x7fELF" + bytes(99), b"BM" + bytes(99), b"II*\0" + bytes(99),
        b"\0\0\0\x1cftypavif" + bytes(99), b"\0\0\0\x18ftypcrx " + bytes(99), b"x", b"\xff\xd8", b"RIFF\0\0\0\0WAVE",
    ],
)  # fmt: skip
def test_what_is_no_photo_is_refused_whatever_its_name(content):
    assert code_of(content, "anh.jpg") == Code.TYPE


def test_a_photo_that_is_a_second_file_too_is_refused():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("x.html", "hello")
    assert code_of(photo() + archive.getvalue(), "anh.jpg") == Code.TYPE
    assert code_of(photo() + b"<?PHP echo 1;", "anh.jpg") == Code.TYPE
    assert code_of(segment(photo(), 0xFE, b"<script>alert(1)</script>"), "anh.jpg") == Code.TYPE
    assert code_of(segment(photo(), 0xFE, b"%PDF-1.4 "), "anh.jpg") == Code.TYPE


@pytest.mark.parametrize("form", FORMATS)
def test_a_photo_is_called_what_it_is_or_nothing(form):
    content = photo(form=form)
    assert looked_at(content, f"IMG_0001.{ENDINGS[form].upper()}")
    assert looked_at(content, "")
    assert looked_at(content, "blob")
    for wrong in {"jpg", "png", "webp", "heic", "php", "svg", "mp4"} - {ENDINGS[form]}:
        assert code_of(content, f"anh.{wrong}") == Code.NAME


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_photo_that_was_cut_off_on_the_way_is_refused(form, share):
    whole = photo(Image.effect_noise((200, 200), 90).convert("RGB"), form)
    assert code_of(whole[: int(len(whole) * share)]) == Code.BROKEN


@given(st.data())
def test_whatever_is_wrong_with_the_bytes_the_answer_is_a_photo_or_a_refusal(data):
    content = bytearray(data.draw(st.sampled_from(RIGHT)))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=12)):
        content[place] = data.draw(st.integers(0, 255))
    try:
        made = anew(bytes(content))
    except Refused:
        pass
    else:
        assert shown(made.content).size == (made.width, made.height)


RIGHT = [photo(scene((40, 30)), form, place=MY_THO, orientation=6) for form in FORMATS]


@pytest.mark.parametrize("size", [(30_000, 30_000), (5_001, 5_000), (60_000, 60_000), (20_001, 1), (1, 30_000_000)])
def test_a_picture_that_claims_too_much_is_refused(size):
    assert code_of(png_that_claims(*size)) == Code.BOMB


@pytest.mark.parametrize("size", [(30_000, 30_000), (8_000, 8_000), (65_535, 65_535)])
def test_a_heic_that_claims_too_much_is_refused(size):
    content = bytearray(photo(form="HEIF"))
    for found in re.finditer(b"ispe", bytes(content)):
        content[found.start() + 8 : found.start() + 16] = struct.pack(">II", *size)
    assert code_of(bytes(content)) == Code.BOMB


def test_a_webp_that_claims_too_much_is_refused():
    content = bytearray(photo(form="WEBP", canary=True))
    place = content.index(b"VP8X") + 12
    content[place : place + 6] = (16_383).to_bytes(3, "little") * 2
    assert code_of(bytes(content)) == Code.BOMB


IN_A_PROCESS_OF_ITS_OWN = """
import re, sys, time
from attachments import kinds, pictures
from attachments.refusals import Refused
content = open(sys.argv[1], "rb").read()
began = time.monotonic()
try:
    pictures.made_anew(pictures.opened(content, kinds.kind_of(content)))
except Refused as refused:
    most = int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])  # ru_maxrss has the parent's too
    print(refused.code, time.monotonic() - began, most // 1024)
"""


def test_a_real_bomb_costs_neither_time_nor_memory(tmp_path):
    """900 million pixels in 150 KB."""
    bomb = tmp_path / "anh.png"
    bomb.write_bytes(png_bomb(30_000))
    assert bomb.stat().st_size < 1_000_000
    done = subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS_OF_ITS_OWN, bomb], cwd=ROOT, capture_output=True, text=True, check=True
    )
    code, seconds, megabytes = done.stdout.split()
    assert code == "bomb"
    assert float(seconds) < 1
    assert int(megabytes) < 200


def test_a_large_jpeg_is_unpacked_at_the_size_that_is_needed():
    picture = looked_at(photo(scene((8000, 6000))))
    made = pictures.made_anew(picture)
    assert picture.size == (4000, 3000)  # a quarter of the pixels, in a quarter of the time
    assert (made.width, made.height) == (2048, 1536)


def test_a_jpeg_that_has_to_be_kept_whole_may_be_no_larger_than_a_screenshot():
    large = scene((6000, 4200))
    assert looked_at(photo(large))
    assert code_of(photo(large, progressive=True)) == Code.BOMB
    plain = photo(large)
    scan = plain.rindex(b"\xff\xda\0\x0c\3")
    one_colour_after_the_other = plain[:scan] + b"\xff\xda\0\x08\1\1\0\0\x3f\0" + plain[scan + 14 :]
    assert code_of(one_colour_after_the_other) == Code.BOMB


def test_a_photo_with_a_second_one_for_the_other_eye_is_taken():
    file = io.BytesIO()
    scene((64, 48)).save(file, "MPO", save_all=True, append_images=[Image.new("RGB", (64, 48), "black")])
    made = anew(file.getvalue())
    assert shown(made.content).getpixel((60, 44))[2] > 120
    assert made.content.count(b"\xff\xd8\xff") == 1


def test_a_refusal_is_told_in_the_citizens_words():
    assert re.search("20", str(Refused(Code.TOO_BIG)))
    assert all("%(" not in str(Refused(code)) for code in Code)
