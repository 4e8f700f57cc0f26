"""An administrator grants, the portal gets its tokens, and a refresh token works once."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.zalo.grants import challenge_of
from tests.sandbox.driving import APP_ID, APP_SECRET, OA_ID

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CALLBACK = "http://127.0.0.1:8000/zalo/callback/"


def agree(sandbox, **query):
    """The button on the page of consent."""
    query = {"app_id": APP_ID, "redirect_uri": CALLBACK, **query}
    return sandbox.http.post("/zalo/oauth/v4/oa/permission", params=query)


def code_of(answer):
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def redeem(sandbox, code, **more):
    return sandbox.token(grant_type="authorization_code", code=code, **more).json()


def test_the_challenge_is_made_as_the_standard_says():
    assert challenge_of(VERIFIER) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_an_administrator_sees_who_asks_and_agrees(sandbox):
    page = sandbox.http.get("/zalo/oauth/v4/oa/permission", params={"app_id": APP_ID, "redirect_uri": CALLBACK})
    assert page.status_code == 200
    assert "Đồng ý" in page.text
    back = agree(sandbox, state="xyz")
    assert back.status_code == 302
    assert back.headers["location"].startswith(CALLBACK)
    sent = parse_qs(urlsplit(back.headers["location"]).query)
    assert (sent["oa_id"], sent["state"]) == ([OA_ID], ["xyz"])


def test_a_code_becomes_a_pair_of_tokens_once(sandbox):
    code = code_of(agree(sandbox))
    pair = redeem(sandbox, code)
    assert pair["expires_in"] == "90000"
    assert set(pair) == {"access_token", "refresh_token", "expires_in"}
    assert redeem(sandbox, code)["error"] == -14012


def test_a_code_is_dead_after_ten_minutes(sandbox):
    code = code_of(agree(sandbox))
    sandbox.advance(minutes=10)
    assert redeem(sandbox, code)["error"] == -14012


def test_a_verifier_that_does_not_fit_its_challenge_gets_nothing(sandbox):
    challenge = challenge_of(VERIFIER)
    wrong = redeem(sandbox, code_of(agree(sandbox, code_challenge=challenge)), code_verifier="x" * 43)
    assert "access_token" not in wrong
    assert wrong["error"] == -14024
    right = redeem(sandbox, code_of(agree(sandbox, code_challenge=challenge)), code_verifier=VERIFIER)
    assert right["access_token"]


@pytest.mark.parametrize(
    ("query", "code"),
    [({"app_id": "1"}, "-14002"), ({"redirect_uri": "http://127.0.0.1:8000/somewhere/"}, "-14003")],
)
def test_a_link_of_somebody_else_is_refused(sandbox, query, code):
    sandbox.settings(redirect_uri=CALLBACK)
    answer = agree(sandbox, **query)
    assert answer.status_code == 400
    assert code in answer.text


def test_the_secret_stands_in_a_header_and_nowhere_else(sandbox):
    form = {"app_id": APP_ID, "grant_type": "refresh_token", "refresh_token": sandbox.tokens["refresh_token"]}
    answer = sandbox.http.post("/zalo/oauth/v4/oa/access_token", data={**form, "secret_key": APP_SECRET})
    assert answer.status_code == 200
    assert answer.json()["error"] == -14002


def test_a_refresh_token_works_once(sandbox):
    old = sandbox.tokens["refresh_token"]
    new = sandbox.token(grant_type="refresh_token", refresh_token=old).json()
    assert new["refresh_token"] != old
    refused = sandbox.token(grant_type="refresh_token", refresh_token=old).json()
    assert refused["error"] == -14020
    assert {"error_name", "error_reason", "error_description", "ref_doc"} < set(refused)
    assert sandbox.look("state")["zalo"]["tokens"]["rejected_refreshes"] == 1


def test_sixteen_who_refresh_at_once_get_one_pair(sandbox):
    form = {"grant_type": "refresh_token", "refresh_token": sandbox.tokens["refresh_token"]}
    with ThreadPoolExecutor(16) as workers:
        answers = list(workers.map(lambda _number: sandbox.token(**form).json(), range(16)))
    assert sum("access_token" in answer for answer in answers) == 1
    tokens = sandbox.look("state")["zalo"]["tokens"]
    assert (tokens["rotations"], tokens["rejected_refreshes"]) == (1, 15)


def test_which_number_a_used_refresh_token_answers_can_be_chosen(sandbox):
    sandbox.settings(refresh_refusal=-118)
    assert sandbox.token(grant_type="refresh_token", refresh_token="never was").json()["error"] == -118


def test_a_refresh_token_lives_three_months(sandbox):
    sandbox.advance(days=91)
    answer = sandbox.token(grant_type="refresh_token", refresh_token=sandbox.tokens["refresh_token"]).json()
    assert answer["error"] == -14020


def test_a_new_access_token_ends_the_one_before(sandbox):
    assert sandbox.get("/v2.0/oa/getoa")["error"] == 0
    before = sandbox.tokens["access_token"]
    sandbox.tokens = sandbox.token(grant_type="refresh_token", refresh_token=sandbox.tokens["refresh_token"]).json()
    assert sandbox.get("/v2.0/oa/getoa")["error"] == 0
    assert sandbox.get("/v2.0/oa/getoa", headers={"access_token": before})["error"] == -220


def test_an_access_token_lives_25_hours(sandbox):
    sandbox.advance(hours=24.9)
    assert sandbox.get("/v2.0/oa/getoa")["error"] == 0
    sandbox.advance(hours=0.2)
    assert sandbox.get("/v2.0/oa/getoa")["error"] == -220


def test_after_the_consent_was_taken_back_every_token_is_dead(sandbox):
    sandbox.control("zalo/tokens", revoke=True)
    assert sandbox.get("/v2.0/oa/getoa")["error"] == -220
    answer = sandbox.token(grant_type="refresh_token", refresh_token=sandbox.tokens["refresh_token"]).json()
    assert answer["error"] == -14020
