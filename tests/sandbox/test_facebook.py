"""The made-up Page says yes and no as the real one does, and tells its webhook the same way."""

import hashlib
import hmac
import json

import pytest

PAGE = "102938475610293"


@pytest.fixture
def page(sandbox, webhook):
    sandbox.page_settings(webhook_url=webhook.url)
    return sandbox


def number_of(answer):
    error = answer["error"]
    return error["code"], error.get("error_subcode", 0)


def heard(page, webhook):
    """Every update that came, whatever the batch."""
    page.settle()
    entries = [entry for body in webhook.heard for entry in body["entry"] if entry["id"] == PAGE]
    return [one for entry in entries for one in [*entry.get("changes", []), *entry.get("messaging", [])]]


# --- tokens ---------------------------------------------------------------------------------------------------------
def test_without_a_token_or_with_a_dead_one_nothing_is_told(page):
    assert page.graph("GET", f"/{PAGE}", token="")[0] == 401
    page.page_settings(token_valid=False, token_subcode=460)
    status, answer = page.graph("GET", f"/{PAGE}")
    assert (status, number_of(answer)) == (401, (190, 460))


def test_the_proof_is_checked_where_it_is_sent_and_asked_for_where_that_is_switched_on(page):
    proof = hmac.new(b"sandbox-app-secret", b"sandbox-page-token", hashlib.sha256).hexdigest()
    assert page.graph("GET", f"/{PAGE}", params={"appsecret_proof": proof})[0] == 200
    assert number_of(page.graph("GET", f"/{PAGE}", params={"appsecret_proof": "0" * 64})[1]) == (100, 0)
    page.page_settings(require_proof=True)
    assert number_of(page.graph("GET", f"/{PAGE}")[1]) == (100, 0)


def test_the_app_may_ask_whether_a_token_lives_and_a_user_which_pages_there_are(page):
    app = "5610293847561029|sandbox-app-secret"
    query = {"input_token": "sandbox-page-token"}
    assert page.graph("GET", "/debug_token", token=app, params=query)[1]["data"]["is_valid"] is True
    page.page_settings(token_valid=False)
    assert page.graph("GET", "/debug_token", token=app, params=query)[1]["data"]["is_valid"] is False
    pages = page.graph("GET", "/me/accounts", token="sandbox-user-token")[1]["data"]
    assert [one["access_token"] for one in pages] == ["sandbox-page-token"]


@pytest.mark.parametrize(("knob", "code"), [("app_usage", 4), ("page_usage", 80001)])
def test_at_a_hundred_percent_calls_are_refused_and_the_headers_say_how_many_there_were(page, knob, code):
    page.page_settings(**{knob: 100, "regain_minutes": 19})
    answer = page.http.get(f"/facebook/graph/v26.0/{PAGE}", headers={"Authorization": "Bearer sandbox-page-token"})
    assert answer.json()["error"]["code"] == code
    said = json.loads(answer.headers["X-Business-Use-Case-Usage"])[PAGE]
    assert {row["estimated_time_to_regain_access"] for row in said} == {19}


# --- the wall -------------------------------------------------------------------------------------------------------
def test_a_comment_an_answer_and_an_answer_to_that_stand_in_two_levels(page):
    hole = page.on_facebook("chi", "comment", text="Ổ gà số 12")["id"]
    answer = page.graph("POST", f"/{hole}/comments", json={"message": "Đã ghi nhận"})[1]["id"]
    deeper = page.on_facebook("chi", "comment", under=answer, text="Cảm ơn")
    assert deeper["parent"] == hole
    assert page.graph("GET", f"/{answer}/comments")[1]["data"] == []
    post = page.graph("GET", f"/{PAGE}/feed")[1]["data"][0]["id"]
    stream = page.graph("GET", f"/{post}/comments", params={"filter": "stream"})[1]["data"]
    assert [one["message"] for one in stream] == ["Ổ gà số 12", "Đã ghi nhận", "Cảm ơn"]
    assert len(page.graph("GET", f"/{post}/comments")[1]["data"]) == 1


