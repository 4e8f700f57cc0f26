"""A consultation message: when Zalo takes it, who pays, and what the citizen sees."""

import unicodedata

import pytest

CS = "/v3.0/oa/message/cs"


def to(sandbox, person, message):
    return sandbox.post(CS, {"recipient": {"user_id": sandbox.uid(person)}, "message": message})


def test_chi_who_follows_gets_the_answer_once(sandbox):
    sandbox.act("chi", "follow")
    answer = sandbox.say("chi", "Hồ sơ của Bà đang được xử lý.")
    assert answer["error"] == 0
    assert answer["data"]["user_id"] == sandbox.uid("chi")
    assert answer["data"]["sent_time"].isdigit()
    assert answer["data"]["quota"] == {"quota_type": "reply"}
    effect = sandbox.ledger()[0]
    assert (effect["to"], effect["text"]) == ("chi", "Hồ sơ của Bà đang được xử lý.")
    assert effect["message_id"] == answer["data"]["message_id"]
    assert sandbox.look("people/chi")["chat"][-1]["text"] == "Hồ sơ của Bà đang được xử lý."


def test_for_two_days_after_chi_spoke_it_is_free_and_for_seven_it_is_billed(sandbox):
    sandbox.act("chi", "text", text="Chào")
    sandbox.advance(hours=47.9)
    sandbox.log_in()
    assert sandbox.say("chi", "Một")["data"]["quota"]["quota_type"] == "reply"
    sandbox.advance(hours=0.2)
    assert sandbox.say("chi", "Hai")["data"]["quota"]["quota_type"] == "sub_quota"
    sandbox.advance(days=5, hours=1)
    sandbox.log_in()
    assert sandbox.say("chi", "Ba")["error"] == -230


def test_a_pressed_button_opens_the_window_again(sandbox):
    sandbox.act("chi", "follow")
    buttons = [{"title": "Tra cứu", "type": "oa.query.hide", "payload": "#tracuu"}]
    attachment = {"type": "template", "payload": {"buttons": buttons}}
    message_id = sandbox.say("chi", "Ông/Bà cần gì?", attachment=attachment)["data"]["message_id"]
    sandbox.advance(days=8)
    sandbox.log_in()
    assert sandbox.say("chi", "Xin chào")["error"] == -230
    sandbox.act("chi", "press", message_id=message_id, button=0)
    assert sandbox.say("chi", "Xin chào")["error"] == 0


def test_who_never_followed_nor_spoke_cannot_be_written_to(sandbox):
    assert sandbox.say("phuc", "Chào")["error"] == -213


def test_who_unfollowed_has_to_speak_first(sandbox):
    sandbox.act("chi", "follow")
    sandbox.act("chi", "unfollow")
    assert sandbox.say("chi", "Chào")["error"] == -213
    sandbox.act("chi", "text", text="Cho tôi hỏi")
    assert sandbox.say("chi", "Chào")["error"] == 0


def test_a_follower_of_whom_nobody_ever_heard(sandbox):
    sandbox.act("chi", "follow")
    sandbox.act("chi", "change", last_interaction=None)
    assert sandbox.say("chi", "Chào")["error"] == -232


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"blocked": True}, -217),
        ({"restricted": ["consultation"]}, -244),
        ({"inactive": True}, -227),
        ({"has_zalo": False}, -227),
    ],
)
def test_what_chi_has_chosen_is_honoured(sandbox, choice, code):
    sandbox.act("chi", "follow")
    sandbox.act("chi", "change", **choice)
    assert sandbox.say("chi", "Chào")["error"] == code
    assert sandbox.ledger() == []


def test_after_the_package_the_money_of_the_account_pays_and_then_nobody(sandbox):
    sandbox.act("chi", "text", text="Chào")
    sandbox.advance(days=3)
    sandbox.log_in()
    sandbox.settings(package_quota=0, balance=55)
    assert sandbox.say("chi", "Một")["data"]["quota"]["quota_type"] == "purchase_quota"
    assert sandbox.say("chi", "Hai")["error"] == -321
    sandbox.settings(zca_linked=False)
    assert sandbox.say("chi", "Ba")["error"] == -320


def test_length_is_counted_in_characters_of_nfc(sandbox):
    sandbox.act("chi", "follow")
    decomposed = unicodedata.normalize("NFD", "ệ" * 2000)
    assert sandbox.say("chi", decomposed)["error"] == 0
    assert sandbox.say("chi", "ệ" * 2001) == {"error": -210, "message": "Parameter exceeds allowable limit"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "recipient is invalid!"),
        ({"recipient": {"user_id": "1"}, "message": {"text": "a"}}, "user_id is invalid!"),
        ({"recipient": {"user_id": None}, "message": {"text": "a"}}, "user_id is invalid!"),
        ({"recipient": {"message_id": "none"}, "message": {"text": "a"}}, "message_id is invalid!"),
    ],
)
def test_what_is_wrong_is_named(sandbox, body, words):
    assert sandbox.post(CS, body) == {"error": -201, "message": words}


