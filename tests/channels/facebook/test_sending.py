"""An answer goes where it was said, once, whatever happens on the way."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from portal.channels import outbox
from portal.channels.accounts import AccountState
from portal.channels.base import adapter_for
from portal.channels.facebook import hiding, rest
from portal.channels.inbound import InboundMessage
from portal.channels.models import Account, Delivery, Grant
from portal.channels.states import Reason, State
from tests.channels.facebook.conftest import WAYS, deliver, hears, promise, said_by_us, take_in

LOST = ["drop_after", "http_500", "malformed"]


@pytest.fixture
def hole(sandbox):
    """The number of Chi's comment."""
    return sandbox.on_facebook("chi", "comment", text="Ổ gà số 12")["id"]


@pytest.fixture
def chi(sandbox):
    """Chi's number at our Page; she has just written to it."""
    sandbox.on_facebook("chi", "text", text="Hồ sơ của tôi đến đâu rồi?")
    hears(sandbox, event="message")
    Delivery.objects.all().delete()  # what our own chat promised her
    return {"facebook": sandbox.psid("chi")}


def in_thread(number):
    return {"facebook_thread": number}


# --- in public ------------------------------------------------------------------------------------------------------
def test_an_officers_answer_stands_under_the_comment(sandbox, hole, an):
    message = hears(sandbox, event="feed.comment.add")
    assert message.for_people
    delivery = deliver(outbox.answer(message, "Tổ giao thông đang vá.", by=an, at=now()))
    assert (delivery.state, delivery.channel) == (State.SENT, "facebook-thread")
    (effect,) = said_by_us(sandbox, kind="comment")
    assert effect["data"]["parent"] == hole
    assert "Tổ giao thông đang vá." in effect["text"]


def test_a_visitors_post_is_answered_under_it(sandbox):
    post = sandbox.on_facebook("chi", "post", text="Đèn hỏng")["id"]
    incoming = hears(sandbox, event="feed.status.add").incoming
    assert deliver(promise(contacts=incoming.answer_to)).state == State.SENT
    assert said_by_us(sandbox, kind="comment")[0]["data"]["parent"] == post


def test_a_picture_goes_with_the_answer(sandbox, hole):
    photo = "https://motcua.example/anh/1.jpg"
    deliver(promise(contacts=in_thread(hole), params={"text": "Đã vá xong", "photos": [photo]}))
    assert photo in sandbox.http.get("/wall").text


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_answer_leaves_a_doubt_that_reading_the_thread_ends(sandbox, hole, kind):
    sandbox.fault(kind, "facebook.comment", times=1)
    delivery = deliver(promise(contacts=in_thread(hole)))
    assert delivery.state == State.UNKNOWN
    delivery.clear(at=delivery.check_at)
    assert delivery.state == State.SENT
    assert len(said_by_us(sandbox, kind="comment")) == 1


def test_an_answer_to_an_answer_is_found_where_the_platform_puts_it(sandbox, hole):
    first = deliver(promise(contacts=in_thread(hole)))
    deeper = sandbox.on_facebook("chi", "comment", under=first.external_id, text="Chưa thấy ai")["id"]
    sandbox.fault("drop_after", "facebook.comment", times=1)
    second = deliver(promise(contacts=in_thread(deeper), key="report:17:answer:2", params={"text": "Chiều nay."}))
    second.clear(at=second.check_at)
    assert second.state == State.SENT
    assert len(said_by_us(sandbox, kind="comment")) == 2


def test_the_same_words_of_another_answer_end_no_doubt(sandbox, hole):
    deliver(promise(contacts=in_thread(hole)))
    sandbox.fault("refuse", "facebook.comment", times=1, code=2)
    second = deliver(promise(contacts=in_thread(hole), key="report:18:answer:1"))
    assert second.state == State.UNKNOWN
    second.clear(at=second.check_at)
    assert second.external_id == ""


def test_what_the_platform_calls_a_duplicate_may_be_our_own_lost_success(sandbox, hole):
    sandbox.fault("refuse", "facebook.comment", times=1, code=506, processed=True)
    delivery = deliver(promise(contacts=in_thread(hole)))
    assert delivery.state == State.UNKNOWN
    delivery.clear(at=delivery.check_at)
    assert delivery.state == State.SENT


