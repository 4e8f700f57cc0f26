"""The golden table: due dates worked out by hand, each with its reason, in the format of `manage.py due`."""

import json
import re
from pathlib import Path

import pytest

from dossiers.clock_file import answers
from tests.dossiers import clock_oracle

TABLES = sorted((Path(__file__).parent / "golden").glob("*.json"))


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_the_clock_gives_every_golden_date(table):
    text = table.read_text()
    found = dict(answers(text))
    wrong = [
        (case["id"], case["why"], case["due"], found[case["id"]])
        for case in json.loads(text)["cases"]
        if case["due"] != (found[case["id"]] and found[case["id"]].isoformat())
    ]
    assert wrong == []


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_the_rules_read_slowly_give_every_golden_date(table):
    document = json.loads(table.read_text())
    wrong = [
        (case["id"], case["why"], case["due"])
        for case in document["cases"]
        if case["due"] != clock_oracle.due(case, document["calendars"][case["calendar"]])
    ]
    assert wrong == []


def test_the_table_is_large_and_gives_a_reason_for_every_case():
    cases = [case for table in TABLES for case in json.loads(table.read_text())["cases"]]
    assert len(cases) >= 300
    assert len({case["id"] for case in cases}) == len(cases)
    assert all(case["why"] for case in cases)


@pytest.mark.parametrize(
    ("received", "n", "due"),
    [
        ("2026-02-12", 3, "2026-02-24"),
        ("2025-12-31", 3, "2026-01-07"),
        ("2026-08-21", 5, "2026-08-27"),
        ("2026-11-23", 3, "2026-11-27"),
        ("2026-04-24", 3, "2026-05-04"),
        ("2027-02-03", 5, "2027-02-17"),
    ],
)
def test_the_worked_examples_of_2026_and_2027_hold(received, n, due):
    document = json.loads((TABLES[0].parent / "tet.json").read_text())
    case = {"id": 1, "calendar": "office", "unit": "working_day", "n": n, "received_at": f"{received}T09:00"}
    [(_one, found)] = answers(json.dumps({**document, "cases": [case]}))
    assert found.isoformat() == f"{due}T17:00:00+07:00"


def test_the_page_of_rules_tells_the_dates_of_the_cases_it_names():
    page = (Path(__file__).parents[2] / "docs" / "clock.md").read_text()
    due = {case["id"]: case["due"] for table in TABLES for case in json.loads(table.read_text())["cases"]}
    named = re.findall(r"(?:due\s+(\d\d)/(\d\d)/(\d{4})\s+(\d\d:\d\d)[^\[\]]*)?\[([a-z_]+-\d\d)\](\s+no\s+date)?", page)
    told = {
        name: None if no_date else f"{year}-{month}-{day}T{clock}:00+07:00"
        for day, month, year, clock, name, no_date in named
        if day or no_date
    }
    assert len(told) >= 30
    assert told == {name: due[name] for name in told}
    assert {name for *_date, name, _none in named} - set(told) == {"tet-01"}