def test_a_body_that_is_no_json_is_refused(sandbox):
    assert sandbox.send(CS, content=b"{").json()["error"] == -201


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"text": "  "}, -201),
        ({}, -201),
        ({"attachment": {"type": "template", "payload": {"template_type": "unheard"}}}, -233),
        ({"attachment": {"type": "video", "payload": {}}}, -233),
        ({"attachment": {"type": "template"}}, -201),
        ({"attachment": {"type": "file", "payload": {"token": "none"}}}, -201),
    ],
)
def test_a_message_that_is_none_is_refused(sandbox, message, code):
    sandbox.act("chi", "follow")
    assert to(sandbox, "chi", message)["error"] == code


def media(**element):
    return {"attachment": {"type": "template", "payload": {"template_type": "media", "elements": [element]}}}


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ({"media_type": "image", "url": "https://example.vn/a.png"}, 0),
        ({"media_type": "image"}, -201),
        ({"media_type": "image", "url": "https://example.vn/a.png", "attachment_id": "x"}, -201),
        ({"media_type": "image", "url": "file:///etc/passwd"}, -201),
        ({"media_type": "gif", "url": "https://example.vn/a.gif"}, -201),
        ({"media_type": "gif", "url": "https://example.vn/a.gif", "width": 10, "height": 10}, 0),
        ({"media_type": "sticker", "attachment_id": "46926"}, 0),
        ({"media_type": "hologram", "url": "https://example.vn/a"}, -233),
    ],
)
def test_pictures(sandbox, element, code):
    sandbox.act("chi", "follow")
    assert to(sandbox, "chi", media(**element))["error"] == code


def button(**changes):
    return {"title": "Mở", "type": "oa.open.url", "payload": {"url": "https://example.vn/"}, **changes}


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([button()], 0),
        ([button()] * 6, -210),
        ([button(title="x" * 101)], -210),
        ([button(payload="https://example.vn/")], -201),
        ([button(payload={"url": "javascript:alert(1)"})], -201),
        ([button(type="oa.open.door")], -201),
        ([button(type="oa.query.show", payload={"url": "x"})], -201),
        ([button(type="oa.open.sms", payload={"content": "HCC", "phone_code": "848088"})], 0),
    ],
)
def test_buttons(sandbox, buttons, code):
    sandbox.act("chi", "follow")
    attachment = {"type": "template", "payload": {"buttons": buttons}}
    assert to(sandbox, "chi", {"text": "Xin chọn", "attachment": attachment})["error"] == code


def test_a_list_and_a_card_that_asks_for_contact_data(sandbox):
    sandbox.act("chi", "follow")
    rows = [{"title": f"Thủ tục {number}", "subtitle": "5 ngày"} for number in range(6)]
    payload = {"template_type": "list", "elements": rows}
    assert to(sandbox, "chi", {"attachment": {"type": "template", "payload": payload}})["error"] == -210
    payload["elements"] = rows[:5]
    assert to(sandbox, "chi", {"attachment": {"type": "template", "payload": payload}})["error"] == 0
    sandbox.settings(lists_allowed=False)
    assert to(sandbox, "chi", {"attachment": {"type": "template", "payload": payload}})["error"] == -233
    card = {"template_type": "request_user_info", "elements": [{"title": "Cho biết số điện thoại", "subtitle": "x"}]}
    assert to(sandbox, "chi", {"attachment": {"type": "template", "payload": card}})["error"] == 0


def test_an_answer_may_name_the_message_it_answers(sandbox):
    message = sandbox.act("chi", "text", text="Chào")
    body = {"recipient": {"message_id": message["id"]}, "message": {"text": "Chào Bà"}}
    assert sandbox.post(CS, body)["data"]["user_id"] == sandbox.uid("chi")


@pytest.mark.parametrize("path", ["/v3.0/oa/message/transaction", "/v3.0/oa/message/promotion"])
def test_stopped_messages_stay_stopped(sandbox, path):
    assert sandbox.post(path, {"recipient": {"user_id": sandbox.uid("chi")}})["error"] == -233
    sandbox.settings(stopped_code=-209)
    assert sandbox.post(path, {})["error"] == -209


def test_the_message_of_v2_was_shut_down(sandbox):
    body = {"recipient": {"user_id": sandbox.uid("chi")}, "message": {"text": "Chào"}}
    assert sandbox.post("/v2.0/oa/message", body) == {
        "error": -240,
        "message": "MessageV2 API has been shut down, please switch to MessageV3",
    }
