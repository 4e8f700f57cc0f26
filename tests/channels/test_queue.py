"""outbox.queue(): the promise of a message."""

import pytest
from django.db import transaction
from django.template import TemplateDoesNotExist

from portal.channels.models import Delivery
from portal.channels.states import Reason, State
from tests.channels.fakes import CHI, after, queue

pytestmark = pytest.mark.django_db


def test_the_same_intention_makes_one_row_however_often_it_is_announced(chat):
    first, second = queue(), queue(params={"code": "another", "step": "text"})
    assert first.pk == second.pk
    assert "H20.30-261123-0001" in second.text
    assert Delivery.objects.count() == 1


def test_intentions_whose_names_begin_alike_do_not_take_each_others_rungs(chat, mail):
    assert queue("dossier:17").pk != queue("dossier:17:1").pk
    assert set(Delivery.objects.values_list("key", flat=True)) == {"dossier:17:0", "dossier:17:1:0"}


def test_what_is_promised_is_the_text_of_that_moment_in_the_citizens_language(chat):
    vietnamese, english = queue("a"), queue("b", language="en")
    assert vietnamese.subject == "Hồ sơ H20.30-261123-0001 có tin mới"
    assert vietnamese.text == "Hồ sơ H20.30-261123-0001 đã chuyển sang bước: Đang xử lý."
    assert english.subject == "News of dossier H20.30-261123-0001"


def test_a_language_without_a_text_is_answered_in_vietnamese(chat):
    assert queue(kind="code", language="en", params={"code": "1"}).subject == "Mã xác nhận"


def test_letters_that_html_would_escape_stay_as_they_are(chat):
    assert "A & B <phường>" in queue(params={"code": "A & B <phường>", "step": ""}).text


def test_a_kind_without_a_text_stops_the_change_loudly(chat):
    with pytest.raises(TemplateDoesNotExist):
        queue(kind="no_such_kind")


def test_the_best_channel_goes_first_and_the_others_are_kept_in_order(chat, mail):
    delivery = queue()
    assert (delivery.channel, delivery.address, delivery.rungs_left) == ("chat", CHI["phone"], 1)


def test_a_channel_that_is_not_set_up_is_passed_over(chat, mail):
    chat.ready = False
    assert queue().channel == "mail"


@pytest.mark.parametrize(
    ("contacts", "reason"),
    [
        ({}, Reason.NO_ADDRESS),
        ({"phone": "", "email": None}, Reason.NO_ADDRESS),
        ({"pigeon": "3rd floor"}, Reason.NO_CHANNEL),
    ],
)
def test_when_there_is_no_way_to_a_person_the_row_says_so(chat, mail, contacts, reason):
    delivery = queue(contacts=contacts)
    assert (delivery.state, delivery.reason, delivery.about) == (State.SUPPRESSED, reason, "dossier:17")
    assert delivery.finished_at


def test_address_and_text_are_not_readable_in_the_database(chat):
    from django.db import connection

    delivery = queue()
    with connection.cursor() as cursor:
        cursor.execute("SELECT post_office_delivery::text FROM post_office_delivery WHERE id = %s", [delivery.pk])
        row = cursor.fetchone()[0]
    assert CHI["phone"] not in row
    assert CHI["email"] not in row
    assert "H20.30-261123-0001" not in row


def test_a_change_that_is_rolled_back_tells_nobody(chat):
    @transaction.atomic
    def the_officer_is_interrupted():
        queue()
        raise InterruptedError

    with pytest.raises(InterruptedError):
        the_officer_is_interrupted()
    assert not Delivery.objects.exists()


def test_at_night_what_could_wait_waits_for_the_morning(chat):
    night = after(hours=14)
    assert queue(at=night, lane="bulk").not_before == after(hours=22)


def test_codes_urgent_news_and_progress_of_a_dossier_go_at_night(chat):
    night = after(hours=14)
    assert queue("c", at=night).not_before == night
    assert queue("a", at=night, lane="otp", kind="code").not_before == night
    assert queue("b", at=night, lane="bulk", urgent=True).not_before == night


def test_of_what_waits_only_the_newest_is_sent(chat):
    first = queue("a", at=after(hours=14), collapse_key="dossier:17")
    last = queue("b", at=after(hours=15), collapse_key="dossier:17")
    first.refresh_from_db()
    assert (first.state, first.reason) == (State.SUPPRESSED, Reason.SUPERSEDED)
    assert last.state == State.QUEUED


def test_an_older_message_that_comes_in_late_gives_way(chat):
    newer = queue("b", at=after(minutes=2), collapse_key="dossier:17")
    older = queue("a", at=after(minutes=1), collapse_key="dossier:17")
    newer.refresh_from_db()
    assert (newer.state, older.state) == (State.QUEUED, State.SUPPRESSED)


def test_other_people_and_other_dossiers_are_not_collapsed(chat):
    rows = [
        queue("a", collapse_key="dossier:17"),
        queue("b", collapse_key="dossier:18"),
        queue("c", collapse_key="dossier:17", contacts={"phone": "0987654321"}),
        queue("d"),
    ]
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.QUEUED}
    assert len(rows) == Delivery.objects.count()


def test_three_changes_within_the_window_become_one_message_with_the_last(chat, settings):
    settings.COLLAPSE_SECONDS = 300
    for n, minute in enumerate([0, 2, 4]):
        queue(f"log:{n}", at=after(minutes=minute), collapse_key="d", params={"code": str(n), "step": "x"})
    left = Delivery.objects.get(state=State.QUEUED)
    assert left.params["code"] == "2"
    assert left.not_before == after(minutes=5)


def test_a_key_that_does_not_fit_is_refused_by_name(chat):
    with pytest.raises(ValueError, match="longer than 190"):
        queue("x" * 191)


def test_queuing_costs_the_same_few_queries_whatever_is_in_the_table(chat, mail, django_assert_max_num_queries):
    for n in range(20):
        queue(f"before:{n}")
    with django_assert_max_num_queries(9):
        queue("now")


def test_the_message_that_is_answered_is_no_part_of_who_hears_the_answer():
    alone, below = queue("a"), queue("b", contacts={**CHI, "in_reply_to": "m-1"})
    assert alone.recipient == below.recipient
    assert ("in_reply_to" in alone.params, below.params["in_reply_to"]) == (False, "m-1")
