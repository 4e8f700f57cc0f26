"""An article to all who follow us: by day, and never a second time by itself."""

from datetime import datetime

import pytest
from django.utils.timezone import now

from agencies.worktime import VIETNAM
from portal.channels.base import ContentRejected, TryAgain, Unknown
from portal.channels.zalo.broadcasting import broadcast
from tests.channels.zalo.test_articles import published

pytestmark = pytest.mark.usefixtures("consented")
DAY = datetime(2026, 11, 26, 9, 0, tzinfo=VIETNAM)


def at(hour, minute=0):
    return DAY.replace(hour=hour, minute=minute)


@pytest.fixture
def article(sandbox):
    """News, and Chi who follows us; it is nine in the morning at Zalo."""
    sandbox.at(f"{now().astimezone(VIETNAM):%Y-%m-%d}T09:00:00")
    sandbox.act("chi", "follow")
    return published()


def told(sandbox):
    return [effect["to"] for effect in sandbox.ledger(kind="broadcast")]


def calls(sandbox):
    return sum(times for what, times in sandbox.look("calls")["counted"].items() if "broadcast" in what)


def test_who_follows_us_is_told_and_nobody_else(sandbox, article):
    assert broadcast(article, at=DAY)
    assert told(sandbox) == ["chi"]


@pytest.mark.parametrize(("moment", "goes"), [(at(5, 59), False), (at(6), True), (at(21, 59), True), (at(22), False)])
def test_phones_do_not_ring_at_night(sandbox, article, moment, goes):
    if goes:
        assert broadcast(article, at=moment)
        return
    with pytest.raises(TryAgain) as refused:
        broadcast(article, at=moment)
    assert refused.value.at > moment
    assert refused.value.at.astimezone(VIETNAM).hour == 6
    assert calls(sandbox) == 0


def test_when_our_clock_is_wrong_zalo_says_when(sandbox, article):
    sandbox.fault("night", "zalo.broadcast", times=1)
    with pytest.raises(TryAgain) as refused:
        broadcast(article, at=DAY)
    assert refused.value.at.astimezone(VIETNAM).hour == 6
    assert told(sandbox) == []


@pytest.mark.parametrize("fault", ["drop_after", "http_500", "malformed", "drop_before"])
def test_a_lost_answer_is_a_doubt_that_nobody_repeats(sandbox, article, fault):
    sandbox.fault(fault, "zalo.broadcast", times=1)
    with pytest.raises(Unknown):
        broadcast(article, at=DAY)
    assert calls(sandbox) == 1


def test_a_token_that_has_ended_is_renewed_and_all_are_told_once(sandbox, article):
    sandbox.control("zalo/tokens", expire=True)
    broadcast(article, at=DAY)
    assert told(sandbox) == ["chi"]


def test_an_article_that_is_not_there_and_a_month_that_is_used_up(sandbox, article):
    with pytest.raises(ContentRejected):
        broadcast("no-such-article", at=DAY)
    sandbox.settings(broadcast_quota=0)
    with pytest.raises(TryAgain):
        broadcast(article, at=DAY)
    assert told(sandbox) == []
