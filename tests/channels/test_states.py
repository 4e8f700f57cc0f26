"""The table of moves, the news a receipt brings, the patience of retries: pure."""

from datetime import datetime, timedelta
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.channels.quiet import QuietHours
from portal.channels.states import FINAL, MOVES, RECEIPTS, RETRIES, State, is_news, may_move, retry_wait
from tests.channels.fakes import HCM

RECEIVED = st.lists(st.sampled_from(RECEIPTS), min_size=1, max_size=6)


def test_the_table_of_moves_names_every_state():
    assert set(MOVES) == set(State)


def test_nothing_leaves_an_end_but_a_late_proof_of_arrival_and_a_persons_decision():
    leaving = {state: MOVES[state] for state in FINAL if MOVES[state]}
    assert leaving == {State.FAILED: {State.DELIVERED, State.QUEUED}}


def test_a_lease_that_ran_out_never_goes_back_to_the_queue_by_way_of_doubt_alone():
    assert may_move(State.CLAIMED, State.UNKNOWN)
    assert not may_move(State.UNKNOWN, State.CLAIMED)


def _end(start, receipts):
    state, changes = start, 0
    for receipt in receipts:
        if is_news(state, receipt):
            state, changes = State(receipt), changes + 1
    return state, changes


@given(st.sampled_from([State.CLAIMED, State.UNKNOWN, State.SENT]), RECEIVED, st.randoms())
def test_any_order_and_repetition_of_receipts_ends_in_the_same_state(start, receipts, random):
    shuffled = receipts + receipts[:2]
    random.shuffle(shuffled)
    assert _end(start, shuffled)[0] == _end(start, receipts)[0] == max([*receipts], key=RECEIPTS.index)


def test_each_receipt_changes_the_state_once_at_most():
    for start, order in product([State.CLAIMED, State.SENT], permutations(RECEIPTS)):
        state, changes = _end(start, [*order, *order])
        assert state == State.DELIVERED
        assert changes <= len(RECEIPTS)


@pytest.mark.parametrize("state", [State.SUPPRESSED, State.EXPIRED, State.DELIVERED])
@pytest.mark.parametrize("receipt", RECEIPTS)
def test_a_receipt_never_wakes_what_is_over(state, receipt):
    assert not is_news(state, receipt)


def test_the_first_retry_comes_within_thirty_seconds_and_each_waits_longer_than_the_one_before():
    assert retry_wait(0, dice=lambda: 1.0) <= timedelta(seconds=30)
    assert sorted(RETRIES) == RETRIES


def test_retries_ride_through_half_a_day_even_with_the_worst_dice():
    waits = [retry_wait(n, dice=lambda: 0.0) for n in range(len(RETRIES))]
    assert sum(waits, timedelta()) > timedelta(hours=12)
    assert retry_wait(len(RETRIES)) is None


@given(st.integers(0, len(RETRIES) - 1), st.floats(0, 1, exclude_max=True))
def test_jitter_stays_within_a_fifth(n, throw):
    assert abs(retry_wait(n, dice=lambda: throw).total_seconds() - RETRIES[n]) <= RETRIES[n] * 0.2 + 1e-3


NIGHT = QuietHours.parse("22:00-07:00", HCM)


@pytest.mark.parametrize(
    ("moment", "goes"),
    [
        ("2026-11-23T21:59:59", "2026-11-23T21:59:59"),
        ("2026-11-23T22:00:00", "2026-11-24T07:00:00"),
        ("2026-11-24T00:00:00", "2026-11-24T07:00:00"),
        ("2026-11-24T06:59:59", "2026-11-24T07:00:00"),
        ("2026-11-24T07:00:00", "2026-11-24T07:00:00"),
        ("2026-12-31T23:30:00", "2027-01-01T07:00:00"),
    ],
)
def test_what_falls_into_the_night_goes_in_the_morning(moment, goes):
    at = datetime.fromisoformat(moment).replace(tzinfo=HCM)
    assert NIGHT.first_after(at) == datetime.fromisoformat(goes).replace(tzinfo=HCM)


def test_a_quiet_noon_does_not_reach_into_the_next_day():
    noon = QuietHours.parse("11:30-13:30", HCM)
    assert noon.first_after(datetime(2026, 11, 23, 12, tzinfo=HCM)) == datetime(2026, 11, 23, 13, 30, tzinfo=HCM)


@given(st.datetimes(timezones=st.just(HCM)))
def test_without_quiet_hours_no_moment_is_moved(moment):
    assert QuietHours.parse("", HCM).first_after(moment) == moment


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(HCM)))
def test_the_moment_it_goes_is_never_earlier_nor_quiet_nor_half_a_day_away(moment):
    goes = NIGHT.first_after(moment)
    assert not NIGHT.covers(goes)
    assert timedelta(0) <= goes - moment <= timedelta(hours=9)


@pytest.mark.parametrize("wrong", ["22-7", "25:00-07:00", "22:00", "nachts"])
def test_quiet_hours_of_another_form_are_refused(wrong):
    with pytest.raises(ValueError):
        QuietHours.parse(wrong, HCM)
