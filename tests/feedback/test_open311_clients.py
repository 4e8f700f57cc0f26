"""Programs that others wrote, as they lie on PyPI, against our server over real HTTP on this machine."""

import io
import itertools
import json
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from xml.etree.ElementTree import fromstring

import chicagorequests
import pytest
import requests
from georeport import GeoReport

from attachments.models import Attachment
from feedback.models import Report
from tests.attachments.pictures import photo
from tests.feedback.making import MY_THO_MARKET, TEXT, VIETNAM, make_category
from tests.feedback.open311 import City

# three is of 2013: what it imports left Python's library with Python 2.
itertools.ifilter = filter
from three import Three  # noqa: E402

pytestmark = pytest.mark.django_db(transaction=True)
LIGHT = {"lat": MY_THO_MARKET[0], "long": MY_THO_MARKET[1]}


@pytest.fixture(autouse=True)
def world(category, khoa, an, my_tho, live_server, settings, tmp_path):
    location = {"location": str(tmp_path / "files")}
    storage = {"BACKEND": "attachments.storing.PrivateFiles", "OPTIONS": location}
    settings.STORAGES, settings.BASE_URL = {**settings.STORAGES, "attachments": storage}, live_server.url
    make_category("ngap", "Ngập nước", questions=[{"code": "sau", "text": "Sâu mấy cm?", "required": True}])


@pytest.fixture
def address(live_server):
    return f"{live_server.url}/open311/v2"


@pytest.fixture
def plain(province):
    """The text of a key of ours."""
    return City(province).plain


@pytest.fixture
def client(address, plain):
    return Three(address, api_key=plain)


def accepted(road, count):
    return [road.to("accepted", text=f"Đèn số {n} trước chợ.", when=_now()) for n in range(count)]


def _now():
    return datetime.now(VIETNAM)


# --- georeport ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", ["json", "xml"])
def test_georeport_reads_services_definitions_and_requests(address, road, form):
    first, second = accepted(road, 2)
    reader = GeoReport(address, output_format=form)
    assert {one["service_code"] for one in reader.get_service_list()} == {"chieu-sang", "ngap"}
    asked = reader.get_service_definition("ngap")["attributes"]
    question = asked["attribute"] if form == "xml" else asked[0]
    assert (question["code"], question["datatype"]) == ("sau", "string")
    found = reader.get_service_requests(status="open", service_code="chieu-sang,ngap")
    assert {one["service_request_id"] for one in found} == {first.code, second.code}
    assert all(isinstance(one["service_request_id"], str) for one in found)
    one = reader.get_service_request(first.code)
    one = one[0] if isinstance(one, list) else one
    assert one["description"] == first.text
    assert datetime.fromisoformat(one["expected_datetime"]) == first.due_at


@pytest.mark.parametrize("form", ["json", "xml"])
def test_georeport_hears_of_errors_by_their_status(address, form):
    reader = GeoReport(address, output_format=form)
    for ask in (lambda: reader.get_service_request("PA22222222"), lambda: reader.get_service_definition("khong-co")):
        with pytest.raises(requests.HTTPError) as refused:
            ask()
        assert refused.value.response.status_code == 404
    with pytest.raises(requests.HTTPError) as refused:
        reader.get_service_requests(start_date="2026-01-01T00:00:00Z", end_date="2026-12-01T00:00:00Z")
    assert refused.value.response.status_code == 400


# --- three ----------------------------------------------------------------------------------------------------------
def test_three_finds_its_way_and_reads(client, road):
    made = accepted(road, 3)
    assert client.discovery()["endpoints"][0]["type"] == "production"
    assert {one["service_code"] for one in client.services()} == {"chieu-sang", "ngap"}
    assert client.services("ngap")["attributes"][0]["required"] is True
    assert [one["service_request_id"] for one in client.requests(count=2)] == [made[2].code, made[1].code]
    assert len(client.requests("chieu-sang", status="open")) == 3
    week = {"start": date.today() - timedelta(days=7), "end": date.today() + timedelta(days=2)}
    assert len(client.requests(**week)) == 3
    assert client.request(made[0].code)[0]["status"] == "open"


def test_three_posts_with_a_photo_and_reads_it_back(client, khoa, category):
    picture = io.BytesIO(photo())
    picture.name = "den.jpg"
    [told] = client.post("chieu-sang", description=TEXT, name="Chi Trần", phone="0912345678", media=picture, **LIGHT)
    made = Report.objects.get()
    assert told["service_request_id"] == made.code
    assert Attachment.objects.about(made.about).count() == 1
    assert made.reporter.name == "Trần Chi"
    assert client.token(made.token)[0]["service_request_id"] == made.code
    assert client.requests() == []
    made.accept(by=khoa, at=_now())
    assert client.requests()[0]["description"] == TEXT


