"""Today's work and the list of dossiers: what counts, what is found, in which order, at what cost."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import AccessLog
from dossiers.admin.bulk import seen_as
from dossiers.models import Dossier
from dossiers.workflow import Status
from tests.dossiers.making import at, field_of_work, make_version, receive, step
from tests.people import appoint, make_officer

NOW = at("23/11/2026 09:00")
LIST = "admin:dossiers_dossier_changelist"
pytestmark = pytest.mark.usefixtures("calendar")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def version(db):
    return make_version(term=("working_day", 3))


@pytest.fixture
def work(an, my_tho, version):
    """One dossier of each group, by its name."""

    def received(when):
        return receive(by=an, unit=my_tho, version=version, when=when)

    found = {
        "overdue": received("16/11/2026 09:00"), "today": received("18/11/2026 09:00"),
        "soon": received("19/11/2026 09:00"), "later": received("23/11/2026 08:00"),
        "waiting": received("20/11/2026 09:00"), "ready": received("17/11/2026 09:00"),
    }  # fmt: skip
    found["waiting"].request_supplement(what="Bản sao", reason="Thiếu", by=an, at=at("20/11/2026 10:00"))
    found["ready"].finish(by=an, at=at("19/11/2026 10:00"))
    return found


def numbers_on(response):
    """In the order of the page."""
    return re.findall(r'<th scope="row"><a [^>]*>([^<]*)', response.content.decode())


def numbers_of(client, **query):
    return numbers_on(client.get(reverse(LIST), query))


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# --- today ----------------------------------------------------------------------------------------------------------
def test_each_figure_of_today_is_the_length_of_the_list_it_opens(client_of, an, work):
    client = client_of(an)
    figures = re.findall(
        r'href="([^"]*dossiers/dossier/\?work=(\w+))"><span>[^<]*</span><strong>(\d+)',
        client.get("/quan-tri/").content.decode(),
    )
    assert {key for _address, key, _count in figures} == {"overdue", "today", "soon", "waiting", "ready"}
    for address, key, count in figures:
        listed = numbers_on(client.get(address))
        assert len(listed) == int(count), key
        assert work[key].number in listed


def test_today_tells_the_working_time_that_is_left(client_of, an, work):
    page = client_of(an).get("/quan-tri/").content.decode()
    assert "quá 1 ngày" in page
    assert "còn 7 giờ" not in page
    assert "còn 6 giờ" in page
    assert "tạm dừng tính thời hạn" in page


def test_today_names_nobody_in_full(client_of, an, work):
    assert "Trần Thị Chi" not in client_of(an).get("/quan-tri/").content.decode()


def test_hanh_without_dossiers_of_her_own_still_has_a_first_page(client_of, hanh):
    assert client_of(hanh).get("/quan-tri/").status_code == 200


# --- the list -------------------------------------------------------------------------------------------------------
def test_open_work_comes_first_by_urgency_and_what_waits_last(client_of, an, work):
    expected = [work[key].number for key in ("overdue", "today", "soon", "later", "waiting")]
    assert numbers_of(client_of(an)) == expected


def test_a_second_page_begins_where_the_first_ended(client_of, an, work, monkeypatch):
    monkeypatch.setattr("dossiers.admin.listing.PER_PAGE", 2)
    client, seen, address = client_of(an), [], reverse(LIST)
    for _page in range(3):
        response = client.get(address)
        seen += numbers_on(response)
        following = re.search(r'href="(\?[^"]*)" rel="next"', response.content.decode())
        address = reverse(LIST) + following[1].replace("&amp;", "&") if following else None
    assert address is None
    assert seen == [work[key].number for key in ("overdue", "today", "soon", "later", "waiting")]


def test_all_dossiers_page_from_the_newest(client_of, an, work, monkeypatch):
    monkeypatch.setattr("dossiers.admin.listing.PER_PAGE", 4)
    client = client_of(an)
    first = client.get(reverse(LIST), {"work": "all"})
    following = re.search(r'href="(\?[^"]*)" rel="next"', first.content.decode())[1].replace("&amp;", "&")
    newest_first = [dossier.number for dossier in Dossier.objects.order_by("-pk")]
    assert numbers_on(first) + numbers_on(client.get(reverse(LIST) + following)) == newest_first


@pytest.mark.parametrize("typed", ["tran thi chi", "TRẦN THỊ", "0912345678", "+84 912 345 678"])
def test_a_citizen_is_found_by_name_without_tones_or_by_phone(client_of, an, work, typed):
    assert set(numbers_of(client_of(an), q=typed)) == {dossier.number for dossier in work.values()}


def test_a_dossier_is_found_by_its_number_though_it_is_closed(client_of, an, work):
    assert numbers_of(client_of(an), q=work["ready"].number.lower()) == [work["ready"].number]


def test_the_list_is_filtered_by_status_unit_and_field(client_of, an, dung, dao_thanh, binh, version, work):
    other = receive(by=binh, unit=dao_thanh, version=version, when=NOW)
    client = client_of(dung)
    assert numbers_of(client, status=Status.RESULT_READY) == [work["ready"].number]
    assert numbers_of(client, unit=dao_thanh.pk) == [other.number]
    assert other.number in numbers_of(client, field=version.procedure.field_id)
    assert numbers_of(client, field=field_of_work("dat-dai", "Đất đai").pk) == []


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00"}, {"q": "%" * 200}, {"q": "'\"; DROP TABLE"}, {"work": "x"}, {"status": "x"}, {"unit": "x"},
        {"unit": "9" * 40}, {"field": "-1"}, {"after": "x"}, {"after": "_"}, {"after": "2026_x"}, {"after": "x_1"},
        {"after": "2026-11-23_1"}, {"after": "9999-12-31T23:59:59+07:00_1"}, {"after": "0001-01-01T00:00:00+07:00_1"},
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_no_error(client_of, an, work, query):
    assert client_of(an).get(reverse(LIST), query).status_code == 200


def test_binh_and_giang_see_what_is_theirs(client_of, binh, giang, work):
    assert numbers_of(client_of(binh), work="all") == []
    assert numbers_of(client_of(binh), q=work["today"].number) == []
    assert len(numbers_of(client_of(giang), work="all")) == 6
    assert "Trần Thị Chi" not in client_of(giang).get(reverse(LIST)).content.decode()


@pytest.mark.parametrize("typed", ["tran thi chi", "tr", "0912345678"])
def test_giang_who_sees_no_names_finds_nobody_by_one(client_of, giang, work, typed):
    assert numbers_of(client_of(giang), q=typed) == []
    picker = {"app_label": "dossiers", "model_name": "receipt", "field_name": "dossier", "term": typed}
    assert work["today"].number not in client_of(giang).get(reverse("admin:autocomplete"), picker).content.decode()
    assert numbers_of(client_of(giang), q=work["ready"].number) == [work["ready"].number]


def test_names_in_a_list_are_a_look_that_is_noted(client_of, an, giang, work):
    assert "Trần Thị Chi" in client_of(an).get(reverse(LIST)).content.decode()
    client_of(giang).get(reverse(LIST))
    assert [(look.officer, look.what) for look in AccessLog.objects.filter(about="dossiers")] == [(an, "list open 5")]


# --- cost -----------------------------------------------------------------------------------------------------------
def test_the_cost_of_a_list_does_not_grow_with_procedures_appointments_or_units(client_of, an, my_tho, dao_thanh, work):
    client, addresses = client_of(an), ["/quan-tri/", reverse(LIST), f"{reverse(LIST)}?work=all&q=tran"]
    before = [queries_of(client, address) for address in addresses]
    for n in range(30):
        field = field_of_work(f"linh-vuc-{n}", f"Lĩnh vực {n}")
        other = make_version(code=f"2.{n:06}", name=f"Thủ tục {n}", field=field)
        appoint(an, "receiving", unit=dao_thanh if n % 2 else my_tho, fields=[field])
        receive(by=type(an).objects.get(pk=an.pk), unit=dao_thanh if n % 2 else my_tho, version=other, when=NOW)
    after = [queries_of(client, address) for address in addresses]
    assert all(now <= then for then, now in zip(before, after, strict=True))
    assert max(after) <= 12


# --- many at once ---------------------------------------------------------------------------------------------------
def tick(page, key, *dossiers, **more):
    """Post the form of the list as a browser does: every row's `seen`, the boxes that are ticked."""
    seen = re.findall(r'name="seen" value="([^"]+)"', page.content.decode())
    data = {"act": key, "seen": seen, "dossier": [dossier.pk for dossier in dossiers], **more}
    return page.client.post(reverse("admin:dossiers_dossier_bulk"), data)


