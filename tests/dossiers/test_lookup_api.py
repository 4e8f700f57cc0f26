"""`POST /api/v1/lookup/`: the citizen's page for programs."""

import json

import pytest

from dossiers.models import Dossier
from tests.dossiers.making import receive

pytestmark = pytest.mark.django_db
API = "/api/v1/lookup/"


@pytest.fixture(autouse=True)
def _counted_in_postgresql(settings):
    settings.CACHE_URL = ""


@pytest.fixture
def dossier(an, my_tho, calendar):
    return receive(by=an, unit=my_tho)


def post(client, body, **headers):
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(API, text, content_type="application/json", headers=headers)


def test_a_right_question_is_answered(client, dossier):
    response = post(client, {"code": dossier.number, "proof": "5678"})
    told = response.json()
    assert response.status_code == 200
    assert told["number"] == "H20.30-261123-0001"
    assert told["procedure"] == {"code": "1.004873", "name": "Cấp Giấy xác nhận tình trạng hôn nhân"}
    assert told["due_at"] == "2026-11-27T17:00:00+07:00"
    assert told["steps"][0] == {
        "name": "Tiếp nhận hồ sơ", "state": "now", "at": "2026-11-23T09:00:00+07:00", "note": "",
    }  # fmt: skip
    assert told["place"]["name"] == "Phường Mỹ Tho"
    assert "no-store" in response["Cache-Control"]


def test_no_cookie_and_no_key_is_needed(client, dossier):
    response = post(client, {"code": dossier.number, "proof": "5678"})
    assert (response.status_code, len(response.cookies)) == (200, 0)


@pytest.mark.parametrize(
    ("language", "words"), [("vi", "Đã tiếp nhận"), ("en", "Received"), ("fr, en;q=0.5", "Received")]
)
def test_it_speaks_the_language_that_is_asked_for(client, dossier, language, words):
    response = post(client, {"code": dossier.number, "proof": "5678"}, **{"Accept-Language": language})
    assert response.json()["status_text"] == words


def test_what_is_not_found_is_a_problem_document(client, dossier):
    response = post(client, {"code": dossier.number, "proof": "1234"}, **{"Accept-Language": "en"})
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response.json() == {
        "type": "about:blank", "title": "Not found", "status": 404, "code": "not_found",
        "detail": "No dossier fits this code and this proof.",
    }  # fmt: skip
    assert "no-store" in response["Cache-Control"]


def test_too_many_tries_say_when_to_come_again(client, dossier):
    for _ in range(5):
        post(client, {"code": dossier.number, "proof": "1234"})
    response = post(client, {"code": dossier.number, "proof": "1234"})
    assert (response.status_code, response.json()["code"]) == (429, "throttled")
    assert 0 < int(response["Retry-After"]) <= 1200


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ("", 400, None),
        ("{", 400, None),
        (b"\xff\xfe", 400, None),
        ("[]", 400, None),
        ('"text"', 400, None),
        ("null", 400, None),
        ("[" * 2000, 400, None),
        ({}, 400, "code"),
        ({"proof": "5678"}, 400, "code"),
        ({"code": "H20.30-261123-0001"}, 400, "proof"),
        ({"code": "H20.30-261123-0001", "proof": 5678}, 400, "proof"),
        ({"code": "H20.30-261123-0001", "proof": None}, 400, "proof"),
        ({"code": ["H20.30-261123-0001"], "proof": "5678"}, 400, "code"),
        ({"code": "  ", "proof": "5678"}, 400, "code"),
        ({"code": "H" * 201, "proof": "5678"}, 400, "code"),
        ({"code": "H" * 5000, "proof": "5678"}, 413, None),
        ('{"code": "\\ud800", "proof": "\\ud800"}', 404, None),
        ('{"code": "\\u0000", "proof": "\\u0000"}', 404, None),
    ],
)
def test_bad_input_is_named_and_is_not_a_guess(client, dossier, body, status, field):
    for _ in range(2):
        response = post(client, body)
        assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
        assert [error["field"] for error in response.json().get("errors", [])][:1] == ([field] if field else [])
    assert post(client, {"code": dossier.number, "proof": "5678"}).status_code == 200


def test_only_post_is_answered(client, dossier):
    for ask in (client.get, client.put, client.delete, client.options):
        response = ask(API)
        assert (response.status_code, response["Allow"]) == (405, "POST")


def test_a_confidential_dossier_is_not_found(client, dossier):
    Dossier.objects.update(confidential=True)
    assert post(client, {"code": dossier.number, "proof": dossier.pin}).status_code == 404


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/nope/", "/api/v1/lookup"])
@pytest.mark.parametrize("method", ["get", "post", "put", "options"])
def test_an_address_the_api_has_not_is_told_as_a_problem(client, address, method):
    response = getattr(client, method)(address)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert "openapi.json" in response.json()["detail"]
