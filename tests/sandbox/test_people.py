"""People as the OA may see them: details, lists, labels, chats, quota; and what they do with the phone."""

import pytest

DETAIL, LIST = "/v3.0/oa/user/detail", "/v3.0/oa/user/getlist"


def detail(sandbox, person):
    return sandbox.get(DETAIL, data={"user_id": sandbox.uid(person)})


def uids(sandbox, **wanted):
    answer = sandbox.get(LIST, data={"offset": 0, "count": 50, **wanted})
    return [user["user_id"] for user in answer["data"]["users"]]


def test_of_a_follower_the_oa_knows_a_name(sandbox):
    sandbox.act("chi", "follow")
    shown = detail(sandbox, "chi")["data"]
    assert shown["display_name"] == "Lê Thị Chi"
    assert shown["user_is_follower"] is True
    assert shown["user_last_interaction_date"] == "26/11/2026"
    assert shown["user_id"] != shown["user_id_by_app"]


def test_of_a_stranger_it_knows_nothing(sandbox):
    assert detail(sandbox, "phuc")["error"] == -213
    assert sandbox.get(DETAIL, data={"user_id": "1"})["error"] == -201


def test_followers_are_listed_by_label_and_by_when_they_spoke(sandbox):
    for person in ("chi", "phuc"):
        sandbox.act(person, "follow")
    sandbox.act("lan", "text", text="Chào")
    chi, phuc, lan = map(sandbox.uid, ("chi", "phuc", "lan"))
    assert uids(sandbox) == [chi, phuc, lan]
    assert uids(sandbox, is_follower="true") == [chi, phuc]
    sandbox.post("/v2.0/oa/tag/tagfollower", {"user_id": chi, "tag_name": "Đất đai"})
    assert uids(sandbox, tag_name="Đất đai") == [chi]
    sandbox.advance(days=1)
    sandbox.log_in()
    assert uids(sandbox, last_interaction_period="TODAY") == []
    assert uids(sandbox, last_interaction_period="YESTERDAY") == [chi, phuc, lan]
    assert uids(sandbox, last_interaction_period="2026_11_26:2026_11_26") == [chi, phuc, lan]


@pytest.mark.parametrize("wrong", [{"offset": 9952}, {"count": 51}, {"last_interaction_period": "LAST"}])
def test_a_list_has_its_limits(sandbox, wrong):
    sandbox.act("chi", "follow")
    assert sandbox.get(LIST, data={"offset": 0, "count": 50, **wrong})["error"] == -201


def test_labels(sandbox, webhook):
    chi = sandbox.uid("chi")
    sandbox.act("chi", "follow")
    for name in ("Đất đai", "Hộ tịch"):
        sandbox.post("/v2.0/oa/tag/tagfollower", {"user_id": chi, "tag_name": name})
    assert sandbox.get("/v2.0/oa/tag/gettagsofoa")["data"] == ["Hộ tịch", "Đất đai"]
    sandbox.post("/v2.0/oa/tag/rmfollowerfromtag", {"user_id": chi, "tag_name": "Đất đai"})
    sandbox.post("/v2.0/oa/tag/rmtag", {"tag_name": "Hộ tịch"})
    assert sandbox.get("/v2.0/oa/tag/gettagsofoa")["data"] == []
    sandbox.settle()
    assert {"user_ids": [chi], "name": "Đất đai"} in [one["tag"] for one in webhook.events("add_user_to_tag")]
    assert webhook.events("remove_tag")


def test_a_chat_is_read_back_newest_first_ten_at_a_time(sandbox):
    sandbox.act("chi", "text", text="Một")
    for number in range(11):
        sandbox.say("chi", f"Trả lời {number}")
    wanted = {"user_id": sandbox.uid("chi"), "offset": 0, "count": 10}
    rows = sandbox.get("/v2.0/oa/conversation", data=wanted)["data"]
    assert [row["message"] for row in rows[:2]] == ["Trả lời 10", "Trả lời 9"]
    assert {row["src"] for row in rows} == {0}
    assert isinstance(rows[0]["time"], int)
    last = sandbox.get("/v2.0/oa/conversation", data={**wanted, "offset": 10})["data"]
    assert [(row["src"], row["message"]) for row in last] == [(0, "Trả lời 0"), (1, "Một")]
    assert last[1]["from_id"] == sandbox.uid("chi")
    assert sandbox.get("/v2.0/oa/conversation", data={**wanted, "count": 11})["error"] == -201


def test_recent_chats_one_line_each(sandbox):
    sandbox.act("chi", "text", text="Một")
    sandbox.act("phuc", "text", text="Hai")
    rows = sandbox.get("/v2.0/oa/listrecentchat", data={"offset": 0, "count": 5})["data"]
    assert [row["message"] for row in rows] == ["Hai", "Một"]


def test_the_health_page_of_the_oa(sandbox):
    sandbox.act("chi", "follow")
    shown = sandbox.get("/v2.0/oa/getoa")["data"]
    assert (shown["num_follower"], shown["oa_type"]) == (1, 4)
    assert shown["oaid"] == "388613280878808645"


def test_quota_of_a_person_and_of_the_oa(sandbox):
    sandbox.act("chi", "text", text="Chào")
    shown = sandbox.post("/v3.0/oa/quota/message", {"user_id": sandbox.uid("chi")})["data"]
    assert shown["last_interaction"].isdigit()
    assert shown["cs_reply"]["remain"] > 0
    rows = sandbox.post("/v3.0/oa/quota/message", {"quota_owner": "OA", "product_type": "cs", "quota_type": "x"})[
        "data"
    ]
    assert rows[0]["remain"] == 2000
    assert sandbox.post("/v3.0/oa/quota/message", {})["error"] == -201


