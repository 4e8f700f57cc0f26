"""What people asked for and refused is a ledger; the last word counts."""

import pytest
from django.db import transaction
from django.db.utils import InternalError

from portal.channels.models import ConsentEntry, Contact
from portal.channels.states import Reason, State
from tests.channels.fakes import CHI, NINE, after, queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def chi_on_chat(chat):
    return Contact.objects.at(channel="chat", address=CHI["phone"])


def channel_of(**order):
    delivery = queue(**order)
    return delivery.reason if delivery.state == State.SUPPRESSED else delivery.channel


def test_stop_on_one_channel_leaves_the_others(chi_on_chat, mail):
    chi_on_chat.opt_out(at=NINE, through="chat", proof="dừng")
    assert channel_of() == "mail"


def test_stop_on_every_channel_leaves_a_row_that_says_so(chi_on_chat, mail):
    chi_on_chat.opt_out(at=NINE, through="chat")
    Contact.objects.at(channel="mail", address=CHI["email"]).opt_out(at=NINE, through="mail")
    assert channel_of() == Reason.OPTED_OUT


def test_a_code_that_was_asked_for_comes_even_to_who_said_stop(chi_on_chat):
    chi_on_chat.opt_out(at=NINE, through="chat")
    assert channel_of(kind="code", lane="otp") == "chat"


def test_the_last_word_counts_and_every_word_is_kept(chi_on_chat):
    chi_on_chat.opt_out(at=NINE, through="chat")
    chi_on_chat.opt_in(at=after(days=1), through="counter", proof="form 12")
    assert channel_of() == "chat"
    assert list(chi_on_chat.entries.values_list("word", flat=True)) == ["withdrawn", "given"]


def test_news_needs_a_standing_yes(chi_on_chat):
    assert channel_of(key="a", purpose="news") == Reason.OPTED_OUT
    chi_on_chat.consent("news", at=NINE, through="web", text_version="2026-11")
    assert channel_of(key="b", purpose="news") == "chat"
    assert channel_of(key="c", purpose="surveys") == Reason.OPTED_OUT
    chi_on_chat.withdraw("news", at=after(hours=1), through="web")
    assert channel_of(key="d", purpose="news") == Reason.OPTED_OUT
    assert channel_of(key="e") == "chat"


def test_stop_ends_news_that_were_agreed_to(chi_on_chat):
    chi_on_chat.consent("news", at=NINE, through="web", text_version="2026-11")
    chi_on_chat.opt_out(at=after(hours=1), through="chat")
    assert channel_of(purpose="news") == Reason.OPTED_OUT


def test_many_messages_at_once_to_our_own_officers_need_no_consent(chat):
    assert channel_of(lane="bulk") == "chat"


@pytest.mark.parametrize("act", [lambda rows: rows.update(word="given"), lambda rows: rows.delete()])
def test_the_database_refuses_to_rewrite_the_ledger(chi_on_chat, act):
    chi_on_chat.opt_out(at=NINE, through="chat")
    with pytest.raises(InternalError), transaction.atomic():
        act(ConsentEntry.objects.all())
    assert ConsentEntry.objects.get().word == "withdrawn"


def test_the_address_is_sealed_and_found_again(chi_on_chat):
    assert Contact.objects.at(channel="chat", address=CHI["phone"]) == chi_on_chat
    assert Contact.objects.count() == 1
    assert CHI["phone"] not in str(Contact.objects.values_list("address_index", flat=True))
