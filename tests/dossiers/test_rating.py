"""After the result is handed over the citizen is asked once how it was; leaders read it, and not whose it is."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from dossiers.models import Rating
from dossiers.rating import rating_token
from portal.channels.models import Delivery
from tests.dossiers.making import make_version, receive
from tests.people import make_officer

pytestmark = pytest.mark.usefixtures("calendar")
LIST = "/quan-tri/dossiers/rating/"


@pytest.fixture
def dossier(an, my_tho):
    make_version()
    dossier = receive(by=an, unit=my_tho, when=now())
    dossier.finish(by=an, at=now())
    return dossier


@pytest.fixture
def page(dossier, an):
    """Where the message at the end leads."""
    dossier.hand_over(by=an, at=now())
    text = Delivery.objects.get(kind="result_handed_over").text
    return text[text.index("/danh-gia/") :].split()[0]


def test_chi_says_how_it_was_once(client, dossier, page):
    assert client.get(page).status_code == 200
    assert not Rating.objects.exists()  # a preview that opens it says nothing in her name
    thanks = client.post(page, {"stars": "2", "note": "Chờ lâu, phải đi hai lần"})
    assert "Cảm ơn" in thanks.content.decode()
    rating = Rating.objects.get()
    assert (rating.stars, rating.note, rating.through) == (2, "Chờ lâu, phải đi hai lần", "web")
    assert (rating.unit, rating.role) == (dossier.received_by_unit, "Tiếp nhận và trả kết quả")
    assert client.get(page).status_code == 410
    assert client.post(page, {"stars": "5"}).status_code == 410
    assert Rating.objects.get().stars == 2


def test_what_is_missing_is_named_and_nothing_typed_is_lost(client, page):
    for stars in ("", "6", "x"):
        refused = client.post(page, {"stars": stars, "note": "Nhanh"})
        assert refused.status_code == 400
        assert "Nhanh" in refused.content.decode()
    assert client.post(page, {"stars": "5", "note": "a" * 1001}).status_code == 400
    assert not Rating.objects.exists()


def test_it_ends_after_two_weeks_and_begins_with_the_hand_over(client, dossier, an, monkeypatch):
    page = f"/danh-gia/{rating_token(dossier.pk)}/"
    assert client.get(page).status_code == 410
    dossier.hand_over(by=an, at=now())
    later = now() + timedelta(days=14, minutes=1)
    monkeypatch.setattr("dossiers.rating_views.now", lambda: later)
    assert client.post(page, {"stars": "5"}).status_code == 410


@pytest.mark.parametrize("made_up", ["1", "1-", "1-000000000000000000000000", "x-1", "²-1", "9" * 30])
def test_an_address_cannot_be_made_up(client, page, made_up):
    assert client.get(f"/danh-gia/{made_up}/").status_code == 404


def test_the_look_up_leads_there_too(client, dossier, page):
    told = client.post("/ho-so/tra-cuu/", {"code": dossier.number, "proof": "5678"})
    assert page in told.content.decode()


def test_leaders_read_what_was_said_and_not_of_which_dossier(client_of, client, dung, giang, dossier, page):
    client.post(page, {"stars": "1", "note": "Cán bộ quầy 3 gắt gỏng"})
    for reader in (dung, giang):
        shown = client_of(reader).get(LIST).content.decode()
        assert "Cán bộ quầy 3 gắt gỏng" in shown
        assert "Phường Mỹ Tho" in shown
        assert dossier.number not in shown
        for link in re.findall(r'href="(\?unit__id__exact=[^"]*role=[^"]*)"', shown):  # every figure can be opened
            opened = client_of(reader).get(f"{LIST}{link.replace('&amp;', '&')}")
            assert opened.status_code == 200
            assert "gắt gỏng" in opened.content.decode()
        assert client_of(reader).get(f"{LIST}{Rating.objects.get().pk}/change/").status_code in (403, 404)


@pytest.mark.parametrize("ask", ["dossier", "dossier__id__exact", "dossier_id", "id", "pk", "dossier__number"])
def test_no_leader_asks_what_was_said_of_one_dossier(client_of, client, dung, dossier, page, ask):
    client.post(page, {"stars": "1", "note": "Cán bộ quầy 3 gắt gỏng"})
    asked = client_of(dung).get(LIST, {ask: dossier.pk})
    assert "gắt gỏng" not in asked.content.decode()


def test_whoever_served_does_not_read_it_nor_does_the_next_ward(client_of, client, an, binh, hanh, page):
    client.post(page, {"stars": "1", "note": "Cán bộ quầy 3 gắt gỏng"})
    for officer in (an, binh, hanh):
        assert client_of(officer).get(LIST).status_code == 403


def test_the_leader_of_another_ward_sees_none_of_it(client_of, client, dao_thanh, page):
    client.post(page, {"stars": "1", "note": "Cán bộ quầy 3 gắt gỏng"})
    leader = make_officer("Võ Thị Hoa", "leading", unit=dao_thanh)
    shown = client_of(leader).get(LIST).content.decode()
    assert "gắt gỏng" not in shown
    assert "Phường Mỹ Tho" not in shown


def test_the_note_is_sealed(client, page):
    client.post(page, {"stars": "4", "note": "Rất nhanh"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM dossiers_rating")
        assert "nhanh" not in cursor.fetchone()[0]
