"""One attempt: claimed once, sent outside of any transaction, and written down whatever the channel says."""

from datetime import timedelta

import pytest
from django.db import connection

from portal.channels.accounts import AccountState
from portal.channels.base import (
    AccountConfig,
    ContentRejected,
    Never,
    Receipt,
    RecipientUnreachable,
    Throttled,
    TryAgain,
    Unknown,
)
from portal.channels.models import Account, Attempt, Delivery, IllegalMove
from portal.channels.states import LEASE, RETRIES, Reason, State
from tests.channels.fakes import CHI, NINE, after, deliver, queue

pytestmark = pytest.mark.django_db
ONLY_CHAT = {"phone": CHI["phone"]}


def test_a_message_is_sent_once_however_often_the_task_runs(chat):
    delivery = queue()
    for _ in range(3):
        deliver(delivery)
    assert len(chat.letters) == 1
    assert delivery.state == State.SENT
    assert delivery.external_id == "m-1"
    assert list(delivery.attempts.values_list("n", "outcome")) == [(1, "sent")]


def test_two_workers_who_read_the_same_row_do_not_both_claim_it(chat):
    delivery = queue()
    first, second = (Delivery.objects.get(pk=delivery.pk) for _ in range(2))
    assert first.claim(at=NINE)
    assert not second.claim(at=NINE)


def test_the_channel_sees_all_it_needs_and_nothing_else(chat):
    deliver(queue())
    letter = chat.letters[0]
    assert (letter.address, letter.kind, letter.attempt) == (CHI["phone"], "note", 1)
    assert letter.params == {"code": "H20.30-261123-0001", "step": "Đang xử lý"}
    assert len(letter.reference) == 32


def test_key_and_reference_stay_the_same_over_every_attempt(chat):
    chat.script = [TryAgain(), Receipt()]
    delivery = deliver(queue())
    deliver(delivery, at=after(minutes=1))
    assert len({(letter.key, letter.reference) for letter in chat.letters}) == 1
    assert [letter.attempt for letter in chat.letters] == [1, 2]


def test_it_is_not_claimed_before_its_time_nor_after_it_is_worthless(chat):
    delivery = queue(at=after(hours=1), expires_at=after(hours=2))
    deliver(delivery, at=NINE)
    deliver(delivery, at=after(hours=2))
    assert chat.letters == []


def test_what_the_evening_left_over_does_not_ring_at_night(chat):
    delivery = deliver(queue(lane="bulk"), at=after(hours=14))
    assert chat.letters == []
    assert delivery.not_before == after(hours=22)


