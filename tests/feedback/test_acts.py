"""Every state × act × person: what the table allows happens, anything else is refused and writes nothing."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from feedback.log import LogEntry, broken_lines
from feedback.report import Report
from feedback.workflow import ACTS, NotAllowed, State, Verb
from tests.feedback.making import HOUR, at, report

NOON = at(hour=12)
PLACES = count()

ACTING = {
    Verb.ACCEPTED: lambda r, by, unit: r.accept(by=by, at=NOON),
    Verb.REFUSED: lambda r, by, unit: r.refuse(by=by, at=NOON, reason="unclear", why="Không rõ."),
    Verb.ASSIGNED: lambda r, by, unit: r.assign(unit, by=by, at=NOON),
    Verb.GIVEN_BACK: lambda r, by, unit: r.give_back(by=by, at=NOON, reason="Đường tỉnh quản lý."),
    Verb.STARTED: lambda r, by, unit: r.start(by=by, at=NOON),
    Verb.ASKED: lambda r, by, unit: r.ask(by=by, at=NOON, question="Trụ số mấy?"),
    Verb.PASSED_ON: lambda r, by, unit: r.pass_on("Điện lực", by=by, at=NOON),
    Verb.TAKEN_BACK: lambda r, by, unit: r.take_back(by=by, at=NOON),
    Verb.EXTENDED: lambda r, by, unit: r.extend(
        by=by,
        at=NOON,
        due_at=(r.due_at or NOON) + 48 * HOUR,
        reason="Chờ vật tư.",
        reply="Chúng tôi đang đặt bóng đèn.",
    ),
    Verb.ANSWERED: lambda r, by, unit: r.answer("Đã sửa.", outcome="fixed", by=by, at=NOON),
    Verb.SENT_BACK: lambda r, by, unit: r.send_back(by=by, at=NOON, reason="Viết rõ hơn."),
    Verb.PUBLISHED: lambda r, by, unit: r.publish(by=by, at=NOON),
    Verb.REOPENED: lambda r, by, unit: r.reopen(by=by, at=NOON, reason="Xem lại."),
    Verb.REOPENING_DECLINED: lambda r, by, unit: r.decline_reopening(by=by, at=NOON, reason="Đã kiểm tra."),
    Verb.CLOSED: lambda r, by, unit: r.close(by=by, at=NOON),
    Verb.MERGED: lambda r, by, unit: r.merge_into(report(text=f"Một nơi khác {next(PLACES)}."), by=by, at=NOON),
    Verb.UNMERGED: lambda r, by, unit: r.take_apart(by=by, at=NOON),
    Verb.NOTED: lambda r, by, unit: r.note("Đã gọi điện.", by=by, at=NOON),
    Verb.CHANGED: lambda r, by, unit: r.correct(by=by, at=NOON, address="Chợ Mỹ Tho"),
    Verb.SHOWN: lambda r, by, unit: r.show(by=by, at=NOON),
    Verb.HIDDEN: lambda r, by, unit: r.hide(by=by, at=NOON, reason="Có biển số xe."),
}
CITIZENS_OWN = {Verb.RATED, Verb.REOPENING_ASKED, Verb.WENT_ON}
PEOPLE = {
    "khoa": {"feedback.triage_report", "feedback.approve_answer", "feedback.moderate_report", "feedback.handle_report",
             "feedback.view_report"},
    "an": {"feedback.handle_report", "feedback.view_report"},
    "binh": set(),
    "dung": {"feedback.handle_report", "feedback.approve_answer", "feedback.lead_report", "feedback.view_report"},
    "giang": {"feedback.view_report"},
}  # fmt: skip
AT_THE_CENTRE = {State.NEW, State.ACCEPTED, State.REFUSED, State.MERGED}


def test_each_act_of_the_table_is_tried():
    assert set(ACTING) | CITIZENS_OWN == set(ACTS)


@pytest.mark.parametrize("state", State.values)
def test_of_each_act_by_each_person_only_those_of_the_table_happen(state, road, request):
    made = road.to(state)
    for name, rights in PEOPLE.items():
        person = request.getfixturevalue(name)
        for verb, act in ACTING.items():
            _try(made, verb, act, person, rights, reaches=name != "an" or state not in AT_THE_CENTRE, road=road)


def _try(made, verb, act, person, rights, *, reaches, road):
    allowed = ACTS[verb].permission in rights and reaches
    possible = made.state in ACTS[verb].states
    before, lines = Report.objects.filter(pk=made.pk).values().get(), made.log.count()
    mark = _savepoint()
    try:
        act(Report.objects.get(pk=made.pk), person, road.unit)
    except PermissionDenied:
        assert not allowed, f"{person} should be able to: {verb} in {made.state}"
        happened = False
    except NotAllowed:
        assert allowed
        own = verb == Verb.PUBLISHED and made.log.filter(verb=Verb.ANSWERED, by=person).exists()
        assert not possible or own, f"{verb} in {made.state} should be possible"
        happened = False
    else:
        assert allowed, f"{person} should not be able to: {verb} in {made.state}"
        assert possible
        happened = True
        after = Report.objects.get(pk=made.pk)
        assert after.state == (ACTS[verb].to or made.state)
        assert after.log.filter(verb=verb).exists()
        assert broken_lines(after) == []
    if happened:
        connection.savepoint_rollback(mark)
    assert Report.objects.filter(pk=made.pk).values().get() == before
    assert made.log.count() == lines


def _savepoint():
    return connection.savepoint()


def test_every_state_is_reached_and_can_be_left_but_the_last():
    reached = {State.NEW} | {act.to for act in ACTS.values() if act.to}
    assert reached == set(State)
    assert {state for state in State if not any(state in act.states and act.to for act in ACTS.values())} == set()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_assign_and_refuse_at_the_same_moment_one_wins(road, my_tho):
    made = report()

    def together(act):
        try:
            act(Report.objects.get(pk=made.pk))
            return "done"
        except NotAllowed:
            return "refused"
        finally:
            connection.close()

    acts = [
        lambda one: one.refuse(by=road.khoa, at=NOON, reason="unclear", why="Không rõ."),
        lambda one: one.merge_into(report(text=f"Nơi khác {next(PLACES)}."), by=road.khoa, at=NOON),
    ] * 4
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(together, acts))
    assert outcomes.count("done") == 1
    made.refresh_from_db()
    assert LogEntry.objects.filter(report=made).count() == 2


def test_the_unit_that_gives_it_back_sees_it_no_more(road):
    made = road.to("assigned")
    made.give_back(by=road.an, at=NOON, reason="Đường do Sở Xây dựng quản lý.")
    assert made.state == State.ACCEPTED
    assert not Report.objects.visible_to(road.an).filter(pk=made.pk).exists()
    assert Report.objects.visible_to(road.khoa).filter(pk=made.pk).exists()


def test_who_wrote_an_answer_does_not_approve_it(road, my_tho):
    made = report()
    made.assign(my_tho, by=road.khoa, at=NOON)
    made.answer("Đã sửa.", outcome="fixed", by=road.khoa, at=NOON)
    with pytest.raises(NotAllowed):
        made.publish(by=road.khoa, at=NOON)
    made.publish(by=road.dung, at=NOON)
    assert made.public_answer == "Đã sửa."


def test_a_line_changed_by_hand_is_found_and_named(road):
    made = road.to("published")
    with pgtrigger.ignore("feedback.LogEntry:append_only"):
        made.log.filter(verb=Verb.PUBLISHED).update(at=at())
    [broken] = broken_lines(made)
    assert broken.verb == Verb.PUBLISHED


def test_words_changed_by_hand_are_found_too(road):
    made = road.to("published")
    texts = made.log.get(verb=Verb.PUBLISHED).texts
    type(texts).objects.filter(pk=texts.pk).update(public_note="Không có gì.")
    assert [entry.verb for entry in broken_lines(made)] == [Verb.PUBLISHED]
