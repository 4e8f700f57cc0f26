"""A template by Chi's id at our account, and an answer that was lost: nothing shows for sure whether she has it."""

from datetime import timedelta

import pytest

from portal.channels.models import Delivery
from portal.channels.states import Reason, State
from tests.channels.zalo.conftest import DOSSIER
from tests.channels.zalo.test_sending import deliver, effects, promise

pytestmark = pytest.mark.usefixtures("consented")


@pytest.fixture
def in_doubt(sandbox, settings):
    """Chi has it, our side does not know; `contacts` are the ways to her."""
    settings.ZALO_TEMPLATES = {"note": DOSSIER}
    settings.CHANNEL_LADDER = ["zalo", "mail"]
    sandbox.act("chi", "follow")

    def send(fault, **contacts):
        sandbox.fault(fault, "zalo.template", times=1)
        delivery = deliver(promise(contacts={"zalo": sandbox.uid("chi"), **contacts}))
        assert delivery.state == State.UNKNOWN
        return delivery

    return send


def looked_at_until_the_end(delivery):
    """Every look that is due, as the sweep would have it; returns how long it took."""
    began = last = delivery.claimed_at
    for _ in range(9):
        if delivery.state != State.UNKNOWN or delivery.check_at is None:
            return last - began
        last = delivery.check_at
        Delivery.objects.get(pk=delivery.pk).clear(at=last)
        delivery.refresh_from_db()
    raise AssertionError("the doubt does not end")


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "http_500"])
def test_a_template_in_doubt_is_never_repeated_and_chi_hears_by_mail(sandbox, in_doubt, mail, fault):
    sandbox.settings(templates_in_conversation=False)
    delivery = in_doubt(fault, email="chi@example.org")
    took = looked_at_until_the_end(delivery)
    assert (delivery.state, delivery.reason, delivery.attempts_made) == (State.FAILED, Reason.NO_RECEIPT, 1)
    assert Delivery.objects.get(intent=delivery.intent, rung=1).channel == "mail"
    assert timedelta(minutes=15) <= took < timedelta(minutes=16)
    assert len(effects(sandbox)) == (fault != "drop_before")


def test_where_there_is_no_other_way_a_person_looks(sandbox, in_doubt):
    sandbox.settings(templates_in_conversation=False)
    delivery = in_doubt("drop_after")
    looked_at_until_the_end(delivery)
    assert (delivery.state, delivery.needs_person, delivery.attempts_made) == (State.UNKNOWN, True, 1)
    assert len(effects(sandbox)) == 1


def test_a_template_that_shows_in_the_conversation_ends_the_doubt(sandbox, in_doubt):
    delivery = in_doubt("drop_after", email="chi@example.org")
    looked_at_until_the_end(delivery)
    assert delivery.state == State.SENT
    assert delivery.external_id
