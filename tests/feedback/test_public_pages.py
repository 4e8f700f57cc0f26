"""What strangers see of a report, and do with it: never more than its reporter and a moderator allowed."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from attachments.models import Attachment
from feedback import allowance, events
from feedback.following import AreaAlert, Follower, Support
from feedback.moderation import FLAGS_THAT_HIDE
from feedback.report import Report
from tests.attachments.pictures import photo
from tests.feedback.making import at, make_category, report
from tests.people import CHI

TOLD = "Trụ đèn số 7 không sáng, gọi 0912345678."


@pytest.fixture
def shown(category, khoa, my_tho):
    """A report of Chi's that everybody may see."""
    made = report(text=TOLD, ward=my_tho, contact={"name": CHI.name, "phone": CHI.phone})
    made.accept(by=khoa, at=at(minute=1))
    return Report.objects.get(pk=made.pk)


@pytest.fixture
def asked():
    """Addresses that would get a link now."""
    heard = []

    def listen(*, follower=None, alert=None, **kwargs):
        heard.append(follower or alert)

    events.follow_asked.connect(listen)
    events.alert_asked.connect(listen)
    yield heard
    events.follow_asked.disconnect(listen)
    events.alert_asked.disconnect(listen)


def page_of(made, client=None, **options):
    return (client or Client()).get(reverse("feedback:report", args=[made.code]), **options)


def text_of(answer):
    return answer.content.decode()


# --- the page -------------------------------------------------------------------------------------------------------
def test_everybody_reads_the_masked_text_the_state_and_the_date_of_the_answer(shown):
    page = text_of(page_of(shown))
    assert "Trụ đèn số 7 không sáng, gọi •••." in page
    assert "Đã tiếp nhận" in page
    assert "30/11/2026" in page
    for secret in (CHI.phone, CHI.name, shown.token):
        assert secret not in page


def test_two_queries_are_all_a_page_asks(road, django_assert_num_queries, settings):
    made = road.to("published")
    client = Client()
    page_of(made, client)
    with django_assert_num_queries(2):
        assert page_of(made, client).status_code == 200


def test_the_answer_and_its_photo_stand_on_the_page(road, khoa):
    made = road.to("published")
    after = Attachment.objects.take(photo(), door="answer", at=at(), about=made.about).attachment
    after.publish(by=khoa, at=at())
    made.refresh_pictures()
    page = text_of(page_of(made))
    assert "Đã thay bóng đèn." in page
    assert reverse("attachments:thumbnail", args=[after.key]) in page


def test_an_answer_that_waits_for_approval_is_read_by_nobody(road):
    assert "Đã thay bóng đèn." not in text_of(page_of(road.to("answered")))


def test_notes_for_colleagues_are_read_by_nobody(shown, khoa):
    shown.note("Người này hay phàn nàn.", by=khoa, at=at(hour=9))
    assert "hay phàn nàn" not in text_of(page_of(shown))


def test_what_is_late_is_marked(shown):
    assert "Quá hạn" not in text_of(page_of(shown))
    Report.objects.update(due_at=at(day=2))
    assert "Quá hạn" in text_of(page_of(shown))


@pytest.mark.parametrize("why", ["new", "private", "hidden"])
def test_of_what_is_not_public_only_state_and_dates_are_told(category, khoa, why):
    made = report(text=TOLD, public=why != "private")
    if why != "new":
        made.accept(by=khoa, at=at(minute=1))
    if why == "hidden":
        made.hide(by=khoa, at=at(minute=2), reason="Có tên người.")
    answer = page_of(made)
    assert answer.status_code == 200
    assert "Trụ đèn" not in text_of(answer)
    assert "Đèn đường" not in text_of(answer)  # not even what it is about
    assert made.shown_code in text_of(answer)


@pytest.mark.parametrize("door", ["support", "follow", "flag"])
def test_what_is_not_public_cannot_be_supported_followed_or_flagged(category, door):
    made = report(text=TOLD)
    address = reverse(f"feedback:{door}", args=[made.code])
    assert Client().get(address).status_code == 404
    assert Client().post(address, {"contact": CHI.email, "reason": "x"}).status_code == 404


def test_a_merged_report_leads_to_the_one_it_went_into(road):
    made = road.to("merged")
    answer = page_of(made)
    assert answer.status_code == 302
    assert answer.url == reverse("feedback:report", args=[made.merged_into.code])


