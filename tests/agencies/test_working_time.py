import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from agencies.checks import calendars_without_next_year, next_years_calendar_is_there
from agencies.events import calendar_changed
from agencies.first_calendar import seed_working_calendar, special_days
from agencies.models import CalendarDay, Day, WorkCalendar
from agencies.working_time import ORDINARY_WEEK
from tests.people import appoint, make_calendar

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
MONDAY = date(2026, 11, 30)


@pytest.fixture
def heard():
    """What was announced: (calendar, revision, by)."""
    events = []

    def listen(calendar, revision, by, **kwargs):
        events.append((calendar, revision, by))

    calendar_changed.connect(listen, dispatch_uid="tests.heard")
    yield events
    calendar_changed.disconnect(dispatch_uid="tests.heard")


def test_an_amendment_raises_the_version_keeps_a_revision_and_is_announced_once(calendar, hanh, heard):
    before = calendar.version
    revision = calendar.amend(document=" 99/UBND ", by=hanh, at=AT, days=[Day(MONDAY, False, "Ngày truyền thống")])
    assert (calendar.version, revision.version) == (before + 1, before + 1)
    assert (revision.document, revision.by, revision.changed) == ("99/UBND", hanh, ["2026-11-30"])
    assert heard == [(calendar, revision, hanh)]
    day = calendar.days.get(on=MONDAY)
    assert (day.kind, day.reason, day.document) == ("off", "Ngày truyền thống", "99/UBND")
    assert calendar.days.get(on=MONDAY).trail.get().pgh_context["why"] == "99/UBND"


def test_the_changed_day_counts_at_once_and_the_cache_makes_no_queries(calendar, hanh, django_assert_num_queries):
    assert calendar.as_worktime().is_working(MONDAY)
    calendar.amend(document="99/UBND", by=hanh, at=AT, days=[Day(MONDAY, False)])
    assert not calendar.as_worktime().is_working(MONDAY)
    with django_assert_num_queries(0):
        calendar.as_worktime()
    calendar.amend(document="100/UBND", by=hanh, at=AT, ordinary=[MONDAY])
    assert calendar.as_worktime().is_working(MONDAY)


def test_an_amendment_that_was_rolled_back_is_never_computed_with(calendar, hanh):
    with transaction.atomic():
        calendar.amend(document="99/UBND", by=hanh, at=AT, days=[Day(MONDAY, False)])
        assert not calendar.as_worktime().is_working(MONDAY)
        transaction.set_rollback(True)
    calendar.refresh_from_db()
    tuesday = MONDAY + timedelta(days=1)
    calendar.amend(document="100/UBND", by=hanh, at=AT, days=[Day(tuesday, False)])
    assert calendar.as_worktime().is_working(MONDAY)
    assert not calendar.as_worktime().is_working(tuesday)


def test_a_swapped_saturday_has_the_hours_of_a_monday_unless_it_has_its_own(calendar, hanh):
    saturday, sunday = date(2026, 11, 28), date(2026, 11, 29)
    morning = ((time(8), time(11)),)
    calendar.amend(document="99/UBND", by=hanh, at=AT, days=[Day(saturday, True), Day(sunday, True, "", morning)])
    worktime = calendar.as_worktime()
    assert worktime.hours(saturday) == worktime.hours(MONDAY)
    assert worktime.hours(sunday) == morning


def test_hours_of_a_later_year_change_no_saturday_of_this_one(calendar, hanh):
    swapped, early = date(2026, 8, 22), dict.fromkeys(range(5), ((time(7), time(15)),))
    before = calendar.as_worktime().hours(swapped)
    calendar.amend(
        document="Giờ làm việc 2027", by=hanh, at=AT, weekly=early, weekly_from=date(2027, 1, 1),
        days=[Day(date(2027, 8, 21), True)],
    )  # fmt: skip
    assert calendar.as_worktime().hours(swapped) == before == ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))
    assert calendar.as_worktime().hours(date(2027, 8, 21)) == ((time(7), time(15)),)


def test_new_weekly_hours_count_from_their_day_on(calendar, hanh):
    summer = dict.fromkeys(range(5), ((time(7), time(11)), (time(13), time(17))))
    calendar.amend(document="Giờ mùa hè", by=hanh, at=AT, weekly=summer, weekly_from=MONDAY)
    worktime = calendar.as_worktime()
    assert worktime.hours(MONDAY - timedelta(days=3))[0][0] == time(7, 30)
    assert worktime.hours(MONDAY)[0][0] == time(7)
    assert not worktime.is_working(MONDAY + timedelta(days=5))


def test_only_who_may_amend_the_calendar_amends_it(calendar, an, binh, dung, heard):
    for officer in (an, binh, dung):
        with pytest.raises(PermissionDenied):
            calendar.amend(document="99/UBND", by=officer, at=AT, days=[Day(MONDAY, False)])
    assert heard == []
    assert not CalendarDay.objects.filter(on=MONDAY).exists()


