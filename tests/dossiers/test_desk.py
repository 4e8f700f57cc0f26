"""An receives a dossier at the counter and moves it, by the pages alone; what others may see and do of it."""

import re
import unicodedata
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from agencies.models import AccessLog, Unit
from dossiers.models import Dossier, Procedure, ProcedureVersion
from dossiers.workflow import Status
from tests.dossiers.making import at, make_version, receive, step
from tests.people import make_officer

MONDAY = at("23/11/2026 09:00")
pytestmark = pytest.mark.usefixtures("calendar")


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=True):
        yield


@pytest.fixture
def version(db):
    return make_version()


@pytest.fixture
def dossier(an, my_tho, version):
    return receive(by=an, unit=my_tho, version=version, when=MONDAY)


def page_of(dossier):
    return reverse("admin:dossiers_dossier_change", args=[dossier.pk])


def act_on(client, dossier, key, follow=True, **data):
    return client.post(reverse("admin:dossiers_dossier_do", args=[dossier.pk, key]), data, follow=follow)


def filled_in(version, at_unit, **changes):
    """The form at the counter as An types it."""
    data = {
        "case": version.cases.order_by("pk").first().pk, "unit": at_unit.pk, "filed": "counter", "copies": "1",
        "subject": "", "others": "",
        "submission_key": str(uuid4()), "applicant-kind": "citizen", "applicant-name": "Trần Thị Chi",
        "applicant-phone": "+84 912 345 678", "applicant-id_number": "082190001234", "applicant-email": "",
        "applicant-address": "Ấp 3", "delegate-name": "", "delegate-phone": "", "delegate-id_number": "",
    }  # fmt: skip
    for required in version.documents.all():
        line = f"paper-{required.pk}"
        data |= {f"{line}-brought": "on", f"{line}-kind": "original", f"{line}-count": "1"}
    return {**data, **changes}


def receive_page(version):
    return f"{reverse('admin:dossiers_dossier_add')}?procedure={version.procedure.pk}"


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


# --- the journey -----------------------------------------------------------------------------------------------------
def test_an_receives_a_dossier_and_moves_it_to_the_citizens_hand(client_of, an, my_tho, version):
    client = client_of(an)
    choose = client.get(reverse("admin:dossiers_dossier_add"), {"q": "tinh trang hon nhan"})
    assert f"?procedure={version.procedure.pk}" in choose.content.decode()

    received = client.post(receive_page(version), filled_in(version, my_tho), follow=True)
    dossier = Dossier.objects.get()
    assert received.redirect_chain[-1][0] == page_of(dossier)
    assert dossier.number in text_of(received)
    assert dossier.documents == [{"name": "Tờ khai", "kind": "original", "count": 1, "note": ""}]
    assert dossier.parties.get().phone == "0912345678"
    assert dossier.subject == "Cấp Giấy xác nhận tình trạng hôn nhân"

    receipt = client.post(reverse("admin:dossiers_dossier_receipt", args=[dossier.pk]))
    assert receipt.content.startswith(b"%PDF")

    for code in ("tham-tra", "trinh-ky", "co-ket-qua"):
        act_on(client, dossier, "advance", step=step(dossier, code).pk)
    dossier.refresh_from_db()
    assert dossier.status == Status.RESULT_READY

    act_on(client, dossier, "hand-over")
    dossier.refresh_from_db()
    assert dossier.status == Status.HANDED_OVER


def test_the_receipt_is_a_pdf_that_no_cache_keeps(client_of, an, dossier):
    response = client_of(an).post(reverse("admin:dossiers_dossier_receipt", args=[dossier.pk]))
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Disposition"] == f'inline; filename="{dossier.number}-01.pdf"'
    assert AccessLog.objects.filter(about=dossier.about, what="print 01", officer=an).exists()