def test_many_are_moved_and_each_tells_its_outcome(client_of, an, work):
    page = client_of(an).get(reverse(LIST))
    response = tick(page, "advance", work["today"], work["waiting"], work["soon"])
    assert "Đã xử lý 2 hồ sơ" in response.content.decode()
    codes = {key: Dossier.objects.get(pk=dossier.pk).step.code for key, dossier in work.items()}
    assert (codes["today"], codes["soon"], codes["waiting"]) == ("tham-tra", "tham-tra", "tiep-nhan")


def test_the_same_list_sent_twice_moves_nobody_twice(client_of, an, work):
    page = client_of(an).get(reverse(LIST))
    tick(page, "advance", work["today"])
    assert "Đã xử lý 0 hồ sơ" in tick(page, "advance", work["today"]).content.decode()
    assert Dossier.objects.get(pk=work["today"].pk).step.code == "tham-tra"


def test_many_results_are_handed_over(client_of, an, work):
    page = client_of(an).get(reverse(LIST), {"work": "ready"})
    tick(page, "hand-over", work["ready"])
    assert Dossier.objects.get(pk=work["ready"].pk).status == Status.HANDED_OVER


def test_rights_are_checked_for_each_of_many(client_of, an, my_tho, dao_thanh, binh, version, work):
    """Em may look at two units and handle in one."""
    em = make_officer("Lê Văn Em", "handling", unit=my_tho)
    appoint(em, "auditing", unit=dao_thanh)
    foreign = receive(by=binh, unit=dao_thanh, version=version, when=NOW)
    page = client_of(em).get(reverse(LIST))
    response = tick(page, "advance", work["today"], foreign).content.decode()
    assert "Đã xử lý 1 hồ sơ" in response
    assert "không có quyền" in response
    assert Dossier.objects.get(pk=foreign.pk).step.code == "tiep-nhan"


