"""Many counters at the same moment: numbers stay unique, nobody waits for ever, one act is one act."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from dossiers.models import Dossier, LogEntry, Receipt
from tests.dossiers.making import at, make_version
from tests.dossiers.test_api import NEW, NUMBER, URL, System, told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def my_thos(calendar, my_tho, time_machine):
    time_machine.move_to(at("23/11/2026 16:00"), tick=False)
    make_version()
    return System(my_tho)


def at_once(act, people):
    """What each of them got who all act at the same moment."""
    start = Barrier(people)

    def one(place):
        start.wait(timeout=30)
        try:
            return act(place)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(people) as crowd:
        return list(crowd.map(one, range(people)))


def test_counters_of_one_ward_get_numbers_of_their_own(my_thos):
    def receive_three(place):
        return [my_thos.post(URL, NEW, HTTP_IDEMPOTENCY_KEY=f"quay-{place}-{turn}") for turn in range(3)]

    answers = [answer for person in at_once(receive_three, 12) for answer in person]
    assert {answer.status_code for answer in answers} == {201}
    numbers = {answer.json()["number"] for answer in answers}
    assert numbers == {f"H20.30-261123-{serial:04}" for serial in range(1, 37)}
    assert Dossier.objects.count() == Receipt.objects.count() == LogEntry.objects.count() == 36


def test_a_click_that_came_ten_times_is_one_dossier(my_thos):
    answers = at_once(lambda _place: my_thos.post(URL, NEW, HTTP_IDEMPOTENCY_KEY="quay-1"), 10)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert Dossier.objects.count() == 1
    assert len({answer.json()["number"] for answer in answers if answer.status_code == 201}) == 1


def test_a_dossier_told_by_all_at_once_is_told_once(my_thos):
    answers = at_once(lambda _place: my_thos.put(f"{URL}{NUMBER}/", told()), 10)
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert Dossier.objects.count() == 1
    assert LogEntry.objects.count() == 2


def test_a_dossier_moved_by_all_at_once_moves_once(my_thos):
    number = my_thos.post(URL, NEW).json()["number"]
    answers = at_once(lambda _place: my_thos.advance(number, to="tham-tra"), 8)
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert LogEntry.objects.count() == 2
