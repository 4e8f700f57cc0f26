"""The list of reports, its counts, its views, what is assigned from it: what is found, in which order, at what cost."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import AccessLog
from feedback.models import Report, SavedFilter
from feedback.workflow import State
from tests.feedback.making import at, make_category, report
from tests.people import appoint, make_officer

LIST = "admin:feedback_report_changelist"
BULK = "admin:feedback_report_bulk"
NOW = at(26, 9)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def work(road):
    """One report of each group, by its name."""
    found = {name: road.to(state, text=f"Đèn tắt ở {name}.") for name, state in {
        "sort": "new", "given": "assigned", "hand": "in_progress", "approve": "answered", "waiting": "waiting",
        "reopening": "reopening_asked", "closed": "closed",
    }.items()}  # fmt: skip
    found["late"] = road.to("in_progress", text="Trễ hạn.", when=at(2, month=11))
    for n in range(2):
        found["hand"].flag(client=f"10.0.0.{n}", reason="bậy", at=NOW)
    return found


def codes_on(response):
    """In the order of the page."""
    return re.findall(r'<th scope="row"><a [^>]*>([^<]*)', response.content.decode())


def codes_of(client, **query):
    return codes_on(client.get(reverse(LIST), query))


def shown(reports):
    return {one.shown_code for one in reports}


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# --- what is found --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("group", ["sort", "given", "approve", "waiting", "late", "reopening"])
def test_each_group_holds_what_waits_for_that(client_of, khoa, work, group):
    assert codes_of(client_of(khoa), work=group) == [work[group].shown_code]


def test_what_citizens_flagged_is_a_group_of_its_own(client_of, khoa, work):
    assert codes_of(client_of(khoa), work="flagged") == [work["hand"].shown_code]


def test_what_ended_is_only_among_all(client_of, khoa, work):
    client = client_of(khoa)
    assert work["closed"].shown_code not in codes_of(client)
    assert work["closed"].shown_code in codes_of(client, work="all")


def test_the_list_is_the_same_in_english(client_of, khoa, work):
    client = client_of(khoa)
    client.cookies["django_language"] = "en"
    assert codes_of(client, work="late") == [work["late"].shown_code]
    assert "To sort" in client.get(reverse(LIST)).content.decode()


def test_the_most_urgent_comes_first_and_what_waits_last(client_of, khoa, work):
    codes = codes_of(client_of(khoa))
    assert codes[0] == work["late"].shown_code
    assert codes[-1] == work["waiting"].shown_code


def test_pages_follow_each_other_without_gap_or_repeat(client_of, khoa, work, monkeypatch):
    monkeypatch.setattr("feedback.admin.listing.PER_PAGE", 2)
    client, seen, address = client_of(khoa), [], reverse(LIST)
    while address:
        response = client.get(address)
        seen += codes_on(response)
        following = re.search(r'href="(\?[^"]*)" rel="next"', response.content.decode())
        address = reverse(LIST) + following[1].replace("&amp;", "&") if following else None
    opened = Report.objects.open()
    assert len(seen) == opened.count()
    assert set(seen) == shown(opened)


def test_a_report_is_found_by_code_and_by_words_without_tones(client_of, khoa, work):
    client, late = client_of(khoa), work["late"]
    assert codes_of(client, q=late.shown_code.lower()) == [late.shown_code]
    assert codes_of(client, q="tre han") == [late.shown_code]


def test_filters_stand_in_the_address(client_of, khoa, an, my_tho, work, category):
    client = client_of(khoa)
    other = report(make_category("rac", "Rác"), text="Rác chất đống.", channel="phone", ward=my_tho)
    assert codes_of(client, category=other.category_id) == [other.shown_code]
    assert len(codes_of(client, category=other.category.parent_id, work="all")) == Report.objects.count()
    assert codes_of(client, channel="phone") == [other.shown_code]
    assert codes_of(client, ward=my_tho.pk) == [other.shown_code]
    assert set(codes_of(client, unit=my_tho.pk)) == shown(Report.objects.open().filter(unit=my_tho))
    assert set(codes_of(client_of(an), mine=1)) == shown(Report.objects.open().filter(officer=an))


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00"}, {"q": "%" * 200}, {"work": "x"}, {"state": "x"}, {"unit": "x"}, {"unit": "9" * 40},
        {"category": "-1"}, {"category": "²"}, {"channel": "'"}, {"after": "x"}, {"after": "_"}, {"after": "2026_x"},
        {"after": "9999-12-31T23:59:59+07:00_1"}, {"after": "0001-01-01T00:00:00+07:00_1"},
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_no_error(client_of, khoa, work, query):
    assert client_of(khoa).get(reverse(LIST), query).status_code == 200


# --- who sees what --------------------------------------------------------------------------------------------------
def test_an_sees_his_wards_reports_and_binh_none_of_them(client_of, an, binh, my_tho, work):
    assert set(codes_of(client_of(an), work="all")) == shown(Report.objects.filter(unit=my_tho))
    bound = client_of(binh)
    assert codes_of(bound, work="all") == []
    for code in shown(Report.objects.all()):
        assert codes_of(bound, q=code) == []
    assert "0</small>" in bound.get(reverse(LIST)).content.decode()
    assert not re.search(r"<small>[1-9]", bound.get(reverse(LIST)).content.decode())


def test_binhs_export_and_pickers_are_empty_too(client_of, binh, work):
    client = client_of(binh)
    lines = b"".join(client.get(reverse("admin:feedback_report_export"), {"work": "all"})).decode().splitlines()
    assert len(lines) == 1
    picker = {"app_label": "feedback", "model_name": "survey", "field_name": "report", "term": "PA"}
    answer = client.get(reverse("admin:autocomplete"), picker).content.decode()
    assert not [code for code in shown(Report.objects.all()) if code in answer]


def test_giang_reads_all_and_is_offered_nothing_to_do(client_of, giang, work):
    client = client_of(giang)
    assert len(codes_of(client, work="all")) == Report.objects.count()
    page = client.get(reverse(LIST)).content.decode()
    assert 'name="report"' not in page
    assert client.post(reverse(BULK), {"report": work["sort"].pk, "unit": "1"}).status_code == 403


# --- the export -----------------------------------------------------------------------------------------------------
def test_the_export_has_the_filtered_rows_and_nobodys_contact(client_of, khoa, chi, category):
    text = f"=Gọi tôi {chi.phone}, đèn tắt."
    made = report(text=text, contact={"name": chi.name, "phone": chi.phone, "email": chi.email})
    report(make_category("rac", "Rác"), text="Rác.")
    answer = client_of(khoa).get(reverse("admin:feedback_report_export"), {"category": category.pk})
    table = b"".join(answer).decode()
    assert answer.streaming
    assert table.startswith("\ufeff")
    assert made.shown_code in table
    assert len(table.splitlines()) == 2
    assert not [secret for secret in (chi.name, chi.phone, chi.email) if secret in table]
    assert ",=" not in table
    assert "'=Gọi" in table
    assert AccessLog.objects.filter(about="reports", what="export", officer=khoa).exists()


# --- views ----------------------------------------------------------------------------------------------------------
def test_khoa_keeps_a_view_and_shares_it_with_his_unit(client_of, khoa, dung, an, work):
    keep = {"name": "Trễ ở Mỹ Tho", "query": "work=late&unit=7&evil=1&after=x", "shared": "1"}
    client_of(khoa).post(reverse("admin:feedback_report_keep_view"), keep)
    kept = SavedFilter.objects.get()
    assert kept.query == "unit=7&work=late"
    assert "Trễ ở Mỹ Tho" in client_of(dung).get(reverse(LIST)).content.decode()
    assert "Trễ ở Mỹ Tho" not in client_of(an).get(reverse(LIST)).content.decode()
    remove = reverse("admin:feedback_report_remove_view", args=[kept.pk])
    assert client_of(dung).post(remove).status_code == 404
    client_of(khoa).post(remove)
    assert not SavedFilter.objects.exists()


def test_the_same_name_again_replaces_the_view_and_no_name_is_told(client_of, khoa, province):
    client, keep = client_of(khoa), reverse("admin:feedback_report_keep_view")
    client.post(keep, {"name": "Của tôi", "query": "work=late"})
    client.post(keep, {"name": "Của tôi", "query": "work=soon"})
    assert SavedFilter.objects.get().query == "work=soon"
    client.post(keep, {"name": " ", "query": "work=all"})
    assert SavedFilter.objects.count() == 1


# --- many at once ---------------------------------------------------------------------------------------------------
def assign(page, unit, *reports, **more):
    """Post the form of the list as a browser does: every row's `seen`, the boxes that are ticked."""
    seen = re.findall(r'name="seen" value="([^"]+)"', page.content.decode())
    data = {"unit": unit.pk, "seen": seen, "report": [one.pk for one in reports], **more}
    return page.client.post(reverse(BULK), data)


