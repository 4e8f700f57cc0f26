"""The papers An prints from a dossier's page: the right form, with the right facts, and nobody else prints them."""

import io
import re

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from agencies.models import AccessLog
from dossiers import qr
from dossiers.models import Dossier, SigningKey
from dossiers.papers import form_of, letterhead, receipt_paper
from dossiers.workflow import Verb
from tests.dossiers.making import at, make_version, receive, step
from tests.people import make_unit

MONDAY = at("23/11/2026 09:00")
pytestmark = pytest.mark.usefixtures("calendar")


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=True):
        yield


@pytest.fixture
def dossier(an, my_tho):
    papers = [{"name": "Tờ khai", "kind": "original", "count": 2, "note": ""}]
    return receive(by=an, unit=my_tho, version=make_version(), when=MONDAY, documents=papers)


def text_of(response):
    pages = PdfReader(io.BytesIO(response.content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def printed(client, dossier, verb):
    entry = dossier.log.get(verb=verb)
    return text_of(client.get(reverse("admin:dossiers_dossier_paper", args=[dossier.pk, entry.pk])))


def test_the_receipt_says_what_was_handed_in_and_its_qr_is_genuine(client_of, an, dossier):
    response = client_of(an).post(reverse("admin:dossiers_dossier_receipt", args=[dossier.pk]))
    text = text_of(response)
    for fact in (dossier.number, "Trần Thị Chi", "Tờ khai", "Bản chính", "2 bản", "03 ngày làm việc"):
        assert fact in text
    assert dossier.pin in text.replace(" ", "")
    paper = receipt_paper(dossier, dossier.issue_receipt(by=an, at=MONDAY), at=MONDAY)
    scanned = qr.parse_scanned(paper.url)
    verdict = qr.verify(scanned.signed, SigningKey.public_keys(), token=scanned.token)
    assert verdict.genuine
    assert verdict.claim.due_at == dossier.due_at
    assert Dossier.objects.with_token(scanned.token).get() == dossier


def test_a_supplement_request_lists_each_paper(client_of, an, dossier):
    dossier.request_supplement(what="Giấy khai sinh\nSổ hộ khẩu cũ", reason="Thiếu giấy tờ", by=an, at=MONDAY)
    text = printed(client_of(an), dossier, Verb.SUPPLEMENT_REQUESTED)
    for fact in ("Giấy khai sinh", "Sổ hộ khẩu cũ", "Thiếu giấy tờ", "Nguyễn Văn An"):
        assert fact in text


def test_a_paper_bears_the_number_of_the_units_register(client_of, an, dossier):
    client = client_of(an)
    address = reverse("admin:dossiers_dossier_do", args=[dossier.pk, "supplement"])
    client.post(address, {"what": "Giấy khai sinh", "reason": "Thiếu giấy tờ", "paper_number": "17/HDHS-MT"})
    assert "Số: 17/HDHS-MT" in printed(client, dossier, Verb.SUPPLEMENT_REQUESTED)


def test_without_a_number_there_is_a_line_to_write_it_on(client_of, an, dossier):
    dossier.request_supplement(what="Giấy khai sinh", reason="Thiếu giấy tờ", by=an, at=MONDAY)
    assert "Số: ……/" in printed(client_of(an), dossier, Verb.SUPPLEMENT_REQUESTED)


def test_a_refusal_gives_its_reason(client_of, an, my_tho):
    version = make_version()
    sent_in = Dossier.submit(
        case=version.cases.get(), unit=my_tho, by=an, at=MONDAY, parties=[{"name": "Trần Thị Chi"}]
    )
    sent_in.refuse(by=an, at=MONDAY, reason="Không thuộc thẩm quyền")
    assert "Không thuộc thẩm quyền" in printed(client_of(an), sent_in, Verb.REFUSED)
    refused = client_of(an).post(reverse("admin:dossiers_dossier_receipt", args=[sent_in.pk]), follow=True)
    assert refused["Content-Type"].startswith("text/html")


def test_an_apology_tells_both_dates(client_of, an, dung, dossier):
    before = dossier.due_at
    dossier.apologise(n=2, reason="Chờ xác minh", by=dung, at=MONDAY)
    text = printed(client_of(an), dossier, Verb.APOLOGISED)
    for fact in (f"{before.astimezone(MONDAY.tzinfo).day:02} tháng", "Chờ xác minh", "Phạm Quốc Dũng"):
        assert fact in text


def test_a_stop_and_a_withdrawal_both_end_with_form_05(client_of, an, dung, my_tho, dossier):
    other = receive(by=an, unit=my_tho, version=dossier.procedure_version, when=MONDAY)
    dossier.stop(reason="Có tranh chấp", by=dung, at=MONDAY)
    other.ask_withdrawal(reason="", by=an, at=MONDAY)
    other.withdraw(by=an, at=MONDAY)
    assert "Có tranh chấp" in printed(client_of(an), dossier, Verb.STOPPED)
    assert form_of(other.log.last()) == "05"
    assert "dừng giải quyết" in printed(client_of(an), other, Verb.WITHDRAWN).lower()


def test_the_control_slip_tells_who_gave_it_to_whom(client_of, an, dossier):
    dossier.advance(to=step(dossier, "tham-tra"), by=an, at=at("23/11/2026 10:00"))
    dossier.advance(to=step(dossier, "trinh-ky"), by=an, at=at("23/11/2026 16:00"))
    slip = text_of(client_of(an).get(reverse("admin:dossiers_dossier_control_slip", args=[dossier.pk])))
    for fact in ("Tiếp nhận hồ sơ", "Thẩm tra hồ sơ", "Đúng hạn", "Quá hạn"):
        assert fact in slip
    assert AccessLog.objects.filter(about=dossier.about, what="print 06").count() == 1


def test_a_line_of_the_log_without_a_form_has_no_paper(client_of, an, binh, dossier):
    address = reverse("admin:dossiers_dossier_paper", args=[dossier.pk, dossier.log.get().pk])
    assert client_of(an).get(address).status_code == 404
    assert client_of(binh).get(address).status_code == 404


def test_a_paper_of_one_dossier_is_not_found_under_another(client_of, an, my_tho, dossier):
    dossier.request_supplement(what="Giấy", reason="Thiếu", by=an, at=MONDAY)
    other = receive(by=an, unit=my_tho, version=dossier.procedure_version, when=MONDAY)
    address = reverse("admin:dossiers_dossier_paper", args=[other.pk, dossier.log.last().pk])
    assert client_of(an).get(address).status_code == 404


def test_a_department_writes_in_its_own_name_and_a_ward_in_that_of_its_centre(province, my_tho, settings):
    department = make_unit("Sở Tư pháp", parent=province, kind="department")
    assert letterhead(department).agency == "Sở Tư pháp"
    assert letterhead(department).parent == settings.AUTHORITY_NAME
    assert letterhead(my_tho).parent == "Ủy ban nhân dân phường Mỹ Tho"
    assert letterhead(my_tho).place == "Mỹ Tho"
