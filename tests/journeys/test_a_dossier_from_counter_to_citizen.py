"""The story this house was built for: An receives Chi's dossier and moves it; Chi gets one message for each step that
informs, and finds it by number and phone, by PIN and by QR. Over real HTTP, with a real worker."""

import re
import time

import pytest
from django.utils.timezone import localtime
from pypdf import PdfReader

from dossiers.models import Dossier
from portal.channels.models import Delivery
from tests.channels import processes
from tests.dossiers.making import make_version
from tests.journeys.visitor import Visitor, words_of
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
WORKER = [
    "-m",
    "celery",
    "-A",
    "portal",
    "worker",
    "-P",
    "solo",
    "-Q",
    "otp,dossier,bulk,social,default",
    "-l",
    "ERROR",
]
ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "portal.settings", "CHANNEL_LADDER": "console", "QUIET_HOURS": ""}


@pytest.fixture
def post_office():
    """The worker that bin/run starts."""
    worker = processes.start(*WORKER, **ENVIRONMENT)
    yield worker
    worker.terminate()
    worker.wait(20)


@pytest.fixture
def printed(settings, live_server):
    """Where receipts and messages say that the portal is."""
    settings.BASE_URL, settings.CHANNEL_LADDER, settings.QUIET_HOURS = live_server.url, ["console"], ""
    return live_server.url


def read_messages(dossier, count):
    """What arrived at Chi's, as soon as `count` messages did; the bound only ends a failure."""
    for _ in range(300):
        arrived = Delivery.objects.filter(about=dossier.about, state__in=["sent", "delivered"]).order_by("pk")
        if len(arrived) >= count:
            return [delivery.kind for delivery in arrived]
        time.sleep(0.1)
    pytest.fail(f"only {list(Delivery.objects.values_list('kind', 'state', 'reason'))}")


def log_in(base, officer):
    officer_at_desk = Visitor(base).open("/quan-tri/login/")
    officer_at_desk.fill_in(username=officer.username, password=PASSWORD)
    assert officer_at_desk.status == 200, officer_at_desk.text
    return officer_at_desk


def test_an_receives_and_moves_chis_dossier_and_chi_hears_of_it_and_finds_it(
    printed, an, my_tho, calendar, post_office, tmp_path
):
    version = make_version()
    desk = log_in(printed, an)

    # At the counter: choose the procedure, fill in the form, once.
    desk.open("/quan-tri/dossiers/dossier/add/?q=hon+nhan")
    desk.open(re.search(r'href="([^"]*procedure=\d+[^"]*)"', desk.text)[1].replace("&amp;", "&"))
    brought = {f"paper-{version.documents.get().pk}-brought": "on"}
    desk.fill_in(applicant__name="Trần Thị Chi", applicant__phone="0912 345 678", **brought)
    assert Dossier.objects.count() == 1, words_of(desk.text)
    dossier = Dossier.objects.get()
    assert dossier.number in desk.text
    assert read_messages(dossier, 1) == ["dossier_received"]

    # The receipt that Chi takes home: number, PIN and QR.
    receipt_page = desk.url
    desk.fill_in(form="receipt")
    assert desk.body.startswith(b"%PDF")
    (tmp_path / "receipt.pdf").write_bytes(desk.body)
    printed_text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "receipt.pdf").pages)
    assert dossier.number in printed_text
    assert dossier.pin in printed_text.replace(" ", "")
    in_the_qr = photograph(tmp_path / "receipt.pdf")
    assert in_the_qr.startswith(f"{printed}/hs/")

    # An moves it to a step that informs, then to one that does not.
    desk.open(receipt_page)
    desk.open(link_to(desk, "advance"))
    desk.fill_in(step=str(version.steps.get(code="tham-tra").pk))
    assert read_messages(dossier, 2) == ["dossier_received", "dossier_advanced"]
    desk.open(receipt_page)
    desk.open(link_to(desk, "advance"))
    desk.fill_in(step=str(version.steps.get(code="trinh-ky").pk))
    dossier.refresh_from_db()
    assert dossier.step.code == "trinh-ky"

    # Chi looks it up: by number and phone, by number and PIN, by QR.
    chi = Visitor(printed)
    for typed, proof in [(dossier.number, "5678"), (f" {dossier.number.lower()} ".replace("-", " – "), dossier.pin)]:
        chi.open("/ho-so/tra-cuu/").fill_in(code=typed, proof=proof)
        assert chi.status == 200
        assert shows(chi, dossier), words_of(chi.text)
        assert "Trần Thị Chi" not in chi.text
        assert "0912" not in chi.text
    chi.open(in_the_qr.partition("#")[0])
    assert shows(chi, dossier), words_of(chi.text)
    chi.open("/ho-so/tra-cuu/").fill_in(code=dossier.number, proof="0000")
    assert not shows(chi, dossier)

    # The result is there, and handed over.
    desk.open(receipt_page)
    desk.open(link_to(desk, "finish"))
    desk.fill_in(note="")
    desk.open(receipt_page)
    desk.open(link_to(desk, "hand-over"))
    desk.fill_in(note="")
    assert read_messages(dossier, 4) == [
        "dossier_received", "dossier_advanced", "result_ready", "result_handed_over",
    ]  # fmt: skip
    time.sleep(0.5)
    assert Delivery.objects.filter(about=dossier.about).count() == 4


def shows(visitor, dossier):
    """Number, procedure, unit and the date by which it is due."""
    facts = (dossier.number, dossier.procedure.name, dossier.unit.name, f"{localtime(dossier.due_at):%d/%m/%Y}")
    return all(fact in visitor.text for fact in facts)


def link_to(desk, act):
    found = re.search(rf'(?:href|action)="([^"]*{act}[^"]*)"', desk.text)
    assert found, f"no way to {act} on {desk.url}"
    return found[1].replace("&amp;", "&")


def photograph(pdf):
    """The QR of the first page, as a phone reads it."""
    import pypdfium2
    import zxingcpp

    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil()
    return zxingcpp.read_barcodes(picture)[0].text
