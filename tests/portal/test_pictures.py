"""Photos that citizens send on a channel: fetched, made anew, kept beside the report, or said to be lost."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from attachments.models import Attachment
from feedback.pictures import AwaitedPicture
from portal import tasks
from portal.channels.base import Never, TryAgain, adapter_for
from tests.attachments.pictures import photo
from tests.feedback.making import at, make_category, report


@pytest.fixture
def channel(settings, monkeypatch):
    settings.CHANNELS = {**settings.CHANNELS, "wall": "tests.channels.fakes.Wall"}
    return adapter_for("wall")


@pytest.fixture
def awaited(calendar, channel):
    make_category()
    [one] = AwaitedPicture.wait_for(report(channel="wall"), ["https://img/1"], channel="wall", at=at())
    return one


def test_a_photo_is_kept_beside_the_report_and_private(awaited, channel, monkeypatch):
    monkeypatch.setattr(channel, "fetch", lambda address: photo())
    tasks.fetch_pictures()
    [kept] = Attachment.objects.about(awaited.report.about)
    assert (kept.public, AwaitedPicture.objects.count()) == (False, 0)


def test_what_is_no_picture_is_said_to_be_lost(awaited, channel, monkeypatch):
    monkeypatch.setattr(channel, "fetch", lambda address: b"<svg onload=alert(1)>")
    tasks.fetch_pictures()
    assert not Attachment.objects.exists()
    assert "không được nhận" in awaited.report.log.last().note or "not taken" in awaited.report.log.last().note


@pytest.mark.parametrize("error", [Never("gone"), TryAgain("away")])
def test_what_cannot_be_had_is_tried_again_or_given_up_in_words(awaited, channel, monkeypatch, error):
    def fetch(address):
        raise error

    monkeypatch.setattr(channel, "fetch", fetch)
    moment = at()
    for _ in range(8):
        for one in AwaitedPicture.objects.all():
            tasks.fetch_picture(one, at=moment)
        moment += timedelta(days=1)
    assert not AwaitedPicture.objects.exists()
    assert awaited.report.log.filter(verb="noted").count() == 1


def test_two_workers_fetch_a_picture_once(awaited):
    with_it = AwaitedPicture.objects.due(at=at(hour=9))
    assert [len(with_it), len(AwaitedPicture.objects.due(at=at(hour=9)))] == [1, 0]
    assert len(AwaitedPicture.objects.due(at=at(hour=9, minute=6))) == 1


def test_the_same_photo_twice_is_one(awaited, channel, monkeypatch):
    out = io.BytesIO()
    Image.new("RGB", (30, 30), "red").save(out, "PNG")
    monkeypatch.setattr(channel, "fetch", lambda address: out.getvalue())
    AwaitedPicture.wait_for(awaited.report, ["https://img/2"], channel="wall", at=at())
    tasks.fetch_pictures()
    assert Attachment.objects.about(awaited.report.about).count() == 1
