"""The pages of the post office, as the people of the house see them."""

import pytest
from django.urls import reverse

from agencies.models import AccessLog
from portal.channels.accounts import AccountState
from portal.channels.base import RecipientUnreachable, Unknown
from portal.channels.models import Account, Contact, Delivery
from portal.channels.states import State
from tests.channels.fakes import CHI, NINE, after, deliver, queue

pytestmark = pytest.mark.django_db
MESSAGES = "/quan-tri/post_office/delivery/"
PHONES = MESSAGES + "kenh/console/"


def page(delivery, act="change"):
    return f"{MESSAGES}{delivery.pk}/{act}/"


@pytest.fixture
def failed(chat):
    chat.script = [RecipientUnreachable("blocked us")]
    return deliver(queue(contacts={"phone": CHI["phone"]}))


@pytest.fixture
def console(settings):
    settings.CHANNEL_LADDER = ["console"]
    return deliver(queue())


# --- who sees what ---


def test_hanh_and_giang_see_the_messages_of_the_whole_house(client_of, hanh, giang, failed):
    for officer in (hanh, giang):
        listed = client_of(officer).get(MESSAGES)
        assert "dossier:17" in listed.text
        assert CHI["phone"] not in listed.text


@pytest.mark.parametrize("name", ["an", "binh", "dung"])
def test_who_has_no_right_over_the_whole_house_sees_no_list_and_no_message(client_of, request, failed, name):
    browser = client_of(request.getfixturevalue(name))
    assert browser.get(MESSAGES).status_code == 403
    assert browser.get(page(failed)).status_code in (403, 404)
    assert browser.get(PHONES).status_code in (403, 404)
    assert browser.post(page(failed, "gui-lai"), {"reason": "x"}).status_code in (403, 404)


def test_a_channel_with_a_page_of_its_own_is_linked_and_one_without_has_none(client_of, hanh, console, settings):
    browser = client_of(hanh)
    assert PHONES in browser.get(MESSAGES).text
    assert browser.get(PHONES).status_code == 200
    assert browser.get(MESSAGES + "kenh/email/").status_code == 404
    assert browser.get(MESSAGES + "kenh/mat-trang/").status_code == 404
    settings.ENVIRONMENT = "production"
    assert PHONES not in browser.get(MESSAGES).text
    assert browser.get(PHONES).status_code == 404


def test_the_administrator_of_one_ward_does_not_see_the_house(client_of, my_tho, failed):
    from tests.people import make_officer

    ward = make_officer("Trần Văn Ê", "administering", unit=my_tho, username="e")
    assert client_of(ward).get(MESSAGES).status_code == 403
    assert not Delivery.objects.visible_to(ward).exists()


def test_reading_what_a_message_says_is_written_down(client_of, giang, failed):
    assert client_of(giang).get(page(failed)).text.count(CHI["phone"]) == 1
    assert AccessLog.objects.get().about == "dossier:17"


def test_who_may_not_read_texts_sees_the_history_alone(client_of, giang, failed):
    from agencies.roles import role

    role("auditing").permissions.filter(codename="view_delivery_body").delete()
    seen = client_of(giang).get(page(failed)).text
    assert "blocked us" in seen
    assert CHI["phone"] not in seen
    assert failed.text not in seen
    assert not AccessLog.objects.exists()


def test_a_code_is_read_by_nobody(client_of, hanh, chat):
    delivery = deliver(queue(kind="code", lane="otp", params={"code": "482915"}))
    assert "482915" not in client_of(hanh).get(page(delivery)).text


def test_the_list_costs_the_same_few_queries_for_one_message_and_for_fifty(
    client_of, hanh, chat, django_assert_max_num_queries
):
    for n in range(50):
        deliver(queue(f"m:{n}"))
    browser = client_of(hanh)
    browser.get(MESSAGES)
    with django_assert_max_num_queries(12):
        assert browser.get(MESSAGES).text.count("dossier:17") >= 50


@pytest.mark.parametrize("words", ["dossier:17", CHI["phone"], "dossier:17:log:1"])
def test_a_message_is_found_by_what_it_is_about_or_by_a_whole_address(client_of, hanh, failed, words):
    queue("other", about="dossier:99", contacts={"phone": "0987654321"})
    found = client_of(hanh).get(MESSAGES, {"q": words}).text
    assert "dossier:17" in found
    assert "dossier:99" not in found


@pytest.mark.parametrize("words", [CHI["phone"][:6], "%", "00000000-0000-0000-0000-000000000000", "\0"])
def test_a_part_of_an_address_finds_nobody(client_of, hanh, failed, words):
    answer = client_of(hanh).get(MESSAGES, {"q": words}, follow=True)
    assert answer.status_code in (200, 400)
    assert "dossier:17<" not in answer.text or words == "\0"


def test_every_filter_answers(client_of, hanh, failed):
    browser = client_of(hanh)
    for query in ("state__exact=failed", "channel=chat", "needs_person__exact=1", "lane__exact=otp"):
        assert browser.get(f"{MESSAGES}?{query}").status_code == 200


# --- what may be done ---


