"""The electronic receipt: sent at the counter, opened by whoever names the end of the phone that was given."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import now

from dossiers.models import Dossier
from dossiers.workflow import NotAllowed
from portal.channels.models import Delivery
from portal.notices import dossiers as notices
from tests.dossiers.making import make_version, receive
from tests.dossiers.test_desk import filled_in, receive_page

pytestmark = pytest.mark.usefixtures("calendar")


@pytest.fixture(autouse=True)
def _counted_in_postgresql(settings):
    settings.CACHE_URL = ""


@pytest.fixture
def version(db):
    return make_version()


@pytest.fixture
def dossier(an, my_tho, version):
    return receive(by=an, unit=my_tho, when=now())


@pytest.fixture
def address(dossier, an):
    """What Chi taps on in the message."""
    dossier.send_receipt(by=an, at=now())
    return address_in(Delivery.objects.get(kind="electronic_receipt").text)


def address_in(text):
    return re.search(r"/bien-nhan/[\w-]{22}/", text)[0]


def test_an_ticks_the_box_and_chi_gets_one_message_with_her_receipt(client_of, client, an, my_tho, version):
    client_of(an).post(receive_page(version), filled_in(version, my_tho, electronic_receipt="on"))
    dossier = Dossier.objects.get()
    told = Delivery.objects.filter(about=dossier.about).get()
    assert (told.kind, told.lane, told.collapse_key) == ("electronic_receipt", "dossier", "")
    assert dossier.receipts.count() == 1
    page = client.get(address_in(told.text))
    assert page.status_code == 200
    assert dossier.number in page.content.decode()
    assert "Chi" not in page.content.decode()


def test_without_the_box_it_is_as_it_was(client_of, an, my_tho, version):
    client_of(an).post(receive_page(version), filled_in(version, my_tho))
    assert Delivery.objects.get().kind == "dossier_received"
    assert Dossier.objects.get().receipts.count() == 0


def test_the_end_of_the_phone_opens_the_paper_and_a_preview_sees_none_of_it(client, dossier, address):
    for wrong in ("", "0000", "567"):
        refused = client.post(address, {"proof": wrong})
        assert refused.status_code == 400, wrong
        assert "Các số này không khớp" in refused.content.decode()
    opened = client.post(address, {"proof": "5678"}, follow=True)
    assert opened["Content-Type"] == "application/pdf"
    assert opened.content.startswith(b"%PDF")
    assert "no-store" in opened["Cache-Control"]
    assert opened["X-Robots-Tag"] == "noindex, nofollow"


def test_the_address_of_the_paper_ends_soon_and_cannot_be_made_up(client, dossier, address, monkeypatch):
    paper = client.post(address, {"proof": "5678"}).url
    assert client.get(paper).content.startswith(b"%PDF")  # anew, as browsers inside messaging apps do
    until, _dash, mark = paper.removeprefix(address).removesuffix(".pdf").partition("-")
    for made_up in (f"{int(until) + 60}-{mark}", f"{until}-{mark[:-1]}", "1-", "²-x", f"{'9' * 40}-{mark}"):
        assert client.get(f"{address}{made_up}.pdf").status_code == 302, made_up
    later = now() + timedelta(minutes=16)
    monkeypatch.setattr("dossiers.views.now", lambda: later)
    assert client.get(paper).url == address


def test_guesses_at_the_phone_end_in_patience(client, dossier, address):
    codes = [client.post(address, {"proof": "0000"}).status_code for _ in range(6)]
    assert codes == [400] * 5 + [429]


def test_what_was_revoked_or_never_was_opens_nothing(client, dossier, address, an):
    paper = client.post(address, {"proof": "5678"}).url
    dossier.receipts.get().revoke(by=an, at=now())
    assert client.get(address).status_code == 404
    assert client.post(address, {"proof": "5678"}).status_code == 404
    assert client.get(paper).status_code == 302
    assert client.get("/bien-nhan/AAAAAAAAAAAAAAAAAAAAAA/").status_code == 404


def test_nobody_at_the_desk_reads_the_address_in_the_messages(dossier, address):
    sent = Delivery.objects.get(kind="electronic_receipt")
    assert sent.params["secret"] in sent.text
    assert sent.params["secret"] not in sent.text_for_staff
    assert dossier.number in sent.text_for_staff


def test_who_left_no_phone_and_no_e_mail_is_not_promised_a_message(client_of, an, my_tho, version):
    form = filled_in(version, my_tho, electronic_receipt="on", applicant__phone="", applicant__address="12 Lê Lợi")
    refused = client_of(an).post(receive_page(version), {name.replace("__", "-"): v for name, v in form.items()})
    assert refused.status_code == 422
    assert "Cần có số điện thoại" in refused.content.decode()
    assert not Dossier.objects.exists()


def test_what_is_confidential_is_not_sent(client_of, an, dung, my_tho, version, dossier):
    refused = client_of(an).post(
        receive_page(version), filled_in(version, my_tho, electronic_receipt="on", confidential="on")
    )
    assert refused.status_code == 422
    Dossier.objects.filter(pk=dossier.pk).update(confidential=True)
    dossier.refresh_from_db()
    with pytest.raises(NotAllowed):
        dossier.send_receipt(by=dung, at=now())


def test_an_sends_it_later_and_binh_of_the_next_ward_cannot(client_of, an, binh, giang, dossier):
    address = f"/quan-tri/dossiers/dossier/{dossier.pk}/receipt/send/"
    assert client_of(binh).post(address).status_code == 404
    assert client_of(giang).post(address).status_code == 403
    assert client_of(an).get(address).status_code == 405
    assert not dossier.receipts.exists()
    assert client_of(an).post(address).status_code == 302
    assert Delivery.objects.filter(kind="electronic_receipt").count() == 1


def test_a_later_step_does_not_take_the_receipts_place(dossier, address, an, settings):
    settings.COLLAPSE_SECONDS = 30
    dossier.finish(by=an, at=now())
    assert Delivery.objects.get(kind="electronic_receipt").state != "suppressed"


def test_where_no_channel_carries_a_receipt_the_reception_is_told_all_the_same(an, my_tho, version, monkeypatch):
    Nothing = type("Nothing", (), {"state": "suppressed"})
    queue = notices.outbox.queue
    monkeypatch.setattr(
        notices.outbox, "queue", lambda **it: Nothing() if it["kind"] == "electronic_receipt" else queue(**it)
    )
    receive(by=an, unit=my_tho, when=now(), electronic_receipt=True)
    assert Delivery.objects.get().kind == "dossier_received"
