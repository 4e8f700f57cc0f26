"""Everybody sees what was published, by its address, and nothing else; a browser can do nothing with it but show it."""

import io

import pytest
from PIL import Image

from attachments import storing
from attachments.models import Attachment
from tests.attachments.films import film
from tests.attachments.moments import AT, LATER
from tests.attachments.pictures import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(chis_photo, an):
    chis_photo.publish(by=an, at=LATER)
    return chis_photo


@pytest.fixture
def public_film(root, an):
    attachment = Attachment.objects.take(film().content, door="web", at=AT, about="report:17").attachment
    attachment.publish(by=an, at=LATER)
    return attachment


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def address(attachment):
    return f"/tep/{attachment.key}"


def test_a_public_photo_is_shown_and_its_small_one(client, public):
    answer = client.get(address(public))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert body(answer) == storing.read(public.original)
    assert max(Image.open(io.BytesIO(body(client.get(f"{address(public)}/nho")))).size) == 320


def test_a_private_a_waiting_a_withdrawn_and_no_photo_look_the_same(client, chis_photo, an):
    waiting = Attachment.objects.take(photo(), door="web", at=AT).attachment
    withdrawn = Attachment.objects.take(photo(), door="web", at=AT, about="report:18").attachment
    withdrawn.publish(by=an, at=LATER)
    withdrawn.withdraw(by=an, at=LATER)
    for path in (address(chis_photo), address(waiting), address(withdrawn), "/tep/" + "A" * 22, "/tep/x"):
        assert client.get(path).status_code == client.get(f"{path}/nho").status_code == 404


def test_everybody_sees_the_black_boxes_and_nobody_what_is_below(client, public, an):
    before = client.get(address(public))["ETag"]
    public.redact([(0, 0, 1.0, 1.0)], by=an, at=LATER)
    answer = client.get(address(public))
    assert answer["ETag"] != before
    assert Image.open(io.BytesIO(body(answer))).convert("L").getextrema() == (0, 0)
    small = Image.open(io.BytesIO(body(client.get(f"{address(public)}/nho"))))
    assert small.convert("L").getextrema() == (0, 0)


def test_it_can_only_be_looked_at(client, public):
    answer = client.get(address(public))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith('inline; filename="tep-')
    assert answer["Content-Disposition"].endswith('.jpg"')
    assert answer["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert public.original not in str(answer.headers)
    assert client.post(address(public)).status_code == 405


def test_a_browser_that_has_it_is_told_so(client, public):
    etag = client.get(address(public))["ETag"]
    answer = client.get(address(public), headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)


def test_a_photo_whose_file_is_lost_is_not_there(client, public):
    storing.remove(public.original)
    assert client.get(address(public)).status_code == 404


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=100-", 100, None), ("bytes=-50", -50, None), ("bytes=10-999999999", 10, None)],
)
def test_a_player_gets_the_part_it_asks_for(client, public_film, asked, first, last):
    whole = storing.read(public_film.original)
    first = first if first >= 0 else len(whole) + first
    last = len(whole) - 1 if last is None else last
    answer = client.get(address(public_film), headers={"Range": asked})
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
    assert int(answer["Content-Length"]) == last - first + 1
    assert body(answer) == whole[first : last + 1]
    assert answer["Content-Type"] == "video/mp4"


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=-0"])
def test_what_lies_behind_the_end_is_not_there(client, public_film, asked):
    answer = client.get(address(public_film), headers={"Range": asked})
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{public_film.size}"


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=0-1,4-5", "items=0-1", "bytes=-", "bytes=x-y", "bytes=" + "9" * 400 + "-"]
)
def test_what_makes_no_sense_is_answered_with_the_whole(client, public_film, asked):
    answer = client.get(address(public_film), headers={"Range": asked})
    assert (answer.status_code, body(answer)) == (200, storing.read(public_film.original))


def test_a_part_of_another_version_is_not_mixed_in(client, public_film):
    headers = {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert client.get(address(public_film), headers=headers).status_code == 200
    assert client.get(f"{address(public_film)}/nho").status_code == 404  # a film has no small picture
