"""The officers' pages of reports in a real browser: fit for who sees badly, by keys alone, and whole without script."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from attachments.models import Attachment
from feedback.models import AnswerTemplate, ContactPoint, Report, RoutingRule, SavedFilter
from tests.attachments.pictures import photo
from tests.browser.looking import submit
from tests.browser.test_back_office import log_in
from tests.feedback.making import Road, at, make_category, report

NOW = at(26, 9)
LONG = "Đèn đường trước chợ Mỹ Tho không sáng đã ba đêm, đi lại rất nguy hiểm, nhất là đoạn gần trường học. " * 3


@pytest.fixture(autouse=True)
def _now(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def category(calendar):
    questions = [
        {"code": "tru", "text": "Số ghi trên trụ đèn"},
        {"code": "loai", "text": "Loại đèn", "type": "multivaluelist", "options": ["LED", "Cao áp"]},
    ]
    return make_category(questions=questions)


@pytest.fixture
def made(category, khoa, an, dung, my_tho, chi):
    """One that was asked about, answered and sent back, with a photo and another one near it."""
    road = Road(khoa=khoa, an=an, dung=dung, unit=my_tho)
    contact = {"name": chi.name, "phone": chi.phone}
    found = road.to("in_progress", text=LONG, contact=contact, ward=my_tho, address="Chợ Mỹ Tho", channel="phone",
                    answers={"tru": "12", "loai": ["LED", "Cao áp"]})  # fmt: skip
    found.answer("Đã thay.", outcome="explained", by=an, at=at(25, 11))
    found.send_back(by=khoa, at=at(25, 14), reason="Nói rõ ngày thay.")
    report(text="Cả dãy đèn chợ tắt.")
    for state in ("answered", "waiting", "reopening_asked"):
        road.to(state, text=f"Đèn khác {state}.")
    road.to("in_progress", text="Đèn tắt từ đầu tháng.", when=at(2))
    ContactPoint.objects.create(unit=my_tho, name="Trực chiếu sáng", phone="02733872198", hours="24/24")
    AnswerTemplate.objects.create(name="Đã sửa xong", text="Chúng tôi đã sửa.")
    RoutingRule.objects.create(name="Đèn về phường", position=10)
    SavedFilter.keep("Trễ hạn của tôi", "work=late&mine=1", by=an, shared=True)
    return Report.objects.get(pk=found.pk)


def with_photo(one):
    Attachment.objects.take(SimpleUploadedFile("den.jpg", photo()), door="web", about=one.about, at=NOW)


def act(one, key):
    return reverse("admin:feedback_report_do", args=[one.pk, key])


@pytest.fixture
def desk(open_page, khoa):
    page = open_page(width=1280)
    log_in(page, khoa)
    return page


def addresses_of(made, category):
    listed, add = reverse("admin:feedback_report_changelist"), reverse("admin:feedback_report_add")
    acts = {f"act-{key}": act(made, key) for key in ("assign", "answer", "extend", "correct", "merge", "public-text")}
    return {
        "today": "/quan-tri/", "list": listed, "list-all": f"{listed}?work=all", "list-empty": f"{listed}?q=zzz",
        "report": reverse("admin:feedback_report_change", args=[made.pk]),
        "reporter": reverse("admin:feedback_report_reporter", args=[made.pk]),
        "choose": add, "file": f"{add}?category={category.pk}", **acts,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_of_reports_is_fit_for_officers_who_see_badly(desk, made, category, look, language):
    with_photo(made)
    if language == "en":
        desk.context.add_cookies([{"name": "django_language", "value": "en", "url": desk.url}])
    bad = {}
    for name, address in addresses_of(made, category).items():
        seen = look(address, page=desk.context.new_page(), language=language, name=f"reports-{name}")
        bad[name] = seen.faults + ([] if seen.status == 200 else [seen.status])
    assert [f"{name}: {fault}" for name, found in bad.items() for fault in found] == []


def test_what_is_set_up_is_fit_too(open_page, hanh, made, category, look):
    page = open_page(width=1280)
    log_in(page, hanh)
    rule = RoutingRule.objects.get()
    addresses = {
        "categories": reverse("admin:feedback_category_changelist"),
        "category": reverse("admin:feedback_category_change", args=[category.pk]),
        "rules": reverse("admin:feedback_routingrule_changelist"),
        "rule": reverse("admin:feedback_routingrule_change", args=[rule.pk]),
        "contacts": reverse("admin:feedback_contactpoint_changelist"),
        "learnt": reverse("admin:feedback_learntcategories_changelist"),
    }
    bad = {name: look(address, page=page.context.new_page(), name=f"reports-{name}").faults
           for name, address in addresses.items()}  # fmt: skip
    assert [f"{name}: {fault}" for name, found in bad.items() for fault in found] == []


def test_a_form_that_came_back_is_fit_too(desk, made, look):
    def send(page):
        submit(page, "form[method=post] .desk-acts button.desk-button-main")

    for key in ("answer", "extend"):
        assert look(act(made, key), page=desk.context.new_page(), then=send, name=f"reports-{key}-wrong").faults == []


def test_khoa_goes_through_the_list_by_keys_alone(desk, made):
    desk.goto(reverse("admin:feedback_report_changelist"))
    codes = desk.locator("[data-keys] tbody th a").all_inner_texts()
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    assert desk.locator("[data-keys] tbody tr >> nth=1 >> input[type=checkbox]").is_checked()
    desk.keyboard.press("k")
    desk.keyboard.press("j")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    assert codes[1] in desk.title()
    desk.goto(reverse("admin:feedback_report_changelist"))
    desk.keyboard.press("/")
    desk.keyboard.type("jjx")
    assert desk.input_value("#q") == "jjx"


def test_whoever_speaks_to_the_computer_turns_the_keys_off(desk, made):
    desk.goto(reverse("admin:feedback_report_changelist"))
    desk.locator("details", has=desk.locator("[data-keys-switch]")).locator("summary").click()
    desk.locator("[data-keys-switch] input").uncheck()
    desk.reload()
    desk.keyboard.press("j")
    assert desk.locator(".reports-here").count() == 0


def test_the_place_is_drawn_once_somebody_wants_to_see_it(desk, made, look):
    def open_map(page):
        page.get_by_role("button", name="Mở bản đồ").click()
        page.wait_for_selector(".face-map__point--here")

    address = reverse("admin:feedback_report_change", args=[made.pk])
    assert "leaflet" not in desk.goto(address).text().split("data-script", 1)[0]
    seen = look(address, page=desk.context.new_page(), then=open_map, name="reports-map", widths=(1280,))
    assert seen.faults == []


def test_an_report_is_worked_on_without_scripts(open_page, an, made):
    page = open_page(javascript=False)
    log_in(page, an)
    page.goto(act(made, "answer"))
    page.check("input[name=outcome][value=explained]")
    page.locator("details", has=page.locator("button[name=template]")).locator("summary").click()
    with page.expect_navigation():
        page.click("button[name=template]")
    assert page.input_value("#id_text") == "Chúng tôi đã sửa."
    with page.expect_navigation():
        page.click(".desk-acts button.desk-button-main")
    made.refresh_from_db()
    assert made.state == "answered"
