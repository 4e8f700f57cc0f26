"""The life of a dossier, as officers An and Bình, their leader Dũng and the citizen Chi live it."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from dossiers import events
from dossiers.models import ClockEvent, Dossier, LogEntry, ProcedureVersion
from dossiers.workflow import NotAllowed, Status, Verb
from tests.dossiers.making import CHI, at, make_version, receive, step

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(an, my_tho, calendar):
    return receive(by=an, unit=my_tho)


def kinds(dossier):
    return list(dossier.clock_events.values_list("kind", flat=True))


def test_an_receives_chis_papers_and_the_clock_starts(dossier, an, my_tho):
    assert dossier.number == f"{my_tho.identification_code(on=at('23/11/2026 09:00').date())}-261123-0001"
    assert dossier.status == Status.RECEIVED
    # 24/11 is a public holiday: three working days end on the 27th.
    assert dossier.due_at == at("27/11/2026 17:00")
    assert kinds(dossier) == ["start"]
    entry = dossier.log.get()
    assert (entry.verb, entry.by, entry.form) == (Verb.RECEIVED, an, "01")


def test_a_double_click_makes_one_dossier(an, my_tho, calendar):
    key = uuid.uuid4()
    first = receive(by=an, unit=my_tho, submission_key=key)
    again = receive(by=an, unit=my_tho, submission_key=key)
    assert first.pk == again.pk
    assert Dossier.objects.count() == 1


def test_binh_cannot_receive_or_move_dossiers_of_ans_unit(dossier, binh, my_tho):
    with pytest.raises(PermissionDenied):
        receive(by=binh, unit=my_tho)
    with pytest.raises(PermissionDenied):
        dossier.advance(to=step(dossier, "tham-tra"), by=binh, at=at("23/11/2026 10:00"))
    assert LogEntry.objects.count() == 1
    assert not Dossier.objects.visible_to(binh).exists()


def test_the_straight_way_from_counter_to_hand_over(dossier, an):
    heard = []
    for event in (events.dossier_advanced, events.result_ready, events.result_handed_over):
        event.connect(lambda signal, entry, **_: heard.append(entry.verb), weak=False, dispatch_uid=str(event))
    try:
        dossier.advance(to=step(dossier, "tham-tra"), by=an, at=at("23/11/2026 10:00"))
        dossier.advance(to=step(dossier, "trinh-ky"), by=an, at=at("25/11/2026 10:00"))
        dossier.advance(to=step(dossier, "co-ket-qua"), by=an, at=at("26/11/2026 10:00"))
        dossier.hand_over(by=an, at=at("27/11/2026 08:00"))
    finally:
        for event in (events.dossier_advanced, events.result_ready, events.result_handed_over):
            event.disconnect(dispatch_uid=str(event))
    assert heard == [Verb.ADVANCED, Verb.ADVANCED, Verb.RESULT_READY, Verb.HANDED_OVER]
    assert dossier.status == Status.HANDED_OVER
    assert kinds(dossier) == ["start", "stop"]
    assert [e.verb for e in dossier.log.all()][-1] == Verb.HANDED_OVER
    with pytest.raises(NotAllowed):
        dossier.advance(to=step(dossier, "tham-tra"), by=an, at=at("27/11/2026 09:00"))


def test_a_supplement_stops_the_clock_until_it_comes(dossier, an):
    dossier.request_supplement(what="Bản sao Giấy khai sinh", reason="Thiếu giấy tờ", by=an, at=at("25/11/2026 10:00"))
    assert (dossier.status, dossier.due_at) == (Status.SUPPLEMENT_REQUESTED, None)
    dossier.take_supplement(by=an, at=at("30/11/2026 09:00"))
    assert dossier.status == Status.RECEIVED
    # 25, 26 and 27/11 are closed over by the pause; 30/11, 01 and 02/12 count.
    assert dossier.due_at == at("02/12/2026 17:00")
    assert kinds(dossier) == ["start", "pause", "resume"]
    assert dossier.supplements.get().taken_at == at("30/11/2026 09:00")


def test_the_clock_starts_anew_where_the_procedure_says_so(an, my_tho, calendar):
    version = make_version(code="1.000656", name="Đăng ký khai tử", on_supplement="restart")
    dossier = receive(by=an, unit=my_tho, version=version)
    dossier.request_supplement(what="Giấy báo tử", reason="Thiếu", by=an, at=at("25/11/2026 10:00"))
    dossier.take_supplement(by=an, at=at("30/11/2026 09:00"))
    assert kinds(dossier) == ["start", "pause", "restart"]
    assert dossier.due_at == at("03/12/2026 17:00")


def test_a_second_supplement_is_warned_of(dossier, an):
    assert not dossier.next_supplement_counts_as_overdue
    dossier.request_supplement(what="A", reason="B", by=an, at=at("25/11/2026 10:00"))
    assert dossier.next_supplement_counts_as_overdue


def test_dung_apologises_once_and_only_once(dossier, dung, an):
    before = dossier.due_at
    with pytest.raises(PermissionDenied):
        dossier.apologise(n=2, reason="Chờ xác minh", by=an, at=at("26/11/2026 08:00"))
    dossier.apologise(n=2, reason="Chờ xác minh", by=dung, at=at("26/11/2026 08:00"))
    assert (before, dossier.due_at) == (at("27/11/2026 17:00"), at("01/12/2026 17:00"))
    with pytest.raises(NotAllowed):
        dossier.apologise(n=2, reason="Lại chờ", by=dung, at=at("26/11/2026 09:00"))
    assert kinds(dossier) == ["start", "extend"]


def test_no_new_date_is_given_while_the_clock_waits_for_chi_even_when_she_wants_it_back(dossier, dung, an):
    dossier.request_supplement(what="Giấy khai sinh", reason="Thiếu", by=an, at=at("25/11/2026 10:00"))
    dossier.ask_withdrawal(reason="Thôi", by=an, at=at("25/11/2026 11:00"))
    assert dossier.is_paused
    with pytest.raises(NotAllowed):
        dossier.apologise(n=2, reason="Chờ xác minh", by=dung, at=at("25/11/2026 14:00"))
    dossier.refresh_from_db()
    assert (dossier.reappointed_at, dossier.due_at) == (None, None)


def test_what_comes_before_a_dossier_is_received_is_noted_and_then_it_is_received(an, my_tho, calendar):
    version = make_version()
    dossier = Dossier.submit(case=version.cases.get(), unit=my_tho, by=an, at=at("23/11/2026 09:00"), parties=[CHI])
    dossier.request_supplement(what="Giấy khai sinh", reason="Thiếu", by=an, at=at("23/11/2026 10:00"))
    entry = dossier.take_supplement(note="Đủ hai bản", by=an, at=at("23/11/2026 14:00"))
    assert (entry.verb, dossier.status) == (Verb.RECEIVED, Status.RECEIVED)
    taken = dossier.log.get(verb=Verb.SUPPLEMENT_TAKEN)
    assert taken.note == "Đủ hai bản"
    assert dossier.due_at == at("27/11/2026 17:00")


@pytest.mark.parametrize("n", [0, -1, "0.5", 20_000])
def test_a_new_date_that_the_term_cannot_have_is_refused_in_words(dossier, dung, n):
    with pytest.raises(NotAllowed):
        dossier.apologise(n=n, reason="Chờ xác minh", by=dung, at=at("26/11/2026 08:00"))
    dossier.refresh_from_db()
    assert (dossier.reappointed_at, kinds(dossier)) == (None, ["start"])


def test_an_act_without_its_reason_changes_nothing(dossier, an, dung):
    acts = [
        lambda: dossier.request_supplement(what=" ", reason="x", by=an, at=at("25/11/2026 10:00")),
        lambda: dossier.request_payment(what="", by=an, at=at("25/11/2026 10:00")),
        lambda: dossier.stop(reason="", by=dung, at=at("25/11/2026 10:00")),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    dossier.refresh_from_db()
    assert (dossier.status, dossier.supplements_count, kinds(dossier)) == (Status.RECEIVED, 0, ["start"])


def test_a_tax_to_pay_stops_the_clock(dossier, an):
    dossier.request_payment(what="Lệ phí trước bạ", obligation=True, by=an, at=at("25/11/2026 10:00"))
    assert (dossier.status, dossier.due_at) == (Status.PAYMENT_REQUESTED, None)
    assert dossier.log.last().verb == Verb.OBLIGATION_REQUESTED
    dossier.take_payment(by=an, at=at("26/11/2026 10:00"))
    assert dossier.due_at == at("30/11/2026 17:00")


def test_a_dossier_that_waits_for_chi_is_not_moved_past_her(dossier, an):
    """Otherwise its clock would stand still for ever."""
    dossier.request_supplement(what="A", reason="B", by=an, at=at("25/11/2026 10:00"))
    with pytest.raises(NotAllowed):
        dossier.advance(to=step(dossier, "tham-tra"), by=an, at=at("25/11/2026 11:00"))
    dossier.take_supplement(by=an, at=at("25/11/2026 14:00"))
    dossier.request_payment(what="Lệ phí", by=an, at=at("25/11/2026 15:00"))
    with pytest.raises(NotAllowed):
        dossier.advance(to=step(dossier, "tham-tra"), by=an, at=at("25/11/2026 16:00"))


def test_chi_withdraws_and_gets_her_papers_back(dossier, an):
    dossier.ask_withdrawal(reason="Không còn nhu cầu", by=an, at=at("25/11/2026 10:00"))
    dossier.withdraw(by=an, at=at("25/11/2026 14:00"))
    assert (dossier.status, dossier.log.last().verb) == (Status.STOPPED, Verb.WITHDRAWN)


def test_a_declined_withdrawal_goes_back_to_where_it_was(dossier, an, dung):
    dossier.request_supplement(what="A", reason="B", by=an, at=at("25/11/2026 10:00"))
    dossier.ask_withdrawal(reason="Thôi", by=an, at=at("25/11/2026 11:00"))
    dossier.decline_withdrawal(reason="Đã có quyết định", by=dung, at=at("25/11/2026 15:00"))
    assert dossier.status == Status.SUPPLEMENT_REQUESTED


def test_a_wrong_result_is_taken_back_with_its_reason(dossier, an, dung):
    dossier.finish(by=an, at=at("25/11/2026 10:00"))
    with pytest.raises(NotAllowed):
        dossier.correct(by=dung, at=at("25/11/2026 11:00"), reason=" ")
    dossier.correct(by=dung, at=at("25/11/2026 11:00"), reason="Sai ngày sinh")
    assert (dossier.status, dossier.finished_at, dossier.due_at) == (Status.PROCESSING, None, at("27/11/2026 17:00"))


def test_papers_sent_in_have_no_clock_until_they_are_accepted(an, my_tho, calendar):
    version = make_version()
    sent = Dossier.submit(
        case=version.cases.get(), unit=my_tho, by=an, at=at("23/11/2026 07:00"), parties=[CHI], filed="online"
    )
    assert (sent.status, sent.received_at, sent.due_at) == (Status.SUBMITTED, None, None)
    sent.accept(by=an, at=at("25/11/2026 09:00"))
    assert (sent.status, sent.due_at) == (Status.RECEIVED, at("30/11/2026 17:00"))


def test_papers_that_are_not_accepted_end_with_a_reason(an, my_tho, calendar):
    version = make_version()
    sent = Dossier.submit(case=version.cases.get(), unit=my_tho, by=an, at=at("23/11/2026 07:00"), parties=[CHI])
    sent.refuse(reason="Không thuộc thẩm quyền", by=an, at=at("23/11/2026 08:00"))
    assert (sent.status, sent.log.last().form) == (Status.NOT_ACCEPTED, "03")


def test_of_two_moves_at_once_one_wins(dossier, an):
    """Both officers looked at the same page; the second click meets a dossier that has moved on."""
    mine, yours = Dossier.objects.get(pk=dossier.pk), Dossier.objects.get(pk=dossier.pk)
    mine.finish(by=an, at=at("25/11/2026 10:00"))
    with pytest.raises(NotAllowed):
        yours.request_supplement(what="A", reason="B", by=an, at=at("25/11/2026 10:00"))
    assert LogEntry.objects.filter(dossier=dossier).count() == 2


def test_a_difficult_commune_has_longer(an, my_tho, calendar):
    my_tho.difficult_area = True
    my_tho.save()
    version = make_version(code="1.013978", name="Đăng ký đất đai lần đầu", term=("working_day", 17), extra=10)
    assert receive(by=an, unit=my_tho, version=version).term_n == 27


def test_a_dossier_stays_on_the_version_it_began_with(an, my_tho, hanh, calendar):
    old = make_version()
    dossier = receive(by=an, unit=my_tho, version=old)
    draft = old.next_draft(by=hanh, valid_from=at("01/12/2026 00:00").date())
    draft.cases.update(term_n=5)
    draft.publish(by=hanh)
    old.refresh_from_db()
    assert (old.state, old.valid_to) == ("replaced", at("30/11/2026 00:00").date())
    assert dossier.procedure_version == old
    assert old.procedure.version_on(at("30/11/2026 00:00").date()) == old
    newer = receive(by=an, unit=my_tho, version=draft, when="01/12/2026 09:00")
    assert newer.term_n == 5
    with pytest.raises(NotAllowed):
        dossier.advance(to=step(newer, "tham-tra"), by=an, at=at("01/12/2026 10:00"))


@pytest.mark.parametrize(
    "vandalism",
    [
        lambda version: version.cases.update(term_n=99),
        lambda version: version.fees.all().delete(),
        lambda version: version.steps.create(order=9, code="moi", name="Mới"),
        lambda version: ProcedureVersion.objects.filter(pk=version.pk).update(result="Khác"),
        lambda version: ProcedureVersion.objects.filter(pk=version.pk).update(state="draft"),
        lambda version: ProcedureVersion.objects.filter(pk=version.pk).delete(),
    ],
)
def test_the_database_keeps_a_published_version_as_it_is(vandalism):
    version = make_version()
    with pytest.raises(DatabaseError), transaction.atomic():
        vandalism(version)


@pytest.mark.parametrize("model", [LogEntry, ClockEvent])
def test_nobody_rewrites_log_or_ledger(dossier, model):
    for vandalism in (lambda rows: rows.update(at=at("01/01/2026 00:00")), lambda rows: rows._raw_delete("default")):
        with pytest.raises(DatabaseError), transaction.atomic():
            vandalism(model.objects.all())


def test_a_confidential_dossier_is_seen_only_with_that_right(an, dung, my_tho, calendar):
    receive(by=an, unit=my_tho, confidential=True)
    assert not Dossier.objects.visible_to(an).exists()
    assert Dossier.objects.visible_to(dung).exists()


def test_what_identifies_chi_is_sealed_in_the_database(dossier, django_db_blocker):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT party::text FROM dossiers_party party")
        (stored,) = cursor.fetchone()
    assert "0912" not in stored
    assert "082190001234" not in stored
    assert "Ấp 3" not in stored
    assert dossier.parties.get().phone == "0912 345 678"


def test_an_finds_a_dossier_by_number_name_or_phone(dossier, an):
    for text in (dossier.number.lower(), "tran thi chi", "Trần Thị", "0912345678", "+84 912 345 678"):
        assert Dossier.objects.search(text, user=an).get() == dossier
    for text in ("0912345679", "nguyen", "H99"):
        assert not Dossier.objects.search(text, user=an).exists()


def test_todays_work_begins_with_what_is_due_first(an, my_tho, calendar):
    long = receive(by=an, unit=my_tho, version=make_version(code="2.000806", term=("calendar_day", 15)))
    short = receive(by=an, unit=my_tho, version=make_version(code="1.004837", term=("working_day", 2)))
    waiting = receive(by=an, unit=my_tho, version=make_version(code="1.001022"))
    waiting.request_supplement(what="A", reason="B", by=an, at=at("23/11/2026 10:00"))
    assert list(Dossier.objects.visible_to(an).open().by_urgency()) == [short, long, waiting]
    late = short.due_at + timedelta(minutes=1)
    assert list(Dossier.objects.visible_to(an).overdue(at=late)) == [short]


def test_the_last_four_digits_and_the_pin_prove_and_nothing_else_does(dossier):
    assert dossier.proven_by("5678")
    assert dossier.proven_by(dossier.pin)
    for guess in ("", "0000", "1234", dossier.pin[:5], dossier.pin + "0", "0912345678", "5679"):
        assert guess in (dossier.pin, "5678") or not dossier.proven_by(guess)


def test_the_stored_due_date_is_what_the_ledger_gives(dossier, an):
    from dossiers.deadlines import differing_from_ledger

    dossier.request_supplement(what="A", reason="B", by=an, at=at("25/11/2026 10:00"))
    dossier.take_supplement(by=an, at=at("30/11/2026 09:00"))
    assert list(differing_from_ledger(Dossier.objects.all())) == []
    Dossier.objects.update(due_at=at("25/12/2026 17:00"))
    assert list(differing_from_ledger(Dossier.objects.all())) == [dossier]
