"""The page of a report and its acts, by the pages alone; what others may see and do of it."""

import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import AccessLog
from attachments.models import Attachment
from feedback.admin.acts import ACTS
from feedback.models import AnswerTemplate, Ban, Category, ContactPoint, Report
from feedback.workflow import State, Verb
from tests.attachments.pictures import photo
from tests.feedback.making import MY_THO_MARKET, at, make_category, report

NOW = at(26, 9)


@pytest.fixture(autouse=True)
def _now(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def made(category, chi, my_tho):
    return report(contact={"name": chi.name, "phone": chi.phone, "email": chi.email}, ward=my_tho)


def page_of(one):
    return reverse("admin:feedback_report_change", args=[one.pk])


def address(one, key):
    return reverse("admin:feedback_report_do", args=[one.pk, key])


def act_on(client, one, key, **data):
    answer = client.post(address(one, key), {"note": "", **data}, follow=True)
    one.refresh_from_db()
    return answer


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def offered(answer):
    return set(re.findall(r"/do/([\w-]+)/", answer.content.decode()))


# --- the journey ----------------------------------------------------------------------------------------------------
def test_khoa_sorts_an_answers_and_khoa_approves(client_of, khoa, an, my_tho, made):
    centre, ward = client_of(khoa), client_of(an)
    act_on(centre, made, "accept")
    act_on(centre, made, "assign", unit=my_tho.pk, officer=an.pk)
    assert (made.state, made.unit, made.officer) == (State.ASSIGNED, my_tho, an)
    act_on(ward, made, "start")
    act_on(ward, made, "ask", question="Trụ đèn số mấy?")
    assert made.state == State.WAITING
    act_on(ward, made, "heard", text="Trụ số 12, anh nhé.")
    act_on(ward, made, "answer", outcome="fixed", text="Đã thay bóng trụ 12, gọi 0277 3872 198.")
    assert made.state == State.ANSWERED
    assert "Đã thay bóng" not in made.public_answer
    act_on(centre, made, "publish", text="Đã thay bóng trụ 12, gọi 0277 3872 198.")
    assert made.state == State.PUBLISHED
    assert made.public_answer == "Đã thay bóng trụ 12, gọi •••."


def test_who_gives_a_report_away_is_led_back_to_the_list(client_of, an, road):
    made = road.to("assigned")
    answer = act_on(client_of(an), made, "give-back", reason="Đường tỉnh.")
    assert answer.redirect_chain[-1][0].endswith("/feedback/report/")
    assert answer.status_code == 200


# --- what is offered ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "person", "keys"),
    [
        ("new", "khoa", {"accept", "assign", "refuse", "merge", "correct", "note", "show", "hide", "heard"}),
        ("new", "an", None),
        ("assigned", "an", {"start", "answer", "ask", "pass-on", "extend", "give-back", "heard", "note"}),
        ("answered", "an", {"heard", "note"}),
        ("answered", "dung", {"publish", "send-back", "heard", "note"}),
        ("reopening_asked", "dung", {"reopen", "decline", "heard", "note"}),
        ("assigned", "giang", set()),
        ("assigned", "binh", None),
    ],
)
def test_only_acts_that_fit_state_and_right_are_offered(client_of, road, request, state, person, keys):
    made = road.to(state)
    answer = client_of(request.getfixturevalue(person)).get(page_of(made))
    if keys is None:
        assert answer.status_code == 404
    else:
        assert offered(answer) == keys


def test_binh_opens_and_does_nothing(client_of, binh, road, my_tho):
    made = road.to("in_progress")
    client = client_of(binh)
    before = Report.objects.values().get(pk=made.pk)
    for act in ACTS:
        assert client.get(address(made, act.key)).status_code == 404
        assert client.post(address(made, act.key), {"reason": "x", "text": "x"}).status_code == 404
    for name in ("reporter", "history", "filed"):
        assert client.get(reverse(f"admin:feedback_report_{name}", args=[made.pk])).status_code == 404
    assert Report.objects.values().get(pk=made.pk) == before


def test_an_act_without_the_right_is_forbidden_and_one_nobody_knows_is_not_found(client_of, an, road):
    made = road.to("answered")
    assert client_of(an).post(address(made, "publish"), {"text": "x"}).status_code == 403
    assert client_of(an).get(address(made, "eat")).status_code == 404


# --- nothing typed is lost ------------------------------------------------------------------------------------------
def test_what_is_missing_is_said_at_its_field_and_the_rest_stays(client_of, khoa, made):
    answer = client_of(khoa).post(address(made, "refuse"), {"reason": "not_ours", "why": "Thuộc tỉnh Vĩnh Long."})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_where_to_error"' in page
    assert "Thuộc tỉnh Vĩnh Long." in page
    made.refresh_from_db()
    assert made.state == State.NEW


