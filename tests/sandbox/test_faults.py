"""Every fault, seen from the portal and from the citizen: the ledger says what really happened."""

import time

import httpx
import pytest

CS = "/v3.0/oa/message/cs"


@pytest.fixture
def chi(sandbox):
    sandbox.act("chi", "follow")
    return sandbox.uid("chi")


def send(sandbox, uid, text="Chào"):
    return sandbox.send(CS, {"recipient": {"user_id": uid}, "message": {"text": text}})


def reached(sandbox):
    return [effect["text"] for effect in sandbox.ledger()]


def test_the_connection_breaks_before_anything_was_done(sandbox, chi):
    sandbox.fault("drop_before", "zalo.cs", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        send(sandbox, chi, "Một")
    assert reached(sandbox) == []
    assert send(sandbox, chi, "Hai").json()["error"] == 0


def test_chi_has_the_message_and_the_portal_has_no_answer(sandbox, chi):
    sandbox.fault("drop_after", "zalo.cs", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        send(sandbox, chi, "Một")
    assert reached(sandbox) == ["Một"]
    rows = sandbox.get("/v2.0/oa/conversation", data={"user_id": chi, "offset": 0, "count": 10})["data"]
    assert (rows[0]["src"], rows[0]["message"]) == (0, "Một")


def test_the_refresh_token_was_used_and_its_answer_lost(sandbox):
    sandbox.fault("rotated_lost", times=1)
    form = {"grant_type": "refresh_token", "refresh_token": sandbox.tokens["refresh_token"]}
    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.token(**form)
    assert sandbox.token(**form).json()["error"] == -14020
    assert sandbox.get("/v2.0/oa/getoa")["error"] == -220


@pytest.mark.parametrize(
    ("kind", "status", "done"),
    [("http_500", 500, ["Chào"]), ("http_503", 503, []), ("http_401", 401, []), ("http_429", 429, [])],
)
def test_the_server_breaks_after_or_before_the_work(sandbox, chi, kind, status, done):
    sandbox.fault(kind, "zalo.cs", times=1)
    assert send(sandbox, chi).status_code == status
    assert reached(sandbox) == done


def test_half_an_answer(sandbox, chi):
    sandbox.fault("malformed", "zalo.cs", times=1)
    answer = send(sandbox, chi)
    assert answer.status_code == 200
    with pytest.raises(ValueError):
        answer.json()
    assert reached(sandbox) == ["Chào"]


def test_a_slow_answer_comes_after_the_work(sandbox, chi):
    sandbox.fault("slow", "zalo.cs", times=1, seconds=0.4)
    sandbox.http.timeout = 0.2
    with pytest.raises(httpx.ReadTimeout):
        send(sandbox, chi)
    sandbox.http.timeout = 10
    assert reached(sandbox) == ["Chào"]


@pytest.mark.parametrize(
    ("kind", "by_uid", "by_phone"), [("rate_limit", -32, -32), ("expired_token", -220, -124), ("night", -234, -133)]
)
def test_each_host_refuses_with_its_own_number(sandbox, chi, kind, by_uid, by_phone):
    sandbox.fault(kind, "zalo.*", times=2)
    assert send(sandbox, chi).json()["error"] == by_uid
    assert sandbox.by_phone()["error"] == by_phone
    assert reached(sandbox) == []


def test_any_number_can_be_asked_for_before_or_after_the_work(sandbox, chi):
    sandbox.fault("refuse", "zalo.cs", times=1, code=-321)
    assert send(sandbox, chi).json()["error"] == -321
    assert reached(sandbox) == []
    sandbox.fault("refuse", "zalo.cs", times=1, code=-200, processed=True)
    assert send(sandbox, chi).json() == {"error": -200, "message": "Send message failed"}
    assert reached(sandbox) == ["Chào"]


def test_a_fault_stays_until_it_is_switched_off(sandbox, chi):
    number = sandbox.fault("http_503", "zalo.cs")["id"]
    assert [send(sandbox, chi).status_code for _ in range(3)] == [503] * 3
    assert sandbox.look("faults")["active"][0]["hits"] == 3
    assert sandbox.http.delete(f"/control/faults/{number}").status_code == 200
    assert send(sandbox, chi).status_code == 200


def test_a_fault_strikes_only_where_it_was_put(sandbox, chi):
    sandbox.fault("http_503", "zalo.zbs")
    assert send(sandbox, chi).status_code == 200


def test_a_message_that_is_taken_over_and_never_arrives(sandbox, webhook):
    sandbox.fault("undelivered", "zalo.zbs", times=1)
    answer = sandbox.by_phone()
    sandbox.settle()
    assert answer["error"] == 0
    assert webhook.heard == []
    assert reached(sandbox) == []
    assert sandbox.ask("/message/status", message_id=answer["data"]["msg_id"])["data"]["status"] == 0


def test_an_event_comes_twice(sandbox, webhook):
    sandbox.fault("duplicate", "webhook.user_send_text", times=1)
    sandbox.act("chi", "text", text="Chào")
    sandbox.settle()
    first, second = webhook.heard
    assert first["_raw"] == second["_raw"]


def test_events_overtake_each_other(sandbox, webhook):
    sandbox.fault("disorder", times=1, seconds=0.3)
    sandbox.act("chi", "text", text="Một")
    sandbox.act("chi", "text", text="Hai")
    sandbox.settle()
    assert [event["message"]["text"] for event in webhook.heard] == ["Hai", "Một"]


@pytest.mark.parametrize(("kind", "sealed"), [("bad_signature", True), ("unsigned", False)])
def test_a_try_with_a_wrong_seal_is_followed_by_one_with_the_right_one(sandbox, webhook, kind, sealed):
    sandbox.fault(kind, times=1)
    webhook.answers = [403]
    sandbox.act("chi", "text", text="Chào")
    sandbox.settle()
    sandbox.advance(seconds=31)
    sandbox.settle()
    first, second = (event["_headers"].get("x-zevent-signature") for event in webhook.heard)
    assert bool(first) is sealed
    assert first != second


def test_an_event_never_comes(sandbox, webhook):
    sandbox.fault("lost", "webhook.follow", times=1)
    sandbox.act("chi", "follow")
    sandbox.advance(hours=3)
    sandbox.settle()
    assert webhook.heard == []
    assert sandbox.look("webhooks")["posts"][0]["state"] == "lost"


def test_every_answer_takes_its_time(sandbox, chi):
    sandbox.control("latency", seconds=0.2)
    began = time.monotonic()
    send(sandbox, chi)
    assert time.monotonic() - began >= 0.2


def test_a_fault_that_is_none_says_which_there_are(sandbox):
    answer = sandbox.http.post("/control/faults", json={"kind": "earthquake"})
    assert answer.status_code == 400
    assert "drop_after" in answer.json()["error"]
    answer = sandbox.http.post("/control/faults", json={"kind": "refuse"})
    assert "error code" in answer.json()["error"]


def test_the_portal_can_count_how_often_it_asked(sandbox, chi):
    sandbox.fault("http_503", "zalo.cs", times=1)
    send(sandbox, chi)
    send(sandbox, chi)
    counted = sandbox.look("calls")["counted"]
    assert (counted["zalo.cs http_503"], counted["zalo.cs 0"]) == (1, 1)