def test_a_communes_administrator_amends_the_communes_calendar_only(calendar, my_tho, an, heard):
    appoint(an, "administering", unit=my_tho)
    own = make_calendar(my_tho, name="Lịch phường Mỹ Tho")
    own.amend(document="1/UBND", by=an, at=AT, days=[Day(MONDAY, False)])
    with pytest.raises(PermissionDenied):
        calendar.amend(document="1/UBND", by=an, at=AT, days=[Day(MONDAY, False)])


def test_the_reason_tells_citizens_which_days_and_which_document(calendar, hanh):
    revision = calendar.amend(document="99/UBND", by=hanh, at=AT, days=[Day(MONDAY, False)])
    assert "99/UBND" in revision.reason_in_words()
    assert "30/11/2026" in revision.reason_in_words()
    revision = calendar.amend(document="Giờ mùa hè", by=hanh, at=AT, weekly=ORDINARY_WEEK, weekly_from=MONDAY)
    assert "Giờ mùa hè" in revision.reason_in_words()


@pytest.fixture
def seeded(province):
    return seed_working_calendar(name="Lịch chung", years=range(2025, 2028), at=AT, unit=province)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2026-02-12", 3, "2026-02-24"),  # Tết 2026
        ("2025-12-31", 3, "2026-01-07"),  # 02/01 off against Saturday 10/01
        ("2026-01-08", 2, "2026-01-10"),  # that Saturday is worked
        ("2026-08-21", 5, "2026-08-27"),  # Saturday 22/08 is worked
        ("2026-08-28", 1, "2026-09-03"),  # 31/08 off against it, then the National Day
        ("2026-11-23", 3, "2026-11-27"),  # 24/11 is the Day of Culture
        ("2026-04-24", 3, "2026-05-04"),  # Hùng Vương on a Sunday, made up for on Monday
        ("2027-02-03", 5, "2027-02-17"),  # Tết 2027
        ("2025-04-25", 1, "2025-04-26"),  # Saturday worked for 02/05/2025
    ],
)
def test_the_seeded_calendar_counts_working_days_as_the_authority_does(seeded, start, n, due):
    first = date.fromisoformat(start) + timedelta(days=1)
    assert seeded.as_worktime().nth_working_day(first, n) == date.fromisoformat(due)


def test_every_seeded_day_names_the_document_that_set_it(seeded):
    assert not seeded.days.filter(document="").exists()
    assert not seeded.days.filter(reason="").exists()
    assert seeded.days.get(on=date(2026, 1, 10)).document == "12729/VPCP-KGVX"


def test_seeding_twice_changes_nothing_and_keeps_what_the_province_amended(seeded, hanh, heard):
    seeded.amend(document="99/UBND", by=hanh, at=AT, days=[Day(date(2026, 1, 2), True, "Làm việc bình thường")])
    version = seeded.version
    again = seed_working_calendar(name="Lịch chung", years=range(2025, 2028), at=AT)
    assert again.version == version
    assert again.days.get(on=date(2026, 1, 2)).works


def test_the_corrections_table_has_the_last_word(tmp_path):
    table = tmp_path / "corrections.json"
    rows = [
        {"on": "2027-02-10", "kind": "ordinary"},
        {"on": "2027-02-11", "kind": "off", "reason": "Tết", "document": "1/TB"},
    ]
    table.write_text(json.dumps(rows))
    days = {day.on: day for day in special_days([2027], table)}
    assert date(2027, 2, 10) not in days
    assert days[date(2027, 2, 11)].document == "1/TB"


def test_the_shipped_corrections_can_be_read_and_name_a_year_each():
    assert {day.on.year for day in special_days([2026, 2027])} == {2026, 2027}


def test_from_december_on_a_missing_year_is_warned_of(province, calendar):
    assert calendars_without_next_year(date(2026, 12, 1)) == []
    assert calendars_without_next_year(date(2027, 11, 30)) == []
    assert calendars_without_next_year(date(2027, 12, 1)) == [calendar.name]


def test_the_warning_reaches_the_system_checks(calendar):
    with time_machine.travel("2027-12-02T09:00:00+07:00"):
        (warning,) = next_years_calendar_is_there(None, ["default"])
    assert warning.id == "agencies.W001"
    assert calendar.name in warning.msg
    assert next_years_calendar_is_there(None, []) == []


@pytest.mark.django_db
def test_in_december_an_empty_database_can_still_be_migrated():
    with time_machine.travel("2026-12-15 09:00 +0700"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path TO pg_temp")
        assert next_years_calendar_is_there(None, ["default"]) == []


def test_the_command_gives_the_calendar_to_the_unit(province, capsys):
    call_command("seed_calendar", "--unit", "82", "--years", "2026")
    province.refresh_from_db()
    assert province.working_calendar().version == 1
    assert WorkCalendar.objects.get().trail.latest("pgh_id").pgh_context["by"] == "command:seed_calendar"
    assert "phiên bản 1" in capsys.readouterr().out


@pytest.mark.parametrize("options", [["--unit", "99"], ["--years", "next"], ["--years", "2027-2026"]])
def test_the_command_says_what_it_did_not_understand(province, options):
    with pytest.raises(CommandError, match=r"Không có đơn vị|--years cần"):
        call_command("seed_calendar", *options)
