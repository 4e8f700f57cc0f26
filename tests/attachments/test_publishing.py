"""An decides what everybody may see, and blacks out what nobody should."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from attachments import redaction, storing
from attachments.models import Attachment, State
from attachments.publishing import NotPublishable
from attachments.redaction import BadBox
from tests.attachments.films import film
from tests.attachments.moments import AT, LATER
from tests.attachments.pictures import photo, scene

pytestmark = pytest.mark.django_db
commits = pytest.fixture(lambda django_capture_on_commit_callbacks: django_capture_on_commit_callbacks)


def picture(name):
    return Image.open(io.BytesIO(storing.read(name)), formats=["JPEG"]).convert("RGB")


def test_a_photo_is_public_from_an_officers_word_until_it_is_withdrawn(chis_photo, an):
    assert not Attachment.objects.public().exists()
    chis_photo.publish(by=an, at=LATER)
    assert Attachment.objects.public().get() == chis_photo
    chis_photo.withdraw(by=an, at=LATER, why="Lộ mặt người dân")
    assert chis_photo.state == State.WITHDRAWN
    assert not Attachment.objects.public().exists()
    chis_photo.publish(by=an, at=LATER)
    assert Attachment.objects.public().exists()
    chis_photo.unpublish(by=an, at=LATER)
    assert chis_photo.state == State.KEPT
    assert not Attachment.objects.public().exists()


def test_the_trail_says_who_and_why(chis_photo, an):
    chis_photo.publish(by=an, at=LATER)
    chis_photo.withdraw(by=an, at=LATER, why="Lộ mặt người dân")
    last = chis_photo.trail.order_by("-pgh_id").first()
    assert last.pgh_context["by"] == f"officer:{an.pk}"
    assert last.pgh_context["why"] == "Lộ mặt người dân"
    assert last.changed_at == LATER


def test_what_waits_for_its_form_is_nobodys_to_publish(root, an):
    waiting = Attachment.objects.take(photo(), door="web", at=AT).attachment
    with pytest.raises(NotPublishable):
        waiting.publish(by=an, at=LATER)


def test_below_a_box_nothing_is_left(chis_photo, an, commits):
    with commits(execute=True):
        chis_photo.redact([(100, 60, 80, 50)], by=an, at=LATER)
    seen, before = picture(chis_photo.public_file), picture(chis_photo.original)
    inside = seen.crop((108, 68, 172, 102))  # its very edge a JPEG mixes with what lies outside
    assert max(high for _low, high in inside.getextrema()) <= 8
    assert max(high for _low, high in before.crop((100, 60, 180, 110)).getextrema()) > 100  # the original is whole
    assert seen.getpixel((380, 280)) == pytest.approx(before.getpixel((380, 280)), abs=8)
    small = Image.open(io.BytesIO(storing.read(chis_photo.public_thumbnail)))
    assert max(small.convert("RGB").getpixel((112, 68))) < 16


def test_boxes_are_shares_or_pixels_of_the_stored_picture(chis_photo, an):
    chis_photo.redact([(0.25, 0.2, 0.5, 0.1), {"x": 100, "y": 60, "width": 200, "height": 30}], by=an, at=LATER)
    assert chis_photo.boxes[0] == chis_photo.boxes[1] == [0.25, 0.2, 0.5, 0.1]


def test_blacking_out_again_replaces_and_no_boxes_undo(chis_photo, an, stored, commits):
    with commits(execute=True):
        chis_photo.redact([(0, 0, 50, 50)], by=an, at=LATER)
    first = chis_photo.redacted
    with commits(execute=True):
        chis_photo.redact([(200, 100, 50, 50)], by=an, at=LATER)
    assert first not in stored()
    assert len(stored()) == 4
    assert picture(chis_photo.public_file).getpixel((20, 20))[1] > 120
    with commits(execute=True):
        chis_photo.redact([], by=an, at=LATER)
    assert chis_photo.public_file == chis_photo.original
    assert stored() == sorted([chis_photo.original, chis_photo.thumbnail])


@pytest.mark.parametrize(
    ("boxes", "number", "field"),
    [
        ([(0, 0, 10, 10), (0, 0, 0, 10)], 2, "width"), ([(0, 0, 10, -1)], 1, "height"), ([(-1, 0, 10, 10)], 1, "x"),
        ([(0, "oben", 10, 10)], 1, "y"), ([(0, float("nan"), 10, 10)], 1, "y"), ([(0, 0, 401, 10)], 1, "width"),
        ([(0, 200, 10, 101)], 1, "height"), ([{"x": 1, "y": 1, "width": 5}], 1, "height"), ([(1, 2)], 1, "width"),
        ([(0.5, 0.5, 0.6, 0.1)], 1, "width"), ([(0, 0, True, 9)], 1, "width"), ([(0, 0, 1, 1)] * 51, 51, None),
        ([(float("inf"), 0, 1, 1)], 1, "x"),
    ],
)  # fmt: skip
def test_a_box_that_cannot_be_drawn_is_named(chis_photo, an, stored, boxes, number, field):
    with pytest.raises(BadBox) as bad:
        chis_photo.redact(boxes, by=an, at=LATER)
    assert (bad.value.number, bad.value.field) == (number, field)
    assert len(stored()) == 2
    assert chis_photo.boxes == []


@given(st.data())
def test_every_pixel_below_any_box_is_black(data):
    size = data.draw(st.tuples(st.integers(16, 90), st.integers(16, 90)))
    x, y = data.draw(st.integers(0, size[0] - 2)), data.draw(st.integers(0, size[1] - 2))
    box = (x, y, data.draw(st.integers(2, size[0] - x)), data.draw(st.integers(2, size[1] - y)))
    drawn = redaction.boxes_of([box], size)
    assert drawn[0].corners(size) == (x, y, x + box[2] - 1, y + box[3] - 1)
    made = redaction.blacked_out(photo(Image.new("RGB", size, "white"), quality=95), drawn)
    seen = Image.open(io.BytesIO(made.content)).convert("L").crop((x, y, x + box[2], y + box[3]))
    assert seen.getextrema()[1] < 96  # at its very edge a JPEG mixes black with what lies outside


def test_a_film_cannot_be_blacked_out(root, an):
    attachment = Attachment.objects.take(film().content, door="web", at=AT, about="report:17").attachment
    with pytest.raises(NotPublishable):
        attachment.redact([(0, 0, 5, 5)], by=an, at=LATER)


def test_a_photo_is_never_without_words(chis_photo, an):
    assert "1" in chis_photo.alt_text
    chis_photo.describe("Ổ gà trên  đường Ấp Bắc", by=an, at=LATER)
    assert chis_photo.alt_text == "Ổ gà trên đường Ấp Bắc"


def test_the_scene_is_as_the_other_tests_believe():
    assert scene().getpixel((20, 20)) == (30, 180, 30)
