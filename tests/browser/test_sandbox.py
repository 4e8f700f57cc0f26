"""The sandbox's pages in a real browser: the phone in a citizen's hand, and the knobs beside it."""

import base64

import pytest
from playwright.sync_api import expect

from tests.browser.looking import AXE, arrive
from tests.sandbox.driving import DOSSIER, Driver, Program

PAGES = ["/phone/chi", "/faults", "/ledger", "/webhooks", "/templates", "/settings", "/phone/nobody"]
PAGES += ["/wall?as=chi", "/messenger/chi"]
QR = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


@pytest.fixture(scope="module")
def program():
    program = Program(SANDBOX_CLOCK="2026-11-26T09:00:00")
    yield program
    program.stop()


@pytest.fixture
def sandbox(program):
    """Something stands on every page: chats of every kind, effects, events, a fault."""
    driver = Driver(program.url)
    driver.control("reset")
    driver.settings(receipt_after=0)
    driver.log_in()
    driver.act("chi", "follow")
    yield driver
    driver.http.close()


@pytest.fixture
def full(sandbox):
    sandbox.act("chi", "text", text="HCC H20.30-261123-0001")
    sandbox.act("chi", "location", text="12 Hùng Vương")
    sandbox.act("chi", "sticker")
    buttons = [
        {"title": "Tra cứu", "type": "oa.query.show", "payload": "tra cứu"},
        {"title": "Trang tra cứu", "type": "oa.open.url", "payload": {"url": "http://127.0.0.1/"}},
        {"title": "Gọi tổng đài", "type": "oa.open.phone", "payload": {"phone_code": "841022"}},
    ]
    sandbox.say("chi", "Ông/Bà cần gì?", attachment={"type": "template", "payload": {"buttons": buttons}})
    sandbox.by_phone(tracking_id="hs-1", data=DOSSIER)
    sandbox.by_phone(template_id="100003", data={"ma_ho_so": "H20.30-261123-0001"}, tracking_id="hs-1-rate")
    sandbox.fault("slow", "zalo.never", times=3)
    talk_on_facebook(sandbox)
    return sandbox


def talk_on_facebook(sandbox):
    """A comment with a photo, an answer, an answer to that, a visitor's post; a message with buttons under it."""
    photo = base64.b64encode(QR).decode()
    hole = sandbox.on_facebook("chi", "comment", text="Ổ gà số 12", data=photo, filename="o-ga.png")["id"]
    sandbox.graph("POST", f"/{hole}/comments", json={"message": "Đã ghi nhận"})
    sandbox.on_facebook("chi", "comment", under=hole, text="Cảm ơn")
    sandbox.on_facebook("phuc", "post", text="Đèn đường hẻm 5 hỏng ba ngày nay")
    sandbox.on_facebook("chi", "text", text="Xin hỏi")
    choices = [{"content_type": "text", "title": "Tra cứu", "payload": "#tracuu"}]
    body = {"recipient": {"id": sandbox.psid("chi")}, "message": {"text": "Ông/Bà cần gì?", "quick_replies": choices}}
    assert sandbox.graph("POST", "/102938475610293/messages", json=body)[0] == 200


@pytest.fixture
def opened(chromium, program):
    contexts = []

    def open_page(*, width=1280, javascript=True):
        context = chromium.new_context(
            base_url=program.url, viewport={"width": width, "height": 800}, java_script_enabled=javascript
        )
        context.add_init_script(path=AXE)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_readable_on_a_phone_and_on_a_desk(full, opened, path, language):
    page = opened(width=360)
    page.context.add_cookies([{"name": "language", "value": language, "url": full.url}])
    look = arrive(page, path, host=full.url, picture=f"sandbox{path.replace('/', '-')}-{language}")
    assert look.faults == []
    assert page.locator("html").get_attribute("lang") == language


def test_the_page_of_consent_is_readable(sandbox, opened):
    address = "/zalo/oauth/v4/oa/permission?app_id=3608465248940903967&redirect_uri=http://127.0.0.1:9/back"
    assert arrive(opened(width=360), address, host=sandbox.url).faults == []