@pytest.mark.parametrize(
    ("said", "state", "reason", "needs_person"),
    [
        (Receipt(external_id="z-1"), State.SENT, "", False),
        (Receipt(state=State.DELIVERED), State.DELIVERED, "", False),
        (Receipt(state=State.FAILED), State.FAILED, Reason.UNREACHABLE, False),
        (TryAgain("busy"), State.QUEUED, "", False),
        (TryAgain("at night", at=after(hours=22)), State.QUEUED, "", False),
        (Throttled("slow down", until=after(minutes=5)), State.QUEUED, "", False),
        (RecipientUnreachable("blocked us"), State.FAILED, Reason.UNREACHABLE, False),
        (Never("no"), State.FAILED, Reason.UNREACHABLE, False),
        (ContentRejected("too long"), State.FAILED, Reason.REJECTED, True),
        (AccountConfig("app removed"), State.QUEUED, Reason.ACCOUNT, False),
        (Unknown("no answer"), State.UNKNOWN, "", False),
        (ZeroDivisionError("a bug of ours"), State.UNKNOWN, "", False),
        (None, State.UNKNOWN, "", False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception | Receipt) else "",
)
def test_every_answer_of_a_channel_ends_in_a_state_and_a_line_of_history(chat, said, state, reason, needs_person):
    chat.script = [said]
    delivery = deliver(queue(contacts=ONLY_CHAT))
    assert (delivery.state, delivery.reason, delivery.needs_person) == (state, reason, needs_person)
    assert delivery.attempts.count() == 1
    assert delivery.lease_until is None


def test_a_moment_named_by_the_channel_is_kept(chat):
    chat.script = [TryAgain(at=after(hours=3)), TryAgain(wait=timedelta(minutes=7))]
    delivery = deliver(queue())
    assert delivery.not_before == after(hours=3)
    deliver(delivery, at=after(hours=3))
    assert timedelta(0) <= delivery.not_before - after(hours=3, minutes=7) < timedelta(seconds=5)


def test_without_a_named_moment_the_first_retry_is_within_half_a_minute(chat):
    chat.script = [TryAgain()]
    assert timedelta(seconds=15) < deliver(queue()).not_before - NINE <= timedelta(seconds=35)


def test_patience_ends_and_somebody_else_is_tried(chat, mail):
    chat.script = [TryAgain("down")] * (len(RETRIES) + 1)
    delivery, at = queue(lane="social"), NINE
    while delivery.state == State.QUEUED:
        deliver(delivery, at=at)
        at = delivery.not_before
    assert (delivery.state, delivery.reason) == (State.FAILED, Reason.GAVE_UP)
    assert at - NINE > timedelta(hours=12)
    assert Delivery.objects.get(rung=1).channel == "mail"


def test_foreign_words_do_not_carry_the_address_into_the_history(chat):
    chat.script = [RecipientUnreachable(f"550 <{CHI['phone']}> is nobody")]
    delivery = deliver(queue())
    assert delivery.attempts.get().detail == "550 <…> is nobody"


def test_an_unforeseen_error_is_logged_without_its_words(chat, caplog):
    chat.script = [ZeroDivisionError(f"cannot write to {CHI['phone']}")]
    deliver(queue())
    assert "ZeroDivisionError" in caplog.text
    assert "fakes.py" in caplog.text
    assert CHI["phone"] not in caplog.text


def test_a_worker_that_comes_back_after_its_lease_still_tells_what_it_knows(chat):
    delivery = queue()
    slow = Delivery.objects.get(pk=delivery.pk)
    slow.claim(at=NINE)
    Delivery.objects.sweep(at=NINE + LEASE)
    slow._record(Receipt(external_id="m-9"), at=NINE + LEASE, took=LEASE)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.external_id) == (State.SENT, "m-9")


def test_an_outcome_is_not_written_over_a_later_attempt(chat):
    chat.resend_is_safe = True
    delivery = queue()
    slow = Delivery.objects.get(pk=delivery.pk)
    slow.claim(at=NINE)
    Delivery.objects.sweep(at=NINE + LEASE)
    Delivery.objects.get(pk=delivery.pk).clear(at=NINE + LEASE + timedelta(seconds=30))
    assert Delivery.objects.get(pk=delivery.pk).claim(at=after(minutes=3))
    slow._record(RecipientUnreachable("late"), at=after(minutes=4), took=LEASE)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts_made) == (State.CLAIMED, 2)


def test_a_state_cannot_be_reached_against_the_table(chat):
    delivery = deliver(queue())
    with pytest.raises(IllegalMove):
        delivery.become(State.QUEUED)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_open_in_the_database_while_the_network_is_waited_for(chat, monkeypatch):
    seen = []
    monkeypatch.setattr(chat, "send", lambda letter: seen.append(connection.in_atomic_block) or Receipt())
    deliver(queue())
    assert seen == [False]


# --- the account ---


def account():
    return Account.objects.get(channel="chat")


def test_a_throttled_account_rests_for_all_its_messages_and_then_goes_on(chat):
    chat.script = [Throttled("4000 a minute", until=after(minutes=1))]
    first, second = deliver(queue("a")), queue("b")
    deliver(second, at=after(seconds=30))
    assert len(chat.letters) == 1
    assert account().state == AccountState.THROTTLED
    for delivery in (first, second):
        deliver(delivery, at=after(minutes=1))
    assert len(chat.letters) == 3
    assert account().state == AccountState.OK


