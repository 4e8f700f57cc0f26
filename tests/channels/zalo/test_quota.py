"""What the account may still send, and what Chi may still get."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from portal.channels.base import ContentRejected, TryAgain
from portal.channels.zalo import quota

pytestmark = pytest.mark.usefixtures("consented")


def test_the_package_of_the_account_says_what_is_left_of_it(sandbox):
    sandbox.settings(package_quota=500)
    assert quota.of_account() == [quota.Package(left=500, total=500, valid_through="31/12/2099")]


def test_who_wrote_to_us_may_be_answered_for_some_days(sandbox):
    sandbox.act("chi", "text", text="Xin chào")
    reach = quota.of_person(sandbox.uid("chi"))
    assert abs(reach.interacted_at - now()) < timedelta(minutes=1)
    assert (reach.answers_left, reach.promotions_left_today) == (8, 1)


def test_who_never_wrote_to_us_may_not(sandbox):
    reach = quota.of_person(sandbox.uid("lan"))
    assert (reach.interacted_at, reach.answers_left) == (None, 0)


def test_who_is_not_there_is_said_and_an_answer_that_is_lost_leaves_no_doubt(sandbox):
    with pytest.raises(ContentRejected):
        quota.of_person("0")
    sandbox.fault("http_500", "zalo.quota", times=1)
    with pytest.raises(TryAgain):
        quota.of_account()