def test_chi_writes_and_the_answer_comes_by_itself(sandbox, opened):
    page = opened(width=360)
    page.goto("/phone/chi")
    page.get_by_label("Tin nhắn").fill("danh sách")
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.get_by_role("log")).to_contain_text("danh sách")
    sandbox.say("chi", "Bà đang theo dõi 1 hồ sơ.")
    expect(page.get_by_role("log")).to_contain_text("Bà đang theo dõi 1 hồ sơ.")
    expect(page.get_by_role("group", name="Màn hình khóa")).to_contain_text("Bà đang theo dõi 1 hồ sơ.")


def test_chi_presses_a_button_and_gives_four_stars(full, opened):
    page = opened()
    page.goto("/phone/chi")
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.get_by_role("log").locator("li.user").last).to_contain_text("tra cứu")
    page.get_by_role("button", name="4★").click()
    expect(page.get_by_label("4 sao")).to_be_visible()
    sent = [effect for effect in full.look("state")["ledger"] if effect["template_id"]]
    assert sent[-1]["template_id"] == "100003"


def test_chi_sends_a_photo(sandbox, opened):
    page = opened()
    page.goto("/phone/chi")
    page.get_by_label("Gửi ảnh (").set_input_files({"name": "qr.png", "mimeType": "image/png", "buffer": QR})
    page.get_by_role("button", name="Gửi ảnh", exact=True).click()
    expect(page.get_by_role("log").get_by_alt_text("Hình ảnh")).to_be_visible()
    assert sandbox.look("people/chi")["chat"][-1]["kind"] == "image"


def test_without_javascript_the_phone_works_all_the_same(sandbox, opened):
    page = opened(javascript=False)
    page.goto("/phone/phuc")
    page.get_by_role("button", name="Theo dõi OA").click()
    page.get_by_label("Tin nhắn").fill("Xin chào")
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.get_by_role("log")).to_contain_text("Xin chào")
    assert sandbox.look("people/phuc")["zalo"]["follower"]


def test_what_went_wrong_is_said_in_words(sandbox, opened):
    page = opened(javascript=False)
    page.goto("/faults")
    page.get_by_label("Sự cố", exact=True).select_option("refuse")
    page.get_by_role("button", name="Bật", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("error code")


def test_a_developer_breaks_something_moves_the_clock_and_mends_it(sandbox, opened):
    page = opened(width=360)
    page.goto("/faults")
    page.get_by_label("Sự cố", exact=True).select_option("drop_after")
    page.get_by_label("Ở đâu").fill("zalo.cs")
    page.get_by_role("button", name="Bật", exact=True).click()
    expect(page.get_by_role("cell", name="zalo.cs")).to_be_visible()
    page.get_by_label("Cho thời gian trôi qua").fill("3")
    page.get_by_role("button", name="Chuyển đồng hồ").click()
    expect(page.get_by_role("contentinfo")).to_contain_text("12:0")
    page.get_by_role("button", name="Tắt tất cả").click()
    expect(page.get_by_text("Không có sự cố nào.")).to_be_visible()


def test_a_developer_points_it_at_a_webhook_and_takes_tokens(sandbox, opened):
    page = opened()
    page.goto("/settings")
    page.locator("#webhook_url").fill("http://127.0.0.1:9/webhooks/zalo/")
    page.locator("form", has=page.locator("#webhook_url")).get_by_role("button", name="Lưu").click()
    assert sandbox.look("zalo/settings")["webhook_url"] == "http://127.0.0.1:9/webhooks/zalo/"
    page.get_by_role("button", name="Cấp một cặp token").click()
    expect(page.get_by_label("Cặp token")).to_contain_text("refresh_token")


def test_a_remark_that_is_being_written_stays_while_messages_come(full, opened):
    page = opened()
    page.goto("/phone/chi")
    page.get_by_label("Nhận xét").fill("Nhanh, rõ ràng")
    full.say("chi", "Hồ sơ khác đã có kết quả.")
    expect(page.get_by_role("log")).to_contain_text("Hồ sơ khác đã có kết quả.")
    expect(page.get_by_label("Nhận xét")).to_have_value("Nhanh, rõ ràng")


def test_after_a_new_beginning_the_phone_is_empty(full, opened):
    page = opened()
    page.goto("/phone/chi")
    full.control("reset")
    expect(page.get_by_role("log").get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("log")).to_contain_text("Chưa có tin nào")
