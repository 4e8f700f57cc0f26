"""We ask whether Chi may be written to, and learn nothing else of her."""

import logging
from dataclasses import fields

import pytest
from django.utils.timezone import now

from agencies.worktime import VIETNAM
from portal.channels.base import ContentRejected, TryAgain
from portal.channels.models import Contact
from portal.channels.zalo import client, people
from portal.channels.zalo.people import Standing

pytestmark = pytest.mark.usefixtures("consented")


def test_chi_follows_us_and_wrote_today(sandbox):
    sandbox.act("chi", "follow")
    sandbox.act("chi", "text", text="Xin chào")
    today = now().astimezone(VIETNAM).date()
    assert people.standing(sandbox.uid("chi")) == Standing(follows=True, interacted_on=today)


def test_who_left_us_follows_no_more(sandbox):
    sandbox.act("chi", "follow")
    sandbox.act("chi", "unfollow")
    assert not people.standing(sandbox.uid("chi")).follows


def test_who_never_came_near_us_follows_nothing(sandbox):
    assert people.standing(sandbox.uid("lan")) == Standing(follows=False, interacted_on=None)


@pytest.mark.parametrize("day", [None, "", "2026-11-25", "31/02/2026"])
def test_a_day_that_zalo_writes_otherwise_is_no_day(monkeypatch, day):
    said = {"user_is_follower": True, "user_last_interaction_date": day}
    monkeypatch.setattr(client, "ask", lambda path, data: said)
    assert people.standing("1") == Standing(follows=True, interacted_on=None)


def test_who_is_nobody_and_zalo_being_away_are_said(sandbox):
    with pytest.raises(ContentRejected):
        people.standing("0")
    sandbox.fault("http_500", "zalo.user_detail", times=1)
    with pytest.raises(TryAgain):
        people.standing(sandbox.uid("chi"))


def test_nothing_of_a_person_is_kept_by_asking(sandbox):
    sandbox.act("chi", "follow")
    people.standing(sandbox.uid("chi"))
    assert {field.name for field in fields(Standing)} == {"follows", "interacted_on"}
    assert not Contact.objects.exists()


def test_addresses_that_name_a_person_are_not_logged():
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
