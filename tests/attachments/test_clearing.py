"""What the nights do: forget what nobody claimed, and find files that no row names."""

from datetime import timedelta

import pytest

from attachments import storing
from attachments.models import Attachment
from tests.attachments.moments import AT
from tests.attachments.pictures import photo, scene

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)


def wait(number=0, at=AT):
    return Attachment.objects.take(photo(scene((40 + number, 30))), door="web", at=at).attachment


def test_a_form_that_is_not_finished_in_a_day_leaves_no_file(root, stored, chis_photo):
    late, fresh = wait(), wait(1, at=AT + timedelta(hours=2))
    assert Attachment.objects.forget_waiting(at=AT + DAY - timedelta(seconds=1)) == 0
    assert Attachment.objects.forget_waiting(at=AT + DAY) == 1
    assert not Attachment.objects.filter(pk=late.pk).exists()
    kept = [name for one in (fresh, chis_photo) for name in (one.original, one.thumbnail)]
    assert stored() == sorted(kept)


def test_however_many_are_forgotten_it_is_done_in_batches(root, stored, monkeypatch):
    monkeypatch.setattr("attachments.clearing.BATCH", 2)
    for number in range(5):
        wait(number)
    assert Attachment.objects.forget_waiting(at=AT + DAY) == 5
    assert stored() == []


def test_a_file_that_is_gone_already_stops_nothing(root):
    storing.remove(wait().original)
    assert Attachment.objects.forget_waiting(at=AT + DAY) == 1


def test_a_file_without_a_row_is_found_two_days_later(root, stored, chis_photo):
    stray = storing.put(b"lost by a transaction", "image/jpeg", at=AT)
    Attachment.objects.sweep_strays(at=AT + DAY)
    assert stray in stored()  # its transaction may still be open
    Attachment.objects.sweep_strays(at=AT + 2 * DAY)
    assert stored() == sorted([chis_photo.original, chis_photo.thumbnail])
