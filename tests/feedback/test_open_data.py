"""Open data: what everybody may have of what people report, and what nobody finds in it."""

import csv
import io
import json
import os
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from agencies.models import ApiKey
from feedback import open_data, tasks
from feedback.models import Report
from feedback.open_data import Month
from tests.feedback.making import MY_THO_MARKET, TEXT, at, make_category
from tests.feedback.open311 import City

pytestmark = pytest.mark.django_db
INDEX = "/du-lieu-mo/phan-anh/"
DECEMBER = at(day=2, month=12)
NOVEMBER = Month(2026, 11)


@pytest.fixture(autouse=True)
def world(category, settings, tmp_path, time_machine):
    settings.OPEN_DATA_ROOT = tmp_path / "open"
    time_machine.move_to(DECEMBER, tick=False)


def publish(*arguments):
    out = io.StringIO()
    call_command("publish_open_data", *arguments, verbosity=0, stdout=out)
    return out.getvalue()


def table():
    text = NOVEMBER.path("csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")  # or Excel reads no Vietnamese
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))


def document():
    return json.loads(NOVEMBER.path("json").read_text())


def test_a_month_has_what_the_public_may_know(road, my_tho):
    made = road.to("published", ward=my_tho)
    publish()
    [row] = table()
    assert row == {
        "code": made.code, "kind": "field", "category": "chieu-sang", "category_name": "Đèn đường không sáng",
        "ward": "28261", "ward_name": "Phường Mỹ Tho", "state": "published", "outcome": "fixed",
        "received_at": "2026-11-25T08:00:00+07:00", "due_at": row["due_at"],
        "answered_at": "2026-11-25T16:00:00+07:00", "on_time": "true", "text": TEXT, "latitude": "10.354",
        "longitude": "106.363",
    }  # fmt: skip
    told = document()
    assert (told["month"], told["licence"]) == ("2026-11", "Creative Commons BY 4.0")
    [same] = told["reports"]
    assert list(same) == list(row) == list(open_data.COLUMNS)
    assert (same["on_time"], same["latitude"]) == (True, 10.354)


def test_places_are_about_100_metres_wide():
    assert round(MY_THO_MARKET[0], open_data.DECIMALS) != MY_THO_MARKET[0]
    assert 90 < 111_195 * 10**-open_data.DECIMALS < 115