def test_what_is_out_of_sight_is_not_named_by_a_bulk_act(client_of, binh, work):
    page = client_of(binh).get(reverse(LIST))
    response = tick(page, "advance", work["today"]).content.decode()
    assert work["today"].number not in response
    assert "1 hồ sơ đã chọn không thuộc phạm vi" in response


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_a_bulk_act_leads_back_into_our_own_house(client_of, an, work, back):
    response = client_of(an).post(reverse("admin:dossiers_dossier_bulk"), {"act": "burn", "back": back})
    assert response["Location"] == reverse(LIST)


def test_a_dossier_of_another_version_keeps_its_own_steps(client_of, an, work):
    page = client_of(an).get(reverse("admin:dossiers_dossier_change", args=[work["today"].pk]))
    assert f'value="{step(work["today"], "tham-tra").pk}"' in page.content.decode()


def test_an_act_for_many_reads_nothing_of_a_dossier_twice(client_of, an, my_tho, version):
    """Unit, field, version and steps come with the list, however many dossiers are on it."""
    client = client_of(an)

    def reads(count):
        chosen = [receive(by=an, unit=my_tho, version=version, when=NOW) for _ in range(count)]
        data = {"act": "advance", "dossier": [d.pk for d in chosen], "seen": [seen_as(d) for d in chosen]}
        with CaptureQueriesContext(connection) as captured:
            client.post(reverse("admin:dossiers_dossier_bulk"), data)
        assert Dossier.objects.filter(status=Status.PROCESSING, pk__in=[d.pk for d in chosen]).count() == count
        tables = "agencies_unit|agencies_fieldofwork|dossiers_step|dossiers_procedureversion"
        return [query["sql"] for query in captured if re.search(rf'^SELECT "({tables})"', query["sql"])]

    reads(1)
    assert len(reads(20)) == len(reads(2))