def test_the_oa_puts_a_heart_on_a_message(sandbox, webhook):
    message = sandbox.act("chi", "text", text="Cảm ơn")
    action = {"react_icon": "/-heart", "react_message_id": message["id"]}
    body = {"recipient": {"user_id": sandbox.uid("chi")}, "sender_action": action}
    assert sandbox.post("/v2.0/oa/message", body)["error"] == 0
    action["react_icon"] = "🎉"
    assert sandbox.post("/v2.0/oa/message", body)["error"] == -201
    sandbox.settle()
    assert webhook.events("oa_reacted_message")


def test_an_answer_to_somebody_without_a_name(sandbox):
    body = {"recipient": {"anonymous_id": "0f3e", "conversation_id": "c5"}, "message": {"text": "Chào"}}
    assert sandbox.post("/v2.0/oa/message", body)["error"] == 0


def test_what_the_oa_writes_down_about_a_person(sandbox):
    chi = sandbox.uid("chi")
    sandbox.act("chi", "follow")
    sandbox.post("/v3.0/oa/user/update", {"user_id": chi, "alias": "Bà Chi", "shared_info": {"phone": 84900000001}})
    shown = detail(sandbox, "chi")["data"]
    assert (shown["user_alias"], shown["shared_info"]) == ("Bà Chi", {"phone": "84900000001"})


# --- the control API ---


def test_a_new_citizen_and_a_crowd(sandbox):
    mai = sandbox.control("people", name="Đỗ Thị Mai", phone="0900000009", id="mai")
    assert mai["phone"] == "84900000009"
    assert len(sandbox.control("people", count=50)["people"]) == 50
    assert len(sandbox.look("people")["people"]) == 56
    (one,) = sandbox.control("people", count=1, following=True)["people"]
    assert sandbox.say(one["id"], "Chào")["error"] == 0
    again = sandbox.http.post("/control/people", json={"name": "x", "phone": "0900000009"})
    assert "belongs to mai" in again.json()["error"]


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("zalo/people/nobody/follow", {}, "nobody"),
        ("zalo/people/chi/fly", {}, "cannot 'fly'"),
        ("zalo/people/chi/text", {}, "what does the person say"),
        ("zalo/people/chi/text", {"words": "x"}, "words"),
        ("zalo/people/chi/press", {"message_id": "x"}, "no message 'x'"),
        ("zalo/people/chi/change", {"mood": "good"}, "mood"),
        ("zalo/settings", {"colour": "red"}, "colour"),
        ("zalo/settings", {"rate_limit": "many"}, "rate_limit"),
        ("zalo/events", {"event_name": "user_flies"}, "user_flies"),
        ("clock", {}, "advance"),
    ],
)
def test_a_mistake_is_told_in_words(sandbox, path, body, words):
    answer = sandbox.http.post(f"/control/{path}", json=body)
    assert answer.status_code in (400, 404)
    assert words in answer.json()["error"]


def test_every_address_of_the_control_api_says_what_it_is_for(sandbox):
    rows = sandbox.http.get("/control").json()["control"]
    assert len(rows) > 25
    assert [row["path"] for row in rows if not row["what"]] == []


def test_nothing_that_is_shown_has_a_secret(sandbox):
    shown = sandbox.http.get("/control/state").text
    assert sandbox.tokens["access_token"] not in shown
    assert "sandbox-app-secret" not in shown


def test_a_page_of_another_site_cannot_turn_the_knobs(sandbox):
    answer = sandbox.http.post("/control/reset", headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    named = {"Host": "evil.example:8090", "Origin": "http://evil.example:8090"}  # its name now has our address
    assert sandbox.http.post("/control/reset", headers=named).status_code == 403
    assert sandbox.http.get("/control/zalo/settings", headers={"Host": "evil.example"}).status_code == 403
    assert sandbox.http.post("/control/reset", headers={"Origin": sandbox.url}).status_code == 200


def test_a_reset_begins_anew_and_may_keep_settings_and_tokens(sandbox):
    sandbox.act("chi", "follow")
    sandbox.say("chi", "Chào")
    sandbox.settings(rate_limit=7000)
    sandbox.control("reset", keep_settings=True, keep_tokens=True)
    assert sandbox.ledger() == []
    assert sandbox.look("people/chi")["chat"] == []
    assert sandbox.look("zalo/settings")["rate_limit"] == 7000
    assert sandbox.get("/v2.0/oa/getoa")["error"] == 0
    sandbox.control("reset")
    assert sandbox.get("/v2.0/oa/getoa")["error"] == -216


def test_the_ledger_can_be_searched(sandbox):
    sandbox.by_phone(tracking_id="hs-1")
    sandbox.by_phone("84900000002", tracking_id="hs-2")
    assert [effect["tracking_id"] for effect in sandbox.ledger(to="phuc")] == ["hs-2"]
    assert len(sandbox.ledger(contains="H20.30-261123-0001")) == 2
    assert sandbox.look("ledger", by="tracking_id")["by"] == {"hs-1": 1, "hs-2": 1}
    assert len(sandbox.ledger(after=1)) == 1
    assert len(sandbox.ledger(limit=1)) == 1
    assert "colour" in sandbox.http.get("/control/ledger", params={"colour": "red"}).json()["error"]
    assert sandbox.http.delete("/control/ledger").status_code == 200
    assert sandbox.ledger() == []
