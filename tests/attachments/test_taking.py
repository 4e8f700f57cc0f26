"""Chi sends what she saw: taken once, within limits, and the place her phone noted goes back to her alone."""

import base64
import hashlib
import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from attachments import storing
from attachments.models import Attachment, Scan, State
from attachments.refusals import Code, Refused
from tests.attachments.films import film
from tests.attachments.moments import AT, LATER
from tests.attachments.pictures import CANARY, MY_THO, photo, scene

pytestmark = pytest.mark.django_db
REPORT = "report:17"


def take(upload, *, about=REPORT, **options):
    return Attachment.objects.take(upload, door="web", at=AT, about=about, **options)


def numbered(number):
    """A photo unlike all others."""
    return photo(scene((40 + number, 30)))


def code_of(act, *arguments, **options):
    with pytest.raises(Refused) as refused:
        act(*arguments, **options)
    return refused.value.code


def test_what_is_stored_is_the_photo_made_anew_under_a_name_that_says_nothing(root, stored):
    attachment = take(SimpleUploadedFile("Nhà bà Chi.jpg", photo(canary=True))).attachment
    content = storing.read(attachment.original)
    assert (attachment.kind, attachment.content_type, attachment.width, attachment.height) == (
        "photo", "image/jpeg", 400, 300,
    )  # fmt: skip
    assert attachment.size == len(content)
    assert attachment.sha256 == hashlib.sha256(content).hexdigest()
    assert (attachment.state, attachment.public, attachment.scan) == (State.KEPT, False, Scan.OFF)
    assert len(attachment.key) == 22
    assert stored() == sorted([attachment.original, attachment.thumbnail])
    assert not [name for name in stored() if "Chi" in name or attachment.key in name]
    assert (root / attachment.original).stat().st_mode & 0o777 == 0o640


def test_the_place_is_in_no_column_and_no_file(root):
    taken = take(photo(place=MY_THO, canary=True))
    assert taken.place == pytest.approx(MY_THO, abs=1e-5)
    everything = [path.read_bytes() for path in root.rglob("*") if path.is_file()]
    with connection.cursor() as cursor:
        for table in ("attachments_attachment", "attachments_attachmentevent"):
            cursor.execute(f"SELECT to_jsonb(kept)::text FROM {table} kept")
            everything += [text.encode() for (text,) in cursor.fetchall()]
    assert len(everything) >= 4
    for canary in ("10.354", "106.367", CANARY):
        assert not [found for found in everything if canary.encode() in found]


def test_bytes_and_files_are_taken_alike(root):
    content = photo()
    first = take(content).attachment
    assert take(io.BytesIO(content)).attachment == first
    assert take(SimpleUploadedFile("x.jpg", content)).attachment == first


def test_the_same_photo_for_the_same_report_is_one_row_whichever_door(root, stored):
    first = take(photo(place=MY_THO))
    again = Attachment.objects.take(photo(place=MY_THO), door="api", at=LATER, about=REPORT)
    assert again.attachment == first.attachment
    assert again.place == first.place
    assert len(stored()) == 2
    assert take(photo(place=MY_THO), about="report:18").attachment != first.attachment


def test_nobody_finds_out_by_hashing_who_sent_a_photo_they_have(root):
    attachment = take(photo()).attachment
    assert attachment.raw_mark != hashlib.sha256(photo()).hexdigest()


@pytest.mark.parametrize(
    ("upload", "code"),
    [(b"", Code.EMPTY), (bytes(20 * 1024 * 1024 + 1), Code.TOO_BIG), (b"<svg/>", Code.TYPE),
     (SimpleUploadedFile("x.png", photo()), Code.NAME), (photo()[:2_000], Code.BROKEN)],
    ids=["empty", "too big", "svg", "name", "broken"],
)  # fmt: skip
def test_what_is_refused_leaves_nothing_behind(root, stored, upload, code):
    assert code_of(take, upload) == code
    assert stored() == []
    assert not Attachment.objects.exists()


def test_a_stream_that_never_ends_is_read_no_further_than_the_limit(root):
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            assert size > 0
            self.given += size
            return bytes(size)

    endless = Endless()
    assert code_of(take, endless) == Code.TOO_BIG
    assert endless.given <= 20 * 1024 * 1024 + 1


