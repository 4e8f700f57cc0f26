"""Open311 GeoReport v2: what programs of other cities may ask, and what they are told."""

import json
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from attachments.fetching import NotFetched
from attachments.models import Attachment
from attachments.states import Scan
from feedback.log import LogEntry
from feedback.models import Report
from feedback.open311 import filters, posting, requests
from tests.attachments.pictures import CANARY, photo
from tests.feedback.making import MY_THO_MARKET, TEXT, at, make_category, report
from tests.feedback.open311 import PLACE, TEST, V2, City, error, xml

pytestmark = pytest.mark.django_db
QUESTIONS = [
    {"code": "so-tru", "text": "Số trụ đèn?", "required": True, "hint": "Ghi trên trụ", "public": True},
    {"code": "loai", "text": "Loại nào?", "type": "multivaluelist", "options": ["LED", "Cao áp"], "public": True},
]


@pytest.fixture(autouse=True)
def world(category, my_tho, settings, tmp_path, time_machine):
    time_machine.move_to(at(hour=9), tick=False)
    location = {"location": str(tmp_path / "files")}
    storage = {"BACKEND": "attachments.storing.PrivateFiles", "OPTIONS": location}
    settings.STORAGES = {**settings.STORAGES, "attachments": storage}
    return category


@pytest.fixture
def city(province):
    return City(province)


@pytest.fixture
def shown(road):
    """A public report of the lights at the market, answered the same afternoon."""
    return road.to("published")


# --- formats and errors ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("base", [V2, TEST])
def test_discovery_says_where_we_are_in_both_formats(province, base):
    city = City(province, base=base)
    found = city.rows("discovery.json")
    assert [one["type"] for one in found["endpoints"]] == ["production", "test"]
    assert found["endpoints"][0]["url"].endswith("/open311/v2")
    assert found["endpoints"][0]["formats"] == ["text/xml", "application/json"]
    tree = xml(city.get("discovery.xml"))
    assert tree.tag == "discovery"
    assert [one.findtext("formats/format") for one in tree.iter("endpoint")] == ["text/xml", "text/xml"]


@pytest.mark.parametrize("path", ["services", "services.pdf", "requests", "requests.xml.", "x.xml", "", "requests/"])
def test_what_is_nowhere_is_a_404_in_xml(city, path):
    answer = city.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/xml; charset=utf-8")
    tree = xml(answer)
    assert (tree.tag, tree.findtext("error/code")) == ("errors", "404")
    assert tree.findtext("error/description")


@pytest.mark.parametrize("path", ["x.json", "requests/PA22222222.json", "services/x.json", "tokens/x.json", "a/b.json"])
def test_what_is_nowhere_is_told_in_json_to_who_asks_for_json(city, path):
    answer = city.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json; charset=utf-8")
    assert error(answer)


@pytest.mark.parametrize("suffix", ["xml", "json"])
def test_another_method_is_a_405_in_the_same_format(city, suffix):
    for path in ("services", "discovery", "requests/PA22222222", "tokens/x"):
        answer = city.client.post(f"{V2}{path}.{suffix}")
        assert (answer.status_code, answer["Allow"]) == (405, "GET")
        assert suffix in answer["Content-Type"]
    assert city.client.delete(f"{V2}requests.{suffix}")["Allow"] == "GET, POST"


