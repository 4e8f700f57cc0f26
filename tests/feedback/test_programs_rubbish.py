"""Whatever a program sends to Open311, the API or open data: words it can read, never a page and never a defect."""

import json
from functools import partial
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.models import Report
from tests.feedback.making import TEXT, at, make_category
from tests.feedback.open311 import PLACE, TEST, V2, City
from tests.feedback.test_api import NEW

pytestmark = pytest.mark.django_db
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
NASTY = st.sampled_from([
    "", " ", "\x00", "a\x00b", "nan", "inf", "-1e999", "1e308", "0x10", "٣", "½", "🙂", "\u202e", "%", "%00", "../",
    "';--", "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00", "2026-11-25T08:00:00+07:00", "2026-W48-3", "24:00",
    ",,,", "a," * 1_500, "x" * 5_000, "<script>alert(1)</script>", "]]>", "&amp;", "PA22222222", "true", "open",
    "closed", "10.35", "106.36", "91", "-180.0001", "99999999999999999999", "chieu-sang", "28261", "mc_x",
    "\u0301" * 50,
])  # fmt: skip
ANY = NASTY | st.text(max_size=40)
ARGUMENTS = st.sampled_from([
    "jurisdiction_id", "service_request_id", "service_code", "start_date", "end_date", "updated_after",
    "updated_before", "status", "page", "page_size", "lat", "long", "lat_ne", "long_ne", "lat_sw", "long_sw",
    "extensions", "api_key",
])  # fmt: skip
FIELDS = st.sampled_from([
    "service_code", "lat", "long", "address_string", "address_id", "description", "email", "device_id", "account_id",
    "first_name", "last_name", "phone", "media_url", "attribute[so-tru]", "attribute[loai][]", "attribute[",
    "attribute[]",     "attribute[x]]", "jurisdiction_id", "service_request_id", "update_id", "status", "media",
])  # fmt: skip
PATHS = st.sampled_from([
    "discovery", "services", "services/chieu-sang", "services/x", "requests", "requests/PA22222222", "tokens/x",
    "servicerequestupdates", "x", "x/y/z",
])  # fmt: skip
SUFFIXES = st.sampled_from([".xml", ".json", ".JSON", ".csv", "", ".", ".xml/", ".json.xml"])
KNOWN = (200, 400, 403, 404, 405, 413, 415, 422, 429)


@pytest.fixture(autouse=True)
def world(category, my_tho, settings, time_machine):
    time_machine.move_to(at(hour=9), tick=False)
    settings.REPORTS_A_CLIENT = settings.REPORTS_A_KEY = 100_000
    make_category("ngap", "Ngập nước", questions=[{"code": "so-tru", "text": "Số trụ?"}])


@pytest.fixture
def city(province):
    return City(province)


def utf8(text):
    return text.encode("utf-8", "replace").decode()


def understood(answer):
    """The answer is a document of the kind it says, whatever it says."""
    assert answer.status_code in KNOWN, answer.status_code
    kind, _semicolon, _rest = answer["Content-Type"].partition(";")
    if kind == "text/xml":
        tree = fromstring(answer.content)
        assert (tree.tag == "errors") == (answer.status_code >= 400)
    else:
        assert kind in ("application/json", "application/problem+json")
        json.loads(answer.content)
    assert b"<html" not in answer.content.lower()


@QUICK
@given(path=PATHS, suffix=SUFFIXES, asked=st.dictionaries(ARGUMENTS | st.text(max_size=8), ANY, max_size=5))
def test_any_question_to_open311_is_answered_in_its_own_words(city, path, suffix, asked):
    query = urlencode({utf8(name): utf8(value) for name, value in asked.items()})
    understood(city.client.get(f"{V2}{path}{suffix}?{query}"))


@QUICK
@given(text=st.text(max_size=60), suffix=SUFFIXES)
def test_any_name_in_the_address_is_answered(city, text, suffix):
    name = quote(utf8(text), safe="")
    for place in ("requests/", "services/", "tokens/", ""):
        understood(city.client.get(f"{V2}{place}{name}{suffix}"))
    for address in (f"/api/v1/reports/{name}/", "/api/v1/reports/files/"):
        understood(city.client.get(address))