def test_a_date_too_far_away_is_said_at_the_date(client_of, an, road):
    made = road.to("in_progress")
    data = {"due_at": "01/01/2028", "reason": "Chờ vật tư.", "reply": "Đang đặt bóng."}
    answer = client_of(an).post(address(made, "extend"), data)
    assert answer.status_code == 422
    assert 'id="id_due_at_error"' in answer.content.decode()
    assert "Đang đặt bóng." in answer.content.decode()
    act_on(client_of(an), made, "extend", **{**data, "due_at": "04/12/2026"})
    assert made.due_at == at(4, 17, month=12)


def test_a_page_that_is_stale_is_told_so_and_overwrites_nothing(client_of, khoa, dung, made, my_tho):
    client = client_of(khoa)
    seen = re.search(r'name="seen" value="(\d+)"', client.get(address(made, "refuse")).content.decode())[1]
    made.note("Tôi đang gọi điện.", by=dung, at=NOW)
    data = {"reason": "unclear", "why": "Không rõ nơi nào.", "seen": seen}
    answer = client.post(address(made, "refuse"), data)
    assert answer.status_code == 409
    assert "Phạm Quốc Dũng" in text_of(answer)
    assert "Không rõ nơi nào." in answer.content.decode()
    made.refresh_from_db()
    assert made.state == State.NEW


def test_an_act_that_no_longer_fits_says_so_and_shows_what_was_typed(client_of, khoa, made, my_tho):
    made.accept(by=khoa, at=NOW)
    made.assign(my_tho, by=khoa, at=NOW)
    answer = client_of(khoa).post(address(made, "refuse"), {"reason": "unclear", "why": "Không rõ nơi nào."})
    assert answer.status_code == 409
    assert "Không rõ nơi nào." in answer.content.decode()


# --- the answer -----------------------------------------------------------------------------------------------------
def test_a_template_fills_in_and_a_preview_shows_what_is_hidden(client_of, an, road, category):
    made = road.to("in_progress")
    template = AnswerTemplate.objects.create(name="Đã sửa", text="Gọi 0912 345 678.", outcome="fixed")
    client = client_of(an)
    page = client.post(address(made, "answer"), {"text": "Chào chị.", "template": template.pk}).content.decode()
    assert "Chào chị.\n\nGọi 0912 345 678." in page
    seen = client.post(address(made, "answer"), {"text": "Gọi 0912 345 678.", "preview": "1"})
    assert "Gọi •••." in text_of(seen)
    made.refresh_from_db()
    assert made.state == State.IN_PROGRESS


def test_fixed_needs_its_photo_which_is_kept_while_the_form_comes_back_and_is_public_with_the_answer(
    client_of, khoa, an, road
):
    made = road.to("in_progress", category=make_category("o-ga", "Ổ gà", photo_after=True))
    client = client_of(an)
    bare = client.post(address(made, "answer"), {"text": "Đã vá.", "outcome": "fixed"})
    assert bare.status_code == 422
    assert 'id="id_photos_error"' in bare.content.decode()
    upload = SimpleUploadedFile("sau.jpg", photo(), "image/jpeg")
    wrong = client.post(address(made, "answer"), {"text": "", "outcome": "fixed", "photos": upload})
    kept = re.search(r'name="kept" value="([^"]+)"', wrong.content.decode())[1]
    assert wrong.status_code == 422
    act_on(client, made, "answer", text="Đã vá.", outcome="fixed", kept=kept)
    taken = Attachment.objects.about(made.about).get()
    assert (made.state, taken.public) == (State.ANSWERED, False)
    act_on(client_of(khoa), made, "publish", text="Đã vá.")
    taken.refresh_from_db()
    assert taken.public


def test_a_file_that_is_no_photo_is_refused_at_its_field(client_of, an, road):
    made = road.to("in_progress")
    upload = SimpleUploadedFile("sau.jpg", b"MZ not a photo", "image/jpeg")
    answer = client_of(an).post(address(made, "answer"), {"text": "Đã vá.", "outcome": "fixed", "photos": upload})
    assert answer.status_code == 422
    assert "Đã vá." in answer.content.decode()
    made.refresh_from_db()
    assert made.state == State.IN_PROGRESS


