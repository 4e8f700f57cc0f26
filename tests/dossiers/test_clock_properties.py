"""What must hold for every calendar, term and ledger. Cases are made in the format of `manage.py due`."""

import json
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agencies.worktime import VIETNAM
from dossiers.clock import explain
from dossiers.clock_file import answers, read
from tests.dossiers import clock_oracle

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = [["07:30", "11:30"], ["13:30", "17:00"]]
HOURS = st.sampled_from([OFFICE, OFFICE, [["08:00", "12:00"]], [["07:00", "15:00"]], [["13:00", "20:00"]],
                         [["00:00", "06:00"], ["06:00", "09:15"], ["22:00", "23:59"]]])  # fmt: skip
# Before Tết, the swapped Saturday and National Day, the end of a year, the end of a leap February.
BEGINNINGS = ["2026-02-09", "2026-08-17", "2027-12-24", "2028-02-21"]
TELLING_MINUTES = [h * 60 + m for h, m in [(0, 0), (7, 29), (7, 30), (11, 30), (12, 0), (13, 30), (15, 0), (15, 1),
                                           (16, 59), (17, 0), (17, 1), (23, 59)]]  # fmt: skip
MINUTES = st.sampled_from(TELLING_MINUTES) | st.integers(0, 24 * 60 - 1)
QUARTERS = st.integers(1, 40).map(lambda quarters: quarters / 4)
NUMBERS = {
    "working_day": st.integers(1, 12),
    "calendar_day": st.integers(1, 40),
    "month": st.integers(1, 14),
    "working_hour": QUARTERS,
    "hour": QUARTERS,
    "same_day": st.none(),
}
UNITS = st.sampled_from(sorted(NUMBERS))
FEW = {"max_examples": 150, "deadline": None}


def moments(beginning, days=14):
    start = datetime.fromisoformat(beginning).replace(tzinfo=VIETNAM)
    return st.builds(lambda day, minute: start + timedelta(days=day, minutes=minute), st.integers(0, days), MINUTES)


@st.composite
def calendars(draw, beginning):
    week = {"wed": OFFICE} | {day: draw(HOURS) for day in DAYS if draw(st.booleans())}
    near = [(datetime.fromisoformat(beginning) + timedelta(days=n)).date().isoformat() for n in range(30)]
    special = draw(st.permutations(near))[:12]
    off = draw(st.integers(0, 12))
    return {
        "weekly_hours": week, "non_working_dates": special[:off],
        "working_weekend_dates": special[off:], "working_weekend_hours": draw(HOURS),
    }  # fmt: skip


@st.composite
def files(draw, ledger):
    """A file of one case; `ledger(draw, moments, extension)` gives its events."""
    beginning, unit = draw(st.sampled_from(BEGINNINGS)), draw(UNITS)
    extension = st.integers(1, 3) if NUMBERS[unit] is not QUARTERS else QUARTERS
    case = {
        "id": "one", "calendar": "one", "unit": unit, "n": draw(NUMBERS[unit]),
        "received_at": draw(moments(beginning, days=6)).isoformat(),
        "events": ledger(draw, moments(beginning), extension),
    }  # fmt: skip
    return {"calendars": {"one": draw(calendars(beginning))}, "cases": [case]}


def anything(draw, when, extension):
    """Events of any kind, in any order."""
    kinds = draw(st.lists(st.sampled_from(["pause", "pause", "resume", "resume", "restart", "extend"]), max_size=7))
    return [event(kind, draw(when), draw(extension)) for kind in kinds]


def orderly(draw, when, extension):
    """Pauses that end and do not touch, and extensions while the clock runs; every moment its own."""
    times = sorted(draw(st.sets(when, max_size=8)))
    kinds, found = iter(times), []
    for moment in kinds:
        if draw(st.booleans()) and (end := next(kinds, None)):
            found += [event("pause", moment), event("resume", end)]
        else:
            found.append(event("extend", moment, draw(extension)))
    return found