def test_a_code_as_people_write_it_leads_to_the_page(shown):
    typed = shown.shown_code.lower()
    assert Client().get(f"/phan-anh/{typed}/").url == reverse("feedback:report", args=[shown.code])
    assert Client().get("/phan-anh/", {"q": f"mã {typed}"}).url == reverse("feedback:report", args=[shown.code])


def test_who_guesses_codes_is_stopped_after_thirty_a_minute_but_reads_what_is_public(shown):
    client, allowed = Client(), allowance.CODES[0]
    statuses = [client.get("/phan-anh/PA22222222/").status_code for _guess in range(allowed + 1)]
    assert statuses == [404] * allowed + [429]
    assert int(client.get("/phan-anh/PA22222222/")["Retry-After"]) > 0
    assert page_of(shown, client).status_code == 200


def test_stored_words_are_never_run(category, khoa):
    made = report(text="<script>alert(1)</script> <img src=x onerror=alert(2)>", address="<b>chợ</b>")
    made.accept(by=khoa, at=at(minute=1))
    for address in (reverse("feedback:report", args=[made.code]), "/phan-anh/", "/phan-anh/tin-moi.atom",
                    reverse("feedback:own", args=[made.token])):  # fmt: skip
        body = text_of(Client().get(address))
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert "<b>chợ</b>" not in body


# --- support, follow, flag ------------------------------------------------------------------------------------------
def test_one_client_has_it_too_once(shown):
    address = reverse("feedback:support", args=[shown.code])
    client = Client()
    assert client.get(address).status_code == 200
    assert Support.objects.count() == 0
    for _click in range(2):
        assert client.post(address).status_code == 302
    client.post(address, REMOTE_ADDR="198.51.100.7")
    assert Report.objects.get(pk=shown.pk).supports == 2


def test_whoever_follows_by_mail_gets_a_link_and_follows_only_after_the_button(shown, asked):
    address = reverse("feedback:follow", args=[shown.code])
    answer = Client().post(address, {"contact": CHI.email})
    assert answer.url.endswith("?done=follow")
    [follower] = asked
    assert follower.contacts == {"email": CHI.email}
    confirm = reverse("feedback:confirm_follow", args=[follower.token])
    assert Client().get(confirm).status_code == 200
    assert not Follower.objects.active().exists()
    Client().post(confirm)
    assert Follower.objects.active().get() == follower
    end = reverse("feedback:end_follow", args=[follower.token])
    Client().get(end)
    assert Follower.objects.active().exists()
    Client().post(end)
    assert not Follower.objects.active().exists()


def test_the_same_is_told_to_who_follows_already(shown, asked):
    Follower.begin(shown, {"email": CHI.email}, at=at(), confirmed=True)
    address = reverse("feedback:follow", args=[shown.code])
    known, strange = (Client().post(address, {"contact": who}) for who in (CHI.email, "moi@example.org"))
    assert (known.status_code, known.url) == (strange.status_code, strange.url)
    assert [one.contacts["email"] for one in asked] == ["moi@example.org"]


def test_nobody_fills_a_strangers_mailbox(shown, asked):
    address = reverse("feedback:follow", args=[shown.code])
    for n in range(9):
        Client().post(address, {"contact": CHI.email}, REMOTE_ADDR=f"198.51.100.{n}")
    assert len(asked) == allowance.TO_ONE_ADDRESS[0]


def test_a_link_of_last_week_confirms_nothing(shown):
    follower = Follower.begin(shown, {"email": CHI.email}, at=at(day=1), confirmed=False)
    answer = Client().post(reverse("feedback:confirm_follow", args=[follower.token]))
    assert answer.status_code == 410
    assert not Follower.objects.active().exists()


@pytest.mark.parametrize("contact", ["", "chi", "12", "a@b", "x" * 300])
def test_what_is_no_address_is_named(shown, contact):
    answer = Client().post(reverse("feedback:follow", args=[shown.code]), {"contact": contact})
    assert answer.status_code == 400
    assert not Follower.objects.exists()


def test_flags_of_three_different_clients_hide_it(shown):
    address = reverse("feedback:flag", args=[shown.code])
    for n in range(FLAGS_THAT_HIDE):
        for _twice in range(2):
            Client().post(address, {"reason": "Có tên người."}, REMOTE_ADDR=f"198.51.100.{n}")
    assert not Report.objects.get(pk=shown.pk).shown


DOORS = [("support", {}), ("flag", {"reason": "x"}), ("follow", {"contact": "a@b.vn"})]


