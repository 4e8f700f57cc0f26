"""Whatever is sent: no answer of 500, nothing written when refused, the field named."""

import copy
import json
import unicodedata

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers.api.examples import REQUESTS
from dossiers.models import ClockEvent, Dossier, LogEntry, NumberSeries, Party, Receipt, Supplement
from tests.dossiers.making import at, make_version, receive
from tests.dossiers.test_api import NEW, NUMBER, URL, System, told

pytestmark = pytest.mark.django_db

NASTY = st.sampled_from([
    None, True, False, 0, -1, 11, 2**63, 10**400, 1.5, -0.0, 1e308, "", " ", "\x00", "a\x00b", "\ud800", "a\u0301" * 50,
    "x" * 5000, "=HYPERLINK(1)", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "31/02/2026 08:00",
    "23/11/2026 08:00", "2026-W48-1T08:00", "1e5", "0x10", "٣", "½", "🙂", "\u202e", [], [[]], {}, {"": 1}, [None],
    ["a"] * 300, "H20.30", "H20.31", "supplement_requested", "5", 5, "tham-tra", "true",
])  # fmt: skip
JSON = st.recursive(
    NASTY | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
QUICK = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def places(value, path=()):
    """Every place in a body that can be spoiled."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from places(inner, (*path, place))


def spoiled(body, path, value):
    if not path:
        return value
    body = copy.deepcopy(body)
    *way, last = path
    inner = body
    for step in way:
        inner = inner[step]
    inner[last] = value
    return body


@st.composite
def requests(draw):
    """(method, path without number, body): a good body with up to three places spoiled or fields added, or rubbish."""
    method, path, body = draw(st.sampled_from([
        ("post", "", NEW), ("post", "", REQUESTS["receive_dossier"][0][1]), ("put", "{number}/", told()),
        ("put", "{number}/", REQUESTS["put_dossier"][0][1]), ("put", "H20.30-261123-9999/", told()),
        *[("post", "{number}/advance/", body) for _summary, body in REQUESTS["advance_dossier"]],
    ]))  # fmt: skip
    for _time in range(draw(st.integers(1, 3))):
        body = spoiled(body, draw(st.sampled_from(list(places(body)))), draw(JSON))
    if isinstance(body, dict) and draw(st.booleans()):
        body = {**body, draw(st.text(max_size=10)): draw(NASTY)}
    return method, path, body


@pytest.fixture(autouse=True)
def world(calendar, my_tho, dao_thanh, time_machine):
    time_machine.move_to(at("23/11/2026 16:00"), tick=False)
    return make_version()


@pytest.fixture
def my_thos(my_tho):
    return System(my_tho)


@pytest.fixture
def number(an, my_tho):
    return receive(by=an, unit=my_tho, when="23/11/2026 08:00").number


def written():
    models = (Dossier, Party, LogEntry, ClockEvent, Supplement, Receipt, NumberSeries)
    return [list(model.objects.order_by("pk").values()) for model in models]


@QUICK
@given(request=requests())
def test_spoiled_bodies_are_refused_in_words_and_write_nothing(my_thos, number, request):
    method, path, body = request
    before = written()
    text = json.dumps(body)
    answer = getattr(my_thos.client, method)(URL + path.format(number=number), text, content_type="application/json")
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert written() == before
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"]


@QUICK
@given(raw=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()[:-1]))
def test_bytes_that_are_no_json_are_refused(my_thos, number, raw):
    before = written()
    for method, path in [("post", URL), ("put", f"{URL}{number}/"), ("post", f"{URL}{number}/advance/")]:
        answer = getattr(my_thos.client, method)(path, raw, content_type="application/json")
        assert 400 <= answer.status_code < 500
    assert written() == before


@QUICK
@given(number=st.text(max_size=80).map(lambda text: text.replace("/", "")))
def test_any_number_in_the_address_is_answered(my_thos, number):
    from urllib.parse import quote

    path = URL + quote(number.encode("utf-8", "surrogatepass")) + "/"
    assert my_thos.get(path).status_code in (200, 404)
    assert my_thos.put(path, told()).status_code in (200, 201, 400, 404, 405)
    assert my_thos.post(f"{path}advance/", {"to": "tham-tra"}).status_code in (200, 400, 404, 409)


@QUICK
@given(
    query=st.dictionaries(
        st.sampled_from(["status", "unit", "procedure", "received_from", "due_to", "overdue", "updated_since", "cursor",
                         "page_size", "search", "q"]) | st.text(max_size=8),
        st.text(max_size=40) | NASTY.filter(lambda value: isinstance(value, str)), max_size=4,
    )
)  # fmt: skip
def test_any_question_is_answered(my_thos, query):
    query = {key.encode("utf-8", "replace"): value.encode("utf-8", "replace") for key, value in query.items()}
    for path in (URL, "/api/v1/procedures/"):
        assert my_thos.client.get(path, query).status_code in (200, 400, 404)


BOMBS = {
    "lists in lists": b"[" * 200_000,
    "objects in objects": b'{"a":' * 100_000,
    "a number of a megabyte": b'{"copies":' + b"9" * 1_000_000 + b"}",
    "a list of a hundred thousand": b'{"parties":[' + b"{}," * 99_999 + b"{}]}",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_does_not_go_off(my_thos, bomb):
    answer = my_thos.client.post(URL, bomb, content_type="application/json")
    assert answer.status_code == 400
    assert len(answer.content) < 50_000


def test_a_body_that_is_too_large_is_not_read(my_thos):
    answer = my_thos.client.post(URL, b" " * 3_000_000, content_type="application/json")
    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_another_format_is_refused(my_thos, kind):
    answer = my_thos.client.post(URL, json.dumps(NEW), content_type=kind)
    assert answer.status_code == 415


def test_text_in_another_normal_form_is_kept_in_ours(my_thos):
    apart = unicodedata.normalize("NFD", "Nguyễn Thị Ánh Tuyết")
    answer = my_thos.post(URL, {**NEW, "parties": [{"name": f"  {apart} "}], "subject": apart})
    assert answer.status_code == 201
    assert Party.objects.get().name == "Nguyễn Thị Ánh Tuyết"
    assert Dossier.objects.get().subject == "Nguyễn Thị Ánh Tuyết"


def test_a_number_of_another_normal_form_is_the_same_number(my_thos):
    my_thos.put(f"{URL}{NUMBER}/", told())
    wide = "Ｈ２０．３０－２６１１２３－０００７"
    assert my_thos.get(f"{URL}{wide}/").json()["number"] == NUMBER


def test_a_key_that_is_too_long_is_named(my_thos):
    answer = my_thos.post(URL, NEW, HTTP_IDEMPOTENCY_KEY="k" * 300)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_methods_that_are_not_offered_say_so(my_thos):
    client: Client = my_thos.client
    for path in (URL, f"{URL}{NUMBER}/", "/api/v1/procedures/"):
        answer = client.delete(path)
        assert answer.status_code == 405
        assert answer["Allow"]
