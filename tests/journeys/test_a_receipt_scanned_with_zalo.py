"""Chi scans her receipt with Zalo and follows; An moves the dossier and the phone shows it once; a blurred photo gets
its answer; "dừng" stops it. Over real HTTP against the sandbox, with a real worker."""

import base64
import io
import re
import time

import pypdfium2
import pytest
from PIL import ImageFilter

from dossiers.models import Dossier, Follower
from portal.channels.zalo import trying
from tests.channels import processes
from tests.channels.zalo.conftest import zalo_at
from tests.dossiers.making import make_version
from tests.journeys.test_a_dossier_from_counter_to_citizen import WORKER, link_to, log_in
from tests.sandbox.driving import Driver, Program

pytestmark = pytest.mark.django_db(transaction=True)
QUEUES = ["otp,reply,dossier,bulk,social,default" if "otp" in part else part for part in WORKER]


@pytest.fixture(scope="module")
def program():
    program = Program()
    yield program
    program.stop()


@pytest.fixture
def sandbox(program, settings, live_server):
    """The sandbox plays Zalo for this process and for the worker beside it."""
    driver = Driver(program.url)
    driver.control("reset")
    settings.SANDBOX_URL, settings.BASE_URL, settings.QUIET_HOURS = program.url, live_server.url, ""
    settings.CHANNEL_LADDER = ["zalo"]
    for name, value in zalo_at(program.url).items():
        setattr(settings, name, value)
    settings.ZALO_TEMPLATES = {"dossier_advanced": PROGRESS}
    trying.join(people=[])
    yield driver
    driver.http.close()


PROGRESS = {
    "id": "200001",
    "data": {"ma_ho_so": "number:30", "trang_thai": "status:100", "co_quan": "unit:100", "hen_tra": "due:40"},
}


@pytest.fixture
def worker(sandbox, program, live_server):
    worker = processes.start(
        *QUEUES, DJANGO_SETTINGS_MODULE="portal.settings", SANDBOX_URL=program.url, CHANNEL_LADDER="zalo",
        QUIET_HOURS="", BASE_URL=live_server.url,
    )  # fmt: skip
    yield worker
    worker.terminate()
    worker.wait(20)


class Phone:
    """Chi's phone: what she does, and what she reads within a while."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    def texts(self):
        return [effect["text"] for effect in self.sandbox.ledger(to="chi")]

    def waits_for(self, words, *, seconds=30):
        for _ in range(seconds * 10):
            found = [text for text in self.texts() if words in text]
            if found:
                return found[-1]
            time.sleep(0.1)
        pytest.fail(f"{words!r} did not come: {self.texts()}")

    def sends(self, picture):
        out = io.BytesIO()
        picture.convert("RGB").save(out, "JPEG", quality=70)
        data = base64.b64encode(out.getvalue()).decode()
        self.sandbox.act("chi", "image", data=data, filename="giay-hen.jpg")

    def says(self, text):
        self.sandbox.act("chi", "text", text=text)


def test_chi_follows_her_dossier_with_a_photo_of_the_receipt(sandbox, worker, live_server, an, my_tho, calendar):
    version, phone = make_version(), Phone(sandbox)
    desk = log_in(live_server.url, an)
    desk.open("/quan-tri/dossiers/dossier/add/?q=hon+nhan")
    desk.open(re.search(r'href="([^"]*procedure=\d+[^"]*)"', desk.text)[1].replace("&amp;", "&"))
    brought = {f"paper-{version.documents.get().pk}-brought": "on"}
    desk.fill_in(applicant__name="Trần Thị Chi", applicant__phone="0912 345 678", **brought)
    dossier, page = Dossier.objects.get(), desk.url
    desk.fill_in(form="receipt")
    receipt = pypdfium2.PdfDocument(desk.body)[0].render(scale=150 / 72).to_pil()

    # She scans it and follows.
    sandbox.act("chi", "follow")
    phone.sends(receipt.rotate(17, expand=True, fillcolor="white"))
    assert dossier.number in phone.waits_for("Từ nay tiến độ")
    assert Follower.objects.active().get().proof == "qr"

    # An moves it; the phone shows it once.
    desk.open(page)
    desk.open(link_to(desk, "advance"))
    desk.fill_in(step=str(version.steps.get(code="tham-tra").pk))
    phone.waits_for("Hồ sơ của Ông/Bà có tiến độ mới")
    time.sleep(1)
    assert sum("tiến độ mới" in text for text in phone.texts()) == 1

    # A blurred photo gets its answer too.
    before = len(phone.texts())
    phone.sends(receipt.filter(ImageFilter.GaussianBlur(1.2)))
    wait_until(lambda: len(phone.texts()) > before)
    assert dossier.number in phone.texts()[-1]

    # "dừng" stops it.
    phone.says("dừng")
    phone.waits_for("Đã dừng")
    quiet_since = len(phone.texts())
    desk.open(page)
    desk.open(link_to(desk, "finish"))
    desk.fill_in(note="")
    time.sleep(2)
    assert len(phone.texts()) == quiet_since
    assert not any("Trần" in text or "0912" in text for text in phone.texts())


def wait_until(true, seconds=30):
    for _ in range(seconds * 10):
        if true():
            return
        time.sleep(0.1)
    pytest.fail("it did not happen")
