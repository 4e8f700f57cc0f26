"""The map's points come from one statement, the figures from the clock; each opens as many reports as it says."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.test import Client

from feedback import map_points
from feedback.figures import Figures
from feedback.report import Report
from tests.feedback.making import MY_THO_MARKET, at, make_category, report

BOX = "106.0,10.0,106.8,10.8"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def now(monkeypatch):
    moment = at(day=26)
    for module in ("listing_views", "figures_views", "views"):
        monkeypatch.setattr(f"feedback.{module}.now", lambda: moment)
    return moment


def scatter(n):
    """So many public reports, a hundred metres from one to the next."""
    made = report()
    row = Report.objects.values().get(pk=made.pk)
    south, west = MY_THO_MARKET
    copies = [
        Report(**{**row, "id": None, "code": f"PA{i:08}",
                  "latitude": south + i / 1000 % 0.3, "longitude": west + i // 300 / 1000})
        for i in range(n - 1)
    ]  # fmt: skip
    Report.objects.bulk_create(copies)
    Report.objects.update(shown=True)


def points(**question):
    answer = Client().get("/phan-anh/ban-do.json", {"bbox": BOX, **question})
    return json.loads(answer.content)


def test_few_reports_are_points_with_what_their_page_says(category, my_tho, now):
    made = report(ward=my_tho)
    Report.objects.update(shown=True)
    [feature] = points()["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [MY_THO_MARKET[1], MY_THO_MARKET[0]]}
    assert feature["properties"] == {
        "code": made.code, "category": category.name, "ward": "Phường Mỹ Tho", "state": "new", "answered": False,
        "late": False,
    }  # fmt: skip


def test_what_is_not_public_old_or_elsewhere_is_not_on_the_map(category, now):
    report()
    assert points()["features"] == []
    Report.objects.update(shown=True)
    assert points(bbox="105.2,10.2,105.5,10.5")["count"] == 0
    assert points(days="2", category="chieu-sang")["count"] == 1
    Report.objects.update(received_at=at(day=1, month=6))
    assert (points()["count"], points(days="365")["count"]) == (0, 1)


@pytest.mark.parametrize(("n", "clustered"), [(map_points.POINTS, False), (map_points.POINTS + 1, True)])
def test_above_five_hundred_they_are_counted_in_squares(category, now, n, clustered, django_assert_num_queries):
    scatter(n)
    with django_assert_num_queries(1):
        found = points()
    assert (found["count"], found["clustered"]) == (n, clustered)
    if clustered:
        assert sum(feature["properties"]["count"] for feature in found["features"]) == n
        assert len(found["features"]) <= (map_points.ACROSS + 1) ** 2
    else:
        assert len(found["features"]) == n


def test_of_very_many_only_so_many_are_looked_at_and_it_says_so(category, now, monkeypatch):
    monkeypatch.setattr(map_points, "MOST_LOOKED_AT", 10)
    scatter(12)
    assert (points()["count"], points()["capped"]) == (10, True)


@pytest.mark.parametrize(
    "bbox", ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "inf,0,1,1", "107,10,106,11", "106,11,107,10", "-181,0,0,1"]
)
def test_a_box_that_is_none_is_refused_in_words(category, bbox):
    answer = Client().get("/phan-anh/ban-do.json", {"bbox": bbox})
    assert answer.status_code == 400
    assert "bbox" in answer.json()["detail"]


def test_a_browser_that_has_the_points_already_gets_none_again(category, now):
    first = Client().get("/phan-anh/ban-do.json", {"bbox": BOX})
    assert "max-age=60" in first["Cache-Control"]
    again = Client().get("/phan-anh/ban-do.json", {"bbox": BOX}, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")


# --- figures --------------------------------------------------------------------------------------------------------
def test_each_figure_opens_as_many_reports_as_it_says(road, my_tho, now):
    for n, state in enumerate(["closed", "in_progress", "published", "rated", "accepted"]):
        road.to(state, text=f"Đèn thứ {n} tắt.", ward=my_tho)
    Report.objects.filter(state="in_progress").update(due_at=at(day=20))
    Figures.objects.refresh(at=now)
    page = Client().get("/phan-anh/so-lieu/").content.decode()
    links = re.findall(r'href="(/phan-anh/\?[^"#]*)#ket-qua">(\d+)</a>', page)
    assert len(links) == 8 + 3 + 3
    for address, n in links:
        listed = Client().get(address.replace("&amp;", "&")).content.decode()
        assert len(re.findall(r'href="/phan-anh/PA\w{8}/"', listed)) == int(n), address


def test_nothing_counted_yet_is_said_and_no_nought(category):
    assert "face-figure" not in Client().get("/phan-anh/so-lieu/").content.decode()


# --- feed and tree --------------------------------------------------------------------------------------------------
def test_the_feed_holds_the_newest_of_a_ward_and_no_more(category, my_tho, dao_thanh, now):
    mine = report(ward=my_tho)
    report(text="Ở phường khác.", ward=dao_thanh)
    Report.objects.update(shown=True)
    answer = Client().get("/phan-anh/tin-moi.atom", {"ward": my_tho.pk})
    entries = ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")
    assert [entry.find(f"{ATOM}link").get("href")[-11:-1] for entry in entries] == [mine.code]
    assert answer["Content-Type"].startswith("application/atom+xml")


def test_the_tree_of_subjects_asks_two_queries_however_many_there_are(category, django_assert_num_queries):
    questions = [{"code": "do-sau", "text": "Nước sâu bao nhiêu?", "type": "singlevaluelist", "options": ["Ít"]}]
    make_category(code="ngap", name="Ngập nước", questions=questions)
    with django_assert_num_queries(2):
        answer = Client().get("/api/v1/feedback/categories/")
    [group] = answer.json()["categories"]
    assert [one["code"] for one in group["categories"]] == ["chieu-sang", "ngap"]
    assert group["categories"][0]["term"] == {"unit": "working_days", "n": 3}
    assert group["categories"][1]["questions"][0]["options"] == ["Ít"]
    again = Client().get("/api/v1/feedback/categories/", HTTP_IF_NONE_MATCH=answer["ETag"])
    assert again.status_code == 304


# --- whose pictures a page loads ------------------------------------------------------------------------------------
def test_no_foreign_host_is_allowed_unless_the_settings_name_it_and_then_only_for_maps(category, settings):
    assert "https:" not in Client().get("/phan-anh/ban-do/")["Content-Security-Policy"]
    settings.MAP_TILES_URL = "https://tiles.example.vn/{z}/{x}/{y}.png"
    for address in ("/phan-anh/ban-do/", "/phan-anh/gui/chieu-sang/"):
        assert "https://tiles.example.vn;" in Client().get(address)["Content-Security-Policy"] + ";"
    assert "tiles.example.vn" not in Client().get("/phan-anh/")["Content-Security-Policy"]


def test_only_the_form_may_ask_the_phone_where_it_is(category):
    assert "geolocation=(self)" in Client().get("/phan-anh/gui/chieu-sang/")["Permissions-Policy"]
    assert "geolocation=()" in Client().get("/phan-anh/ban-do/")["Permissions-Policy"]