def event(kind, at, n=None):
    return {"kind": kind, "at": at.isoformat()} | ({"n": n} if kind == "extend" else {})


def due(file):
    [(_id, found)] = answers(json.dumps(file))
    return found


def with_events(file, events):
    [case] = file["cases"]
    return {**file, "cases": [{**case, "events": events}]}


def events_of(file):
    return file["cases"][0]["events"]


@settings(deadline=None, max_examples=400)
@given(files(anything))
def test_the_clock_is_what_the_rules_say_when_read_slowly(file):
    expected = clock_oracle.due(file["cases"][0], file["calendars"]["one"])
    found = due(file)
    assert (found and found.isoformat()) == expected


@settings(**FEW)
@given(files(orderly), st.data())
def test_one_more_pause_never_moves_the_date_earlier(file, data):
    when = moments(file["cases"][0]["received_at"][:10])
    begin, end = sorted([data.draw(when), data.draw(when)])
    others = apart_from(events_of(file), begin.isoformat(), end.isoformat())
    before = due(with_events(file, others))
    assert due(with_events(file, [event("pause", begin), event("resume", end), *others])) >= before


def apart_from(events, begin, end):
    """The events without the pauses that touch the time between."""
    found = []
    for one, following in pairwise([*events, None]):
        if one["kind"] == "extend":
            found.append(one)
        elif one["kind"] == "pause" and not (one["at"] <= end and begin <= following["at"]):
            found += [one, following]
    return found


@settings(**FEW)
@given(files(orderly), st.randoms())
def test_the_order_in_which_pauses_are_listed_does_not_matter(file, random):
    shuffled = list(events_of(file))
    random.shuffle(shuffled)
    assert due(with_events(file, shuffled)) == due(file)


@settings(**FEW)
@given(files(orderly), st.data())
def test_paused_and_gone_on_in_the_same_minute_changes_nothing(file, data):
    at = data.draw(moments(file["cases"][0]["received_at"][:10]))
    events = events_of(file)
    # Inside a longer pause the resume would end that one.
    earlier = [e["kind"] for e in events if e["at"] <= at.isoformat()]
    assume(earlier.count("pause") == earlier.count("resume"))
    nothing = [event("pause", at + timedelta(seconds=1)), event("resume", at + timedelta(seconds=59))]
    assert due(with_events(file, [*nothing, *events])) == due(file)


@settings(**FEW)
@given(files(anything))
def test_the_date_is_never_before_the_receipt_and_lies_inside_working_time(file):
    found = due(file)
    if found is None:
        return
    [case] = read(json.dumps(file))
    assert found >= case.received_at
    spans = case.calendar.intervals(found.date())
    if case.term.unit == "working_hour":
        assert any(opens < found <= closes for opens, closes in spans)
    elif case.term.unit != "hour":
        assert found == spans[-1][1]


@settings(**FEW)
@given(files(anything))
def test_the_explanation_ends_at_the_date_and_has_no_gap(file):
    [case] = read(json.dumps(file))
    steps = explain(case.term, case.received_at, case.events, case.calendar)
    assert steps[-1].due_after == due(file)
    assert len(steps) == 1 + len(events_of(file))
    assert [step.due_before for step in steps[1:]] == [step.due_after for step in steps[:-1]]


@settings(**FEW)
@given(files(anything), st.sampled_from([0, 1, 59]))
def test_seconds_and_the_zone_of_a_moment_do_not_matter(file, seconds):
    def elsewhere(text):
        return (datetime.fromisoformat(text) + timedelta(seconds=seconds)).astimezone(None).isoformat()

    [case] = file["cases"]
    moved = [{**e, "at": elsewhere(e["at"])} for e in case["events"]]
    there = {**file, "cases": [{**case, "received_at": elsewhere(case["received_at"]), "events": moved}]}
    assert due(there) == due(file)