def test_hanh_sends_a_failed_message_again_with_a_reason(client_of, hanh, failed):
    browser = client_of(hanh)
    assert browser.get(page(failed, "gui-lai")).status_code == 200
    browser.post(page(failed, "gui-lai"), {"reason": ""})
    failed.refresh_from_db()
    assert failed.state == State.FAILED
    browser.post(page(failed, "gui-lai"), {"reason": "Chi unblocked us"})
    failed.refresh_from_db()
    assert (failed.state, failed.attempts.last().detail) == (State.QUEUED, "Chi unblocked us")


def test_giang_who_audits_may_look_but_not_send(client_of, giang, failed):
    assert client_of(giang).post(page(failed, "gui-lai"), {"reason": "x"}).status_code == 403
    failed.refresh_from_db()
    assert failed.state == State.FAILED


def test_a_chosen_few_are_sent_again_and_what_was_sent_is_left_alone(client_of, hanh, failed, chat):
    sent = deliver(queue("sent"), at=after(minutes=1))
    chosen = {"action": "send_selected_again", "_selected_action": [failed.pk, sent.pk]}
    browser = client_of(hanh)
    assert "reason" in browser.post(MESSAGES, chosen).text
    browser.post(MESSAGES, {**chosen, "reason": "the channel was down"})
    states = dict(Delivery.objects.values_list("pk", "state"))
    assert (states[failed.pk], states[sent.pk]) == (State.QUEUED, State.SENT)


def test_a_doubt_is_settled_with_a_reason(client_of, hanh, chat):
    chat.script = [Unknown("timeout")]
    doubtful = deliver(queue())
    client_of(hanh).post(page(doubtful, "xong"), {"reason": "Chi has it on her phone"})
    doubtful.refresh_from_db()
    assert doubtful.state == State.DELIVERED


def test_the_kill_switch_is_two_clicks_and_names_who_pressed_it(client_of, hanh, giang, failed):
    account = Account.objects.get()
    url = f"/quan-tri/post_office/account/{account.pk}/"
    assert client_of(giang).post(url + "dung/", {"reason": "x"}).status_code == 403
    browser = client_of(hanh)
    browser.post(url + "dung/", {"reason": "wrong text in a template"})
    account.refresh_from_db()
    assert (account.state, account.last_error) == (AccountState.PAUSED, "wrong text in a template")
    line = account.trail.order_by("-pgh_id").first()
    assert line.pgh_context["why"] == "wrong text in a template"
    assert line.pgh_context["by"]
    browser.post(url + "tiep-tuc/", {"reason": "mended"})
    account.refresh_from_db()
    assert account.state == AccountState.OK


def test_the_pace_of_an_account_can_be_set(client_of, hanh, failed):
    account = Account.objects.get()
    url = reverse("admin:post_office_account_change", args=[account.pk])
    assert client_of(hanh).post(url, {"rate": "20", "burst": "40"}).status_code == 302
    account.refresh_from_db()
    assert (account.rate, account.burst, account.state) == (20, 40, AccountState.OK)


def test_chi_telephones_and_wants_no_more_messages(client_of, hanh, chat):
    browser = client_of(hanh)
    url = "/quan-tri/post_office/contact/"
    browser.post(url + "add/", {"channel": "chat", "address": CHI["phone"]})
    contact = Contact.objects.get()
    assert browser.get(f"{url}{contact.pk}/change/").status_code == 200
    browser.post(f"{url}{contact.pk}/dung/", {"reason": "telephoned"})
    assert queue(contacts={"phone": CHI["phone"]}).state == State.SUPPRESSED
    assert contact.entries.get().proof == "telephoned"
    assert AccessLog.objects.filter(about=f"contact:{contact.pk}").exists()


def test_what_is_no_address_makes_no_contact(client_of, hanh):
    answer = client_of(hanh).post("/quan-tri/post_office/contact/add/", {"channel": "email", "address": "chi"})
    assert answer.status_code == 200
    assert not Contact.objects.exists()


# --- the demo phones and the dossier's page ---


def test_the_demo_phone_shows_what_chi_got(client_of, hanh, console):
    seen = client_of(hanh).get(PHONES).text
    assert CHI["phone"] in seen
    assert console.subject in seen
    assert console.text in seen


def test_one_phone_can_be_looked_for(client_of, hanh, console):
    deliver(queue("b", contacts={"phone": "0987654321"}))
    seen = client_of(hanh).get(PHONES, {"q": "0987654321"}).text
    assert CHI["phone"] not in seen


def test_there_are_no_demo_phones_in_production(client_of, hanh, console, settings):
    settings.ENVIRONMENT = "production"
    assert client_of(hanh).get(PHONES).status_code == 404


def drawn_for(officer, rf, about):
    from django.template import Context, Template

    request = rf.get("/")
    request.user = officer
    page = Template("{% load post_office %}{% deliveries_about about %}")
    return page.render(Context({"request": request, "about": about}))


def test_beside_a_dossier_its_own_messages_are_shown(rf, an, failed):
    queue("other", about="dossier:170")
    seen = drawn_for(an, rf, "dossier:17")
    assert seen.count("<time") == 1
    assert failed.text in seen
    assert CHI["phone"] not in seen


def test_a_dossier_without_messages_says_so(rf, an):
    assert "<table" not in drawn_for(an, rf, "dossier:1")


def test_nothing_on_these_pages_is_older_than_it_says(failed):
    assert failed.created_at == NINE
