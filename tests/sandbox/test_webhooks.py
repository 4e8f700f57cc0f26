"""What the portal's webhook hears, how it is told again, and every event there is."""

import pytest

from sandbox.zalo.examples import CATALOGUE
from tests.sandbox.driving import APP_ID, OA_ID

NAMED = {
    "user_send_text", "user_send_image", "user_send_file", "user_send_audio", "user_send_video", "user_send_sticker",
    "user_send_link", "user_send_business_card", "user_send_location", "user_click_chatnow", "follow", "unfollow",
    "user_received_message", "user_seen_message", "user_reacted_message", "oa_reacted_message", "oa_send_text",
    "oa_send_image", "oa_send_file", "oa_send_sticker", "oa_send_gif", "oa_send_list", "oa_send_template",
    "user_submit_info", "update_user_info", "add_user_to_tag", "remove_user_from_tag", "remove_tag", "user_withdraw",
    "anonymous_send_text", "oa_send_anonymous_text", "widget_interaction_accepted",
    "widget_failed_to_sync_user_external_id", "create_group", "user_send_group_text", "oa_send_group_text",
    "oa_send_consent", "user_reply_consent", "user_call_oa", "change_template_status", "change_template_quality",
    "change_template_quota", "change_oa_daily_quota", "change_oa_template_tags", "user_feedback",
    "user_click_response_button", "event_journey_acknowledged", "event_journey_time_out", "extension_purchased",
}  # fmt: skip


def outcomes(sandbox, event):
    """How each try of the first such event ended."""
    return [one["outcome"] for one in sandbox.look("webhooks", event=event)["posts"][0]["tries"]]


def test_the_catalogue_has_every_name():
    assert set(CATALOGUE) >= NAMED


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_event_has_a_payload(sandbox, webhook, name):
    sent = sandbox.control("zalo/events", event_name=name, person="chi")
    sandbox.settle()
    heard = webhook.heard[0]
    assert heard["event_name"] == name
    assert heard["app_id"] == APP_ID
    assert heard["timestamp"].isdigit()
    assert sent.items() <= heard.items()
    assert heard["_headers"]["user-agent"] == "ZaloWebhook"
    assert {heard["_headers"]["x-zevent-server"]} <= {"OA OpenAPI", "ZNS"}
    assert heard["_headers"]["x-zevent-signature"].startswith("mac=")


def test_an_event_nobody_ever_heard_of_can_be_sent_too(sandbox, webhook):
    sandbox.control("zalo/events", payload={"event_name": "user_dreams", "app_id": APP_ID})
    sandbox.settle()
    assert webhook.events("user_dreams")


def test_the_picture_of_an_example_is_there(sandbox):
    sent = sandbox.control("zalo/events", event_name="user_send_image")
    address = sent["message"]["attachments"][0]["payload"]["url"]
    assert sandbox.http.get(address).content.startswith(b"\x89PNG")


def test_chi_writes_a_line(sandbox, webhook):
    sandbox.act("chi", "text", text="HCC H20.30-261123-0001")
    sandbox.settle()
    (heard,) = webhook.heard
    assert heard["sender"] == {"id": sandbox.uid("chi")}
    assert heard["recipient"] == {"id": OA_ID}
    assert heard["message"]["text"] == "HCC H20.30-261123-0001"
    assert heard["message"]["msg_id"]


def test_chi_sends_a_photo_and_the_portal_can_fetch_it(sandbox, webhook):
    photo = b"\xff\xd8\xff\xe0 a photo of a QR"
    answer = sandbox.http.post("/control/zalo/people/chi/image", files={"file": ("qr.jpg", photo, "image/jpeg")})
    assert answer.status_code == 200
    sandbox.settle()
    (attachment,) = webhook.events("user_send_image")[0]["message"]["attachments"]
    assert attachment["type"] == "image"
    assert sandbox.http.get(attachment["payload"]["url"]).content == photo


def test_chi_sends_where_she_stands(sandbox, webhook):
    sandbox.act("chi", "location", latitude=10.36, longitude=106.359, text="12 Hùng Vương")
    sandbox.settle()
    message = webhook.events("user_send_location")[0]["message"]
    assert message["attachments"][0]["payload"] == {"coordinates": {"latitude": "10.36", "longitude": "106.359"}}
    assert message["text"] == "12 Hùng Vương"


def test_chi_follows_and_leaves(sandbox, webhook):
    sandbox.act("chi", "follow")
    sandbox.act("chi", "follow")
    sandbox.act("chi", "unfollow")
    sandbox.settle()
    assert sorted(event["event_name"] for event in webhook.heard) == ["follow", "unfollow"]
    follow = webhook.events("follow")[0]
    assert (follow["follower"]["id"], follow["source"]) == (sandbox.uid("chi"), "oa_profile")


def test_a_hidden_button_says_its_words_all_the_same(sandbox, webhook):
    sandbox.act("chi", "follow")
    buttons = [{"title": "Danh sách", "type": "oa.query.hide", "payload": "danh sách"}]
    attachment = {"type": "template", "payload": {"buttons": buttons}}
    message_id = sandbox.say("chi", "Xin chọn", attachment=attachment)["data"]["message_id"]
    assert sandbox.act("chi", "press", message_id=message_id, button=0)["does"] == "says"
    sandbox.settle()
    assert webhook.events("user_send_text")[0]["message"]["text"] == "danh sách"
    assert sandbox.look("people/chi")["chat"][-1]["hidden"]