# --- the form at the counter ------------------------------------------------------------------------------------------
def test_a_form_sent_twice_is_one_dossier(client_of, an, my_tho, version):
    client, data = client_of(an), filled_in(version, my_tho)
    first, second = (client.post(receive_page(version), data) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Dossier.objects.count() == 1


@pytest.mark.parametrize(("field", "value"), [("applicant-name", "Phạm Văn Khác"), ("applicant-phone", "0987654321")])
def test_a_form_sent_again_with_another_citizen_loses_neither_in_silence(client_of, an, my_tho, version, field, value):
    client, data = client_of(an), filled_in(version, my_tho)
    client.post(receive_page(version), data)
    response = client.post(receive_page(version), data | {field: value})
    assert response.status_code == 422
    assert f"đã được tiếp nhận trước đó, với thông tin khác, là hồ sơ {Dossier.objects.get()}" in text_of(response)
    assert f'value="{value}"' in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("applicant-phone", "12345", "10 hoặc 11 chữ số"),
        ("applicant-id_number", "12345", "12 chữ số"),
        ("applicant-email", "chi@", "email"),
        ("applicant-name", "", "Họ và tên"),
        ("copies", "0", "Số bộ hồ sơ"),
        ("case", "999999", "Trường hợp"),
        ("unit", "999999", "Cơ quan giải quyết"),
        ("filed", "pigeon", "Cách nộp"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(client_of, an, my_tho, version, field, value, expected):
    response = client_of(an).post(receive_page(version), filled_in(version, my_tho, **{field: value}))
    assert response.status_code == 422
    assert expected in text_of(response)
    assert 'value="082190001234"' in response.content.decode() or field == "applicant-id_number"
    assert not Dossier.objects.exists()


def test_all_that_is_wrong_is_told_at_once(client_of, an, my_tho, version):
    wrong = filled_in(version, my_tho, **{"applicant-phone": "1", "applicant-id_number": "1", "copies": "x"})
    response = client_of(an).post(receive_page(version), wrong)
    assert response.content.decode().count("errorlist") == 3


def test_the_same_errors_read_in_english(client_of, an, my_tho, version):
    client = client_of(an, headers={"accept-language": "en"})
    response = client.post(receive_page(version), filled_in(version, my_tho, **{"applicant-phone": "1"}))
    assert "A phone number of 10 or 11 digits" in text_of(response)


NO_PAPER = "Chưa đánh dấu giấy tờ nào"
WITHOUT = 'name="without_papers"'


def without_a_tick(version, at_unit, **changes):
    data = filled_in(version, at_unit, **changes)
    return {name: value for name, value in data.items() if not name.endswith("-brought")}


def test_no_paper_ticked_is_asked_about_once_and_nothing_typed_is_lost(client_of, an, my_tho, version):
    client, data = client_of(an), without_a_tick(version, my_tho, others="Đơn viết tay")
    assert WITHOUT not in client.get(receive_page(version)).content.decode()
    asked = client.post(receive_page(version), data)
    assert asked.status_code == 422
    assert NO_PAPER in text_of(asked)
    kept = asked.content.decode()
    assert all(text in kept for text in (WITHOUT, data["submission_key"], 'value="082190001234"', "Đơn viết tay"))
    assert not Dossier.objects.exists()

    sent_twice = [client.post(receive_page(version), {**data, "without_papers": "on"}) for _ in range(2)]
    dossier = Dossier.objects.get()
    assert {answer["Location"] for answer in sent_twice} == {page_of(dossier)}
    assert [paper["name"] for paper in dossier.documents] == ["Đơn viết tay"]


def test_the_question_about_papers_comes_with_all_else_that_is_wrong_and_stays_answered(client_of, an, my_tho, version):
    client, data = client_of(an), without_a_tick(version, my_tho, **{"applicant-phone": "1"})
    both = text_of(client.post(receive_page(version), data))
    assert NO_PAPER in both
    assert "10 hoặc 11 chữ số" in both
    answered = client.post(receive_page(version), {**data, "without_papers": "on"})
    assert NO_PAPER not in text_of(answered)
    assert WITHOUT in answered.content.decode()


def test_only_the_case_that_keeps_papers_is_asked_about_them(client_of, an, my_tho):
    to_show = [{"name": "Hộ chiếu", "only_to_show": True}]
    version = make_version(documents=to_show, other_case=[{"name": "Giấy chứng sinh", "copies": 1}])
    ordinary, other = version.cases.order_by("pk")
    client, data = client_of(an), without_a_tick(version, my_tho)
    assert client.post(receive_page(version), {**data, "case": other.pk}).status_code == 422
    assert client.post(receive_page(version), {**data, "case": ordinary.pk}).status_code == 302


def test_a_name_in_decomposed_letters_is_composed(client_of, an, my_tho, version):
    typed = unicodedata.normalize("NFD", "Trần  Thị\u200b Chi")
    client_of(an).post(receive_page(version), filled_in(version, my_tho, **{"applicant-name": typed}))
    assert Dossier.objects.get().parties.get().name == "Trần Thị Chi"


def test_a_delegate_without_a_name_is_refused_and_one_with_it_kept(client_of, an, my_tho, version):
    client, data = client_of(an), filled_in(version, my_tho, **{"delegate-phone": "0987654321"})
    assert "người được ủy quyền" in text_of(client.post(receive_page(version), data)).lower()
    client.post(receive_page(version), {**data, "delegate-name": "Lê Văn Em"})
    assert [(p.role, p.name) for p in Dossier.objects.get().parties.all()] == [
        ("applicant", "Trần Thị Chi"), ("delegate", "Lê Văn Em"),
    ]  # fmt: skip


def test_a_unit_without_a_calendar_receives_nothing_and_says_so(client_of, an, my_tho, province, version):
    Unit.objects.update(calendar=None)
    answer = client_of(an).post(receive_page(version), filled_in(version, my_tho))
    assert answer.status_code == 422
    assert "Phường Mỹ Tho chưa có lịch làm việc" in text_of(answer)
    assert not Dossier.objects.exists()


def test_a_number_that_was_told_at_this_very_moment_is_refused_in_words(
    client_of, an, my_tho, version, dossier, monkeypatch
):
    monkeypatch.setattr(Dossier, "next_number", lambda unit, at: dossier.number)
    answer = client_of(an).post(receive_page(version), filled_in(version, my_tho))
    assert answer.status_code == 422
    assert "Mã hồ sơ vừa được dùng" in text_of(answer)
    assert Dossier.objects.get() == dossier


def test_an_may_receive_for_his_own_unit_only(client_of, an, my_tho, dao_thanh, version):
    response = client_of(an).get(receive_page(version))
    assert "Phường Mỹ Tho" in text_of(response)
    assert "Phường Đạo Thạnh" not in text_of(response)
    response = client_of(an).post(receive_page(version), filled_in(version, dao_thanh))
    assert response.status_code == 422
    assert not Dossier.objects.exists()


def test_giang_may_not_receive(client_of, giang, version):
    assert client_of(giang).get(reverse("admin:dossiers_dossier_add")).status_code == 403
    assert client_of(giang).get(receive_page(version)).status_code == 403


@pytest.mark.parametrize("procedure", ["", "x", "0", "99999999999999999999"])
def test_a_procedure_that_is_not_there_is_not_found(client_of, an, procedure):
    assert client_of(an).get(reverse("admin:dossiers_dossier_add"), {"procedure": procedure}).status_code == 404


def test_a_draft_cannot_be_received_for(client_of, an, version):
    unpublished = Procedure.objects.create(code="9.000002", name="Còn là dự thảo", field=version.procedure.field)
    ProcedureVersion.objects.create(procedure=unpublished, number=1, valid_from="2026-01-01")
    client = client_of(an)
    assert "Còn là dự thảo" not in text_of(client.get(reverse("admin:dossiers_dossier_add")))
    assert client.get(reverse("admin:dossiers_dossier_add"), {"procedure": unpublished.pk}).status_code == 404


# --- who sees what ---------------------------------------------------------------------------------------------------
ADDRESSES = [
    ("admin:dossiers_dossier_change", ()),
    ("admin:dossiers_dossier_history", ()),
    ("admin:dossiers_dossier_control_slip", ()),
    ("admin:dossiers_dossier_do", ("advance",)),
]


@pytest.mark.parametrize(("name", "more"), ADDRESSES)
def test_binh_of_another_unit_finds_no_page_of_it(client_of, binh, dossier, name, more):
    client = client_of(binh)
    assert client.get(reverse(name, args=[dossier.pk, *more])).status_code == 404
    assert client.get(reverse(name, args=[dossier.pk + 1000, *more])).status_code == 404


def test_binh_cannot_act_print_or_revoke(client_of, an, binh, dossier):
    receipt = dossier.issue_receipt(by=an, at=MONDAY)
    client = client_of(binh)
    assert act_on(client, dossier, "advance", step=step(dossier, "tham-tra").pk).status_code == 404
    assert client.post(reverse("admin:dossiers_dossier_receipt", args=[dossier.pk])).status_code == 404
    assert client.post(reverse("admin:dossiers_dossier_revoke", args=[dossier.pk, receipt.pk])).status_code == 404
    dossier.refresh_from_db()
    assert (dossier.step.code, dossier.receipts.filter(revoked_at=None).count()) == ("tiep-nhan", 1)


def test_opening_a_dossier_is_noted_and_more_than_a_name_shows_only_when_asked_for(client_of, an, dossier):
    client = client_of(an)
    opened = text_of(client.get(page_of(dossier)))
    assert "Trần Thị Chi" in opened
    assert "(được ghi vào nhật ký truy cập)" in opened
    assert not any(more in opened for more in ("0912345678", "0912 345 678", "082190001234", "Ấp 3"))
    shown = text_of(client.get(page_of(dossier), {"parties": "1"}))
    assert "Trần Thị Chi" in shown
    assert "0912 345 678" in shown
    assert list(AccessLog.objects.filter(about=dossier.about).order_by("pk").values_list("what", flat=True)) == [
        "view", "view parties",
    ]  # fmt: skip


def test_opening_the_trail_of_a_dossier_is_noted_like_opening_the_dossier(client_of, an, binh, dossier):
    address = reverse("admin:dossiers_dossier_history", args=[dossier.pk])
    assert client_of(an).get(address).status_code == 200
    assert client_of(binh).get(address).status_code == 404
    look = AccessLog.objects.get(about=dossier.about)
    assert (look.officer, look.what, look.unit) == (an, "history", dossier.unit)


def test_giang_sees_the_dossier_but_not_who_it_is_about(client_of, giang, dossier):
    response = client_of(giang).get(page_of(dossier), {"parties": "1"})
    assert response.status_code == 200
    assert "Trần Thị Chi" not in text_of(response)
    assert "Trần T** C**" in text_of(response)
    assert "/do/" not in response.content.decode()
    assert client_of(giang).get(reverse("admin:dossiers_dossier_control_slip", args=[dossier.pk])).status_code == 403


def test_a_confidential_dossier_is_not_there_for_an(client_of, an, dung, my_tho, version):
    hidden = receive(by=an, unit=my_tho, version=version, when=MONDAY, confidential=True)
    assert client_of(an).get(page_of(hidden)).status_code == 404
    assert client_of(an).get(reverse("admin:dossiers_dossier_history", args=[hidden.pk])).status_code == 404
    assert client_of(dung).get(page_of(hidden)).status_code == 200


def test_what_a_citizen_typed_is_shown_as_text(client_of, an, my_tho, version):
    evil = '<script>alert("1")</script>'
    dossier = receive(
        by=an, unit=my_tho, version=version, when=MONDAY, subject=evil,
        party={"name": evil, "phone": "0912345678", "email": "", "id_number": "", "address": evil},
        documents=[{"name": evil, "kind": evil, "count": 1, "note": evil}],
    )  # fmt: skip
    client = client_of(an)
    lists = [reverse("admin:dossiers_dossier_changelist"), reverse("admin:index")]
    for address in (page_of(dossier) + "?parties=1", *lists):
        assert evil not in client.get(address).content.decode()


# --- acts -----------------------------------------------------------------------------------------------------------
def test_only_acts_that_fit_state_and_right_are_offered(client_of, an, dung, dossier):
    def offered(officer):
        return set(re.findall(r"/do/([a-z-]+)/", client_of(officer).get(page_of(dossier)).content.decode()))

    assert offered(an) == {"advance", "finish", "supplement", "payment", "ask-withdrawal"}
    assert offered(dung) == {"advance", "finish", "supplement", "payment", "apologise", "stop"}


def test_an_act_without_the_right_is_forbidden(client_of, an, dossier):
    assert act_on(client_of(an), dossier, "stop", reason="Không rõ").status_code == 403
    dossier.refresh_from_db()
    assert dossier.status == Status.RECEIVED


def test_an_act_nobody_knows_is_not_found(client_of, an, dossier):
    assert act_on(client_of(an), dossier, "burn").status_code == 404


def test_an_act_that_does_not_fit_the_state_says_so(client_of, an, dossier):
    response = act_on(client_of(an), dossier, "hand-over")
    assert response.status_code == 422
    assert "Đã tiếp nhận" in text_of(response)
    dossier.refresh_from_db()
    assert dossier.status == Status.RECEIVED


def test_a_dossier_that_waits_for_a_supplement_cannot_simply_go_on(client_of, an, dossier):
    client = client_of(an)
    act_on(client, dossier, "supplement", what="Bản sao giấy khai sinh", reason="Thiếu giấy")
    assert act_on(client, dossier, "advance", step=step(dossier, "tham-tra").pk).status_code == 422
    dossier.refresh_from_db()
    assert (dossier.status, dossier.due_at) == (Status.SUPPLEMENT_REQUESTED, None)


def test_a_second_supplement_is_done_only_by_who_knows_what_it_means(client_of, an, dossier):
    client, missing = client_of(an), {"what": "Bản sao", "reason": "Thiếu"}
    act_on(client, dossier, "supplement", **missing)
    act_on(client, dossier, "take-supplement")
    form = client.get(reverse("admin:dossiers_dossier_do", args=[dossier.pk, "supplement"]))
    assert "766" in text_of(form)
    assert act_on(client, dossier, "supplement", **missing).status_code == 422
    act_on(client, dossier, "supplement", aware="on", **missing)
    dossier.refresh_from_db()
    assert dossier.supplements_count == 2


def test_the_page_warns_of_what_a_colleague_did_meanwhile(client_of, an, my_tho, dossier):
    seen = dossier.log.last().pk
    em = make_officer("Lê Văn Em", "handling", unit=my_tho)
    act_on(client_of(em), dossier, "payment", obligation="fee", what="Nộp 8.000 đồng")
    response = act_on(client_of(an), dossier, "ask-withdrawal", seen=seen, reason="Người dân không cần nữa")
    assert response.status_code == 422
    assert "Lê Văn Em" in text_of(response)
    assert "Người dân không cần nữa" in response.content.decode()
    dossier.refresh_from_db()
    assert dossier.status == Status.PAYMENT_REQUESTED


def test_dung_apologises_once(client_of, dung, dossier):
    before, client = dossier.due_at, client_of(dung)
    assert "lớn hơn 0" in text_of(act_on(client, dossier, "apologise", n="0", reason="Chậm"))
    act_on(client, dossier, "apologise", n="2", reason="Chờ xác minh")
    dossier.refresh_from_db()
    assert dossier.due_at > before
    assert act_on(client, dossier, "apologise", n="2", reason="Lần nữa").status_code == 422


def test_payment_withdrawal_stop_and_correction_go_their_way(client_of, an, dung, my_tho, version, dossier):
    client, leader = client_of(an), client_of(dung)

    def status_after(browser, key, **data):
        act_on(browser, dossier, key, **data)
        dossier.refresh_from_db()
        return dossier.status

    assert status_after(client, "payment", obligation="obligation", what="Thuế 1.000.000 đồng") == "payment_requested"
    assert status_after(client, "take-payment") == "processing"
    assert status_after(client, "ask-withdrawal", reason="") == "withdrawal_requested"
    assert status_after(leader, "decline-withdrawal", reason="Đã ký kết quả") == "processing"
    assert status_after(client, "finish") == "result_ready"
    assert status_after(leader, "correct", reason="Sai họ tên") == "processing"
    assert status_after(leader, "stop", reason="Có tranh chấp") == "stopped"


def test_a_note_longer_than_the_ledger_keeps_is_refused_in_words(client_of, dung, dossier, an):
    dossier.ask_withdrawal(reason="Không cần nữa", by=an, at=MONDAY)
    assert act_on(client_of(dung), dossier, "withdraw", note="a" * 501).status_code == 422
    assert act_on(client_of(dung), dossier, "withdraw", note="a" * 500).status_code == 200


def test_a_submitted_dossier_is_accepted_or_refused(client_of, an, my_tho, version):
    def submitted():
        return Dossier.submit(
            case=version.cases.get(), unit=my_tho, by=an, at=MONDAY, parties=[{"name": "Trần Thị Chi"}]
        )

    good, bad, client = submitted(), submitted(), client_of(an)
    act_on(client, good, "accept")
    assert act_on(client, bad, "refuse", reason="  ").status_code == 422
    act_on(client, bad, "refuse", reason="Không thuộc thẩm quyền")
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.status, bad.status) == (Status.RECEIVED, Status.NOT_ACCEPTED)


def test_a_lost_receipt_is_revoked_once_and_for_all(client_of, an, dossier):
    receipt = dossier.issue_receipt(by=an, at=MONDAY)
    client, address = client_of(an), reverse("admin:dossiers_dossier_revoke", args=[dossier.pk, receipt.pk])
    assert client.get(address).status_code == 405
    client.post(address)
    assert not Dossier.objects.with_token(receipt.token).exists()