def test_a_citizens_comment_is_hidden_shown_and_deleted_and_the_pages_own_is_changed(page):
    hole = page.on_facebook("chi", "comment", text="Chửi bậy")["id"]
    assert page.graph("POST", f"/{hole}", json={"is_hidden": True}) == (200, {"success": True})
    assert page.graph("GET", f"/{hole}", params={"fields": "is_hidden"})[1] == {"id": hole, "is_hidden": True}
    assert page.graph("POST", f"/{hole}", json={"message": "Lời khác"})[0] == 400
    own = page.graph("POST", f"/{hole}/comments", json={"message": "Xin giữ lời"})[1]["id"]
    assert page.graph("POST", f"/{own}", json={"message": "Xin giữ lời lịch sự"})[0] == 200
    assert page.graph("POST", f"/{own}/likes")[0] == 200
    assert page.graph("DELETE", f"/{hole}")[0] == 200
    assert number_of(page.graph("GET", f"/{own}")[1]) == (100, 33)


def test_the_same_words_as_the_last_post_are_refused(page):
    say = {"message": "Lịch cúp điện tuần này"}
    assert page.graph("POST", f"/{PAGE}/feed", data=say)[0] == 200
    assert number_of(page.graph("POST", f"/{PAGE}/feed", data=say)[1]) == (506, 0)
    assert (
        "post_id" in page.graph("POST", f"/{PAGE}/photos", json={"url": "http://127.0.0.1/a.jpg", "caption": "Ảnh"})[1]
    )
    assert len(page.graph("GET", f"/{PAGE}/published_posts")[1]["data"]) == 3
    page.on_facebook("chi", "post", text="Đèn hỏng")
    assert [one["message"] for one in page.graph("GET", f"/{PAGE}/visitor_posts")[1]["data"]] == ["Đèn hỏng"]


# --- in private -----------------------------------------------------------------------------------------------------
def send(page, recipient, **more):
    message = {"text": "Chào Chị", "metadata": "m-1"}
    return page.graph("POST", f"/{PAGE}/messages", json={"recipient": recipient, "message": message, **more})


def test_a_persons_word_opens_a_day_and_a_human_being_has_a_week_where_that_is_approved(page):
    chi = {"id": page.psid("chi")}
    assert number_of(send(page, chi)[1]) == (10, 2018278)
    page.on_facebook("chi", "text", text="Xin hỏi")
    assert send(page, chi, messaging_type="RESPONSE")[0] == 200
    page.advance(hours=25)
    assert number_of(send(page, chi, messaging_type="RESPONSE")[1]) == (10, 2018278)
    tagged = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    assert number_of(send(page, chi, **tagged)[1]) == (10, 2018278)
    page.page_settings(human_agent=True)
    assert send(page, chi, **tagged)[0] == 200
    assert number_of(send(page, chi, messaging_type="MESSAGE_TAG", tag="ACCOUNT_UPDATE")[1]) == (100, 1893061)
    page.advance(days=7)
    assert number_of(send(page, chi, **tagged)[1]) == (10, 2018278)


def test_a_comment_takes_one_private_reply_and_only_for_a_week(page):
    hole, lamp = (page.on_facebook("chi", "comment", text=text)["id"] for text in ("Ổ gà", "Đèn"))
    assert send(page, {"comment_id": hole})[0] == 200
    assert number_of(send(page, {"comment_id": hole})[1]) == (10900, 0)
    page.advance(days=8)
    assert number_of(send(page, {"comment_id": lamp})[1]) == (10, 2018278)
    assert number_of(send(page, {"comment_id": "1_2"})[1]) == (100, 33)


def test_who_blocked_the_page_and_who_never_was_are_not_reached(page):
    page.on_facebook("chi", "text", text="Xin hỏi")
    page.on_facebook("chi", "change", blocked=True)
    assert number_of(send(page, {"id": page.psid("chi")})[1]) == (551, 0)
    assert number_of(send(page, {"id": "1"})[1]) == (100, 2018001)