def test_three_reads_why_it_was_refused(client, address):
    [told] = client.post("ngap", description="Ngập", **LIGHT)
    assert told["code"] == 400
    assert told["description"].startswith("attribute[sau]")
    assert Three(address, api_key="mc_no").post("chieu-sang", description="Đèn", **LIGHT)[0]["code"] == 403
    assert client.request("PA22222222")[0]["code"] == 404


def test_three_tries_the_test_endpoint(live_server, plain):
    trying = Three(f"{live_server.url}/open311/test/v2/", api_key=plain)
    assert trying.post("chieu-sang", description=TEXT, **LIGHT)[0]["service_request_id"] == "TEST"
    assert not Report.objects.exists()


# --- chicagorequests ------------------------------------------------------------------------------------------------
def test_chicagorequests_pages_through_everything(address, road, monkeypatch):
    [made] = accepted(road, 1)
    rows = [_copy(made, n) for n in range(449)]
    Report.objects.bulk_create(rows)
    monkeypatch.setattr(chicagorequests.Downloader, "BASE_URL", f"{address}/requests.json")
    load = chicagorequests.Downloader(["chieu-sang"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # it warns of what it could not load, and goes on
        found = load((_now() - timedelta(days=1), _now() + timedelta(days=1)))
    assert len(found) == len({one["service_request_id"] for one in found}) == 450
    assert found[0]["extended_attributes"]["detailed_status"] == "accepted"
    changed = chicagorequests.Downloader(
        updated_start_date=_now().isoformat(), updated_end_date=(_now() + timedelta(1)).isoformat()
    )
    assert changed((_now() - timedelta(days=1), _now() + timedelta(days=1))) == []


def _copy(made, n):
    fields = {field.attname: getattr(made, field.attname) for field in Report._meta.concrete_fields}
    return Report(**{**fields, "id": None, "code": f"PAX{n:07}", "origin": None})


# --- mySociety's client, as it reads and writes ----------------------------------------------------------------------
def test_a_client_of_mysociety_posts_a_request_and_updates(address, plain, khoa):
    """What perllib/Open311.pm of FixMyStreet sends, and the elements in which it looks for the answer."""
    report = {
        "jurisdiction_id": "", "api_key": plain, "service_code": "chieu-sang", **LIGHT, "email": "chi@example.org",
        "description": "title: Đèn tắt\n\ndetail: Ba đêm rồi\n\nurl: https://example.org/report/1",
        "first_name": "Chi", "last_name": "Trần", "attribute[easting]": "",
    }  # fmt: skip
    told = requests.post(f"{address}/requests.xml", data=report, timeout=10)
    code = fromstring(told.content).findtext("request/service_request_id")
    made = Report.objects.get(code=code)
    assert "Ba đêm rồi" in made.text.splitlines()[2]
    update = {
        "jurisdiction_id": "", "api_key": plain, "update_id_ext": "17", "updated_datetime": "2026-11-25T09:00:00+07:00",
        "service_request_id": code, "service_request_id_ext": "1", "status": "OPEN", "email": "chi@example.org",
        "description": "Đêm qua lại tắt.", "public_anonymity_required": "TRUE",
    }  # fmt: skip
    answers = [requests.post(f"{address}/servicerequestupdates.xml", data=update, timeout=10) for _ in range(2)]
    ids = {fromstring(answer.content).findtext("request_update/update_id") for answer in answers}
    assert len(ids) == 1
    assert made.log.filter(verb="citizen_said").count() == 1
    made.accept(by=khoa, at=_now())
    polled = requests.get(f"{address}/servicerequestupdates.xml", params={"jurisdiction_id": ""}, timeout=10)
    [*_earlier, last] = fromstring(polled.content).findall("request_update")
    assert (last.findtext("service_request_id"), last.findtext("status")) == (code, "open")
    assert datetime.strptime(last.findtext("updated_datetime"), "%Y-%m-%dT%H:%M:%S%z")


def test_a_refusal_is_read_where_mysociety_looks_for_it(address):
    answer = requests.post(f"{address}/requests.xml", data={"service_code": "chieu-sang"}, timeout=10)
    tree = fromstring(answer.content)
    assert (answer.status_code, tree.findtext("error/code")) == (403, "403")
    assert tree.findtext("error/description")


def test_json_is_what_it_says(address, road):
    accepted(road, 1)
    answer = requests.get(f"{address}/requests.json", timeout=10)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert isinstance(json.loads(answer.content), list)


def test_of_many_sent_at_once_with_one_key_one_is_written(address, plain):
    body = {"service_code": "chieu-sang", "description": TEXT, "api_key": plain, **LIGHT}
    picture = photo()

    def send(_n):
        headers, files = {"Idempotency-Key": "den-1"}, {"media": ("den.jpg", picture)}
        return requests.post(f"{address}/requests.json", data=body, files=files, headers=headers, timeout=60)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()[0]["service_request_id"] for answer in answers}) == 1
    made = Report.objects.get()
    assert Attachment.objects.about(made.about).count() == 1