def test_late_and_open_ones_say_so(road):
    late = road.to("accepted", text="Chưa ai làm.", when=at(day=3))
    road.to("waiting", text="Đang hỏi dân.")
    road.to("accepted", text="Còn hạn.", when=at(day=30, hour=16))
    publish()
    assert [(row["text"], row["on_time"], row["outcome"]) for row in table()] == [
        (late.text, "false", ""), ("Đang hỏi dân.", "", ""), ("Còn hạn.", "", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["private", "hidden", "new", "refused", "merged"])
def test_what_is_not_public_is_in_no_file(road, khoa, how):
    made = road.to("accepted" if how in ("private", "hidden") else how, public=how != "private")
    if how == "hidden":
        made.hide(by=khoa, at=at(hour=9), reason="x")
    publish("--month", "2026-11")
    assert made.code not in NOVEMBER.path("csv").read_text() + NOVEMBER.path("json").read_text()


def test_the_month_that_runs_waits_until_it_is_over(road, time_machine):
    road.to("accepted", when=at(day=30, hour=23, minute=59))
    time_machine.move_to(at(day=30, hour=23, minute=59), tick=False)
    assert open_data.months_to_publish(at=at(day=30, hour=23, minute=59)) == []
    assert open_data.months_to_publish(at=at(day=1, hour=0, month=12)) == [NOVEMBER]


def test_a_month_is_made_again_only_when_something_changed(road, khoa):
    made = road.to("accepted")
    tasks.publish_open_data()
    assert made.code in NOVEMBER.path("csv").read_text()
    assert open_data.months_to_publish(at=DECEMBER) == []
    assert open_data.months_to_publish(at=DECEMBER, whole=True) == [NOVEMBER]
    made.hide(by=khoa, at=DECEMBER, reason="Có biển số xe.")
    # The database's own clock says when it was hidden: the files are of the hour before.
    before = (Report.objects.get(pk=made.pk).changed_at - timedelta(hours=1)).timestamp()
    for suffix in open_data.FORMATS:
        os.utime(NOVEMBER.path(suffix), (before, before))
    assert open_data.months_to_publish(at=DECEMBER) == [NOVEMBER]
    tasks.publish_open_data()
    assert made.code not in NOVEMBER.path("csv").read_text()


def test_the_same_again_makes_the_same_files(road):
    road.to("published")
    publish()
    before = [NOVEMBER.path(suffix).read_bytes() for suffix in open_data.FORMATS]
    assert publish("--all").startswith("1 ")
    assert [NOVEMBER.path(suffix).read_bytes() for suffix in open_data.FORMATS] == before
    with pytest.raises(CommandError):
        publish("--month", "2026-13")


def test_a_break_in_the_middle_leaves_the_old_files(road, monkeypatch):
    road.to("published")
    publish()
    before = NOVEMBER.path("csv").read_bytes()
    monkeypatch.setattr(open_data, "row_of", lambda report, at: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish("--all")
    assert NOVEMBER.path("csv").read_bytes() == before
    assert len(list(open_data.root().iterdir())) == 2


def test_rows_are_read_batch_by_batch(road, monkeypatch, django_assert_num_queries):
    made = road.to("accepted")
    kept = {field.attname: getattr(made, field.attname) for field in Report._meta.concrete_fields}
    Report.objects.bulk_create([Report(**{**kept, "id": None, "code": f"PAX{n:07}"}) for n in range(49)])
    monkeypatch.setattr(open_data, "BATCH", 10)
    with django_assert_num_queries(6):
        assert open_data.publish(NOVEMBER, at=DECEMBER) == 50
    assert len({row["code"] for row in table()}) == len(document()["reports"]) == 50


def test_a_text_is_no_formula(road):
    road.to("accepted", text='=HYPERLINK("https://x.example")')
    publish()
    assert table()[0]["text"].startswith("'=")
    assert document()["reports"][0]["text"].startswith("=")


# --- canaries -------------------------------------------------------------------------------------------------------
PHONE, MAIL, ID = "0987 001 002", "tuong.vi@canary.example", "082190007788"
CANARIES = [PHONE, "0987001002", "987001002", MAIL, "canary", ID, "Tường Vi", "0355111222", "Cù lao Thới Sơn"]


def test_nothing_of_a_person_comes_out_of_any_door(road, khoa, an, dung, province, client):
    words = f"{TEXT} Gọi {PHONE}, {MAIL}, CCCD {ID}."
    asking = make_category("ngap", "Ngập nước", questions=[
        {"code": "lien-he", "text": "Liên hệ?", "public": True}, {"code": "chu-nha", "text": "Chủ nhà?"},
    ])  # fmt: skip
    made = road.to(
        "in_progress", category=asking, text=words, address=f"Hẻm 7, gọi {PHONE}", extra_text=f"Riêng: {PHONE}",
        answers={"lien-he": f"{PHONE} hoặc {MAIL}", "chu-nha": "Mạc Thị Tường Vi"},
        contact={"name": "Mạc Thị Tường Vi", "phone": PHONE, "email": MAIL, "address": "Cù lao Thới Sơn",
                 "id_number": ID},
    )  # fmt: skip
    made.note(f"Đã gọi {PHONE}", by=an, at=at(hour=11))
    made.ask(by=an, at=at(hour=12), question=f"Có phải số {PHONE}?")
    made.hear(f"Đúng, {PHONE}, {MAIL}", at=at(hour=13))
    made.extend(
        by=an, at=at(hour=14), due_at=at(day=15, month=12), reason=f"Chờ {PHONE}", reply=f"Hỏi 0355111222 {MAIL}"
    )
    made.answer(f"Đã sửa. Hỏi 0355111222, {MAIL}.", outcome="fixed", by=an, at=at(hour=15))
    made.publish(by=dung, at=at(hour=16))
    publish()
    for where, text in everything_told_of(made, province, client):
        assert made.code in text, where
        assert [canary for canary in CANARIES if canary in text] == [], where


def everything_told_of(made, province, client):
    city = City(province)
    for path in ("requests", f"requests/{made.code}", "servicerequestupdates"):
        for suffix in ("xml", "json"):
            yield path, city.get(f"{path}.{suffix}", extensions="true", start_date="2026-11-01").content.decode()
    for path in ("/api/v1/reports/", f"/api/v1/reports/{made.code}/"):
        yield path, client.get(path).content.decode()
    for suffix in ("csv", "json"):
        answer = client.get(f"{INDEX}phan-anh-2026-11.{suffix}")
        yield suffix, b"".join(answer.streaming_content).decode()


def test_a_units_system_reads_the_words_but_never_who_it_was(road, province):
    road.to("accepted", contact={"name": "Mạc Thị Tường Vi", "phone": PHONE, "email": MAIL, "id_number": ID})
    key = ApiKey.issue(unit=province, name="x", at=DECEMBER)[1]
    told = Client(HTTP_AUTHORIZATION=f"Bearer {key}").get("/api/v1/unit-reports/").content.decode()
    assert TEXT[:20] in told
    assert [canary for canary in CANARIES if canary in told] == []


# --- pages ----------------------------------------------------------------------------------------------------------
def test_the_pages_name_files_columns_and_licence(road, client):
    assert "tháng" in client.get(INDEX).content.decode()
    road.to("published")
    publish()
    page = client.get(INDEX).content.decode()
    for suffix in open_data.FORMATS:
        assert f'href="{INDEX}phan-anh-2026-11.{suffix}"' in page
    assert "Creative Commons BY 4.0" in page
    meanings = client.get(f"{INDEX}mo-ta/").content.decode()
    assert all(f"<code>{column}</code>" in meanings for column in open_data.COLUMNS)


def test_a_file_is_streamed_and_asked_for_again_only_when_it_is_new(road, client):
    road.to("published")
    publish()
    answer = client.get(f"{INDEX}phan-anh-2026-11.csv")
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    again = client.get(f"{INDEX}phan-anh-2026-11.csv", HTTP_IF_MODIFIED_SINCE=answer["Last-Modified"])
    assert again.status_code == 304


@pytest.mark.parametrize(
    "name", ["phan-anh-2026-10.csv", "..%2f..%2fetc%2fpasswd", "phan-anh-2026-11.csv.part", "x\x00"]
)
def test_only_files_of_ours_are_given_out(client, name):
    assert client.get(f"{INDEX}{name}").status_code == 404
