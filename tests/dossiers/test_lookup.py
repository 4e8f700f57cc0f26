"""Chi looks her dossier up, and so do people who should not find it: no door tells one from the other."""

import re
import unicodedata

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from dossiers.answers import Answer
from dossiers.lookup import NotFound, TooMany, look_up, look_up_by_token
from dossiers.models import Dossier, FormerNumber
from dossiers.proofs import pin_of, tidy_proof
from tests.dossiers.making import CHI, at, receive

pytestmark = pytest.mark.django_db
NOW = at("23/11/2026 12:00")
PAGE = "/ho-so/tra-cuu/"
API = "/api/v1/lookup/"


@pytest.fixture(autouse=True)
def _counted_in_postgresql(settings):
    settings.CACHE_URL = ""


@pytest.fixture
def dossier(an, my_tho, calendar):
    return receive(by=an, unit=my_tho)


def find(code, proof="5678"):
    return look_up(code=code, proof=proof, client="203.0.113.7", at=NOW)


# --- found, however it is typed -------------------------------------------------------------------------------------
def test_chi_finds_her_dossier_by_phone_and_by_pin(dossier):
    assert find(dossier.number, "5678").number == dossier.number
    assert find(dossier.number, dossier.pin).number == dossier.number


@pytest.mark.parametrize(
    "typed",
    [
        "h20.30-261123-0001",
        "  H20.30 - 261123 - 0001\n",
        "H20.30–261123—0001",
        "Ｈ２０．３０－２６１１２３－０００１",
        "H20.30\u2011261123\u22120001",
        "\ufeffH20.30-\u200b261123-0001\u00a0",
        "000.00.30.H20-261123-0001",
        "000.00.30.h20 – 261123 – 0001",
    ],
)
def test_a_code_is_recognised_in_whatever_form_it_is_pasted(dossier, typed):
    assert find(typed).number == "H20.30-261123-0001"


def test_a_number_typed_to_the_letter_goes_before_one_that_was_meant(dossier, an, my_tho):
    odd = receive(by=an, unit=my_tho, number="H20.30261123-0001")  # another system's own number
    assert find("H20.30261123-0001", odd.pin).number == odd.number
    assert find("H20.30261123-0001", dossier.pin) == NotFound()
    assert find("H20.30 261123 0001", dossier.pin).number == dossier.number


def test_guesses_are_counted_together_however_the_number_is_spelled(dossier):
    for typed in (
        "H20.30 261123 0001",
        "H2O.3O-261123-OOO1",
        "Số: H20.30-261123-0001",
        "H20,30-261123-0001",
        "H20.30-261123-0001",
    ):
        assert find(typed, "0000") == NotFound()
    assert isinstance(find(dossier.number, "5678"), TooMany)


def test_letters_may_come_in_pieces(an, my_tho, calendar):
    receive(by=an, unit=my_tho, number="ĐẤT-2019/17")
    assert find(unicodedata.normalize("NFD", "đất-2019/17")).number == "ĐẤT-2019/17"


@pytest.mark.parametrize("typed", ["５６７８", " 56 78 ", "56-78", "0912 345 678", "+84 912 345 678", "0912.345.678"])
def test_the_phone_is_recognised_too(dossier, typed):
    assert isinstance(find(dossier.number, typed), Answer)


def test_a_former_number_finds_it_with_the_pin_that_was_printed_then(dossier):
    FormerNumber.objects.create(dossier=dossier, number="H58.30-240101-0007", number_key="H58.30-240101-0007")
    assert find("000.00.30.H58-240101-0007").number == dossier.number
    assert find("H58.30-240101-0007", pin_of("H58.30-240101-0007")).number == dossier.number
    assert find("H58.30-240101-0007", dossier.pin).number == dossier.number
    assert find(dossier.number, pin_of("H58.30-240101-0007")) == NotFound()


def test_the_qr_opens_it_and_a_revoked_receipt_does_not(dossier, an):
    receipt = dossier.issue_receipt(by=an, at=NOW)
    assert look_up_by_token(token=receipt.token, client="203.0.113.7", at=NOW).number == dossier.number
    receipt.revoke(by=an, at=NOW)
    assert look_up_by_token(token=receipt.token, client="203.0.113.7", at=NOW) == NotFound()


# --- not found ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("proof", ["", " ", "0", "567", "678", "05678", "1234", "PIN", "\x00", "5678\ud800x9", "٥٦٧٨"])
def test_a_wrong_proof_finds_nothing(dossier, proof):
    assert find(dossier.number, proof) == NotFound()


def test_whoever_gave_no_phone_is_not_found_with_an_empty_proof(an, my_tho, calendar):
    for phone in ("", "không có", "12"):
        dossier = receive(by=an, unit=my_tho, party={**CHI, "phone": phone})
        assert dossier.phone_proofs == []
        for proof in ("", phone, "0000"):
            assert find(dossier.number, proof) == NotFound()
        assert isinstance(find(dossier.number, dossier.pin), Answer)


def test_equal_phones_do_not_look_equal_in_the_database(an, my_tho, calendar):
    one, other = receive(by=an, unit=my_tho), receive(by=an, unit=my_tho)
    assert not set(one.phone_proofs) & set(other.phone_proofs)


