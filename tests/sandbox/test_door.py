"""Who is let in at Zalo's doors, and what stands on every answer."""

import pytest

from sandbox.zalo import signature

GETOA = "/v2.0/oa/getoa"


def test_the_token_stands_in_a_header_called_access_token(sandbox):
    token = sandbox.tokens["access_token"]
    bearer = sandbox.http.get(f"/zalo/openapi{GETOA}", headers={"Authorization": f"Bearer {token}"})
    assert bearer.status_code == 200  # Zalo's No comes with 200
    assert bearer.json() == {"error": -216, "message": "Access token is invalid"}
    assert sandbox.get(GETOA, headers={"Access-Token": token})["error"] == -216
    assert sandbox.get(GETOA)["error"] == 0


def test_by_phone_a_wrong_token_has_another_number(sandbox):
    body = {"phone": "84900000001"}
    answer = sandbox.post("/message/template", body, headers={"access_token": "no"}, host="business")
    assert answer["error"] == -124


def test_the_proof_of_the_secret_is_the_one_that_zalo_documents():
    wanted = "86a92f9a043bb7382b80b01b87dc55b6cf92c737c913abd98ffdb238d0e0a8b6"
    assert signature.proof(app_secret="sandbox-app-secret", access_token="sandbox-access-token") == wanted


def test_where_the_console_asks_for_a_proof_nobody_gets_in_without(sandbox):
    sandbox.settings(require_proof=True)
    token = sandbox.tokens["access_token"]
    assert sandbox.get(GETOA)["error"] == -242
    assert sandbox.by_phone()["error"] == -1241
    wrong = {"access_token": token, "appsecret_proof": "0" * 64}
    assert sandbox.get(GETOA, headers=wrong)["error"] == -242
    right = signature.proof(app_secret="sandbox-app-secret", access_token=token)
    assert sandbox.get(GETOA, headers={"access_token": token, "appsecret_proof": right})["error"] == 0


def test_a_wrong_proof_is_refused_even_where_none_was_asked_for(sandbox):
    headers = {"access_token": sandbox.tokens["access_token"], "appsecret_proof": "0" * 64}
    assert sandbox.get(GETOA, headers=headers)["error"] == -242


def test_every_answer_says_how_many_calls_are_left_in_the_minute(sandbox):
    sandbox.settings(rate_limit=3)
    sandbox.at("2026-11-26T10:00:01")
    headers = {"access_token": sandbox.tokens["access_token"]}
    seen = [sandbox.http.get(f"/zalo/openapi{GETOA}", headers=headers) for _ in range(4)]
    assert [answer.headers["X-RateLimit-Remain"] for answer in seen] == ["2", "1", "0", "0"]
    assert {answer.headers["X-RateLimit-Limit"] for answer in seen} == {"3"}
    assert [answer.json()["error"] for answer in seen] == [0, 0, 0, -32]
    sandbox.advance(minutes=1)
    assert sandbox.get(GETOA)["error"] == 0


def test_what_is_over_the_limit_is_not_done(sandbox):
    sandbox.act("chi", "follow")
    sandbox.settings(rate_limit=1)
    sandbox.at("2026-11-26T09:30:01")
    sandbox.say("chi", "Một")
    assert sandbox.say("chi", "Hai")["error"] == -32
    assert [effect["text"] for effect in sandbox.ledger()] == ["Một"]


@pytest.mark.parametrize(("setting", "code"), [("oa_disabled", -204), ("app_disabled", -219)])
def test_an_account_that_was_switched_off_can_do_nothing(sandbox, setting, code):
    sandbox.settings(**{setting: True})
    assert sandbox.get(GETOA)["error"] == code


def test_an_address_that_is_not_there_says_where_to_look(sandbox):
    answer = sandbox.http.get("/zalo/openapi/v9.9/oa/getoa")
    assert answer.status_code == 404
    assert "GET /control" in answer.json()["message"]
    assert sandbox.http.get("/zalo/openapi/v3.0/oa/message/cs").status_code == 405


def test_the_parameters_of_a_get_stand_in_one_json(sandbox):
    sandbox.act("chi", "follow")
    assert sandbox.get("/v3.0/oa/user/detail", data={"user_id": sandbox.uid("chi")})["error"] == 0
    assert sandbox.get("/v3.0/oa/user/detail", user_id=sandbox.uid("chi"))["error"] == -201