def test_what_the_oa_sends_is_told_back_then_received_then_seen(sandbox, webhook):
    sandbox.act("chi", "follow")
    message_id = sandbox.say("chi", "Chào Bà")["data"]["message_id"]
    sandbox.settle()
    assert webhook.events("oa_send_text")[0]["message"] == {"msg_id": message_id, "text": "Chào Bà"}
    assert webhook.events("user_received_message")[0]["message"] == {"msg_id": message_id}
    assert webhook.events("user_seen_message") == []
    sandbox.act("chi", "see")
    sandbox.settle()
    assert webhook.events("user_seen_message")[0]["message"] == {"msg_ids": [message_id]}


def test_the_echo_may_carry_another_id(sandbox, webhook):
    sandbox.settings(echo_same_id=False)
    sandbox.act("chi", "follow")
    message_id = sandbox.say("chi", "Chào Bà")["data"]["message_id"]
    sandbox.settle()
    assert webhook.events("oa_send_text")[0]["message"]["msg_id"] != message_id


def test_of_a_template_the_echo_has_the_words(sandbox, webhook):
    sandbox.template("chi")
    sandbox.settle()
    assert "H20.30-261123-0001" in webhook.events("oa_send_template")[0]["message"]["text"]


def test_the_console_may_filter_and_untick(sandbox, webhook):
    sandbox.settings(filter_syntax=True, unticked="follow unfollow")
    sandbox.act("chi", "follow")
    sandbox.act("chi", "text", text="Xin chào")
    sandbox.act("chi", "text", text="#HS H20.30-261123-0001")
    sandbox.settle()
    assert [event["message"]["text"] for event in webhook.heard] == ["#HS H20.30-261123-0001"]


def test_by_phone_the_receipt_comes_from_zbs_with_the_tracking_id(sandbox, webhook):
    msg_id = sandbox.by_phone(tracking_id="hs-2026-0001")["data"]["msg_id"]
    sandbox.settle()
    (heard,) = webhook.heard
    assert heard["_headers"]["x-zevent-server"] == "ZNS"
    assert heard["recipient"]["id"] == "84900000001"
    assert (heard["message"]["msg_id"], heard["message"]["tracking_id"]) == (msg_id, "hs-2026-0001")
    assert heard["message"]["delivery_time"].isdigit()


def test_while_the_phone_is_off_there_is_no_receipt(sandbox, webhook):
    sandbox.act("chi", "change", phone_off=True)
    sandbox.by_phone()
    sandbox.settle()
    assert webhook.heard == []
    assert sandbox.ledger() == []
    for _ in range(2):
        sandbox.act("chi", "change", phone_off=False)
    sandbox.settle()
    assert len(webhook.events("user_received_message")) == len(sandbox.ledger()) == 1


def test_chi_takes_her_consent_back(sandbox, webhook):
    sandbox.act("chi", "follow")
    sandbox.act("chi", "withdraw")
    sandbox.settle()
    assert webhook.events("user_withdraw")[0]["user_id"] == sandbox.uid("chi")


def test_chi_answers_the_card_that_asks_for_her_number(sandbox, webhook):
    sandbox.act("chi", "submit-info", ward="Mỹ Tho")
    sandbox.settle()
    info = webhook.events("user_submit_info")[0]["info"]
    assert (info["phone"], info["full_address"]["user_ward"]) == ("84900000001", "Mỹ Tho")


# --- the ladder ---


def test_who_does_not_answer_200_is_told_again_after_30_seconds(sandbox, webhook):
    webhook.answers = [500]
    sandbox.act("chi", "text", text="Chào")
    sandbox.settle()
    assert outcomes(sandbox, "user_send_text") == [500]
    sandbox.advance(seconds=20)
    sandbox.settle()
    assert len(webhook.heard) == 1
    sandbox.advance(seconds=11)
    sandbox.settle()
    assert outcomes(sandbox, "user_send_text") == [500, 200]
    first, second = webhook.heard
    assert first["_raw"] == second["_raw"]
    assert "num_retry" not in first["_headers"]
    assert second["_headers"]["num_retry"] == "1"


def test_the_whole_ladder_and_then_silence(sandbox, webhook):
    webhook.answers = [503] * 9
    sandbox.act("chi", "text", text="Chào")
    sandbox.settle()
    for count, minutes in enumerate([0.5, 5, 15, 30, 60], start=2):
        sandbox.advance(minutes=minutes)
        sandbox.settle()
        assert len(webhook.heard) == count
    sandbox.advance(days=1)
    sandbox.settle()
    assert len(webhook.heard) == 6
    assert [event["_headers"].get("num_retry") for event in webhook.heard] == [None, "1", "2", "3", "4", "5"]
    assert sandbox.look("webhooks", event="user_send_text")["posts"][0]["state"] == "dropped"


def test_whoever_moves_the_clock_by_hours_sees_all_tries_of_those_hours(sandbox, webhook):
    webhook.answers = [503] * 3
    sandbox.act("chi", "text", text="Chào")
    sandbox.settle()
    sandbox.advance(hours=2)
    sandbox.settle()
    assert outcomes(sandbox, "user_send_text") == [503, 503, 503, 200]


def test_an_answer_after_two_seconds_is_none(sandbox, webhook):
    webhook.answers = [-2.3]
    sandbox.act("chi", "text", text="Chào")
    sandbox.settle()
    assert outcomes(sandbox, "user_send_text") == ["no answer in time"]


def test_nobody_at_home(sandbox):
    sandbox.settings(webhook_url="http://127.0.0.1:9/webhook")
    sandbox.act("chi", "text", text="Chào")
    sandbox.settle()
    assert outcomes(sandbox, "user_send_text")[0].startswith("no connection")


def test_the_button_check_of_the_console_sends_one_post_without_a_seal(sandbox, webhook):
    webhook.answers = [500]
    sandbox.control("zalo/probe")
    sandbox.advance(hours=3)
    sandbox.settle()
    (heard,) = webhook.heard
    assert "x-zevent-signature" not in heard["_headers"]