@QUICK
@given(
    fields=st.dictionaries(FIELDS | st.text(max_size=8), ANY, max_size=5), suffix=SUFFIXES,
    path=st.sampled_from(["requests", "servicerequestupdates"]), base=st.sampled_from([V2, TEST]), key=st.booleans(),
)  # fmt: skip
def test_whatever_is_posted_is_taken_or_refused_by_name(city, fields, suffix, path, base, key):
    body = {"service_code": "chieu-sang", "description": TEXT, **PLACE, **fields}
    if key:
        body["api_key"] = city.plain
    before = Report.objects.count()
    form = urlencode({utf8(name): utf8(str(value)) for name, value in body.items()})
    answer = city.client.post(f"{base}{path}{suffix}", form, content_type="application/x-www-form-urlencoded")
    understood(answer)
    if answer.status_code >= 400 or base == TEST:
        assert Report.objects.count() == before


@QUICK
@given(
    raw=st.binary(max_size=300),
    form=st.sampled_from([
        "multipart/form-data; boundary=x", "multipart/form-data", "application/x-www-form-urlencoded", "text/xml", "",
        "application/json", "application/x-www-form-urlencoded; charset=klingon",
        "multipart/form-data; boundary=" + "é" * 90,
    ]),
)  # fmt: skip
def test_bytes_that_are_no_form_are_refused(city, raw, form):
    send = partial(city.client.generic, "POST", data=raw, content_type=form)
    for suffix in ("xml", "json"):
        answer = send(f"{V2}requests.{suffix}")
        understood(answer)
        assert answer.status_code >= 400
    understood(send("/api/v1/reports/"))
    understood(send("/api/v1/reports/files/"))


@pytest.mark.parametrize("declared", ["999999999999", "-1", "x", "٣", "1" * 5000])
def test_a_body_of_a_strange_size_is_not_read(city, declared):
    for address in (f"{V2}requests.json", "/api/v1/reports/", "/api/v1/reports/files/"):
        answer = city.client.post(address, b"a=b", content_type="text/plain", CONTENT_LENGTH=declared)
        assert answer.status_code in (400, 403, 413, 415), address
        understood(answer)


def test_more_fields_than_a_form_has_are_refused(city):
    body = "&".join(f"attribute[{n}]=1" for n in range(5_000))
    answer = city.client.post(f"{V2}requests.xml", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    understood(answer)


JSON = st.recursive(
    ANY | st.none() | st.booleans() | st.integers() | st.floats() | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(max_size=10) | st.just("\ud800"), inner, max_size=4),
    max_leaves=10,
)  # fmt: skip
PLACES = [("text",), ("category",), ("place",), ("place", "latitude"), ("contact",), ("contact", "email"), ("ward",),
          ("answers",), ("pictures",), ("language",), ("public",), ("address",), ("extra_text",),
          ("nowhere",)]  # fmt: skip


@QUICK
@given(spoiled=st.lists(st.tuples(st.sampled_from(PLACES), JSON), min_size=1, max_size=3))
def test_spoiled_bodies_are_refused_in_words_and_write_nothing(spoiled):
    body = json.loads(json.dumps(NEW))
    for path, value in spoiled:
        inner = body
        for step in path[:-1]:
            inner = inner[step] if isinstance(inner.get(step), dict) else inner.setdefault(f"{step}_", {})
        inner[path[-1]] = value
    before = Report.objects.count()
    answer = Client(raise_request_exception=False).post(
        "/api/v1/reports/", json.dumps(body), content_type="application/json"
    )
    assert answer.status_code in (200, 201, 400)
    if answer.status_code == 400:
        assert Report.objects.count() == before
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"]


@QUICK
@given(asked=st.dictionaries(
    st.sampled_from(["category", "ward", "state", "received_from", "received_to", "cursor", "page_size", "overdue_at"])
    | st.text(max_size=8), ANY, max_size=4,
))  # fmt: skip
def test_any_question_to_the_api_is_answered(city, asked):
    query = urlencode({utf8(name): utf8(value) for name, value in asked.items()})
    understood(city.client.get(f"/api/v1/reports/?{query}"))
    answer = city.client.get(f"/api/v1/unit-reports/?{query}", HTTP_AUTHORIZATION=f"Bearer {city.plain}")
    understood(answer)


@QUICK
@given(name=st.text(max_size=60))
def test_any_file_of_open_data_is_there_or_not(city, name):
    answer = city.client.get(f"/du-lieu-mo/phan-anh/{quote(utf8(name), safe='')}")
    assert answer.status_code in (200, 404)
