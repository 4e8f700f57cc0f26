"""Links of one's own reports go to the address that left them, and asking tells nobody whether there are any."""

import pytest

from feedback import events, links
from feedback.links import LinksRequest
from tests.feedback.making import at, report
from tests.people import CHI


@pytest.fixture
def heard():
    sent = []

    def listen(*, contact, reports, **kwargs):
        sent.append((contact, [one.code for one in reports]))

    events.links_asked.connect(listen)
    yield sent
    events.links_asked.disconnect(listen)


def test_chi_asks_with_her_phone_as_she_types_it_and_gets_her_own_reports(category, heard):
    mine = report(contact={"phone": CHI.phone})
    report(text="Của người khác.", contact={"phone": "0987000111"})
    links.ask({"phone": "+84 912 345 678"}, at=at())
    assert links.send(at=at(minute=1)) == 1
    assert heard == [({"phone": "+84 912 345 678"}, [mine.code])]
    assert not LinksRequest.objects.exists()


def test_an_address_without_reports_hears_nothing(category, heard):
    links.ask({"email": "khong-co@example.org"}, at=at())
    assert links.send(at=at(minute=1)) == 0
    assert heard == []
    assert not LinksRequest.objects.exists()


def test_what_was_asked_hours_ago_is_not_sent_any_more(category, heard):
    report(contact={"email": CHI.email})
    links.ask({"email": CHI.email}, at=at())
    assert links.send(at=at(hour=12)) == 0