def test_a_confidential_dossier_is_not_found_at_any_door(dossier, an):
    receipt = dossier.issue_receipt(by=an, at=NOW)
    Dossier.objects.update(confidential=True)
    assert find(dossier.number, "5678") == NotFound()
    assert find(dossier.number, dossier.pin) == NotFound()
    assert look_up_by_token(token=receipt.token, client="203.0.113.7", at=NOW) == NotFound()


@pytest.mark.parametrize(
    "code", ["", "?", "\x00", "\ud800", "' OR 1=1 --", "%", "H20.30-261123-0001" * 50, "💥", "a\x00b"]
)
def test_rubbish_finds_nothing_and_breaks_nothing(dossier, code):
    assert find(code) == NotFound()


@pytest.mark.parametrize("token", ["", "x", "kiem-tra", "\x00", "ậ" * 22, "\ud800", "%00" * 9, "-" * 500])
def test_a_token_of_rubbish_opens_nothing(dossier, token):
    assert look_up_by_token(token=token, client="203.0.113.7", at=NOW) == NotFound()


def test_tidy_proofs():
    assert tidy_proof("0912 345 678") == "5678"
    assert tidy_proof("12 34 56") == "123456"


# --- no oracle ------------------------------------------------------------------------------------------------------
def asked_of_page(client, code, proof):
    client.get(PAGE)
    response = client.post(PAGE, {"code": code, "proof": proof})
    return response.status_code, re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)


def asked_of_api(client, code, proof):
    response = client.post(API, {"code": code, "proof": proof}, content_type="application/json")
    return response.status_code, response.content


@pytest.mark.parametrize("ask", [asked_of_page, asked_of_api])
def test_the_same_question_has_the_same_answer_whatever_there_is(ask, client, an, my_tho, calendar, settings):
    """Byte for byte: before there was such a dossier, when there is one, and when it is confidential."""
    settings.LOOKUP_DOSSIER_LIMIT = 20
    code = "H20.30-261123-0001"
    pin = pin_of(code)
    nobodys = {proof: ask(client, code, proof) for proof in ("", "0000", "5678", pin)}
    dossier = receive(by=an, unit=my_tho)
    assert dossier.number == code
    assert [ask(client, code, proof) for proof in ("", "0000")] == [nobodys[""], nobodys["0000"]]
    assert ask(client, code, "5678")[0] == ask(client, code, pin)[0] == 200
    Dossier.objects.update(confidential=True)
    assert {proof: ask(client, code, proof) for proof in nobodys} == nobodys
    assert {status for status, _body in nobodys.values()} == {404}


def test_wrong_unknown_empty_and_confidential_take_the_same_queries(dossier, an, my_tho):
    secret = receive(by=an, unit=my_tho, confidential=True)
    questions = [
        (dossier.number, "0000"),
        ("H20.30-261123-9999", "0000"),
        (dossier.number, ""),
        (secret.number, "5678"),
    ]
    asked = []
    for code, proof in questions:
        for proof_before in ("0000", ""):
            find("H20.30-260101-0001", proof_before)  # so that none of them is the first to be counted
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert find(code, proof) == NotFound()
        asked.append([re.sub(r"'.*?'|\d+|ARRAY\[.*?\]", "?", query["sql"]) for query in seen.captured_queries])
    assert asked[0] == asked[1] == asked[2] == asked[3]


def as_a_new_connection():
    """Nothing is prepared on it yet."""
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    connections["default"].prepared_calls = (None, {})


@pytest.mark.parametrize(
    ("name", "address", "data"),
    [
        ("page", PAGE, {"code": "H20.30-261123-0001", "proof": "5678"}),
        ("page, nothing found", PAGE, {"code": "H20.30-261123-0001", "proof": "0000"}),
        ("API", API, '{"code": "H20.30-261123-0001", "proof": "5678"}'),
        ("API, nothing found", API, '{"code": "H20.30-261123-0001", "proof": "0000"}'),
    ],
)
def test_a_whole_look_up_takes_four_queries_at_most(
    client, dossier, django_assert_max_num_queries, name, address, data
):
    """With the counts in PostgreSQL; with Valkey it is two."""
    kind = {"content_type": "application/json"} if isinstance(data, str) else {}
    as_a_new_connection()
    with django_assert_max_num_queries(4):
        response = client.post(address, data, **kind)
    assert response.status_code in (200, 404)
    assert "sessionid" not in client.cookies


def test_the_qr_takes_two_queries(client, dossier, an, django_assert_num_queries):
    token = dossier.issue_receipt(by=an, at=NOW).token
    with django_assert_num_queries(2):
        assert client.get(f"/hs/{token}/").status_code == 200


# --- behind proxies -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("proxies", "chain"), [(0, "{forged}"), (1, "{forged}, 203.0.113.7"), (2, "{forged}, 203.0.113.7, 10.0.0.1")]
)
def test_forged_forwarding_does_not_make_a_new_client(client, dossier, settings, proxies, chain):
    settings.TRUSTED_PROXIES = proxies
    settings.LOOKUP_CLIENT_LIMIT = 3
    statuses = []
    for number in range(6):
        forwarded = chain.format(forged=f"198.51.100.{number}")
        data = {"code": f"H20.30-261122-{number:04}", "proof": "0000"}
        statuses.append(
            client.post(API, data, content_type="application/json", headers={"X-Forwarded-For": forwarded}).status_code
        )
    assert statuses == [404, 404, 404, 429, 429, 429]