def test_a_film_is_taken_without_its_place(root):
    attachment = take(SimpleUploadedFile("IMG_1.MOV", film(brand=b"qt  ").content)).attachment
    assert (attachment.kind, attachment.content_type) == ("video", "video/quicktime")
    assert attachment.thumbnail == ""
    assert attachment.original.endswith(".mov")


def test_a_report_has_ten_files_and_no_more(root, stored):
    for number in range(10):
        assert take(numbered(number)).attachment.order == number + 1
    assert code_of(take, numbered(10)) == Code.TOO_MANY
    assert len(stored()) == 20
    assert take(numbered(3)).attachment.order == 4  # sent again, it is the one that is there


def test_a_withdrawn_file_makes_room(root, an):
    first = take(numbered(0)).attachment
    for number in range(1, 10):
        take(numbered(number))
    first.withdraw(by=an, at=LATER)
    assert take(numbered(10)).attachment.order == 11


def test_all_files_of_a_report_together_have_a_limit(root, settings):
    settings.ATTACHMENTS_PER_THING_MB = 1
    noisy = [film(between=[bytes([number]) * 200_000]).content for number in range(3)]
    take(noisy[0])
    assert code_of(take, noisy[1]) == Code.TOO_MUCH
    assert take(noisy[1], about="report:18")


def test_files_wait_for_the_form_and_are_claimed_in_the_order_it_says(root):
    keys = [take(numbered(number), about="").attachment.key for number in range(3)]
    assert set(Attachment.objects.waiting(keys).values_list("key", flat=True)) == set(keys)
    claimed = Attachment.objects.claim(reversed(keys), about=REPORT, at=LATER)
    assert [one.key for one in claimed] == keys[::-1]
    assert [one.order for one in Attachment.objects.about(REPORT)] == [1, 2, 3]
    assert {one.state for one in claimed} == {State.KEPT}
    assert not Attachment.objects.waiting(keys).exists()
    assert Attachment.objects.claim(keys, about=REPORT, at=LATER)  # the button pressed twice
    assert Attachment.objects.about(REPORT).count() == 3


def test_the_form_shows_chi_again_what_she_sent(root):
    key = take(photo(), about="").attachment.key
    waiting = Attachment.objects.waiting([key]).get()
    head, _comma, content = waiting.preview.partition(",")
    assert head == "data:image/jpeg;base64"  # the pages' policy lets it be shown, and no address has to be opened
    assert base64.b64decode(content) == storing.read(waiting.thumbnail)
    assert take(film().content, about="").attachment.preview == ""


def test_nobody_claims_what_another_report_has(root):
    key = take(photo()).attachment.key
    assert code_of(Attachment.objects.claim, [key], about="report:18", at=LATER) == Code.GONE
    assert code_of(Attachment.objects.claim, ["A" * 22], about="report:18", at=LATER) == Code.GONE


def test_two_people_who_send_the_same_photo_wait_apart(root):
    assert take(photo(), about="").attachment != take(photo(), about="").attachment


def test_a_photo_that_the_report_has_already_is_not_claimed_twice(root, stored, django_capture_on_commit_callbacks):
    first, again = take(photo()).attachment, take(photo(), about="").attachment
    with django_capture_on_commit_callbacks(execute=True):
        assert Attachment.objects.claim([again.key], about=REPORT, at=LATER) == [first]
    assert stored() == sorted([first.original, first.thumbnail])


def test_either_all_files_are_claimed_or_none(root, settings):
    settings.ATTACHMENTS_PER_THING = 2
    keys = [take(numbered(number), about="").attachment.key for number in range(3)]
    assert code_of(Attachment.objects.claim, keys, about=REPORT, at=LATER) == Code.TOO_MANY
    assert Attachment.objects.waiting(keys).count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_twelve_photos_at_the_same_moment_ten_are_taken(root, stored):
    start = threading.Barrier(12)

    def send(number):
        start.wait()
        try:
            return take(numbered(number)).attachment.order
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(send, range(12)))
    assert sorted(answer for answer in answers if isinstance(answer, int)) == list(range(1, 11))
    assert answers.count(Code.TOO_MANY) == 2
    assert len(stored()) == 20


@pytest.mark.django_db(transaction=True)
def test_the_same_photo_sent_by_an_impatient_thumb_is_one_row(root, stored):
    start = threading.Barrier(6)

    def send(_turn):
        start.wait()
        try:
            return take(photo()).attachment.key
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(send, range(6)))) == 1
    assert len(stored()) == 2
