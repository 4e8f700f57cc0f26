"""A file with a virus is refused; while the scanner is away files are kept, and nothing of them is public."""

import socket

import pytest

from attachments import scanning
from attachments.models import Attachment, Scan, State
from attachments.publishing import NotPublishable
from attachments.refusals import Code, Refused
from tests.attachments.clamd import VIRUS, scanner
from tests.attachments.films import Track, film, picture_track
from tests.attachments.moments import AT, LATER
from tests.attachments.pictures import photo

pytestmark = pytest.mark.django_db


def take(content=None, about="report:17"):
    return Attachment.objects.take(content or photo(), door="web", at=AT, about=about).attachment


@pytest.fixture
def away(settings):
    """An address on which nobody listens."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        settings.CLAMD_ADDRESS = f"127.0.0.1:{line.getsockname()[1]}"
        yield


def test_a_clean_photo_is_taken_as_it_was_sent_to_the_scanner(root, settings):
    with scanner() as (settings.CLAMD_ADDRESS, got):
        assert take().scan == Scan.CLEAN
    assert got == [photo()]


def test_it_is_asked_over_a_unix_socket_too(root, settings, tmp_path):
    with scanner(str(tmp_path / "clamd")) as (settings.CLAMD_ADDRESS, got):
        assert take().scan == Scan.CLEAN
    assert len(got) == 1


def test_a_large_film_arrives_whole(root, settings):
    content = film(between=[bytes(400_000)]).content
    with scanner() as (settings.CLAMD_ADDRESS, got):
        take(content)
    assert got == [content]


def test_a_photo_with_a_virus_is_refused(root, settings, stored):
    with scanner() as (settings.CLAMD_ADDRESS, _got), pytest.raises(Refused) as refused:
        take(photo(comment=VIRUS))
    assert refused.value.code == Code.INFECTED
    assert stored() == []


def test_while_it_is_away_a_photo_is_kept_and_not_public(root, away, an):
    attachment = take()
    assert attachment.scan == Scan.WAITING
    with pytest.raises(NotPublishable):
        attachment.publish(by=an, at=LATER)


@pytest.mark.parametrize("says", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"UNKNOWN COMMAND\0"])
def test_an_answer_that_says_nothing_of_the_file_is_none(root, settings, says):
    with scanner(says=says) as (settings.CLAMD_ADDRESS, _got):
        assert take().scan == Scan.WAITING


def test_a_scanner_that_hangs_holds_nobody_up(root, settings, monkeypatch):
    monkeypatch.setattr(scanning, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        settings.CLAMD_ADDRESS = f"127.0.0.1:{deaf.getsockname()[1]}"
        assert take().scan == Scan.WAITING


def test_when_it_is_back_it_is_asked_again(root, away, settings, an):
    attachment = take()
    Attachment.objects.rescan(at=LATER)  # still away
    with scanner() as (settings.CLAMD_ADDRESS, _got):
        Attachment.objects.rescan(at=LATER)
    attachment.publish(by=an, at=LATER)
    assert attachment.scan == Scan.CLEAN


def test_what_it_finds_then_is_withdrawn_and_its_files_are_gone(root, away, settings, stored):
    content = film([picture_track(), Track(b"soun", b"mp4a", [VIRUS] * 2)]).content
    attachment, waiting = take(content), take(content, about="")
    with scanner() as (settings.CLAMD_ADDRESS, _got):
        Attachment.objects.rescan(at=LATER)
    attachment.refresh_from_db()
    waiting.refresh_from_db()
    assert (attachment.scan, attachment.state, attachment.original) == (Scan.INFECTED, State.WITHDRAWN, "")
    assert (waiting.scan, waiting.state) == (Scan.INFECTED, State.WAITING)
    assert stored() == []
    with pytest.raises(Refused) as refused:
        Attachment.objects.claim([waiting.key], about="report:18", at=LATER)
    assert refused.value.code == Code.INFECTED