@pytest.mark.parametrize(("knob", "number"), [("barred", (10, 1893063)), ("blocked", (368, 0))])
def test_a_page_that_is_barred_or_blocked_sends_nothing(page, knob, number):
    page.on_facebook("chi", "text", text="Xin hỏi")
    page.page_settings(**{knob: True})
    assert number_of(send(page, {"id": page.psid("chi")})[1]) == number


# --- what the webhook hears -----------------------------------------------------------------------------------------
def test_what_is_signed_is_escaped_and_signed_with_the_apps_secret(page, webhook):
    page.on_facebook("chi", "comment", text="Ổ gà à")
    page.settle()
    (said,) = webhook.heard
    assert said["_raw"].isascii()
    signed = hmac.new(b"sandbox-app-secret", said["_raw"], hashlib.sha256).hexdigest()
    assert said["_headers"]["x-hub-signature-256"] == f"sha256={signed}"
    page.page_settings(slashes=True)
    page.on_facebook("chi", "comment", text="12/3")
    page.settle()
    assert rb"12\/3" in webhook.heard[-1]["_raw"]


def test_an_echo_brings_back_what_we_sent_along(page, webhook):
    page.on_facebook("chi", "text", text="Xin hỏi")
    send(page, {"id": page.psid("chi")})
    echoes = [one["message"] for one in heard(page, webhook) if one.get("message", {}).get("is_echo")]
    assert [one["metadata"] for one in echoes] == ["m-1"]


def test_updates_gather_to_a_batch_with_another_pages_among_them(page, webhook):
    page.page_settings(batch=3, strangers=True, names=False, shuffled=True)
    page.on_facebook("chi", "comment", text="một")
    page.on_facebook("chi", "text", text="hai")
    page.settle()
    assert webhook.heard == []
    page.on_facebook("phuc", "post", text="ba")
    updates = heard(page, webhook)
    assert len(webhook.heard) == 1
    assert len(updates) == 3
    assert not [one for one in updates if "from" in one.get("value", {})]
    assert len({entry["id"] for entry in webhook.heard[0]["entry"]}) == 2


def test_comments_are_tried_for_a_day_and_a_half_and_messages_for_an_hour_and_then_never_again(page, webhook):
    webhook.answers = [500] * 50
    page.on_facebook("chi", "comment", text="Ổ gà")
    page.advance(hours=2)
    page.settle()
    assert page.look("webhooks", event="feed")["posts"][0]["state"] == "waiting"
    page.advance(hours=35)
    page.settle()
    assert page.look("webhooks", event="feed")["posts"][0]["state"] == "dropped"
    assert page.graph("GET", f"/{PAGE}/subscribed_apps")[1]["data"]
    page.on_facebook("chi", "text", text="Xin hỏi")
    page.advance(hours=2)
    page.settle()
    assert page.look("webhooks", event="messages")["posts"][0]["state"] == "dropped"
    assert page.graph("GET", f"/{PAGE}/subscribed_apps")[1]["data"] == []
    fields = {"subscribed_fields": "feed,messages"}
    assert page.graph("POST", f"/{PAGE}/subscribed_apps", json=fields) == (200, {"success": True})


# --- the pages ------------------------------------------------------------------------------------------------------
def test_a_citizen_writes_on_the_wall_and_in_messenger_without_javascript(page):
    http = page.http
    http.post("/wall/post", data={"as": "chi", "text": "Đèn <b>hỏng</b>"})
    http.post("/messenger/chi/text", data={"text": "Xin hỏi"})
    wall = http.get("/wall?as=chi").text
    assert "Đèn &lt;b&gt;hỏng&lt;/b&gt;" in wall
    assert "Xin hỏi" in http.get("/messenger/chi").text
    assert http.get("/messenger/nobody").status_code == 404
    assert "words" in http.post("/wall/comment", data={"as": "chi", "text": ""}, follow_redirects=True).text
