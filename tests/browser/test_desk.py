"""The officers' pages in a real browser: fit for who sees badly, under their policy, whole without script."""

import pytest
import time_machine
from django.urls import reverse

from dossiers.models import Dossier, SigningKey
from tests.browser.looking import WIDTHS, submit
from tests.browser.test_back_office import log_in
from tests.dossiers.making import at, make_version, receive, step

MONDAY = at("23/11/2026 09:00")
LONG = "Cấp Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất lần đầu cho cá nhân, cộng đồng"


@pytest.fixture
def version(calendar):
    return make_version(name=LONG)


@pytest.fixture
def dossier(an, my_tho, version):
    """One that has been everywhere: a supplement, a new step, a receipt."""
    late = receive(by=an, unit=my_tho, version=version, when="12/11/2026 09:00")
    late.advance(to=step(late, "tham-tra"), by=an, at=at("12/11/2026 10:00"))
    receive(by=an, unit=my_tho, version=version, when="18/11/2026 09:00")
    waiting = receive(by=an, unit=my_tho, version=version, when="19/11/2026 09:00")
    waiting.request_supplement(
        what="Bản sao giấy khai sinh\nTờ khai có chữ ký", reason="Thiếu giấy", by=an, at=at("19/11/2026 10:00")
    )
    found = receive(
        by=an, unit=my_tho, version=version, when="20/11/2026 09:00",
        documents=[{"name": "Tờ khai", "kind": "original", "count": 2, "note": ""}],
    )  # fmt: skip
    found.request_supplement(what="Bản sao", reason="Thiếu", by=an, at=at("20/11/2026 10:00"))
    found.take_supplement(by=an, at=at("20/11/2026 15:00"))
    found.issue_receipt(by=an, at=at("20/11/2026 15:01"))
    return found


@pytest.fixture
def desk(open_page, an):
    page = open_page(width=1280)
    log_in(page, an)
    return page


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=True):
        yield


def addresses_of(dossier):
    page = reverse("admin:dossiers_dossier_change", args=[dossier.pk])
    listed, add = reverse("admin:dossiers_dossier_changelist"), reverse("admin:dossiers_dossier_add")
    acts = {f"act-{key}": reverse("admin:dossiers_dossier_do", args=[dossier.pk, key])
            for key in ("advance", "supplement", "payment", "finish", "ask-withdrawal", "hand-over")}  # fmt: skip
    return {
        "today": "/quan-tri/", "list": listed, "list-found": f"{listed}?q=tran+thi+chi",
        "list-empty": f"{listed}?q=zzz", "choose": add, "choose-none": f"{add}?q=zzz",
        "receive": f"{add}?procedure={dossier.procedure_version.procedure_id}",
        "dossier": page, "dossier-parties": f"{page}?parties=1",
        "history": reverse("admin:dossiers_dossier_history", args=[dossier.pk]), **acts,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_of_the_desk_is_fit_for_officers_who_see_badly(desk, dossier, look, language):
    if language == "en":
        desk.context.add_cookies([{"name": "django_language", "value": "en", "url": desk.url}])
    bad = {}
    for name, address in addresses_of(dossier).items():
        # The layout is the same in both languages: English is looked at where its longer words are in the way.
        widths = WIDTHS if language == "vi" else WIDTHS[:1]
        seen = look(address, page=desk.context.new_page(), language=language, name=f"desk-{name}", widths=widths)
        bad[name] = seen.faults + ([] if seen.status == 200 else [seen.status])
    assert [f"{name}: {fault}" for name, found in bad.items() for fault in found] == []


def test_the_catalogue_and_the_keys_are_fit_too(open_page, hanh, version, look):
    page = open_page(width=1280)
    log_in(page, hanh)
    draft = version.next_draft(by=hanh, valid_from=MONDAY.date())
    key = SigningKey.current(MONDAY)
    addresses = {
        "procedure": reverse("admin:dossiers_procedure_change", args=[version.procedure_id]),
        "published": reverse("admin:dossiers_procedureversion_change", args=[version.pk]),
        "draft": reverse("admin:dossiers_procedureversion_change", args=[draft.pk]),
        "publish": reverse("admin:dossiers_procedureversion_publish", args=[draft.pk]),
        "next-draft": reverse("admin:dossiers_procedureversion_next_draft", args=[version.pk]),
        "keys": reverse("admin:dossiers_signingkey_changelist"),
        "key": reverse("admin:dossiers_signingkey_change", args=[key.pk]),
        "revoke-key": reverse("admin:dossiers_signingkey_revoke", args=[key.pk]),
    }
    bad = {name: look(address, page=page.context.new_page(), name=f"desk-{name}").faults
           for name, address in addresses.items()}  # fmt: skip
    assert [f"{name}: {fault}" for name, found in bad.items() for fault in found] == []


def test_a_form_that_came_back_is_fit_too(desk, dossier, look):
    def send(page):
        submit(page, "form[method=post] button[type=submit].desk-button-main >> nth=-1")

    wrong = [addresses_of(dossier)["receive"], addresses_of(dossier)["act-supplement"]]
    for name, address in zip(["receive-wrong", "supplement-wrong"], wrong, strict=True):
        seen = look(address, page=desk.context.new_page(), then=send, name=f"desk-{name}")
        assert seen.faults == []


def test_an_receives_with_the_keyboard_alone_and_without_scripts(open_page, an, my_tho, version):
    page = open_page(javascript=False)
    log_in(page, an)
    page.goto(reverse("admin:dossiers_dossier_add"))
    page.fill("#q", "quyen su dung dat")
    page.press("#q", "Enter")
    page.get_by_role("link", name=LONG).press("Enter")
    page.fill("#id_applicant-name", "Trần Thị Chi")
    page.fill("#id_applicant-phone", "0912 345 678")
    page.press("#id_applicant-phone", "Enter")
    # No paper was ticked: the page asks once, and what was typed is still there.
    page.press("#id_without_papers", "Space")
    page.press("#id_applicant-phone", "Enter")
    page.wait_for_url("**/change/")
    dossier = Dossier.objects.get()
    with page.expect_navigation():
        page.get_by_role("button", name="Chuyển bước tiếp theo").press("Enter")
    dossier.refresh_from_db()
    assert dossier.step.code == "tham-tra"


def test_many_are_ticked_and_moved(desk, dossier, look):
    desk.goto(reverse("admin:dossiers_dossier_changelist"))
    for box in desk.locator("input[name=dossier]").all():
        box.check()
    desk.get_by_role("button", name="Chuyển bước tiếp theo").click()
    desk.wait_for_url("**/bulk/")
    assert "Đã xử lý 3 hồ sơ" in desk.locator("main").inner_text()