def test_a_comment_that_is_gone_is_reached_no_more(sandbox, hole):
    sandbox.on_facebook("chi", "remove", id=hole)
    delivery = deliver(promise(contacts=in_thread(hole)))
    assert (delivery.state, delivery.reason) == (State.FAILED, Reason.UNREACHABLE)


def test_what_offends_is_hidden_and_shown_again(sandbox, hole):
    assert hiding.may_be_hidden(hole)
    assert hiding.hide(hole) is True
    assert hiding.hide(hole) is True
    assert hiding.hide(hole, hidden=False) is False
    take_in(sandbox)
    waiting = InboundMessage.objects.filter(for_people=True)
    assert set(waiting.values_list("event", flat=True)) == {"feed.comment.add"}


# --- in private -----------------------------------------------------------------------------------------------------
def test_within_a_day_of_her_word_chi_is_answered(sandbox, chi):
    delivery = deliver(promise(contacts=chi))
    assert delivery.state == State.SENT
    (effect,) = said_by_us(sandbox, to="chi")
    assert (effect["tracking_id"], effect["message_id"]) == (delivery.reference.hex, delivery.external_id)


def silent_for(sandbox, **time):
    """Her word is so long ago, here and there."""
    ago = timedelta(**time)
    InboundMessage.objects.update(occurred_at=now() - ago)
    sandbox.on_facebook("chi", "change", last_word=(now() - ago).timestamp())


@pytest.mark.parametrize(("days", "kind", "approved", "state"), [
    (2, "chat_from_officer", True, State.SENT), (2, "chat_from_officer", False, State.FAILED),
    (2, "chat_thanks", True, State.FAILED), (8, "chat_from_officer", True, State.FAILED),
])  # fmt: skip
def test_later_only_a_person_may_answer_for_a_week_where_that_is_approved(
    sandbox, chi, settings, days, kind, approved, state
):
    settings.FACEBOOK_HUMAN_AGENT = approved
    sandbox.page_settings(human_agent=approved)
    silent_for(sandbox, days=days)
    calls = sandbox.look("calls")["counted"]
    delivery = deliver(promise(contacts=chi, kind=kind))
    assert delivery.state == state
    if state == State.FAILED:  # we know it ourselves: nothing is asked
        assert delivery.reason == Reason.UNREACHABLE
        assert sandbox.look("calls")["counted"] == calls


def test_a_message_may_say_of_itself_that_a_person_wrote_it(sandbox, chi, settings):
    settings.FACEBOOK_HUMAN_AGENT = True
    sandbox.page_settings(human_agent=True)
    silent_for(sandbox, days=2)
    assert deliver(promise(contacts=chi, kind="chat_thanks", params={"by_person": True})).state == State.SENT


def test_who_never_wrote_is_told_by_the_next_channel(sandbox, mail):
    contacts = {"facebook": sandbox.psid("lan"), "email": "lan@example.org"}
    assert deliver(promise(contacts=contacts)).state == State.FAILED
    assert deliver(Delivery.objects.get(rung=1)).channel == "mail"


def test_the_progress_of_a_dossier_is_no_matter_for_here(sandbox, chi):
    delivery = promise(contacts=chi, kind="note", lane="dossier")
    assert (delivery.state, delivery.reason) == (State.SUPPRESSED, Reason.NO_CHANNEL)


@pytest.mark.parametrize("kind", LOST)
def test_the_echo_ends_a_doubt(sandbox, chi, kind):
    sandbox.fault(kind, "facebook.messages", times=1)
    delivery = deliver(promise(contacts=chi))
    assert delivery.state == State.UNKNOWN
    take_in(sandbox)
    delivery.refresh_from_db()
    assert delivery.state in (State.SENT, State.DELIVERED)
    assert delivery.external_id == said_by_us(sandbox, to="chi")[0]["message_id"]


