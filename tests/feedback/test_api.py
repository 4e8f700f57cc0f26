"""Chi's own program, and that of a unit: reports over the API."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import ApiKey
from attachments.models import Attachment
from feedback.api.examples import REPORTS
from feedback.models import Report
from tests.attachments.pictures import CANARY, MY_THO, photo
from tests.dossiers.test_api_schema import answer_schema, fits
from tests.feedback.making import MY_THO_MARKET, TEXT, at, make_category

pytestmark = pytest.mark.django_db
URL = "/api/v1/reports/"
NEW = {
    "category": "chieu-sang", "text": TEXT, "place": {"latitude": MY_THO_MARKET[0], "longitude": MY_THO_MARKET[1]},
    "contact": {"name": "Trần Thị Chi", "phone": "0912345678"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def world(category, my_tho, settings, tmp_path, time_machine):
    time_machine.move_to(at(hour=9), tick=False)
    storage = {"BACKEND": "attachments.storing.PrivateFiles", "OPTIONS": {"location": str(tmp_path / "files")}}
    settings.STORAGES = {**settings.STORAGES, "attachments": storage}


@pytest.fixture
def chis():
    """The program of a citizen: it has no key."""
    return Client(raise_request_exception=False)


def send(client, body=None, **changes):
    headers = {name: changes.pop(name) for name in list(changes) if name.startswith("HTTP_")}
    body = {**NEW, **changes} if body is None else body
    return client.post(URL, json.dumps(body), content_type="application/json", **headers)


def fields(answer):
    assert answer["Content-Type"] == "application/problem+json"
    return {error["field"] for error in answer.json()["errors"]}


def test_chi_reports_without_a_log_in_and_can_follow(chis):
    answer = send(chis)
    assert answer.status_code == 201, answer.content
    told, made = answer.json(), Report.objects.get()
    assert told["code"] == made.code
    assert told["link"].endswith(reverse("feedback:report", args=[made.code]))
    assert told["follow_link"].endswith(reverse("feedback:own", args=[made.token]))
    assert told["qr"].startswith("data:image/svg+xml")
    assert told["due_at"] == "2026-11-30T17:00:00+07:00"
    assert (made.channel, made.reporter.name, made.place) == ("api", "Trần Thị Chi", MY_THO_MARKET)


def test_the_same_again_is_the_same_code_and_the_secret_goes_to_its_owner_only(chis):
    first = send(chis, HTTP_IDEMPOTENCY_KEY="chi-1")
    again, stranger = send(chis, HTTP_IDEMPOTENCY_KEY="chi-1"), send(Client())
    assert (first.status_code, again.status_code, stranger.status_code) == (201, 200, 200)
    assert again.json() == first.json()
    assert stranger.json() == {**first.json(), "follow_link": None}
    other = send(chis, text="Chuyện khác.", HTTP_IDEMPOTENCY_KEY="chi-1")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert Report.objects.count() == 1


def test_what_nobody_knows_here_is_named(chis):
    answer = send(chis, mau="vàng", contact={"zalo": "x"}, place={"lat": 1})
    assert answer.status_code == 400
    assert fields(answer) == {"mau"}
    assert fields(send(chis, contact={"zalo": "x"})) == {"contact.zalo"}
    assert fields(send(chis, place={"lat": 1})) == {"place.lat"}
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"category": "khong-co"}, "category"),
        ({"text": ""}, "text"),
        ({"text": "a" * 4001}, "text"),
        ({"place": {"latitude": 21.02, "longitude": 105.85}}, "place"),
        ({"place": {"latitude": "nan", "longitude": 106}}, "place.latitude"),
        ({"place": {"latitude": 10}}, "place.longitude"),
        ({"ward": "99999"}, "ward"),
        ({"answers": {"mau-son": "xanh"}}, "answers.mau-son"),
        ({"answers": {"mau-son": 7}}, "answers.mau-son"),
        ({"pictures": ["a" * 22]}, "pictures"),
        ({"pictures": [str(n) for n in range(11)]}, "pictures"),
        ({"contact": {"email": "chi"}}, "contact.email"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(chis, changes, named):
    answer = send(chis, **changes)
    assert answer.status_code == 400
    assert fields(answer) == {named}
    assert not Report.objects.exists()


def test_a_photo_is_sent_first_and_its_place_is_only_offered(chis, stored_bytes):
    from django.core.files.uploadedfile import SimpleUploadedFile

    make_category("o-ga", "Ổ gà", photo="needed")
    assert fields(send(chis, category="o-ga")) == {"pictures"}
    upload = SimpleUploadedFile("o-ga.jpg", photo(place=MY_THO, canary=True), "image/jpeg")
    answer = chis.post(f"{URL}files/", {"file": upload})
    assert answer.status_code == 201, answer.content
    taken = answer.json()
    assert taken["place"]["latitude"] == pytest.approx(MY_THO[0], abs=1e-4)
    sent = [send(chis, category="o-ga", pictures=[taken["key"]]) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 200]
    made = Report.objects.get()
    assert Attachment.objects.about(made.about).get().key == taken["key"]
    assert made.place == MY_THO_MARKET
    assert CANARY.encode() not in stored_bytes()
    other = send(chis, category="o-ga", text="Ảnh của người khác.", pictures=[taken["key"]])
    assert fields(other) == {"pictures"}


@pytest.fixture
def stored_bytes(tmp_path):
    return lambda: b"".join(path.read_bytes() for path in (tmp_path / "files").rglob("*") if path.is_file())


def test_what_is_no_photo_is_refused(chis):
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = chis.post(f"{URL}files/", {"file": SimpleUploadedFile("a.jpg", b"<svg/>", "image/jpeg")})
    assert (answer.status_code, fields(answer)) == (400, {"file"})
    assert fields(chis.post(f"{URL}files/", {"x": "y"})) == {"file"}
    assert chis.post(f"{URL}files/", "{}", content_type="application/json").status_code == 415


def test_reports_and_files_are_counted_together_by_the_real_address(chis, settings):
    settings.REPORTS_A_CLIENT = 2
    assert send(chis).status_code == 201
    assert chis.post(f"{URL}files/", {}).status_code == 400
    refused = send(chis, text="Nữa.", HTTP_X_FORWARDED_FOR="203.0.113.7")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert send(Client(REMOTE_ADDR="203.0.113.7"), text="Nữa.").status_code == 201
    assert chis.get(URL).status_code == 200


def test_anybody_reads_what_is_public_in_two_questions(chis, road, khoa, django_assert_max_num_queries):
    made = road.to("published", text=f"{TEXT} Gọi 0912345678.", contact={"name": "Trần Thị Chi"})
    with django_assert_max_num_queries(2):
        told = chis.get(f"{URL}{made.shown_code}/").json()
    assert (told["state"]["code"], told["outcome"], told["due_at"]) == ("published", "fixed", told["due_at"])
    assert told["text"].endswith("Gọi •••.")
    assert told["history"][-1]["words"] == "Đã thay bóng đèn."
    assert "Chi" not in json.dumps(told, ensure_ascii=False)
    made.hide(by=khoa, at=at(hour=17), reason="x")
    assert chis.get(f"{URL}{made.code}/").status_code == 404
    assert chis.get(f"{URL}PA22222222/").status_code == 404


@pytest.mark.parametrize("how", [{"public": False}, {}])
def test_what_is_not_public_is_nowhere(chis, road, how):
    made = road.to("accepted" if how else "new", **how)
    assert chis.get(f"{URL}{made.code}/").status_code == 404
    assert chis.get(URL).json()["results"] == []


def test_that_an_answer_waits_for_approval_is_told_to_nobody(chis, road):
    made = road.to("answered")
    told = chis.get(f"{URL}{made.code}/").json()
    assert (told["state"]["code"], told["outcome"]) == ("in_progress", "")
    assert "Đã thay bóng đèn" not in json.dumps(told, ensure_ascii=False)
    assert len(chis.get(URL, {"state": "in_progress"}).json()["results"]) == 1
    assert chis.get(URL, {"state": "answered"}).status_code == 400


def test_the_list_goes_on_from_the_last_row_seen(chis, road):
    made = [road.to("accepted", text=f"Đèn {n}", when=at(day=20 + n)) for n in range(5)]
    seen, address = [], f"{URL}?page_size=2"
    while address:
        page = chis.get(address).json()
        seen += [row["code"] for row in page["results"]]
        address = page["next"]
    assert seen == [report.code for report in reversed(made)]


def test_the_list_is_narrowed(chis, road, my_tho):
    lamp = road.to("accepted", when=at(day=10), ward=my_tho)
    waste = road.to("published", category=make_category("rac", "Rác"), text="Rác.")

    def found(**asked):
        return [row["code"] for row in chis.get(URL, asked).json()["results"]]

    assert found() == [waste.code, lamp.code]
    assert found(category="rac") == found(state="published") == [waste.code]
    assert found(ward="28261") == found(received_to="2026-11-11T00:00:00+07:00") == [lamp.code]
    assert found(received_from="2026-11-11T00:00:00+07:00") == [waste.code]
    for wrong in ({"q": "x"}, {"received_from": "hôm qua"}, {"cursor": "x"}, {"category": "\x00"}):
        assert chis.get(URL, wrong).status_code == 400


def test_a_unit_reads_its_own_in_their_own_words(road, my_tho, dao_thanh, province):
    made = road.to("assigned", text=f"{TEXT} Gọi 0912345678.", public=False, contact={"name": "Trần Thị Chi"})
    answers = {unit: Client(HTTP_AUTHORIZATION=f"Bearer {ApiKey.issue(unit=unit, name='x', at=at())[1]}").get(
        "/api/v1/unit-reports/") for unit in (my_tho, dao_thanh, province)}  # fmt: skip
    rows = {unit.name: answer.json()["results"] for unit, answer in answers.items()}
    assert [row["code"] for row in rows["Phường Mỹ Tho"]] == [made.code]
    assert rows["Phường Đạo Thạnh"] == []
    [row] = rows["Tỉnh Đồng Tháp"]
    assert row["text"].endswith("0912345678.")
    assert "Trần Thị Chi" not in answers[province].content.decode()
    assert Client().get("/api/v1/unit-reports/").status_code == 401


def test_a_hundred_rows_of_a_unit_take_few_questions(road, province, django_assert_max_num_queries):
    made = road.to("assigned")
    kept = {field.attname: getattr(made, field.attname) for field in Report._meta.concrete_fields}
    Report.objects.bulk_create([Report(**{**kept, "id": None, "code": f"PAX{n:07}"}) for n in range(150)])
    client = Client(HTTP_AUTHORIZATION=f"Bearer {ApiKey.issue(unit=province, name='x', at=at())[1]}")
    with django_assert_max_num_queries(12) as few:
        assert len(client.get("/api/v1/unit-reports/", {"page_size": 10}).json()["results"]) == 10
    with django_assert_max_num_queries(len(few)):
        assert len(client.get("/api/v1/unit-reports/", {"page_size": 100}).json()["results"]) == 100


@pytest.mark.parametrize("body", [body for _summary, body in REPORTS])
def test_the_examples_of_the_document_work_and_what_is_told_is_as_it_says(chis, body):
    document = chis.get("/api/v1/openapi.json").json()
    answer = send(chis, body)
    assert answer.status_code == 201, answer.content
    fits(document, answer_schema(document, URL, "post", 201), answer.json())


def test_what_is_read_is_as_the_document_says(chis, road, my_tho, province):
    document = chis.get("/api/v1/openapi.json").json()
    made = road.to("published", ward=my_tho)
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {ApiKey.issue(unit=province, name='x', at=at())[1]}"}
    for path, route in [(URL, URL), (f"{URL}{made.code}/", f"{URL}{{code}}/"), ("/api/v1/unit-reports/",) * 2]:
        fits(document, answer_schema(document, route, "get", 200), chis.get(path, **bearer).json())


def test_refusals_are_problem_documents(chis):
    answers = [
        chis.get(f"{URL}x/"), chis.delete(URL), chis.put(f"{URL}x/"), chis.post(URL, "a=b", content_type="text/plain"),
        chis.post(URL, "{", content_type="application/json"), chis.get("/api/v1/reports"),
        chis.post(URL, b" " * 3_000_000, content_type="application/json"),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [404, 405, 405, 415, 400, 404, 413]
    assert {answer["Content-Type"] for answer in answers} == {"application/problem+json"}
