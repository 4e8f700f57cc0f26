"""`manage.py due FILE`: an outsider checks our dates; a wrong file is named in two languages, not answered."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dossiers.clock_words import WORDS

ROOT = Path(__file__).parents[2]
OFFICE = {
    "weekly_hours": {day: [["07:30", "11:30"], ["13:30", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
}
CASE = {
    "id": "Hồ sơ 1", "calendar": "office", "unit": "working_day", "n": 3, "received_at": "2026-11-23T09:00:00+07:00",
    "events": [],
}  # fmt: skip


def document(*cases, **calendars):
    return {"calendars": {"office": OFFICE, **calendars}, "cases": list(cases)}


@pytest.fixture
def due(tmp_path, capsys):
    """Runs the command on a file of these contents; gives what it prints, parsed."""

    def run(contents, **options):
        file = tmp_path / "cases.json"
        raw = contents if isinstance(contents, bytes) else json.dumps(contents).encode()
        file.write_bytes(raw)
        call_command("due", str(file), **options)
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


@pytest.fixture
def refused(due, capsys):
    """What the command says of a file that it refuses; it prints nothing else."""

    def run(contents):
        with pytest.raises(CommandError) as error:
            due(contents)
        assert capsys.readouterr().out == ""
        return str(error.value)

    return run


def test_it_prints_one_line_a_case_in_the_files_order(due):
    paused = {**CASE, "id": 2, "events": [{"kind": "pause", "at": "2026-11-24T09:00:00+07:00"}]}
    assert due(document(CASE, paused)) == [
        {"id": "Hồ sơ 1", "due": "2026-11-26T17:00:00+07:00"},
        {"id": 2, "due": None},
    ]


def test_asked_to_explain_it_tells_every_step_in_words(due):
    paused = [{"kind": "pause", "at": "2026-11-25T09:00"}, {"kind": "resume", "at": "2026-11-26T09:00"}]
    events = [*paused, {"kind": "extend", "at": "2026-11-27T09:00", "n": 2}]
    closed = {**OFFICE, "non_working_dates": ["2026-11-24"]}
    [line] = due(document({**CASE, "calendar": "closed", "events": events}, closed=closed), explain=True)
    assert (line["id"], line["due"]) == ("Hồ sơ 1", "2026-12-02T17:00:00+07:00")
    assert [(step["kind"], step["at"][:10], (step["due"] or "")[:10], step["why"]) for step in line["steps"]] == [
        ("received", "2026-11-23", "2026-11-27",
         "Tính từ 09:00 ngày 23/11/2026. Các ngày nghỉ đi qua: 24/11/2026 (nghỉ lễ)."),
        ("pause", "2026-11-25", "", "Thời hạn tạm dừng: chưa có ngày hẹn cho đến khi tính tiếp."),
        ("resume", "2026-11-26", "2026-11-30",
         "Thời hạn tạm dừng từ 09:00 ngày 25/11/2026; không tính: 1 ngày làm việc. "
         "Các ngày nghỉ đi qua: 28/11/2026, 29/11/2026."),
        ("extend", "2026-11-27", "2026-12-02", "Thời hạn kéo dài thêm 2 ngày làm việc."),
    ]  # fmt: skip


def test_every_reason_has_its_words(due):
    """Every case of the golden tables, explained: units, pauses, restarts and ledgers that should not be."""
    said = set()
    for table in sorted((ROOT / "tests/dossiers/golden").glob("*.json")):
        document = json.loads(table.read_text())
        plain, explained = due(document), due(document, explain=True)
        assert [{"id": line["id"], "due": line["due"]} for line in explained] == plain
        said |= {step["why"].split(":")[0] for line in explained for step in line["steps"]}
    assert not [why for why in said if "%" in why]
    for words in WORDS.values():
        assert any(why.startswith(str(words).partition("%")[0].partition(":")[0]) for why in said), words


def test_it_reads_standard_input_and_ends_with_0_or_1():
    def run(text):
        return subprocess.run(
            [sys.executable, "manage.py", "due", "-"], cwd=ROOT, input=text.encode(), capture_output=True
        )

    good = run(json.dumps(document(CASE)))
    assert (good.returncode, json.loads(good.stdout)["due"]) == (0, "2026-11-26T17:00:00+07:00")
    bad = run(json.dumps(document(CASE, {**CASE, "n": 0})))
    assert (bad.returncode, bad.stdout) == (1, b"")
    assert 'cases[1] "Hồ sơ 1".n: ' in bad.stderr.decode()


def test_a_byte_order_mark_and_windows_line_ends_do_not_disturb(due):
    raw = b"\xef\xbb\xbf" + json.dumps(document(CASE), indent=1).replace("\n", "\r\n").encode()
    assert len(due(raw)) == 1


def test_what_may_be_left_out_may_be_left_out(due):
    case = {name: value for name, value in CASE.items() if name != "events"}
    assert len(due(document(case))) == 1
    assert (
        due(document({**CASE, "events": None, "unit": "same_day", "n": None}))[0]["due"] == "2026-11-23T17:00:00+07:00"
    )
    assert due(document()) == []


def test_a_moment_without_a_zone_is_vietnams_and_others_are_converted(due):
    cases = [
        {**CASE, "received_at": written} for written in ("2026-11-23T16:59", "2026-11-23T09:59Z", "2026-11-23T10:00Z")
    ]
    assert [line["due"][:10] for line in due(document(*cases))] == ["2026-11-26", "2026-11-26", "2026-11-27"]


def test_decimals_are_exact(due):
    hours = {**CASE, "unit": "working_hour", "n": 1.1}
    assert due(document(hours))[0]["due"] == "2026-11-23T10:06:00+07:00"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"id": None}, "cases[0].id: "),
        ({"id": True}, "cases[0] true.id: "),
        ({"calendar": "ofice"}, 'cases[0] "Hồ sơ 1".calendar: '),
        ({"calendar": ["office"]}, 'cases[0] "Hồ sơ 1".calendar: '),
        ({"unit": "days"}, 'cases[0] "Hồ sơ 1".unit: '),
        ({"unit": {}}, 'cases[0] "Hồ sơ 1".unit: '),
        ({"n": 0}, 'cases[0] "Hồ sơ 1".n: '),
        ({"n": -2}, 'cases[0] "Hồ sơ 1".n: '),
        ({"n": 0.5}, 'cases[0] "Hồ sơ 1".n: '),
        ({"n": "3"}, 'cases[0] "Hồ sơ 1".n: '),
        ({"n": None}, 'cases[0] "Hồ sơ 1".n: '),
        ({"n": 10**30}, 'cases[0] "Hồ sơ 1".n: '),
        ({"received_at": None}, 'cases[0] "Hồ sơ 1".received_at: '),
        ({"received_at": "23/11/2026 09:00"}, 'cases[0] "Hồ sơ 1".received_at: '),
        ({"received_at": "2026-11-23"}, 'cases[0] "Hồ sơ 1".received_at: '),
        ({"received_at": 1764000000}, 'cases[0] "Hồ sơ 1".received_at: '),
        ({"received_at": "0001-01-01T00:00+14:00"}, 'cases[0] "Hồ sơ 1".received_at: '),
        ({"events": {"kind": "pause"}}, 'cases[0] "Hồ sơ 1".events: '),
        ({"events": ["pause"]}, 'cases[0] "Hồ sơ 1".events[0]: '),
        ({"events": [{"kind": "pause"}]}, 'cases[0] "Hồ sơ 1".events[0].at: '),
        ({"events": [{"kind": "stop", "at": "2026-11-24T09:00"}]}, 'cases[0] "Hồ sơ 1".events[0].kind: '),
        ({"events": [{"kind": "pause", "at": "9999-01-01T00:00"}]}, 'cases[0] "Hồ sơ 1".events[0].at: '),
        ({"events": [{"kind": "extend", "at": "2026-11-24T09:00"}]}, 'cases[0] "Hồ sơ 1".events[0].n: '),
        ({"events": [{"kind": "extend", "at": "2026-11-24T09:00", "n": 1.5}]}, 'cases[0] "Hồ sơ 1".events[0].n: '),
        ({"events": [{"kind": "extend", "at": "2026-11-24T09:00", "n": 9999}]}, 'cases[0] "Hồ sơ 1".events: '),
    ],
)
def test_a_case_with_a_bad_field_is_named_by_its_id_and_field(refused, change, place):
    said = refused(document({**CASE, **change}, {**CASE, "id": "good"}))
    assert f"\n  {place}" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"weekly_hours": None}, "weekly_hours: "),
        ({"weekly_hours": {"monday": []}}, "weekly_hours.monday: "),
        ({"weekly_hours": {"mon": None}}, "weekly_hours.mon: "),
        ({"weekly_hours": {"mon": ["07:30", "11:30"]}}, "weekly_hours.mon[0]: "),
        ({"weekly_hours": {"mon": [["07:30"]]}}, "weekly_hours.mon[0]: "),
        ({"weekly_hours": {"mon": [["07:30", "24:00"]]}}, "weekly_hours.mon[0]: "),
        ({"weekly_hours": {"mon": [["17:00", "07:30"]]}}, "weekly_hours.mon: "),
        ({"weekly_hours": {"mon": [["07:30", "07:30"]]}}, "weekly_hours.mon: "),
        ({"weekly_hours": {"mon": [["07:30", "12:00"], ["11:30", "17:00"]]}}, "weekly_hours.mon: "),
        ({"non_working_dates": "2026-11-24"}, "non_working_dates: "),
        ({"non_working_dates": ["24/11/2026"]}, "non_working_dates[0]: "),
        ({"working_weekend_dates": ["2026-08-22"]}, "working_weekend_hours: "),
        ({"working_weekend_hours": [[1, 2]]}, "working_weekend_hours[0]: "),
        (
            {"non_working_dates": ["2026-08-22"], "working_weekend_dates": ["2026-08-22"],
             "working_weekend_hours": [["07:30", "11:30"]]},
            "working_weekend_dates: ",
        ),
    ],
)  # fmt: skip
def test_a_bad_calendar_is_named_once_with_its_field(refused, change, place):
    said = refused(document({**CASE, "calendar": "bad"}, {**CASE, "calendar": "bad"}, bad={**OFFICE, **change}))
    assert f"\n  calendars.bad.{place}" in said
    assert said.count("\n") == 1


def test_a_calendar_that_never_opens_is_named_by_the_case_that_needs_it(refused):
    said = refused(document(CASE, {**CASE, "id": "x", "calendar": "never"}, never={"weekly_hours": {}}))
    assert '\n  cases[1] "x".calendar: ' in said


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"", "file: "),
        (b'{"cases": [}', "file: "),
        (b"[]", "file: "),
        (b"{}", "calendars: "),
        (b'{"calendars": {}}', "cases: "),
        (b'{"calendars": {}, "cases": {}}', "cases: "),
        (b"[" * 100_000, "file: "),
        (b'{"calendars": {}, "cases": [NaN]}', "file: "),
        (b'{"n": 1' + b"0" * 10_000 + b"}", "file: "),
        (b'{"n": 1e99999999999999999999999}', "file: "),
        (b'{"calendars": {}, "cases": [7]}', "cases[0].case: "),
        ('{"id": "Hồ sơ"}'.encode("utf-16"), "cases.json: "),
    ],
)
def test_what_is_no_such_file_at_all_is_refused(refused, raw, place):
    assert place in refused(raw)


def test_a_file_that_is_not_there_is_named(capsys):
    with pytest.raises(CommandError, match=r"nowhere\.json: "):
        call_command("due", "nowhere.json")


def test_every_problem_is_told_in_vietnamese_and_in_english(refused):
    said = refused(document({**CASE, "n": 0}, {**CASE, "received_at": "x"}))
    first, *problems = said.splitlines()
    assert first == "Không tính được hạn trả kết quả: / No due date was computed:"
    assert problems[0] == '  cases[0] "Hồ sơ 1".n: phải lớn hơn 0 / must be greater than 0'
    assert len(problems) == 2


def test_a_file_full_of_mistakes_is_not_repeated_whole(refused):
    said = refused(document(*[{**CASE, "n": 0}] * 500))
    assert len(said.splitlines()) == 52
    assert said.endswith("và 450 lỗi nữa / and 450 more")