@pytest.mark.parametrize("suffix", ["xml", "json"])
def test_a_defect_of_ours_is_told_in_the_format_too(city, suffix, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("0912345678")

    monkeypatch.setattr(requests, "requests_asked_for", broken)
    answer = city.get(f"requests.{suffix}")
    assert answer.status_code == 500
    assert suffix in answer["Content-Type"]
    assert b"0912345678" not in answer.content
    assert b"500" in answer.content


def test_only_our_jurisdiction_is_here(city, settings):
    settings.OPEN311_JURISDICTION = "dongthap.gov.vn"
    assert city.get("services.json").status_code == 200
    assert city.get("services.json", jurisdiction_id="DongThap.gov.vn").status_code == 200
    assert city.get("services.json", jurisdiction_id="").status_code == 200
    answer = city.get("services.xml", jurisdiction_id="hanoi.gov.vn")
    assert (answer.status_code, xml(answer).findtext("error/code")) == (404, "404")
    assert city.post({"jurisdiction_id": "hanoi.gov.vn"}).status_code == 404


# --- services -------------------------------------------------------------------------------------------------------
def test_services_are_the_categories_in_which_something_is_taken(city):
    make_category("ngap", "Ngập nước", questions=QUESTIONS, keywords="ngập, nước dâng", warning="Nguy hiểm gọi 114.")
    make_category("khieu-nai", "Khiếu nại", stopper="Gửi đơn đến Trụ sở Tiếp công dân.", place=False)
    make_category("cu", "Không còn nhận", active=False)
    rows = {row["service_code"]: row for row in city.rows("services.json")}
    assert set(rows) == {"chieu-sang", "ngap"}
    flood = rows["ngap"]
    assert (flood["metadata"], rows["chieu-sang"]["metadata"]) == (True, False)
    assert (flood["type"], flood["keywords"], flood["group"]) == ("realtime", "ngập,nước dâng", "Hạ tầng")
    assert "114" in flood["description"]
    tree = xml(city.get("services.xml"))
    assert tree.tag == "services"
    assert {one.findtext("service_code"): one.findtext("metadata") for one in tree.iter("service")} == {
        "chieu-sang": "false", "ngap": "true",
    }  # fmt: skip


def test_a_definition_names_what_is_asked(city):
    make_category("ngap", "Ngập nước", questions=QUESTIONS)
    found = city.rows("services/ngap.json")
    assert found["service_code"] == "ngap"
    [lamp, kind] = found["attributes"]
    assert lamp == {
        "variable": True, "code": "so-tru", "datatype": "string", "required": True,
        "datatype_description": "Ghi trên trụ", "order": 1, "description": "Số trụ đèn?", "values": [],
    }  # fmt: skip
    assert kind["values"] == [{"key": "LED", "name": "LED"}, {"key": "Cao áp", "name": "Cao áp"}]
    tree = xml(city.get("services/ngap.xml"))
    assert tree.findtext("attributes/attribute/required") == "true"
    assert [one.text for one in tree.iter("key")] == ["LED", "Cao áp"]


# --- posting --------------------------------------------------------------------------------------------------------
def test_a_request_is_a_report_with_its_id_at_once(city):
    answer = city.post(
        {"first_name": "Chi", "last_name": "Trần Thị", "phone": "0912345678", "email": "chi@example.org"}
    )
    assert answer.status_code == 200, answer.content
    [told] = json.loads(answer.content)
    made = Report.objects.get()
    assert (told["service_request_id"], told["account_id"]) == (made.code, None)
    assert "token" not in told
    assert reverse("feedback:own", args=[made.token]) in told["service_notice"]
    assert (made.text, made.channel, made.place) == (TEXT, "open311", MY_THO_MARKET)
    assert (made.reporter.name, made.reporter.phone) == ("Trần Thị Chi", "0912345678")
    tree = xml(city.post({"description": "Đèn khác."}, path="requests.xml"))
    assert (tree.tag, tree[0].tag) == ("service_requests", "request")
    assert tree.findtext("request/service_request_id") == Report.objects.latest("pk").code


@pytest.mark.parametrize("key", ["", "mc_nobody"])
@pytest.mark.parametrize("suffix", ["xml", "json"])
def test_without_a_key_nothing_is_posted_but_everything_read(city, key, suffix):
    answer = city.client.post(f"{V2}requests.{suffix}", {"api_key": key, "service_code": "chieu-sang", **PLACE})
    assert answer.status_code == 403
    assert b"403" in answer.content
    assert suffix in answer["Content-Type"]
    assert not Report.objects.exists()
    assert city.client.post(f"{V2}servicerequestupdates.{suffix}", {"api_key": key}).status_code == 403
    assert city.get(f"requests.{suffix}").status_code == 200


def test_a_key_posts_only_if_its_role_may(city):
    city.key.role.permissions.remove(Permission.objects.get(codename="post_open311"))
    assert city.post().status_code == 403
    city.key.revoke(at=at())
    assert city.post().status_code == 403


@pytest.mark.parametrize(
    ("fields", "status", "named"),
    [
        ({"service_code": None}, 400, "service_code"),
        ({"service_code": "khong-co"}, 404, "khong-co"),
        ({"description": None}, 400, "description"),
        ({"description": "a" * 4001}, 400, "description"),
        ({"lat": None, "long": None}, 400, "lat/long"),
        ({"lat": None}, 400, "lat"),
        ({"lat": "x"}, 400, "lat"),
        ({"lat": "nan"}, 400, "lat"),
        ({"lat": 21.02, "long": 105.85}, 400, "lat/long"),
        ({"address_id": "99999", "lat": None, "long": None}, 400, "address_id"),
        ({"attribute[mau-son]": "xanh"}, 400, "attribute[mau-son]"),
        ({"phone": "0" * 301}, 400, "phone"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(city, fields, status, named):
    answer = city.post(fields)
    assert answer.status_code == status
    assert named in error(answer)
    assert not Report.objects.exists()


@pytest.mark.parametrize("place", [{"address_string": "Chợ Mỹ Tho"}, {"address_id": "28261"}])
def test_an_address_is_as_good_as_a_point(city, place, my_tho):
    assert city.post({"lat": None, "long": None, **place}).status_code == 200
    made = Report.objects.get()
    assert made.address == place.get("address_string", "")
    assert made.ward == (my_tho if "address_id" in place else None)


def test_questions_are_answered_by_attributes(city):
    make_category("ngap", "Ngập nước", questions=QUESTIONS)
    answer = city.post({"service_code": "ngap"})
    assert answer.status_code == 400
    assert error(answer).startswith("attribute[so-tru]")
    several = {"service_code": "ngap", "attribute[so-tru]": "12", "attribute[loai][]": ["LED", "Cao áp"]}
    assert city.post(several).status_code == 200
    assert [one["value"] for one in Report.objects.get().answers] == ["12", ["LED", "Cao áp"]]
    wrong = city.post({**several, "attribute[loai][]": ["LED", "Dầu hỏa"], "description": "Nữa."})
    assert error(wrong).startswith("attribute[loai]")


def test_what_has_its_own_way_is_told_where_to_go(city):
    make_category("khieu-nai", "Khiếu nại", stopper="Gửi đơn đến Trụ sở Tiếp công dân.", place=False)
    answer = city.post({"service_code": "khieu-nai"})
    assert answer.status_code == 400
    assert "Trụ sở Tiếp công dân" in error(answer)


def test_the_same_again_is_the_same_request(city):
    first = json.loads(city.post(HTTP_IDEMPOTENCY_KEY="don-1").content)
    again = city.post(HTTP_IDEMPOTENCY_KEY="don-1")
    assert again.status_code == 200
    assert json.loads(again.content)[0]["service_request_id"] == first[0]["service_request_id"]
    assert json.loads(city.post().content)[0]["service_request_id"] == first[0]["service_request_id"]
    other = city.post({"description": "Chuyện khác."}, HTTP_IDEMPOTENCY_KEY="don-1")
    assert other.status_code == 400
    assert city.post(HTTP_IDEMPOTENCY_KEY="x" * 300).status_code == 400
    assert Report.objects.count() == 1


def test_whoever_sends_words_of_others_does_not_get_their_secret_link(city, province):
    city.post()
    stranger = City(province, name="Ứng dụng khác")
    [told] = json.loads(stranger.post().content)
    assert told["service_request_id"] == Report.objects.get().code
    assert Report.objects.get().token not in str(told)


def test_the_test_endpoint_checks_answers_and_stores_nothing(province):
    trying = City(province, base=TEST)
    [told] = json.loads(trying.post().content)
    assert told["service_request_id"] == "TEST"
    assert "không lưu" in told["service_notice"].lower()
    assert trying.post({"description": None}).status_code == 400
    assert trying.post(key="mc_nobody").status_code == 403
    assert trying.post(files={"media": photo_file()}).status_code == 200
    assert trying.post(files={"media": photo_file(b"%PDF-1.7 nothing")}).status_code == 400
    assert not Report.objects.exists()
    assert not Attachment.objects.exists()


def photo_file(content=None, name="cho-my-tho.jpg"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content or photo(place=MY_THO_MARKET, canary=True), "image/jpeg")


def test_media_is_taken_made_anew_and_not_public_by_itself(city, khoa, an, my_tho):
    make_category("o-ga", "Ổ gà", photo="needed")
    assert "media" in error(city.post({"service_code": "o-ga"}))
    assert city.post({"service_code": "o-ga"}, files={"media": photo_file()}).status_code == 200
    made = Report.objects.get()
    attachment = Attachment.objects.about(made.about).get()
    assert (attachment.taken_by, attachment.public) == ("open311", False)
    stored = requests_file(attachment)
    assert CANARY.encode() not in stored
    assert b"Exif" not in stored
    made.accept(by=khoa, at=at(hour=9))
    assert city.rows()[0]["media_url"] is None
    Attachment.objects.filter(pk=attachment.pk).update(scan=Scan.OFF)
    attachment.refresh_from_db()
    attachment.publish(by=khoa, at=at(hour=9))
    assert city.rows()[0]["media_url"].endswith(f"/tep/{attachment.key}")


def requests_file(attachment):
    from attachments import storing

    return storing.read(attachment.original)


def test_the_same_photo_again_is_no_second_report(city):
    files = [city.post(files={"media": photo_file()}) for _ in range(2)]
    assert [answer.status_code for answer in files] == [200, 200]
    assert Report.objects.count() == Attachment.objects.count() == 1


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"PK\x03\x04", b""])
def test_what_is_no_photo_is_refused_and_nothing_is_kept(city, content):
    answer = city.post(files={"media": photo_file(content or b"\xff\xd8broken")})
    assert answer.status_code == 400
    assert error(answer).startswith("media")
    assert not Report.objects.exists()
    assert not Attachment.objects.exists()


def test_eleven_photos_are_too_many(city):
    answer = city.post(files={"media": [photo_file() for _ in range(11)]})
    assert answer.status_code == 400
    assert error(answer).startswith("media")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x.jpg", "https://169.254.169.254/", "file:///etc/passwd", "https://x/"]
)
def test_a_picture_elsewhere_is_not_fetched_but_kept_as_text(city, url):
    answer = city.post({"media_url": url})
    assert answer.status_code == 200
    made = Report.objects.get()
    assert made.extra_text == f"media_url: {url}"
    assert "media_url" in json.loads(answer.content)[0]["service_notice"]
    assert not Attachment.objects.exists()


def test_a_picture_at_a_host_we_know_comes_with_the_report(city, monkeypatch):
    monkeypatch.setattr(posting, "fetch", lambda url: photo())
    make_category("o-ga", "Ổ gà", photo="needed")
    assert city.post({"service_code": "o-ga", "media_url": "https://anh.example/1.jpg"}).status_code == 200
    made = Report.objects.get()
    assert (Attachment.objects.about(made.about).count(), made.extra_text) == (1, "")


def test_a_picture_that_cannot_be_had_is_no_photo(city, monkeypatch):
    def lost(url):
        raise NotFetched("HTTP 404")

    monkeypatch.setattr(posting, "fetch", lost)
    make_category("o-ga", "Ổ gà", photo="needed")
    answer = city.post({"service_code": "o-ga", "media_url": "https://anh.example/1.jpg"})
    assert answer.status_code == 400
    assert "media" in error(answer)


def test_who_tries_keys_is_stopped_and_who_has_one_is_not(city, settings):
    settings.REPORTS_A_CLIENT = 3
    tries = [city.post(key=f"mc_{n}") for n in range(4)]
    assert [answer.status_code for answer in tries] == [403, 403, 403, 429]
    assert int(tries[-1]["Retry-After"]) > 0
    assert city.post().status_code == 200
    spoofed = city.post(key="mc_9", HTTP_X_FORWARDED_FOR="203.0.113.7")
    assert spoofed.status_code == 429


def test_a_key_posts_so_often_and_no_more_from_wherever(city, settings):
    settings.REPORTS_A_KEY, settings.TRUSTED_PROXIES = 2, 1
    answers = [city.post({"description": f"Đèn {n}"}, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}") for n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


# --- reading --------------------------------------------------------------------------------------------------------
def test_a_request_as_the_public_reads_it(city, shown):
    [row] = city.rows()
    assert row == {
        "service_request_id": shown.code, "status": "closed", "status_notes": "Đã thay bóng đèn.",
        "service_name": "Đèn đường không sáng", "service_code": "chieu-sang", "description": TEXT,
        "agency_responsible": "Phường Mỹ Tho", "service_notice": None,
        "requested_datetime": "2026-11-25T08:00:00+07:00", "updated_datetime": "2026-11-25T16:00:00+07:00",
        "expected_datetime": row["expected_datetime"], "address": None, "address_id": None, "zipcode": None,
        "lat": MY_THO_MARKET[0], "long": MY_THO_MARKET[1], "media_url": None,
    }  # fmt: skip
    assert row["expected_datetime"] == shown.due_at.astimezone(at().tzinfo).isoformat(timespec="seconds")
    for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
        assert row[name].endswith("+07:00")
        assert "." not in row[name]
    tree = xml(city.get("requests.xml"))
    assert (tree.tag, tree[0].tag, tree[0].findtext("lat")) == ("service_requests", "request", str(MY_THO_MARKET[0]))
    assert tree[0].findtext("expected_datetime") == row["expected_datetime"]
    assert tree[0].findtext("zipcode") == ""


def test_one_request_by_its_id_however_it_is_typed(city, shown):
    for code in (shown.code, shown.shown_code, shown.code.lower()):
        [row] = city.rows(f"requests/{code}.json")
        assert row["service_request_id"] == shown.code
    assert xml(city.get(f"requests/{shown.code}.xml"))[0].findtext("status") == "closed"


@pytest.mark.parametrize("how", ["private", "hidden", "nobody_looked", "private_category"])
def test_what_is_not_public_is_absent_from_lists_and_by_its_id(city, road, khoa, how):
    if how == "private_category":
        made = road.to("accepted", category=make_category("to-cao", "Riêng", private=True))
    else:
        made = road.to("new" if how == "nobody_looked" else "accepted", public=how != "private")
    if how == "hidden":
        made.hide(by=khoa, at=at(hour=9), reason="Có biển số xe.")
    assert city.rows() == city.rows("servicerequestupdates.json") == []
    assert city.codes(service_request_id=made.code) == []
    for suffix in ("xml", "json"):
        assert city.get(f"requests/{made.code}.{suffix}").status_code == 404
        assert made.code not in city.get(f"requests/{made.code}.{suffix}").content.decode()


def test_that_an_answer_waits_for_approval_is_not_told(city, road):
    made = road.to("answered")
    [row] = city.rows(extensions="true")
    assert (row["status"], row["service_request_id"]) == ("open", made.code)
    assert (row["extended_attributes"]["detailed_status"], row["extended_attributes"]["outcome"]) == (
        "in_progress",
        None,
    )
    assert "Đã thay bóng đèn" not in str(row)


def test_a_merged_request_leads_to_the_one_it_went_into(city, road, khoa):
    main, same = road.to("accepted", text="Đèn chợ hỏng."), road.to("accepted", text="Chợ tối om.")
    same.merge_into(main, by=khoa, at=at(hour=9))
    assert city.rows(f"requests/{same.code}.json")[0]["service_request_id"] == main.code
    last = road.to("accepted", text="Cả chợ mất điện.")
    same.refresh_from_db()
    same.take_apart(by=khoa, at=at(hour=10))
    main.refresh_from_db()
    main.merge_into(last, by=khoa, at=at(hour=10))
    same.merge_into(last, by=khoa, at=at(hour=10))
    assert city.rows(f"requests/{same.code}.json")[0]["service_request_id"] == last.code
    last.hide(by=khoa, at=at(hour=9), reason="x")
    assert city.get(f"requests/{same.code}.json").status_code == 404


def test_a_token_leads_to_its_request(city, category, settings):
    made = report()
    assert city.rows(f"tokens/{made.token}.json") == [{"service_request_id": made.code, "token": made.token}]
    assert xml(city.get(f"tokens/{made.token}.xml")).findtext("request/service_request_id") == made.code
    settings.REPORTS_A_CLIENT = 2
    wrong = [city.get(f"tokens/{made.code}-{n:024x}.json").status_code for n in range(3)]
    assert wrong == [404, 404, 429]


def lamps(road, *days):
    """A public report a day of November, by its day."""
    return {day: road.to("accepted", text=f"Đèn ngày {day}.", when=at(day=day)) for day in days}


def test_lists_are_narrowed_by_days_states_and_services(city, road, time_machine):
    placed = lamps(road, 10, 20)
    other = road.to("published", category=make_category("rac", "Rác"), text="Rác.")
    assert city.codes() == [other.code, placed[20].code, placed[10].code]
    assert city.codes(status="open") == [placed[20].code, placed[10].code]
    assert city.codes(status="closed") == [other.code]
    assert len(city.codes(status="open,closed")) == len(city.codes(status="")) == 3
    assert city.codes(service_code="rac") == [other.code]
    assert len(city.codes(service_code="rac,chieu-sang")) == 3
    assert city.codes(start_date="2026-11-15T00:00:00+07:00", end_date="2026-11-21T00:00:00Z") == [placed[20].code]
    assert city.codes(end_date="2026-11-11") == [placed[10].code]
    time_machine.move_to(at() + timedelta(days=89), tick=False)
    assert city.codes() == [other.code]
    assert len(city.codes(start_date="2026-11-01", end_date="2026-12-01")) == 3


def test_asking_for_ids_overrides_everything_else(city, road):
    placed = lamps(road, 10, 20)
    asked = f"{placed[10].code},{placed[20].shown_code},PA22222222,xyz"
    assert city.codes(service_request_id=asked, status="closed", start_date="nonsense", page="x") == [
        placed[20].code, placed[10].code,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "status", "named"),
    [
        ({"start_date": "2026-08-01", "end_date": "2026-11-25"}, 400, "90"),
        ({"start_date": "2026-11-25", "end_date": "2026-11-24"}, 400, "end_date"),
        ({"start_date": "hôm qua"}, 400, "start_date"),
        ({"updated_after": "0001-01-01"}, 400, "updated_after"),
        ({"updated_before": "9999-12-31T23:59:59-14:00"}, 400, "updated_before"),
        ({"status": "doing"}, 400, "status"),
        ({"service_code": "chieu-sang,khong-co"}, 404, "khong-co"),
        ({"page": "0"}, 400, "page"),
        ({"page_size": "1001"}, 400, "page_size"),
        ({"page_size": "٣"}, 400, "page_size"),
        ({"lat_ne": "10"}, 400, "lat_sw"),
        ({"lat": "10"}, 400, "long"),
        ({"lat": "inf", "long": "1"}, 400, "lat"),
        ({"lat": "91", "long": "1"}, 400, "lat"),
    ],
)
def test_what_is_asked_wrongly_is_named(city, arguments, status, named):
    answer = city.get("requests.json", **arguments)
    assert answer.status_code == status
    assert named in error(answer)
    assert city.get("requests.xml", **arguments).status_code == status


def test_90_days_to_the_second_may_be_asked_for(city):
    assert (
        city.get("requests.json", start_date="2026-08-01T00:00:00Z", end_date="2026-10-30T00:00:00Z").status_code == 200
    )
    late = {"start_date": "2026-08-01T00:00:00Z", "end_date": "2026-10-30T00:00:01Z"}
    assert city.get("requests.json", **late).status_code == 400


def test_a_plus_sign_that_was_lost_on_the_way_is_found_again(city, shown):
    answer = city.client.get(
        f"{V2}requests.json?start_date=2026-11-25T08:00:00+07:00&end_date=2026-11-25T08:00:00+07:00"
    )
    assert len(json.loads(answer.content)) == 1


def test_changes_are_found_by_when_they_were_made(city, road):
    made = road.to("accepted", when=at(day=2))
    Report.objects.filter(pk=made.pk).update(flags=1)
    changed = Report.objects.get(pk=made.pk).changed_at
    before, after = (changed - timedelta(seconds=2)).isoformat(), (changed + timedelta(seconds=2)).isoformat()
    assert city.codes(updated_after=before) == city.codes(updated_before=after) == [made.code]
    assert city.codes(updated_after=after) == city.codes(updated_before=before) == []


def test_pages_go_through_all_and_end(city, road):
    placed = lamps(road, 10, 11, 12, 13, 14)
    pages = [city.codes(page=str(page), page_size="2") for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert [code for page in pages for code in page] == [placed[day].code for day in (14, 13, 12, 11, 10)]


def test_a_box_and_a_neighbourhood(city, road):
    north = (MY_THO_MARKET[0] + 0.006, MY_THO_MARKET[1])  # 667 m
    away = (MY_THO_MARKET[0] + 0.008, MY_THO_MARKET[1])  # 890 m
    here, near, far = (road.to("accepted", text=f"Đèn {n}", place=place)
                       for n, place in enumerate((MY_THO_MARKET, north, away)))  # fmt: skip
    assert city.codes(**PLACE) == [near.code, here.code]
    box = {"lat_sw": away[0] - 0.001, "long_sw": away[1] - 0.001, "lat_ne": away[0] + 0.001, "long_ne": away[1] + 0.001}
    assert city.codes(**box) == [far.code]


def test_extensions_tell_answers_notes_and_details(city, road, khoa):
    flood = make_category("ngap", "Ngập nước", questions=[*QUESTIONS, {"code": "ten", "text": "Tên chủ nhà?"}])
    road.to("published", category=flood, answers={"so-tru": "Gọi 0912345678", "loai": ["LED"], "ten": "Trần Thị Chi"})
    [row] = city.rows(extensions="true")
    assert row["attributes"] == [
        {"code": "so-tru", "description": "Số trụ đèn?", "values": ["Gọi •••"]},
        {"code": "loai", "description": "Loại nào?", "values": ["LED"]},
    ]
    assert row["extended_attributes"] == {"detailed_status": "published", "outcome": "fixed", "media_urls": []}
    assert [note["type"] for note in row["notes"]] == ["open", "open", "closed"]
    assert row["notes"][-1]["summary"] == "Đã thay bóng đèn."
    assert "Trần Thị Chi" not in str(row)
    [tree] = xml(city.get("requests.xml", extensions="true"))
    assert tree.findtext("attributes/attribute/values/value") == "Gọi •••"
    assert "attributes" not in city.rows()[0]


def test_a_thousand_rows_take_no_more_questions_than_one(city, shown, django_assert_max_num_queries):
    Report.objects.bulk_create([copy_of(shown, n) for n in range(1_000)])
    entries = [LogEntry(report=one, verb="opened", state="new", at=at(), digest="x") for one in Report.objects.all()]
    LogEntry.objects.bulk_create(entries)
    with django_assert_max_num_queries(6):
        assert len(city.rows(extensions="true")) == 1_000
    with django_assert_max_num_queries(6):
        assert city.rows(f"requests/{shown.code}.json")
    with django_assert_max_num_queries(6):
        assert len(city.rows("servicerequestupdates.json")) == 1_000
    assert len(city.rows(page="2")) == 1


def copy_of(made, n):
    fields = {field.attname: getattr(made, field.attname) for field in Report._meta.concrete_fields}
    return Report(**{**fields, "id": None, "code": f"PAX{n:07}", "origin": None})


def test_signs_that_xml_cannot_hold_do_not_break_it(city, shown):
    Report.objects.filter(pk=shown.pk).update(public_text="Đèn \x0b\ufffe <b>&amp;</b> ]]> 🙂")
    assert xml(city.get("requests.xml"))[0].findtext("description") == "Đèn  <b>&amp;</b> ]]> 🙂"


# --- updates --------------------------------------------------------------------------------------------------------
def test_updates_are_the_public_lines_of_the_log(city, shown):
    rows = city.rows("servicerequestupdates.json")
    assert [row["status"] for row in rows] == ["open", "open", "closed"]
    assert {row["service_request_id"] for row in rows} == {shown.code}
    assert rows[-1]["description"] == "Đã thay bóng đèn."
    assert rows[-1]["updated_datetime"] == "2026-11-25T16:00:00+07:00"
    assert all(isinstance(row["update_id"], str) for row in rows)
    tree = xml(
        city.get("servicerequestupdates.xml", start_date="2026-11-25T15:00:00+07:00", end_date="2026-11-26T00:00:00Z")
    )
    [one] = tree.findall("request_update")
    assert one.findtext("update_id") == rows[-1]["update_id"]
    assert city.rows("servicerequestupdates.json", service_request_id="PA22222222") == []
    assert city.get("servicerequestupdates.json", start_date="2026-01-01", end_date="2026-11-25").status_code == 400


def test_what_its_reporter_adds_stands_in_the_log_once_and_the_term_goes_on(city, khoa, an, my_tho):
    [told] = json.loads(city.post().content)
    made = Report.objects.get()
    made.assign(my_tho, by=khoa, at=at(hour=9))
    made.ask(by=an, at=at(hour=9), question="Trụ số mấy?")
    update = {"service_request_id": told["service_request_id"], "update_id": "17", "status": "OPEN",
              "updated_datetime": "2026-11-25T09:00:00+07:00", "description": "Trụ số 12."}  # fmt: skip
    answers = [city.post(update, path="servicerequestupdates.xml") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    ids = {xml(answer).findtext("request_update/update_id") for answer in answers}
    [entry] = made.log.filter(verb="citizen_said")
    assert ids == {str(entry.pk)}
    assert entry.note.startswith("Trụ số 12.")
    made.refresh_from_db()
    assert made.state == "in_progress"
    assert "Trụ số 12" not in city.get("servicerequestupdates.json").content.decode()


@pytest.mark.parametrize("state", ["closed", "published", "refused", "merged", "in_progress"])
def test_a_late_update_of_a_partner_is_kept_as_a_note(city, road, state):
    made = road.to(state)
    update = {"service_request_id": made.code, "status": "CLOSED", "description": "Điện lực đã sửa."}
    assert city.post(update, path="servicerequestupdates.json").status_code == 200
    [entry] = made.log.filter(verb="partner_said")
    assert "closed" in entry.note
    made.refresh_from_db()
    assert made.state == state


def test_an_update_needs_words_and_a_request_it_may_speak_of(city, road, dao_thanh, province):
    made = road.to("assigned", public=False)
    update = {"service_request_id": made.code, "description": "Xong."}
    path = "servicerequestupdates.json"
    assert City(dao_thanh, name="Đạo Thạnh").post(update, path=path).status_code == 404
    assert city.post({**update, "service_request_id": "PA22222222"}, path=path).status_code == 404
    assert "description" in error(city.post({**update, "description": ""}, path=path))
    assert "description" in error(city.post({**update, "description": "a" * 4001}, path=path))
    assert City(province, base=TEST, name="Thử").post(update, path=path).status_code == 200
    assert not made.log.filter(verb="partner_said").exists()
    assert city.post(update, path=path).status_code == 200


def test_spans_are_those_of_the_specification():
    noon = datetime(2026, 11, 25, 12, tzinfo=at().tzinfo)
    assert filters.span(None, None, at=noon) == (noon - filters.SPAN, None)
    assert filters.span(None, at(), at=noon) == (at() - filters.SPAN, at())
    assert filters.span(at(), None, at=noon) == (at(), at() + filters.SPAN)


def test_pages_of_other_sites_may_read_and_nothing_is_kept_on_the_way(city, shown):
    answer = city.get("requests.json")
    assert (answer["Access-Control-Allow-Origin"], answer["Cache-Control"]) == ("*", "no-store")
    assert city.client.head(f"{V2}requests.json").status_code == 200
    assert Client(enforce_csrf_checks=True).post(f"{V2}requests.json", {}).status_code == 403