def test_without_an_echo_the_conversation_is_read(sandbox, chi):
    sandbox.page_settings(echo=False)
    sandbox.fault("drop_after", "facebook.messages", times=1)
    delivery = deliver(promise(contacts=chi))
    delivery.clear(at=delivery.check_at)
    assert delivery.state == State.SENT
    assert len(said_by_us(sandbox, to="chi")) == 1


def test_a_receipt_proves_that_it_arrived(sandbox, chi):
    delivery = deliver(promise(contacts=chi))
    take_in(sandbox)
    delivery.refresh_from_db()
    assert delivery.state == State.DELIVERED


def test_what_can_be_chosen_is_shown_and_says_what_it_stands_for(sandbox, chi):
    buttons = [["Tra cứu hồ sơ bằng mã số trên giấy hẹn", "#tracuu"], ["Trang chủ", "https://motcua.example/"]]
    deliver(promise(contacts=chi, params={"text": "Chọn", "buttons": buttons}))
    (effect,) = said_by_us(sandbox, to="chi")
    assert "Trang chủ: https://motcua.example/" in effect["text"]
    sandbox.on_facebook("chi", "press", message_id=effect["message_id"], choice=0)
    assert hears(sandbox, event="message").incoming.text == "#tracuu"


# --- one word in private --------------------------------------------------------------------------------------------
def test_who_wrote_in_public_gets_one_word_in_private(sandbox, hole):
    incoming = hears(sandbox, event="feed.comment.add").incoming
    assert deliver(promise(contacts=incoming.private_to)).channel == "facebook-private"
    again = deliver(promise(contacts=incoming.private_to, key="report:17:answer:2"))
    assert (again.state, len(said_by_us(sandbox, kind="private_reply"))) == (State.FAILED, 1)


@pytest.mark.parametrize("kind", LOST)
def test_after_a_doubt_the_platforms_no_means_that_the_first_has_passed(sandbox, hole, kind):
    incoming = hears(sandbox, event="feed.comment.add").incoming
    sandbox.fault(kind, "facebook.messages", times=1)
    delivery = deliver(promise(contacts=incoming.private_to))
    assert delivery.state == State.UNKNOWN
    delivery.clear(at=delivery.check_at)
    assert deliver(delivery, at=delivery.not_before).state == State.SENT
    assert len(said_by_us(sandbox, kind="private_reply")) == 1


# --- what stops us --------------------------------------------------------------------------------------------------
def states():
    return {Account.objects.of(name).state for name in WAYS}


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 467, 492])
def test_a_dead_token_stops_the_accounts_loses_nothing_and_is_told_once(sandbox, hole, hanh, subcode):
    hanh.email = "hanh@dongthap.example"
    hanh.save()
    sandbox.page_settings(token_valid=False, token_subcode=subcode)
    delivery = deliver(promise(contacts=in_thread(hole)))
    assert delivery.state == State.QUEUED
    assert states() == {AccountState.NEEDS_CONSENT}
    assert str(subcode) in Grant.objects.get().refusal
    assert Delivery.objects.filter(kind="grant_refused").count() == 1


def test_a_token_that_works_again_lets_everything_go_on_by_itself(sandbox, hole):
    sandbox.page_settings(token_valid=False)
    delivery = deliver(promise(contacts=in_thread(hole)))
    sandbox.page_settings(token_valid=True)
    adapter_for("facebook").renew(at=now())
    assert states() == {AccountState.OK}
    delivery.refresh_from_db()
    assert deliver(delivery, at=delivery.not_before).state == State.SENT
    assert len(said_by_us(sandbox, kind="comment")) == 1


@pytest.mark.parametrize("code", [4, 17, 32, 341, 613, 80001])
def test_too_many_calls_let_the_account_rest_as_long_as_the_platform_says(sandbox, hole, code):
    sandbox.page_settings(regain_minutes=19)
    sandbox.fault("refuse", "facebook.comment", times=1, code=code)
    delivery = deliver(promise(contacts=in_thread(hole)))
    account = Account.objects.of("facebook-thread")
    assert (delivery.state, account.state) == (State.QUEUED, AccountState.THROTTLED)
    assert timedelta(minutes=18) < account.throttled_until - now() <= timedelta(minutes=20)