def test_a_preview_with_a_bad_photo_says_so_and_keeps_the_words(client_of, an, road):
    made = road.to("in_progress")
    data = {"text": "Đã vá.", "photos": SimpleUploadedFile("sau.jpg", b"MZ no photo"), "preview": "1"}
    page = client_of(an).post(address(made, "answer"), data).content.decode()
    assert 'id="id_photos_error"' in page
    assert 'id="id_outcome_error"' not in page
    assert "Đã vá." in page


def test_who_wrote_it_does_not_approve_it(client_of, khoa, made, my_tho):
    made.assign(my_tho, by=khoa, at=NOW)
    made.answer("Đã sửa.", outcome="fixed", by=khoa, at=NOW)
    answer = client_of(khoa).post(address(made, "publish"), {"text": "Đã sửa."})
    assert answer.status_code == 409
    made.refresh_from_db()
    assert made.state == State.ANSWERED


# --- assigning ------------------------------------------------------------------------------------------------------
def test_the_unit_the_rules_propose_is_chosen_with_its_officers_and_contacts(client_of, khoa, an, made, my_tho):
    ContactPoint.objects.create(unit=my_tho, name="Trực chiếu sáng", phone="02733872198", hours="24/24")
    page = client_of(khoa).get(address(made, "assign")).content.decode()
    assert f'<option value="{my_tho.pk}" selected>' in page
    assert "Nguyễn Văn An" in page
    assert "Trực chiếu sáng" in page


def test_another_unit_shows_its_own_people_before_anything_is_done(client_of, khoa, binh, made, dao_thanh):
    data = {"unit": dao_thanh.pk, "note": "Gấp", "choose": "1"}
    page = client_of(khoa).post(address(made, "assign"), data).content.decode()
    assert "Lê Thị Bình" in page
    assert "Gấp" in page
    made.refresh_from_db()
    assert made.state == State.NEW


def test_an_officer_of_another_unit_is_refused(client_of, khoa, an, made, dao_thanh):
    answer = client_of(khoa).post(address(made, "assign"), {"unit": dao_thanh.pk, "officer": an.pk})
    assert answer.status_code == 422
    made.refresh_from_db()
    assert made.state == State.NEW


# --- what is like it ------------------------------------------------------------------------------------------------
def test_near_ones_are_merged_and_taken_apart(client_of, khoa, made):
    other = report(text="Đèn chợ tắt hết.", place=(MY_THO_MARKET[0] + 0.0002, MY_THO_MARKET[1]))
    client = client_of(khoa)
    assert other.shown_code in text_of(client.get(page_of(made)))
    assert f"?main={other.code}" in client.get(page_of(made)).content.decode()
    act_on(client, made, "merge", main=other.shown_code)
    assert made.merged_into == other
    assert made.shown_code in text_of(client.get(page_of(other)))
    act_on(client, made, "take-apart")
    assert (made.state, made.merged_into) == (State.ACCEPTED, None)


def test_further_away_is_looked_for_when_asked_and_no_further_than_a_kilometre(client_of, khoa, made):
    other = report(text="Đèn đầu phố tắt.", place=(MY_THO_MARKET[0] + 0.006, MY_THO_MARKET[1]))
    client = client_of(khoa)
    assert other.shown_code not in text_of(client.get(page_of(made)))
    assert other.shown_code in text_of(client.get(page_of(made), {"radius": 1000}))
    for odd in ("9" * 9, "x", "-1", "²"):
        assert client.get(page_of(made), {"radius": odd}).status_code == 200


def test_an_near_his_own_learns_nothing_of_the_next_ward(client_of, khoa, an, dao_thanh, my_tho, made):
    made.assign(my_tho, by=khoa, at=NOW)
    other = report(text="Đèn bên kia cầu tắt.", place=(MY_THO_MARKET[0] + 0.0002, MY_THO_MARKET[1]))
    other.assign(dao_thanh, by=khoa, at=NOW)
    assert other.shown_code not in client_of(an).get(page_of(made), {"radius": 1000}).content.decode()


def test_a_code_that_is_not_among_ones_reports_cannot_be_merged_into(client_of, khoa, made):
    answer = client_of(khoa).post(address(made, "merge"), {"main": "PA-2222-2222"})
    assert answer.status_code == 422


# --- what the public sees -------------------------------------------------------------------------------------------
def test_a_text_is_changed_for_the_public_shown_and_hidden(client_of, khoa, made):
    client = client_of(khoa)
    act_on(client, made, "accept")
    act_on(client, made, "public-text", public_text="Đèn tắt.")
    assert (made.public_text, made.shown) == ("Đèn tắt.", True)
    act_on(client, made, "hide", reason="Có tên người khác.")
    assert not made.shown
    assert "show" in offered(client.get(page_of(made)))


