"""The link at the end of news: no log-in, no script, one click of a mail program."""

import pytest
from django.test import Client

from portal.channels.contacts import stop_token
from portal.channels.models import ConsentEntry, Contact
from tests.channels.fakes import CHI, NINE, queue

pytestmark = pytest.mark.django_db
LINK = "/tin-nhan/dung/{}/"


@pytest.fixture
def chi_gets_news(mail):
    contact = Contact.objects.at(channel="mail", address=CHI["email"])
    contact.consent("news", at=NINE, through="web", text_version="1")
    return LINK.format(stop_token("mail", CHI["email"], "news"))


def test_looking_at_the_page_stops_nothing(client, chi_gets_news):
    page = client.get(chi_gets_news)
    assert page.status_code == 200
    assert '<form method="post">' in page.text
    assert ConsentEntry.objects.count() == 1


def test_a_mail_program_stops_it_without_a_cookie(chi_gets_news):
    answer = Client(enforce_csrf_checks=True).post(chi_gets_news, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    only_mail = {"email": CHI["email"]}
    assert queue("news", purpose="news", contacts=only_mail).reason == "opted_out"
    assert queue("of her dossier", contacts=only_mail).channel == "mail"


def test_the_stop_outlives_the_blanking_of_the_address(client, chi_gets_news):
    Contact.objects.update(address="")
    client.post(chi_gets_news)
    assert ConsentEntry.objects.filter(word="withdrawn").exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_made_up_link_is_no_page_and_makes_no_contact(client, chi_gets_news, method):
    assert getattr(client, method)(LINK.format("WyJtYWlsIiwiMCIsIm5ld3MiXQ:x:y")).status_code == 404
    assert Contact.objects.count() == 1


def test_the_link_names_nobody(chi_gets_news):
    assert CHI["email"] not in chi_gets_news
