"""What comes in: rules of every door, the same thing twice, what lies near, what is merged and taken apart."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import AccessLog
from feedback import codes, duplicates
from feedback.following import Follower, Support
from feedback.intake import SentBefore
from feedback.masking import HIDDEN, mask_email, mask_phone, masked
from feedback.report import Report
from feedback.reporter import Reporter
from feedback.routing import RoutingRule
from feedback.workflow import Incomplete, NotAllowed, State
from tests.feedback.making import MY_THO_MARKET, TEXT, at, draft, make_category, report
from tests.people import make_officer

EVERYWHERE = st.text(alphabet=codes.LETTERS, min_size=8, max_size=8)


def test_a_report_has_a_code_to_read_aloud_and_a_date(category):
    made = report()
    assert len(made.shown_code) <= 12
    assert not set(made.code.removeprefix("PA")) & set("0O1I")
    assert (made.state, made.unit.name, made.shown) == (State.NEW, "Tỉnh Đồng Tháp", False)


def test_codes_are_found_however_they_are_typed_and_slips_are_noticed():
    for _ in range(200):
        code = codes.new_code()
        for typed in (
            codes.shown(code),
            code.lower(),
            f"mã của tôi: {code[:6]} {code[6:]} nhé",
            codes.shown(code).replace("-", " "),
        ):
            assert codes.code_in(typed) == code
        wrong = code[:-2] + codes.LETTERS[(codes.LETTERS.index(code[-2]) + 7) % 32] + code[-1]
        assert codes.code_in(wrong) == ""


@given(st.text(max_size=300))
def test_no_text_breaks_the_search_for_a_code_or_the_mask(text):
    codes.code_in(text)
    codes.code_of_token(text)
    masked(text)


def test_only_our_own_links_open_a_report(category):
    made = report()
    assert Report.objects.with_token(made.token).get() == made
    assert not Report.objects.with_token(f"{made.code}-{'0' * 24}").exists()
    assert not Report.objects.with_token(made.code).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "a" * 4001}, "text"),
        ({"extra_text": "a" * 10001}, "extra_text"),
        ({"place": (21.02, 105.85)}, "place"),
        ({"place": (float("nan"), 106.0)}, "place"),
        ({"place": None}, "place"),
        ({"pictures": tuple("abcdefghijk")}, "pictures"),
        ({"answers": {"mau-son": "xanh"}}, "answers.mau-son"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(category, wrong, field):
    with pytest.raises(Incomplete) as refused:
        report(category, **wrong)
    assert set(refused.value.errors) == {field}
    assert not Report.objects.exists()


def test_4000_signs_are_taken(category):
    assert len(report(text="ă" * 4000).text) == 4000


def test_a_category_that_needs_a_photo_gets_one_or_nothing(calendar):
    needing = make_category("o-ga", "Ổ gà", photo="needed")
    with pytest.raises(Incomplete) as refused:
        report(needing)
    assert set(refused.value.errors) == {"pictures"}
    assert report(needing, pictures=("a-key",)).pk
    assert report(needing, text="Gọi điện báo.", channel="phone").pk


def test_a_complaint_is_told_where_to_go(calendar):
    complaint = make_category("khieu-nai", "Khiếu nại", stopper="Gửi đơn đến Trụ sở Tiếp công dân tỉnh.", place=False)
    with pytest.raises(Incomplete) as refused:
        report(complaint)
    assert refused.value.errors == {"category": "Gửi đơn đến Trụ sở Tiếp công dân tỉnh."}


def test_a_proposal_on_a_regulation_needs_name_address_and_a_way_to_answer(calendar):
    proposal = make_category("quy-dinh", "Quy định", kind="regulation", place=False)
    with pytest.raises(Incomplete) as refused:
        report(proposal)
    assert set(refused.value.errors) == {"name", "address", "phone"}
    whole = {"name": "Trần Thị Chi", "address": "Ấp 3", "email": "chi@example.org"}
    assert report(proposal, contact=whole).reporter.masked["name"] == "Trần T** C**"


def test_extra_questions_are_checked_by_their_type(calendar):
    asking = make_category("ngap", "Ngập", questions=[
        {"code": "sau", "text": "Sâu?", "type": "singlevaluelist", "options": ["Ít", "Nhiều"], "required": True},
        {"code": "cm", "text": "Bao nhiêu cm?", "type": "number"},
        {"code": "luc", "text": "Từ lúc nào?", "type": "datetime"},
        {"code": "o-dau", "text": "Những đâu?", "type": "multivaluelist", "options": ["Đường", "Nhà"]},
    ])  # fmt: skip
    with pytest.raises(Incomplete) as refused:
        report(asking, answers={"cm": "nhiều", "luc": "hôm qua", "o-dau": ["Đường", "Sông"]})
    assert set(refused.value.errors) == {"answers.sau", "answers.cm", "answers.luc", "answers.o-dau"}
    made = report(asking, answers={"sau": "Ít", "cm": "12,5", "luc": "2026-11-25T06:00", "o-dau": ["Đường", "Nhà"]})
    assert [one["value"] for one in made.answers] == ["Ít", "12.5", "2026-11-25T06:00:00", ["Đường", "Nhà"]]


def test_the_same_again_within_ten_minutes_is_the_same_report(category):
    made = report()
    with pytest.raises(SentBefore) as before:
        report(when=at(minute=9))
    assert before.value.report == made
    assert report(when=at(minute=11)) != made
    assert report(when=at(), contact={"phone": "0912345678"}) != made


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("origin", ["", "facebook:1_2"])
def test_of_a_hundred_sent_at_once_one_is_written(category, origin):
    def send(_n):
        try:
            return Report.open(draft(category, origin=origin), at=at()).code
        except SentBefore as before:
            return before.report.code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        found = set(pool.map(send, range(100)))
    assert len(found) == Report.objects.count() == 1


def test_numbers_and_addresses_of_people_are_hidden_from_the_public():
    for private in (
        "0912345678", "0912 345 678", "+84 912.345.678", "082190001234", "chi.tran@example.org", "0273-3872-123",
        "https://facebook.com/chi.tran", "zalo.me/0912345678",
    ):  # fmt: skip
        shown = masked(f"Gọi tôi: {private} nhé.")
        assert private not in shown
        assert HIDDEN in shown
    for harmless in (
        "nhà số 12/4 hẻm 7",
        "ngày 25/11/2026 lúc 22:30",
        "1.500.000.000 đồng",
        "trụ số 1045",
        "QĐ 17/2024",
    ):
        assert masked(harmless) == harmless
    assert (mask_email("tung.nguyen@mail.vn"), mask_phone("0912 345 678")) == ("t****n@***.vn", "*******678")


def test_the_public_text_hides_what_the_unit_reads(category):
    made = report(text=f"{TEXT} Gọi 0912345678.")
    assert "0912345678" in made.text
    assert "0912345678" not in made.public_text


def test_near_reports_of_the_category_are_shown_the_nearest_first(road, category):
    north = (MY_THO_MARKET[0] + 0.0004, MY_THO_MARKET[1])  # 44 m
    far = (MY_THO_MARKET[0] + 0.0020, MY_THO_MARKET[1])  # 222 m
    away = (MY_THO_MARKET[0] + 0.0025, MY_THO_MARKET[1])  # 278 m
    placed = {name: road.to("accepted", text=f"Đèn {name}", place=place) for name, place in
              {"far": far, "north": north, "away": away}.items()}  # fmt: skip
    hidden = road.to("new", text="Chưa ai xem")
    found = duplicates.near(MY_THO_MARKET, category, at=at(hour=9))
    assert [one.report for one in found] == [placed["north"], placed["far"]]
    assert [one.is_very_likely for one in found] == [True, False]
    assert 43 <= found[0].metres <= 46
    assert hidden not in [one.report for one in found]
    assert duplicates.near(MY_THO_MARKET, category, at=at() + timedelta(weeks=13)) == []
    category.radius = 0
    assert duplicates.near(MY_THO_MARKET, category, at=at(hour=9)) == []


@given(st.floats(10.1, 10.9), st.floats(105.2, 106.8), st.floats(-400, 400), st.floats(-400, 400))
def test_the_box_loses_nobody_within_the_radius(lat, lon, up, aside):
    other = (lat + up / duplicates.METRES_A_DEGREE, lon + aside / duplicates.METRES_A_DEGREE)
    south, west, north, east = duplicates.box((lat, lon), 250)
    inside = south <= other[0] <= north and west <= other[1] <= east
    assert inside or duplicates.metres((lat, lon), other) > 249.9


def test_a_merged_report_leads_to_the_other_and_can_be_taken_apart(road):
    main, same = road.to("accepted", text="Đèn chợ hỏng."), road.to("accepted", text="Chợ tối om.")
    Follower.begin(same, {"email": "a@example.org"}, at=at(), confirmed=True)
    Follower.begin(main, {"email": "b@example.org"}, at=at(), confirmed=True)
    both = Follower.begin(same, {"email": "b@example.org"}, at=at(), confirmed=True)
    Support.give(same, client="1", at=at())
    same.merge_into(main, by=road.khoa, at=at(hour=10))
    assert (same.state, same.merged_into, main.followers.count()) == (State.MERGED, main, 2)
    main.refresh_from_db()
    assert main.supports == 2
    same.refresh_from_db()
    same.take_apart(by=road.khoa, at=at(hour=11))
    main.refresh_from_db()
    assert (same.state, same.merged_into, main.supports) == (State.ACCEPTED, None, 0)
    assert {one.pk for one in same.followers.all()} >= {both.pk}
    assert main.followers.count() == 1


def test_one_client_supports_once(category):
    made = report()
    assert [Support.give(made, client=client, at=at()) for client in ("1", "1", "2")] == [True, False, True]
    made.refresh_from_db()
    assert made.supports == 2


def test_the_first_rule_that_fits_decides(category, my_tho, dao_thanh, calendar):
    general = RoutingRule.objects.create(position=2, name="Mọi việc của phường", assigns=True)
    made = report(ward=my_tho)
    assert (made.state, made.unit, made.shown) == (State.ASSIGNED, my_tho, False)
    lights = RoutingRule.objects.create(position=1, name="Đèn", unit=dao_thanh, assigns=True)
    lights.categories.add(category.parent)
    assert report(text="Đèn khác.", ward=my_tho).unit == dao_thanh
    other = make_category("rac", "Rác")
    assert report(other, text="Rác.", ward=my_tho).unit == dao_thanh  # the same group
    lights.categories.set([category])
    assert report(other, text="Rác nữa.", ward=my_tho).unit == my_tho
    general.active = False
    general.save()
    assert report(other, text="Rác mãi.", ward=my_tho).state == State.NEW


def test_who_reported_is_a_store_of_its_own_behind_a_right_of_its_own(road, chi):
    made = road.to("assigned", contact={"name": chi.name, "phone": chi.phone})
    with pytest.raises(PermissionDenied):
        made.reporter.unmasked(by=road.an, at=at(), reason="Gọi hỏi thêm")
    with pytest.raises(Incomplete):
        made.reporter.unmasked(by=road.khoa, at=at(), reason=" ")
    assert made.reporter.unmasked(by=road.khoa, at=at(), reason="Gọi hỏi thêm") == {
        "name": chi.name,
        "phone": chi.phone,
    }
    [look] = AccessLog.objects.filter(about=made.about)
    assert (look.officer, look.what) == (road.khoa, "reporter Gọi hỏi thêm")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone FROM feedback_reporter")
        assert chi.phone not in str(cursor.fetchall())
    assert Reporter.objects.count() == 1


def test_three_citizens_flags_hide_it_until_a_person_looks(road):
    made = road.to("accepted")
    assert made.shown
    assert [made.flag(client=client, reason="", at=at(hour=9)) for client in "aab"] == [True, False, True]
    assert made.shown
    made.flag(client="c", reason="Lộ số điện thoại", at=at(hour=9))
    assert not made.shown
    made.show(by=road.khoa, at=at(hour=10), public_text="Đèn hỏng.")
    assert (made.shown, made.public_text) == (True, "Đèn hỏng.")


def test_what_was_refused_is_not_public_again_when_it_is_closed(road):
    made = road.to("accepted")
    assert made.shown
    made.refuse(by=road.khoa, at=at(hour=9), reason="unclear", why="Không rõ.")
    assert not made.shown
    made.close(at=at(day=30, month=12))
    assert not made.shown


def test_a_banned_sender_is_kept_and_shown_to_nobody(road, chi):
    made = road.to("accepted", contact={"phone": chi.phone})
    made.ban_sender(by=road.khoa, at=at(hour=9), reason="Quấy rối")
    again = report(text="Lại nữa.", contact={"phone": "+84912345678"})
    again.accept(by=road.khoa, at=at(hour=10))
    assert (again.hidden, again.shown) == (True, False)


def test_not_content_twice_is_for_whoever_leads_the_whole(road, my_tho):
    leader = make_officer("Huỳnh Thị Lan", "leading", unit=my_tho, username="lan")
    made = road.to("published")
    made.rate(satisfaction=1, fixed=False, note="Vẫn tắt.", reopen=True, at=at(hour=17))
    made.reopen(by=leader, at=at(day=26), reason="Sửa lại.")
    made.answer("Đã thay.", outcome="fixed", by=road.an, at=at(day=26, hour=10))
    made.publish(by=road.khoa, at=at(day=26, hour=11))
    made.ask_reopening(at=at(day=26, hour=20), reason="Lại tắt.")
    with pytest.raises(NotAllowed):
        made.decline_reopening(by=leader, at=at(day=27), reason="Đã sửa.")
    made.decline_reopening(by=road.dung, at=at(day=27), reason="Đã sửa, ảnh kèm theo.")
    assert (made.state, made.appeals) == (State.RATED, 2)


def test_the_survey_counts_once_and_for_two_weeks(road):
    made = road.to("published")
    with pytest.raises(NotAllowed):
        made.rate(satisfaction=3, at=at(day=10, month=12, hour=16))
    made.rate(satisfaction=3, fixed=True, at=at(day=26))
    with pytest.raises(NotAllowed):
        made.rate(satisfaction=1, at=at(day=26))
    assert (made.confirmed_fixed, made.outcome) == (True, "fixed")


def test_fixed_needs_a_photo_where_the_category_asks_for_one(road, category):
    category.photo_after = True
    category.save()
    made = road.to("in_progress")
    with pytest.raises(Incomplete) as refused:
        made.answer("Đã thay bóng.", outcome="fixed", by=road.an, at=at(hour=12))
    assert set(refused.value.errors) == {"photos"}
    with pytest.raises(Incomplete) as refused:
        made.answer("Không phải của phường.", outcome="not_ours", by=road.an, at=at(hour=12))
    assert set(refused.value.errors) == {"partner"}
    made.answer("Đã thay bóng.", outcome="fixed", by=road.an, at=at(hour=12), has_photo_after=True)


def test_what_is_said_is_never_lost_whatever_the_state(road):
    made = road.to("closed")
    made.hear("Đèn lại tắt rồi.", at=at(day=31, month=12), through="zalo")
    made.hear_partner("Điện lực đã thay dây.", at=at(day=31, month=12), through="email")
    assert made.state == State.CLOSED
    assert [entry.note for entry in made.log.all()][-2:] == ["Đèn lại tắt rồi.", "Điện lực đã thay dây."]


def test_a_code_that_is_taken_is_given_to_nobody_else(category, monkeypatch):
    made = report()
    offered = iter([made.code, made.code, "PA2345678"])
    monkeypatch.setattr("feedback.intake.new_code", lambda: next(offered))
    assert report(text="Một việc khác.").code == "PA2345678"
