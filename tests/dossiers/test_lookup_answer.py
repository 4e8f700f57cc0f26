"""What Chi is shown, and what nobody is."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from agencies.models import Unit
from dossiers import citizen_words
from dossiers.answers import answer_about
from dossiers.api.lookup import as_json
from dossiers.models import Dossier
from dossiers.papers import letterhead
from tests.dossiers.making import CHI, at, make_version, receive, step

pytestmark = pytest.mark.django_db
HOURS = "Thứ Hai – Thứ Sáu: 07:30–11:30, 13:30–17:00"


@pytest.fixture
def dossier(an, my_tho, calendar):
    return receive(by=an, unit=my_tho)


def seen(dossier, when="23/11/2026 12:00"):
    return answer_about(dossier.pk, at=at(when))


def road(dossier):
    return [(stage.name, stage.state) for stage in seen(dossier).stages]


# --- the facts ------------------------------------------------------------------------------------------------------
def test_chi_sees_procedure_status_dates_and_where_to_go(dossier, my_tho):
    my_tho.phone, my_tho.address = "0273 3872 108", "36 Hùng Vương, phường Mỹ Tho"
    my_tho.save()
    answer = seen(dossier)
    assert answer.number == "H20.30-261123-0001"
    assert (answer.procedure_code, answer.procedure) == ("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân")
    assert (answer.status, answer.status_in_words) == ("received", "Đã tiếp nhận")
    assert answer.applicant == "Trần T** C**"
    assert answer.term == "3 ngày làm việc"
    assert (answer.received_at, answer.due_at) == (at("23/11/2026 09:00"), at("27/11/2026 17:00"))
    assert answer.unit == answer.place.name == "Phường Mỹ Tho"
    assert answer.place.desk == "Trung tâm Phục vụ hành chính công phường Mỹ Tho"
    assert (answer.place.phone, answer.place.address) == ("0273 3872 108", "36 Hùng Vương, phường Mỹ Tho")
    assert answer.place.hours == (HOURS, "Thứ Ba, 24/11/2026: nghỉ (Ngày Văn hóa Việt Nam)")
    assert (answer.moves, answer.needed, answer.reason, answer.overdue) == ((), "", "", False)


def test_it_is_brought_to_where_it_was_received_not_to_who_handles_it(an, my_tho, province, calendar, hanh):
    from tests.people import appoint

    appoint(an, "receiving", unit=province)
    dossier = receive(by=an, unit=province, received_by_unit=my_tho)
    assert (seen(dossier).unit, seen(dossier).place.name) == ("Tỉnh Đồng Tháp", "Phường Mỹ Tho")


def test_chi_is_sent_to_the_desk_that_her_receipt_names(my_tho, province):
    for unit in (my_tho, province, Unit(name="Sở Tư pháp", kind="department")):
        assert citizen_words.desk(unit.kind, unit.name) == letterhead(unit).desk
    centre = "Trung tâm Phục vụ hành chính công tỉnh"
    assert citizen_words.desk("department", centre) == centre


def test_a_date_that_has_passed_is_owned_up_to(dossier):
    assert not seen(dossier, "27/11/2026 17:00").overdue
    assert seen(dossier, "27/11/2026 17:01").overdue


def test_it_speaks_the_language_of_the_page(dossier):
    with translation.override("en"):
        answer = seen(dossier)
    assert (answer.status_in_words, answer.term) == ("Received", "3 working days")
    assert answer.place.hours[0].startswith("Monday – Friday:")


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (("hour", "0.5"), "0,5 giờ"),
        (("working_hour", 8), "8 giờ làm việc"),
        (("calendar_day", 15), "15 ngày"),
        (("month", 2), "2 tháng"),
        (("same_day", 1), "trong ngày (nhận sau 15 giờ: trả trong ngày làm việc tiếp theo)"),
    ],
)
def test_the_term_is_told_in_its_own_unit(an, my_tho, calendar, term, words):
    assert seen(receive(by=an, unit=my_tho, version=make_version(term=term))).term == words


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)), st.sampled_from(["vi", "en"]))
def test_moments_are_written_as_everywhere_else(naive, language):
    when = naive.replace(tzinfo=UTC)
    with translation.override(language):
        assert citizen_words.moment(when) == date_format(localtime(when), "DATETIME_FORMAT")


# --- the road -------------------------------------------------------------------------------------------------------
LATER = [("Có kết quả", "next"), ("Trả kết quả cho công dân", "next")]


def test_the_road_at_every_stop(dossier, an):
    assert road(dossier)[:2] == [("Tiếp nhận hồ sơ", "now"), ("Thẩm tra hồ sơ", "next")]
    dossier.advance(to=step(dossier, "tham-tra"), by=an, at=at("23/11/2026 10:00"))
    here = [("Tiếp nhận hồ sơ", "done"), ("Thẩm tra hồ sơ", "now"), ("Trình lãnh đạo ký", "next")]
    assert road(dossier) == here + LATER
    assert seen(dossier).stages[1].at == at("23/11/2026 10:00")
    assert seen(dossier).stages[1].note == "Đang thẩm tra"
    dossier.advance(to=step(dossier, "co-ket-qua"), by=an, at=at("25/11/2026 10:00"))
    # The step that was skipped is not claimed to have been done.
    arrived = [("Tiếp nhận hồ sơ", "done"), ("Thẩm tra hồ sơ", "done")]
    assert road(dossier) == [*arrived, ("Có kết quả", "done"), ("Trả kết quả cho công dân", "now")]
    dossier.hand_over(by=an, at=at("26/11/2026 10:00"))
    assert road(dossier) == [*arrived, ("Có kết quả", "done"), ("Trả kết quả cho công dân", "done")]
    assert seen(dossier).stages[-1].at == at("26/11/2026 10:00")


def test_a_finished_dossier_without_a_step_for_it_waits_for_chi(dossier, an):
    dossier.finish(by=an, at=at("24/11/2026 10:00"))
    assert road(dossier)[-2:] == [("Có kết quả", "done"), ("Trả kết quả cho công dân", "now")]
    assert seen(dossier).stages[-1].state_in_words == "Mời ông/bà đến nhận"


def test_a_stopped_dossier_ends_where_it_stopped_and_says_why(dossier, dung):
    dossier.stop(reason="Người nộp cung cấp giấy tờ giả.", by=dung, at=at("24/11/2026 10:00"))
    assert road(dossier) == [("Tiếp nhận hồ sơ", "done"), ("Đã dừng", "stopped")]
    assert seen(dossier).reason == "Người nộp cung cấp giấy tờ giả."


def test_a_refused_dossier_was_never_received(an, my_tho, calendar):
    version = make_version()
    dossier = Dossier.submit(case=version.cases.first(), unit=my_tho, by=an, at=at("20/11/2026 08:00"), parties=[CHI])
    assert road(dossier)[:2] == [("Đã nộp", "now"), ("Tiếp nhận hồ sơ", "next")]
    dossier.refuse(by=an, at=at("23/11/2026 08:00"), reason="Không thuộc thẩm quyền.")
    assert road(dossier) == [("Đã nộp", "done"), ("Không được tiếp nhận", "stopped")]
    assert seen(dossier).reason == "Không thuộc thẩm quyền."


def test_a_dossier_of_another_system_has_its_official_statuses_for_a_road(dossier):
    Dossier.objects.update(step=None, status="processing")
    assert road(dossier) == [("Đã tiếp nhận", "done"), ("Đang giải quyết", "now"), *LATER]


# --- what is needed, and why the date moved -------------------------------------------------------------------------
def test_what_to_bring_and_by_when(dossier, an):
    dossier.request_supplement(
        what="Bản sao Giấy khai sinh", reason="Thiếu", by=an, at=at("25/11/2026 10:00"), bring_by=date(2026, 12, 4)
    )
    answer = seen(dossier, "25/11/2026 11:00")
    assert (answer.needed, answer.needed_by) == ("Bản sao Giấy khai sinh", date(2026, 12, 4))
    assert answer.due_at is None
    move = answer.moves[0]
    assert (move.since, move.until, move.before, move.after) == (
        at("25/11/2026 10:00"), None, at("27/11/2026 17:00"), None,
    )  # fmt: skip
    assert "giấy tờ còn thiếu" in move.why
    assert "10:00 ngày 25/11/2026" in move.when


def test_what_to_pay(dossier, an):
    dossier.request_payment(what="Lệ phí 8.000 đồng, nộp tại quầy 3", by=an, at=at("25/11/2026 10:00"))
    assert seen(dossier).needed == "Lệ phí 8.000 đồng, nộp tại quầy 3"
    assert "phí, lệ phí" in seen(dossier).moves[0].why


def test_a_supplement_that_came_is_one_move_with_both_dates(dossier, an):
    dossier.request_supplement(what="Bản sao", reason="Thiếu", by=an, at=at("25/11/2026 10:00"))
    dossier.take_supplement(by=an, at=at("30/11/2026 09:00"))
    (move,) = seen(dossier, "30/11/2026 10:00").moves
    assert (move.since, move.until) == (at("25/11/2026 10:00"), at("30/11/2026 09:00"))
    assert (move.before, move.after) == (at("27/11/2026 17:00"), at("02/12/2026 17:00"))
    assert seen(dossier).needed == ""


def test_a_term_that_starts_anew_says_so(an, my_tho, calendar):
    dossier = receive(by=an, unit=my_tho, version=make_version(on_supplement="restart"))
    dossier.request_supplement(what="Giấy báo tử", reason="Thiếu", by=an, at=at("25/11/2026 10:00"))
    dossier.take_supplement(by=an, at=at("30/11/2026 09:00"))
    (move,) = seen(dossier).moves
    assert "tính lại từ đầu" in move.why
    assert move.after == dossier.due_at


def test_an_apology_is_told_with_its_reason(dossier, dung):
    dossier.apologise(n=2, reason="Chờ kết quả xác minh.", by=dung, at=at("26/11/2026 08:00"))
    (move,) = seen(dossier).moves
    assert "xin lỗi" in move.why
    assert "Chờ kết quả xác minh." in move.why
    assert (move.before, move.after) == (at("27/11/2026 17:00"), at("01/12/2026 17:00"))


def test_a_changed_calendar_is_told_with_its_document(dossier, calendar, django_capture_on_commit_callbacks):
    from agencies.models import Day
    from dossiers.deadlines import recompute_unfinished

    calendar.amend(
        document="1234/QĐ-UBND", by=None, at=at("25/11/2026 08:00"), days=[Day(date(2026, 11, 26), False, "Bão số 15")]
    )
    recompute_unfinished(at=at("25/11/2026 08:00"))
    (move,) = seen(dossier).moves
    assert "1234/QĐ-UBND" in move.why
    assert (move.before, move.after) == (at("27/11/2026 17:00"), at("30/11/2026 17:00"))


def test_a_pause_after_the_date_had_passed_moves_nothing(dossier, an):
    dossier.request_supplement(what="Bản sao", reason="Thiếu", by=an, at=at("28/11/2026 10:00"))
    dossier.take_supplement(by=an, at=at("30/11/2026 09:00"))
    assert seen(dossier).moves == ()


# --- what nobody is shown -------------------------------------------------------------------------------------------
words = st.text("abcdeghiklmnopqrstuvxyăâđêôơư", min_size=4, max_size=10)


@given(data=st.data(), acts=st.lists(st.sampled_from(range(6)), max_size=5))
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_no_answer_says_who_chi_is_or_what_officers_say_among_themselves(an, dung, my_tho, calendar, data, acts):
    names = ("family", "middle", "given", "email", "address", "note", "paper", "subject")
    secret = {name: f"Z{name}{data.draw(words)}z" for name in names}
    phone = data.draw(st.from_regex(r"09\d{4}[6-9]{4}", fullmatch=True))
    id_number = data.draw(st.from_regex(r"0\d{11}", fullmatch=True))
    party = {
        "name": f"{secret['family']} {secret['middle']} {secret['given']}", "phone": phone, "id_number": id_number,
        "email": f"{secret['email']}@example.org", "address": secret["address"],
    }  # fmt: skip
    dossier = receive(by=an, unit=my_tho, party=party, subject=secret["subject"], documents=[{"name": secret["paper"]}])
    when = at("23/11/2026 10:00")
    for place, act in enumerate(acts):
        _do(act, dossier, an=an, dung=dung, note=secret["note"], when=when + timedelta(hours=place))
    told = json.dumps(as_json(seen(dossier)), ensure_ascii=False)
    hidden = {**secret, "phone": phone, "last four": phone[-4:], "id": id_number, "pin": dossier.pin}
    hidden.pop("family")  # of the name, the family name is shown
    hidden |= {"an": an.full_name, "dung": dung.full_name, "username": dung.username}
    numbers = told.replace(dossier.number, "")
    assert [name for name, text in hidden.items() if text in numbers] == []


def _do(act, dossier, *, an, dung, note, when):
    """One of the things that happen to a dossier; those that are not allowed now are left out."""
    from dossiers.workflow import NotAllowed

    steps = dossier.next_steps()
    acts = [
        lambda: steps and dossier.advance(to=steps[0], by=an, at=when, note=note),
        lambda: dossier.request_supplement(what="Giấy khai sinh", reason=note, by=an, at=when),
        lambda: dossier.take_supplement(by=an, at=when, note=note),
        lambda: dossier.ask_withdrawal(reason=note, by=an, at=when),
        lambda: dossier.correct(by=dung, at=when, reason=note),
        lambda: dossier.apologise(n=1, reason="Chờ xác minh", by=dung, at=when),
    ]
    try:
        acts[act]()
    except NotAllowed:
        dossier.refresh_from_db()


def test_the_fields_that_are_shown_are_these_and_no_others(dossier):
    """A new field is shown on purpose only: it is added here, after asking whether it says who somebody is."""
    assert set(as_json(seen(dossier))) == {
        "number", "procedure", "applicant", "status", "status_text", "term", "submitted_at", "received_at", "due_at",
        "finished_at", "overdue", "steps", "due_date_moves", "what_now", "needed", "needed_by", "reason", "unit",
        "place",
    }  # fmt: skip
