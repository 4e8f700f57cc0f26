"""Beside a dossier the desk sees who follows it in a messaging app, not from where, and ends what is strange."""

import pytest
from django.utils.timezone import now

from dossiers.models import Follower
from tests.dossiers.making import make_version, receive

pytestmark = pytest.mark.usefixtures("calendar")


@pytest.fixture
def dossier(an, my_tho):
    make_version()
    return receive(by=an, unit=my_tho, when=now())


@pytest.fixture
def follower(dossier):
    Follower.begin(dossier.pk, channel="console", address="U-5124341706284479410", proof="qr", at=now())
    return dossier.followers.get()


def page(dossier, end=None):
    base = f"/quan-tri/dossiers/dossier/{dossier.pk}/"
    return f"{base}followers/{end.pk}/end/" if end else f"{base}change/"


def test_an_sees_that_somebody_follows_and_not_from_where(client_of, an, dossier, follower):
    shown = client_of(an).get(page(dossier)).content.decode()
    assert "Người theo dõi" in shown
    assert "Mã QR trên giấy" in shown
    assert follower.address not in shown


def test_an_ends_it_and_it_stays_in_the_trail(client_of, an, dossier, follower):
    assert client_of(an).get(page(dossier, follower)).status_code == 405
    client_of(an).post(page(dossier, follower))
    follower.refresh_from_db()
    first = follower.ended_at
    assert first
    client_of(an).post(page(dossier, follower))
    follower.refresh_from_db()
    assert follower.ended_at == first
    assert "Người theo dõi" not in client_of(an).get(page(dossier)).content.decode()


def test_binh_of_the_next_ward_and_the_auditor_end_nothing(client_of, binh, giang, dossier, follower):
    assert client_of(binh).post(page(dossier, follower)).status_code == 404
    assert client_of(giang).post(page(dossier, follower)).status_code == 403
    follower.refresh_from_db()
    assert follower.ended_at is None
