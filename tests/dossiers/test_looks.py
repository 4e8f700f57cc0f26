"""Giang reads who looked at whose dossier, in words and by the dossier's number, as far as she may see it."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies import looks
from agencies.models import AccessLog
from tests.dossiers.making import at, make_version, receive
from tests.dossiers.test_desk import page_of, text_of
from tests.people import make_officer

MONDAY = at("23/11/2026 09:00")
ROOT = Path(__file__).resolve().parents[2]
LOG = "/quan-tri/agencies/accesslog/"
pytestmark = pytest.mark.usefixtures("calendar")


@pytest.fixture
def version(db):
    return make_version()


@pytest.fixture
def dossier(an, my_tho, version):
    return receive(by=an, unit=my_tho, version=version, when=MONDAY)


def look(by, what, about):
    return AccessLog.record(by=by, about=about, what=what, at=MONDAY)


@pytest.mark.parametrize(
    ("what", "vietnamese", "english"),
    [
        ("view", "mở xem", "opened"),
        ("view parties", "xem số định danh, số điện thoại, địa chỉ", "identity numbers, phones and addresses shown"),
        ("list open 5", "danh sách “Đang giải quyết”: 5 hồ sơ", "list “Open dossiers”: 5 dossiers"),
        ("search 1", "tìm kiếm: 1 hồ sơ", "search: 1 dossier"),
        ("history", "xem vết kiểm toán", "trail of changes opened"),
        ("print 06", "in mẫu số 06", "form 06 printed"),
        ("api", "đọc qua API", "read by the API"),
        ("read message", "đọc tin nhắn", "message read"),
        ("something of 2031", "something of 2031", "something of 2031"),
    ],
)
def test_the_log_says_in_words_how_was_looked(client_of, giang, an, what, vietnamese, english, dossier):
    look(an, what, dossier.about)
    assert vietnamese in text_of(client_of(giang).get(LOG))
    assert english in text_of(client_of(giang, headers={"accept-language": "en"}).get(LOG))


def test_every_way_that_the_code_writes_down_has_words():
    written = {
        way
        for app in ("agencies", "dossiers", "portal")
        for path in (ROOT / app).rglob("*.py")
        if "AccessLog.record(" in path.read_text()
        for line in path.read_text().splitlines()
        if re.search(r"\bwhat ?= ?f?\"", line)
        for way in re.findall(r"\"([a-z ]+?)(?: \{[^\"]*)?\"", line)
    }
    assert {"view", "view parties", "list", "search", "print", "api", "history", "read message"} <= written
    assert written - {way.key for way in looks.ways()} == set()


def test_a_dossier_is_named_by_its_number_and_found_by_it(client_of, giang, an, my_tho, version, dossier):
    other = receive(by=an, unit=my_tho, version=version, when=MONDAY)
    for seen in (dossier, other):
        client_of(an).get(page_of(seen))
    client = client_of(giang)
    assert {dossier.number, other.number} <= set(text_of(client.get(LOG)).split())
    for text in (dossier.number, dossier.number.lower(), dossier.about):
        found = text_of(client.get(LOG, {"q": text})).split()
        assert dossier.number in found
        assert other.number not in found
    line = AccessLog.objects.get(about=dossier.about)
    assert dossier.number in text_of(client.get(f"{LOG}{line.pk}/change/"))


def test_a_dossier_the_reader_may_not_see_is_not_named(client_of, province, dung, an, my_tho, version):
    hidden = receive(by=an, unit=my_tho, version=version, when=MONDAY, confidential=True)
    client_of(dung).get(page_of(hidden))
    watcher = client_of(make_officer("Đỗ Văn Khoa", "administering", unit=province))
    for page in (watcher.get(LOG), watcher.get(LOG, {"q": hidden.number}), watcher.get(LOG, {"q": hidden.about})):
        assert hidden.number not in text_of(page).replace(f'"{hidden.number}"', "")
    assert f"hồ sơ không thuộc phạm vi được xem ({hidden.about})" in text_of(watcher.get(LOG))


def test_things_that_nobody_put_into_words_stand_as_they_are(client_of, giang, an):
    for about in ("dossiers", "contact:5", "delivery:6", "moon:7", "dossier:", "dossier:x", "moon"):
        look(an, "view", about)
    seen = text_of(client_of(giang).get(LOG))
    assert all(words in seen for words in ("địa chỉ liên hệ số 5", "tin nhắn số 6", "moon:7", "dossier:x"))


def test_the_log_costs_the_same_queries_for_two_rows_and_for_fifty(client_of, giang, an, my_tho, version):
    client = client_of(giang)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(LOG).status_code == 200
        return len(asked)

    def more_looks(n):
        for _ in range(n):
            look(an, "view", receive(by=an, unit=my_tho, version=version, when=MONDAY).about)

    more_looks(2)
    queries()
    few = queries()
    more_looks(20)
    assert queries() == few


@pytest.mark.parametrize(("how", "expected"), [("view", 1), ("list", 2), ("moon", 4)])
def test_the_log_is_filtered_by_the_way_of_looking(client_of, giang, an, how, expected):
    for what in ("view", "view parties", "list open 5", "list ready 2"):
        look(an, what, "dossiers")
    page = client_of(giang).get(LOG, {"how": how})
    assert page.context["cl"].queryset.count() == expected