def test_many_are_assigned_and_each_tells_its_outcome(client_of, khoa, my_tho, work):
    page = client_of(khoa).get(reverse(LIST))
    answer = assign(page, my_tho, work["sort"], work["waiting"])
    work["sort"].refresh_from_db()
    assert (work["sort"].state, work["sort"].unit) == (State.ASSIGNED, my_tho)
    work["waiting"].refresh_from_db()
    assert work["waiting"].state == State.WAITING
    text = answer.content.decode()
    assert text.count("desk-tag desk-green") == 1
    assert text.count("desk-tag desk-red") == 1


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(client_of, khoa, dung, my_tho, dao_thanh, work):
    page = client_of(khoa).get(reverse(LIST))
    work["sort"].assign(dao_thanh, by=khoa, at=NOW)
    assign(page, my_tho, work["sort"])
    work["sort"].refresh_from_db()
    assert work["sort"].unit == dao_thanh


def test_to_an_officer_goes_to_the_officers_unit(client_of, khoa, an, my_tho, province, work):
    page = client_of(khoa).get(reverse(LIST))
    assign(page, province, work["sort"], officer=an.pk)
    work["sort"].refresh_from_db()
    assert (work["sort"].unit, work["sort"].officer) == (my_tho, an)


# --- cost -----------------------------------------------------------------------------------------------------------
def test_a_hundred_rows_cost_no_more_than_one(client_of, khoa, my_tho, category, road):
    report(text="Một.")
    client, addresses = client_of(khoa), [reverse(LIST), f"{reverse(LIST)}?work=all", f"{reverse(LIST)}?q=den&mine=1"]
    few = [queries_of(client, address) for address in addresses]
    for n in range(30):
        officer = make_officer(f"Cán bộ {n}", "handling", unit=my_tho, username=f"cb{n}")
        appoint(khoa, "operating", unit=my_tho)
        made = report(make_category(f"loai-{n}", f"Loại {n}"), text=f"Việc {n}.", ward=my_tho)
        made.assign(my_tho, by=khoa, at=NOW, officer=officer)
    for n in range(75):
        report(category, text=f"Đèn {n}.")
    many = [queries_of(client, address) for address in addresses]
    assert len(codes_of(client, work="all")) == 100
    assert max(many) <= 12
    assert all(now <= before + 1 for before, now in zip(few, many, strict=True))


# --- today ----------------------------------------------------------------------------------------------------------
def test_each_figure_of_today_is_the_length_of_the_list_it_opens(client_of, an, khoa, work):
    for officer in (an, khoa):
        client = client_of(officer)
        page = client.get("/quan-tri/").content.decode()
        figures = re.findall(r'href="([^"]*feedback/report/\?work=\w+)"><span>[^<]*</span><strong>(\d+)', page)
        assert len(figures) == 9
        for address, count in figures:
            assert len(codes_on(client.get(address))) == int(count), address