@pytest.mark.parametrize(("door", "fields"), DOORS)
def test_each_door_is_limited(shown, settings, door, fields):
    settings.REPORTS_A_CLIENT = 1
    address = reverse(f"feedback:{door}", args=[shown.code])
    client = Client()
    assert client.post(address, fields).status_code == 302
    refused = client.post(address, fields)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0


# --- lists ----------------------------------------------------------------------------------------------------------
def make_public(n, **fields):
    for number in range(n):
        report(text=f"Đèn số {number} không sáng.", place=None, address=f"Số {number}", **fields)
    Report.objects.update(shown=True, state="accepted")


def codes_in(answer):
    return re.findall(r'href="/phan-anh/(PA\w{8})/"', text_of(answer))


def test_the_list_shows_what_is_public_and_nothing_else(shown):
    report(text="Chưa ai xem.", address="Ấp 3")
    report(text="Kín.", public=False, address="Ấp 4")
    assert codes_in(Client().get("/phan-anh/")) == [shown.code]


def test_every_report_stands_on_exactly_one_page(category):
    make_public(45)
    Report.objects.update(received_at=at())  # all in the same moment: only the number tells them apart
    client, address, seen = Client(), "/phan-anh/?state=open", []
    while address:
        answer = client.get(address)
        seen += codes_in(answer)
        further = re.search(r'href="(\?[^"]*after=[^"]*)#ket-qua"[^>]*><span[^>]*>Trang sau', text_of(answer))
        address = further and "/phan-anh/" + further[1].replace("&amp;", "&")
    assert len(seen) == 45
    assert len(set(seen)) == 45


def test_a_full_page_takes_as_many_queries_as_an_empty_one(category, my_tho, django_assert_num_queries):
    with django_assert_num_queries(4):
        Client().get("/phan-anh/?state=open")
    make_public(20, ward=my_tho)
    with django_assert_num_queries(4):
        Client().get("/phan-anh/?state=open")


def test_reports_are_found_without_tone_marks_by_ward_subject_and_state(shown, my_tho, dao_thanh):
    other = make_category(code="ngap", name="Ngập nước")
    report(other, text="Đường ngập.", ward=dao_thanh)
    Report.objects.update(shown=True)
    questions = ({"q": "tru den"}, {"ward": my_tho.pk}, {"category": "chieu-sang"}, {"q": "tru den", "state": "open"})
    for question in questions:
        assert codes_in(Client().get("/phan-anh/", question)) == [shown.code]
    assert codes_in(Client().get("/phan-anh/", {"q": "tru den", "state": "fixed"})) == []
    assert len(codes_in(Client().get("/phan-anh/", {"category": "ha-tang"}))) == 2


RUBBISH = ["\x00", "😀" * 300, "-1", "9" * 40, "1.1", "99999999999999999.999999999999999999", "%"]


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_in_the_questions_breaks_no_list(shown, rubbish):
    names = ("q", "ward", "category", "state", "period", "after", "days", "bbox")
    for address in ("/phan-anh/", "/phan-anh/ban-do/", "/phan-anh/tin-moi.atom", "/phan-anh/ban-do.json"):
        for question in ({name: rubbish} for name in names):
            assert Client().get(address, question).status_code in (200, 400)
        assert Client().get(address, dict.fromkeys(names, rubbish)).status_code in (200, 400)


def test_an_unapproved_outcome_is_not_betrayed_by_the_filter(road):
    road.to("answered")  # as fixed, but nobody has approved it
    assert codes_in(Client().get("/phan-anh/?state=fixed")) == []


# --- wards ----------------------------------------------------------------------------------------------------------
def test_a_ward_has_a_page_with_its_reports_and_news_after_a_confirmation(shown, my_tho, asked):
    address = reverse("feedback:ward", args=[my_tho.official_code or my_tho.pk])
    assert codes_in(Client().get(address)) == [shown.code]
    assert Client().post(address, {"email": CHI.email}).url.endswith("?done=alert")
    [alert] = asked
    assert not AreaAlert.objects.active().exists()
    Client().post(reverse("feedback:confirm_alert", args=[alert.token]))
    assert AreaAlert.objects.active().get().ward == my_tho
    Client().post(reverse("feedback:end_alert", args=[alert.token]))
    assert not AreaAlert.objects.active().exists()


@pytest.mark.parametrize("code", ["0", "999999999", "khong-co", "82", "%00", "%20"])
def test_what_is_no_ward_has_no_page(shown, code):
    assert Client().get(f"/phan-anh/phuong-xa/{code}/").status_code == 404