def test_being_throttled_does_not_use_up_patience(chat):
    chat.script = [Throttled("busy", until=after(minutes=n + 1)) for n in range(30)]
    delivery = queue()
    for n in range(31):
        deliver(delivery, at=after(minutes=n))
    assert delivery.state == State.SENT


def test_the_kill_switch_acts_on_the_very_next_message(chat):
    first, second = queue("a"), queue("b")
    deliver(first)
    account().pause(reason="wrong text in the template", at=NINE)
    deliver(second)
    assert (len(chat.letters), second.state) == (1, State.QUEUED)
    account().resume()
    deliver(second, at=after(minutes=1))
    assert second.state == State.SENT


def test_a_channel_cannot_undo_the_kill_switch(chat):
    deliver(queue("a"))
    account().pause(reason="stop", at=NINE)
    account().throttle(until=after(minutes=1), words="slow", at=NINE)
    account().break_down(needs_consent=True, words="token", at=NINE)
    assert account().state == AccountState.PAUSED


def test_a_broken_account_says_why_and_what_has_another_way_takes_it(chat, mail):
    chat.script = [AccountConfig("refresh token refused", needs_consent=True)]
    first, second = deliver(queue("a")), queue("b")
    assert (first.state, first.reason) == (State.FAILED, Reason.ACCOUNT)
    assert Delivery.objects.get(key="a:1").channel == "mail"
    assert second.channel == "mail"
    assert (account().state, account().last_error) == (AccountState.NEEDS_CONSENT, "refresh token refused")


def test_without_another_way_it_waits_until_the_account_is_mended(chat):
    chat.script = [AccountConfig("app removed")]
    delivery = deliver(queue(contacts=ONLY_CHAT))
    deliver(delivery, at=after(hours=1))
    assert (len(chat.letters), delivery.state) == (1, State.QUEUED)
    account().resume()
    assert deliver(delivery, at=after(hours=2)).state == State.SENT


def test_what_waited_for_a_broken_account_takes_its_other_way_when_swept(chat, mail):
    delivery = queue()
    account().break_down(needs_consent=True, words="token", at=NINE)
    Delivery.objects.sweep(at=after(seconds=10))
    delivery.refresh_from_db()
    assert (delivery.state, Delivery.objects.get(rung=1).channel) == (State.FAILED, "mail")


def test_the_token_bucket_lets_a_burst_through_and_gives_the_others_their_turn(chat):
    chat.rate, chat.burst = 2, 3
    rows = [deliver(queue(f"m:{n}")) for n in range(7)]
    assert len(chat.letters) == 3
    waits = [round((row.not_before - NINE).total_seconds(), 1) for row in rows[3:]]
    assert waits == [0.5, 1.0, 1.5, 2.0]
    for row in rows[3:]:
        deliver(row, at=after(seconds=2))
    assert len(chat.letters) == 7
    assert {row.attempts_made for row in rows} == {1}


def test_a_turn_lapses_so_that_a_stopped_account_does_not_burst_when_it_goes_on(chat):
    chat.rate, chat.burst = 1, 1
    rows = [deliver(queue(f"m:{n}")) for n in range(4)]
    for row in rows[1:]:
        deliver(row, at=after(hours=1))
    assert len(chat.letters) == 2


def test_taking_tokens_leaves_no_line_in_the_trail_but_the_kill_switch_does(chat):
    chat.rate, chat.burst = 100, 100
    deliver(queue())
    before = account().trail.count()
    account().take_token(NINE)
    assert account().trail.count() == before
    account().pause(reason="test", at=NINE)
    assert account().trail.count() == before + 1


def test_every_outcome_in_the_code_has_a_name_for_people():
    assert all(label for _, label in Attempt.Outcome.choices)
    assert {State.SENT, State.DELIVERED, State.FAILED} <= set(Attempt.Outcome.values)
