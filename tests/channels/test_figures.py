"""How fast messages leave, without the simulated ones."""

import pytest

from portal.channels.base import TryAgain
from portal.channels.models import Delivery
from portal.channels.states import State
from tests.channels.fakes import CHI, NINE, after, deliver, queue

pytestmark = pytest.mark.django_db


def test_the_share_handed_over_in_time_counts_from_the_moment_it_could_go(chat):
    deliver(queue("in time"), at=after(seconds=4))
    deliver(queue("late"), at=after(seconds=40))
    night = queue("night", at=after(hours=-10), lane="bulk")
    deliver(night, at=night.due_at)
    queue("never sent", at=after(seconds=1))
    queue("cannot be late yet", at=after(seconds=58))
    assert set(Delivery.objects.handed_over_within(10, since=after(days=-1)).values_list("intent", flat=True)) == {
        "in time",
        "night",
    }
    assert Delivery.objects.share_handed_over_within(10, since=after(days=-1), at=after(minutes=1)) == 2 / 4


def test_without_messages_there_is_no_share(chat):
    assert Delivery.objects.share_handed_over_within(10, since=NINE, at=after(days=1)) is None


def simulated(fate, **order):
    return queue(fate, contacts={"phone": fate}, **order)


def test_simulated_people_never_reach_a_channel_and_are_in_no_figure(chat):
    arrives = deliver(simulated("0000000001"))
    refused = deliver(simulated("0000000002"))
    busy = deliver(simulated("0000000003"))
    doubtful = deliver(simulated("0000000004"))
    slow = deliver(simulated("0000000005"))
    states = [row.state for row in (arrives, refused, busy, doubtful, slow)]
    assert states == [State.DELIVERED, State.FAILED, State.QUEUED, State.UNKNOWN, State.QUEUED]
    assert deliver(slow, at=after(minutes=2)).state == State.DELIVERED
    assert chat.letters == []
    assert not Delivery.objects.real().exists()


def test_simulated_mail_addresses_work_on_the_ladder_too(chat, mail):
    chat.script = [TryAgain()]
    delivery = queue(contacts={"phone": "0000000002", "email": "Delivered@simulated.invalid"})
    deliver(delivery)
    assert deliver(Delivery.objects.get(rung=1), at=after(seconds=1)).state == State.DELIVERED
    assert (chat.letters, mail.letters) == ([], [])


def test_a_real_person_is_not_taken_for_a_simulated_one(chat):
    assert not queue(contacts={"phone": CHI["phone"]}).simulated
