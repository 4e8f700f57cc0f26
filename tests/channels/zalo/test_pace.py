"""Zalo counts the calls of a minute and says how many are left: we rest before it has to refuse."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from portal.channels.accounts import AccountState
from portal.channels.models import Account
from portal.channels.states import State
from portal.channels.zalo import client, pace
from tests.channels.zalo.test_sending import deliver, effects, promise

pytestmark = pytest.mark.usefixtures("consented")


@pytest.fixture
def chi(sandbox):
    """Chi follows us; the sandbox's minute has just begun, and nobody has called in it."""
    sandbox.act("chi", "follow")
    sandbox.at(f"{now() + timedelta(minutes=1):%Y-%m-%dT%H:%M:01}+00:00")
    return {"zalo": sandbox.uid("chi")}


def messages(contacts, *, number):
    return [promise(key=f"dossier:17:log:{n}", contacts=contacts) for n in range(number)]


def refused(sandbox):
    return {what: times for what, times in sandbox.look("calls")["counted"].items() if what.endswith(" -32")}


def test_what_zalo_says_of_the_pace_is_known_after_any_answer(sandbox, chi):
    client.ask("/v2.0/oa/getoa")
    assert pace.last_seen() == pace.Pace(limit=4000, left=3999)
    assert Account.objects.of("zalo").state == AccountState.OK


def test_with_little_left_the_account_rests_before_zalo_refuses(sandbox, chi):
    sandbox.settings(rate_limit=100)
    first, *others, last = [deliver(one) for one in messages(chi, number=100)]
    assert [first.state, others[-1].state, last.state] == [State.SENT, State.QUEUED, State.QUEUED]
    account = Account.objects.of("zalo")
    assert account.state == AccountState.THROTTLED
    assert now() < account.throttled_until <= now() + timedelta(seconds=66)
    assert account.last_error == "Phút này chỉ còn 2 trên 100 lượt gọi."
    assert len(effects(sandbox)) == 98
    assert refused(sandbox) == {}


def test_the_rest_ends_with_the_minute_and_nothing_is_lost(sandbox, chi):
    sandbox.settings(rate_limit=1)
    sent, waiting = [deliver(one) for one in messages(chi, number=2)]
    assert [sent.state, waiting.state, waiting.attempts_made] == [State.SENT, State.QUEUED, 0]
    sandbox.settings(rate_limit=4000)
    sandbox.advance(minutes=1)
    assert deliver(waiting, at=Account.objects.of("zalo").throttled_until).state == State.SENT
    assert Account.objects.of("zalo").state == AccountState.OK


def test_reading_counts_as_sending_does(sandbox, chi):
    sandbox.settings(rate_limit=1)
    client.ask("/v2.0/oa/getoa")
    assert deliver(promise(contacts=chi)).state == State.QUEUED


def test_messages_by_phone_are_not_counted(sandbox, chi, settings):
    sandbox.settings(rate_limit=1)
    client.ask("/v2.0/oa/getoa")
    assert Account.objects.of("zalo-phone").state == AccountState.OK


def test_who_was_stopped_by_a_person_stays_stopped(sandbox, chi):
    Account.objects.of("zalo").pause(reason="wrong text", at=now())
    sandbox.settings(rate_limit=1)
    client.ask("/v2.0/oa/getoa")
    assert Account.objects.of("zalo").state == AccountState.PAUSED


@pytest.mark.parametrize("headers", [{}, {"X-RateLimit-Limit": "4000"}, {"X-RateLimit-Limit": "x"}])
def test_an_answer_that_does_not_say_is_heeded_as_any_other(headers):
    before = pace.last_seen()
    pace.heed(headers, at=now())
    assert pace.last_seen() == before


def test_the_row_of_the_account_is_written_only_when_little_is_left(sandbox, chi, django_assert_num_queries):
    plenty = {"X-RateLimit-Limit": "4000", "X-RateLimit-Remain": "81"}
    little = {"X-RateLimit-Limit": "4000", "X-RateLimit-Remain": "80"}
    with django_assert_num_queries(0):
        pace.heed(plenty, at=now())
    pace.heed(little, at=now())
    with django_assert_num_queries(0):  # the account is read, by a statement that was planned before
        pace.heed(plenty, at=now())
    tracked = Account.objects.of("zalo").trail.count()
    pace.heed(little, at=now())
    assert Account.objects.of("zalo").trail.count() == tracked


def test_an_account_that_is_stopped_anyway_is_not_written_again_and_again(sandbox, chi):
    account = Account.objects.of("zalo")
    account.pause(reason="wrong text", at=now())
    little = {"X-RateLimit-Limit": "4000", "X-RateLimit-Remain": "0"}
    pace.heed(little, at=now())
    tracked = account.trail.count()
    pace.heed(little, at=now())
    assert account.trail.count() == tracked