def test_a_banned_sender_is_banned_by_every_address_and_the_ban_can_be_lifted(client_of, khoa, made):
    act_on(client_of(khoa), made, "ban", reason="Quấy rối.")
    assert Ban.objects.filter(lifted_at=None).count() == 2
    ban = Ban.objects.first()
    client_of(khoa).post(reverse("admin:feedback_ban_lift", args=[ban.pk]))
    ban.refresh_from_db()
    assert ban.lifted_at


# --- who reported ---------------------------------------------------------------------------------------------------
def test_who_reported_is_masked_and_shown_once_for_a_reason_that_is_logged(client_of, khoa, chi, made):
    client, ask = client_of(khoa), reverse("admin:feedback_report_reporter", args=[made.pk])
    page = client.get(page_of(made)).content.decode()
    assert chi.phone not in page
    assert chi.name not in page
    assert client.get(ask, {"reason": "x"}).content.decode().count(chi.phone) == 0
    assert client.post(ask, {"reason": " "}).status_code == 422
    assert not AccessLog.objects.filter(what__startswith="reporter").exists()
    shown = client.post(ask, {"reason": "Gọi hỏi số trụ đèn"})
    assert chi.phone in text_of(shown)
    assert "no-store" in shown["Cache-Control"]
    look = AccessLog.objects.get(what__startswith="reporter")
    assert (look.officer, look.about) == (khoa, made.about)


def test_an_who_works_on_it_does_not_see_who_reported(client_of, an, chi, khoa, my_tho, made):
    made.assign(my_tho, by=khoa, at=NOW)
    ask = reverse("admin:feedback_report_reporter", args=[made.pk])
    assert chi.phone not in client_of(an).get(page_of(made)).content.decode()
    assert client_of(an).post(ask, {"reason": "Muốn biết"}).status_code == 403


def test_giang_finds_the_look_in_the_log_in_words(client_of, khoa, giang, made):
    made.reporter.unmasked(by=khoa, at=NOW, reason="Gọi hỏi số trụ đèn")
    log = text_of(client_of(giang).get(reverse("admin:agencies_accesslog_changelist")))
    assert made.shown_code in log
    assert "Gọi hỏi số trụ đèn" in log


def test_what_a_citizen_typed_is_shown_as_text(client_of, khoa, category):
    made = report(text="<script>alert(1)</script> đèn tắt", address='"><b>phố</b>')
    page = client_of(khoa).get(page_of(made)).content.decode()
    assert "<script>alert(1)" not in page
    assert "<b>phố</b>" not in page


def test_opening_a_report_is_noted(client_of, khoa, made):
    client_of(khoa).get(page_of(made))
    assert AccessLog.objects.filter(about=made.about, what="view", officer=khoa).count() == 1


def test_the_whole_conversation_is_there(client_of, dung, road):
    made = road.to("reopened")
    text = text_of(client_of(dung).get(page_of(made)))
    for said in ("Đã thay bóng đèn.", "Tối qua đèn vẫn tắt.", "Kiểm tra lại."):
        assert said in text
    assert made.log.filter(verb=Verb.REOPENED).exists()


def test_the_cost_of_a_page_does_not_grow_with_the_conversation_or_what_is_near(client_of, khoa, made):
    client = client_of(khoa)
    client.get(page_of(made))
    with CaptureQueriesContext(connection) as before:
        client.get(page_of(made))
    for n in range(20):
        made.note(f"Ghi chú {n}.", by=khoa, at=NOW)
        report(text=f"Đèn {n} tắt.")
    with CaptureQueriesContext(connection) as after:
        client.get(page_of(made))
    assert len(after) <= len(before) + 1


def test_categories_and_places_are_corrected(client_of, khoa, made, my_tho, dao_thanh):
    rubbish = make_category("rac", "Rác")
    act_on(client_of(khoa), made, "correct", category=rubbish.pk, ward=dao_thanh.pk, address="Cầu Quay")
    assert (made.category, made.ward, made.address) == (Category.objects.get(code="rac"), dao_thanh, "Cầu Quay")


def test_khoa_chooses_which_photos_everybody_sees(client_of, khoa, made):
    taken = Attachment.objects.take(
        SimpleUploadedFile("a.jpg", photo()), door="web", about=made.about, at=NOW
    ).attachment
    client = client_of(khoa)
    act_on(client, made, "photos", public=[taken.key])
    taken.refresh_from_db()
    assert taken.public
    act_on(client, made, "photos")
    taken.refresh_from_db()
    assert not taken.public