def test_above_ninety_percent_we_stop_by_ourselves(sandbox, hole):
    sandbox.page_settings(page_usage=91, regain_minutes=7)
    assert deliver(promise(contacts=in_thread(hole))).state == State.SENT
    assert Account.objects.of("facebook-thread").state == AccountState.THROTTLED
    assert Account.objects.of("facebook").state == AccountState.OK
    assert rest.last_seen()["pages"].percent == 91


def test_a_broken_rule_rests_us_for_a_day_and_a_person_has_to_look(sandbox, hole):
    sandbox.page_settings(blocked=True)
    deliver(promise(contacts=in_thread(hole)))
    assert Account.objects.of("facebook-thread").throttled_until - now() > timedelta(hours=24)
    take_in(sandbox)
    warning = InboundMessage.objects.get(event="warning")
    assert warning.for_people
    assert "368" in warning.incoming.text


def test_a_page_that_is_barred_rests_half_an_hour_and_then_twice_that_up_to_four(sandbox, chi):
    sandbox.page_settings(barred=True)
    at, rests = now(), []
    delivery = promise(contacts=chi, expires_at=now() + timedelta(days=2))
    for _ in range(5):
        barred = type("Barred", (Exception,), {})("10/1893063 barred")
        until = rest.longer(barred, at=at).until
        assert rest.longer(barred, at=at + timedelta(seconds=5)).until == until  # another worker, at the same moment
        rests.append((until - at).total_seconds() / 3600)
        at = until
    assert rests == [0.5, 1, 2, 4, 4]
    assert delivery.state == State.QUEUED
    Account.objects.of("facebook").has_answered(at)
    assert rest.longer(Exception("10/1893063"), at=at).until - at == timedelta(minutes=30)


def test_barred_from_messages_the_page_still_answers_in_public(sandbox, chi, hole):
    sandbox.page_settings(barred=True)
    assert deliver(promise(contacts=chi)).state == State.QUEUED
    assert Account.objects.of("facebook-private").state == AccountState.THROTTLED
    assert deliver(promise(contacts=in_thread(hole), key="report:18:answer:1")).state == State.SENT


def test_a_right_that_is_missing_stops_the_account_until_a_person_has_mended_it(sandbox, hole):
    sandbox.fault("refuse", "facebook.comment", times=1, code=200)
    assert deliver(promise(contacts=in_thread(hole))).state == State.QUEUED
    assert Account.objects.of("facebook-thread").state == AccountState.DISABLED


def test_what_surely_never_left_is_sent_again(sandbox, hole, settings):
    good, settings.FACEBOOK_GRAPH_URL = settings.FACEBOOK_GRAPH_URL, "http://127.0.0.1:9"
    delivery = deliver(promise(contacts=in_thread(hole)))
    assert delivery.state == State.QUEUED
    settings.FACEBOOK_GRAPH_URL = good
    assert deliver(delivery, at=delivery.not_before).state == State.SENT
    assert len(said_by_us(sandbox, kind="comment")) == 1


# --- our own words come back ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("names", [True, False])
def test_our_own_answer_comes_back_and_nobody_is_asked_to_answer_it(sandbox, hole, names):
    sandbox.page_settings(names=names)
    take_in(sandbox)
    assert InboundMessage.objects.filter(for_people=True).count() == 1
    deliver(promise(contacts=in_thread(hole)))
    take_in(sandbox)
    assert InboundMessage.objects.filter(event="feed.comment.add").count() == 2
    assert InboundMessage.objects.filter(for_people=True).count() == 1


def test_a_nameless_comment_under_an_answer_in_doubt_waits_until_the_doubt_has_ended(sandbox, hole):
    sandbox.page_settings(names=False)
    take_in(sandbox)
    sandbox.fault("drop_after", "facebook.comment", times=1)
    delivery = deliver(promise(contacts=in_thread(hole)))
    take_in(sandbox)
    ours = InboundMessage.objects.latest("pk")
    assert (ours.state, ours.for_people) == ("stored", False)
    delivery.clear(at=delivery.check_at)
    assert delivery.state == State.SENT
    ours.handle(at=now())
    ours.refresh_from_db()
    assert (ours.state, ours.for_people) == ("handled", False)
