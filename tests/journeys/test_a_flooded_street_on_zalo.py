"""Chi reports a flooded street in Zalo by place and photo, and reads the answer there. Over real HTTP against the
sandbox, with a real worker."""

import base64
import time

import pytest
from django.utils.timezone import now

from attachments.models import Attachment
from feedback.models import Report
from feedback.workflow import State
from tests.attachments.pictures import photo
from tests.feedback.making import make_category, make_level
from tests.journeys.test_a_receipt_scanned_with_zalo import Phone, program, sandbox, worker  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def floods(calendar, my_tho):
    make_category("viec-khac", "Việc khác", place=False)
    eight_hours = make_level("8 giờ làm việc", "working_hours", 8)
    return make_category("ngap", "Ngập nước", keywords="ngập, triều cường", photo="wanted", level=eight_hours)


def until(found, *, seconds=30):
    for _ in range(seconds * 10):
        if result := found():
            return result
        time.sleep(0.1)
    pytest.fail("it did not happen in time")


def test_chi_reports_a_flooded_street_by_place_and_photo(sandbox, worker, floods, khoa, an, my_tho):  # noqa: F811
    phone = Phone(sandbox)
    sandbox.act("chi", "text", text="Phản ánh: đường Lý Thường Kiệt ngập tới đầu gối")
    phone.waits_for("Gửi vị trí")
    sandbox.act("chi", "location", latitude=10.3601, longitude=106.359)
    phone.waits_for("Gửi ảnh")
    sandbox.act("chi", "image", data=base64.b64encode(photo()).decode(), filename="ngap.jpg")
    phone.waits_for("Đã nhận 1 ảnh")
    sandbox.act("chi", "text", text="xong")
    phone.waits_for("Gửi phản ánh này?" if "Gửi phản ánh này?" in "".join(phone.texts()) else "Ngập nước")
    sandbox.act("chi", "text", text="1")
    made = until(lambda: Report.objects.first())
    assert (made.category, made.place, made.channel) == (floods, (10.3601, 106.359), "zalo")
    assert made.shown_code in phone.waits_for("đã nhận phản ánh")
    until(lambda: Attachment.objects.about(made.about).count() == 1)

    made.assign(my_tho, by=khoa, at=now())
    made.ask(by=an, at=now(), question="Nước còn ngập không?")
    phone.waits_for("Nước còn ngập không?")
    sandbox.act("chi", "text", text="Còn, tới mắt cá")
    phone.waits_for("sẽ đọc tin này")
    made.refresh_from_db()
    assert made.state == State.IN_PROGRESS
    made.answer("Đã mở cửa cống, nước rút lúc 10 giờ.", outcome="fixed", by=an, at=now())
    made.publish(by=khoa, at=now())
    answer = phone.waits_for("Đã mở cửa cống")
    assert f"/{made.token}/" in answer
    assert sum("Đã mở cửa cống" in text for text in phone.texts()) == 1
