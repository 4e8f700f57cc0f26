"""Email over a real SMTP conversation that breaks off wherever it can."""

import socket
from datetime import timedelta

import pytest
from django.core import mail as django_mail

from portal.channels.base import adapter_for
from portal.channels.models import Account, Contact, Delivery
from portal.channels.states import Reason, State
from tests.channels.fakes import CHI, NINE, after, deliver, queue
from tests.channels.mailserver import DROP, SILENCE, mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    settings.CHANNEL_LADDER = ["email"]
    settings.EMAIL_URL = "smtp://127.0.0.1"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "Một Cửa Đồng Tháp <hotro@motcua.example>"
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_TIMEOUT = 0.5
        yield server


def test_chi_gets_a_mail_that_reads_like_one(server):
    delivery = deliver(queue())
    (message,) = server.mails
    assert message["To"] == CHI["email"]
    assert message["Subject"] == "Hồ sơ H20.30-261123-0001 có tin mới"
    assert message.get_content().strip() == "Hồ sơ H20.30-261123-0001 đã chuyển sang bước: Đang xử lý."
    assert str(message["From"]) == "Một Cửa Đồng Tháp <hotro@motcua.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "vi"
    assert message["List-Unsubscribe"] is None
    assert message["Message-ID"] == delivery.external_id == f"<{delivery.reference.hex}@motcua.example>"


def test_a_line_that_begins_with_a_dot_arrives_whole(server):
    deliver(queue(params={"code": "x", "step": "\n.\n..hai chấm\nhết"}))
    assert ".\n..hai chấm\nhết." in server.mails[0].get_content().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("step", "reply", "state", "reason"),
    [
        ("CONNECT", "421 too busy", State.QUEUED, ""),
        ("CONNECT", DROP, State.QUEUED, ""),
        ("CONNECT", SILENCE, State.QUEUED, ""),
        ("EHLO", DROP, State.QUEUED, ""),
        ("MAIL", "451 later", State.QUEUED, ""),
        ("MAIL", "550 you may not send", State.QUEUED, Reason.ACCOUNT),
        ("RCPT", "450 mailbox busy", State.QUEUED, ""),
        ("RCPT", "550 no such user", State.FAILED, Reason.UNREACHABLE),
        ("RCPT", DROP, State.QUEUED, ""),
        ("DATA", "452 full", State.QUEUED, ""),
        ("DATA", "554 no", State.FAILED, Reason.REJECTED),
        ("DATA", DROP, State.QUEUED, ""),
        ("DATA", SILENCE, State.QUEUED, ""),
        ("TEXT", "451 greylisted", State.QUEUED, ""),
        ("TEXT", "554 looks like spam", State.FAILED, Reason.REJECTED),
        ("TEXT", DROP, State.UNKNOWN, ""),
        ("TEXT", SILENCE, State.UNKNOWN, ""),
        ("TEXT", "what?", State.UNKNOWN, ""),
        ("QUIT", DROP, State.SENT, ""),
        ("QUIT", SILENCE, State.SENT, ""),
        ("QUIT", "554 rude", State.SENT, ""),
    ],
)
def test_where_the_conversation_breaks_decides_what_is_known(server, step, reply, state, reason):
    server.faults[step] = reply
    delivery = deliver(queue())
    assert (delivery.state, delivery.reason) == (state, reason)
    if state in (State.QUEUED, State.FAILED):
        assert server.mails == []


def test_a_server_that_is_not_there_is_tried_again(server, settings):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = unused.getsockname()[1]
    delivery = deliver(queue())
    assert (delivery.state, delivery.retries) == (State.QUEUED, 1)
    assert "no connection" in delivery.attempts.get().detail


@pytest.mark.parametrize(("reply", "account_state"), [("535 wrong password", "disabled"), ("454 later", "ok")])
def test_a_refused_log_in_stops_the_account_but_loses_nothing(server, settings, reply, account_state):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "hotro", "x"
    server.faults["AUTH"] = reply
    delivery = deliver(queue())
    assert delivery.state == State.QUEUED
    assert Account.objects.get().state == account_state


def test_the_words_of_a_refusal_are_kept_without_the_address(server):
    server.faults["RCPT"] = f"550 5.1.1 <{CHI['email']}>: no such user"
    assert deliver(queue()).attempts.get().detail == "RCPT: 550 5.1.1 <…>: no such user"


def test_an_answer_that_got_lost_is_repeated_once_under_the_same_number(server):
    server.faults["TEXT"] = DROP
    delivery = deliver(queue())
    at = after(seconds=32)
    Delivery.objects.get().clear(at=at)
    deliver(delivery, at=at)
    for wait in (32, 125, 605):
        Delivery.objects.get().clear(at=at + timedelta(seconds=wait))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.needs_person) == (State.UNKNOWN, True)
    assert [message["Message-ID"] for message in server.mails] == [f"<{delivery.reference.hex}@motcua.example>"] * 2


def test_news_can_be_stopped_by_one_click(server, settings):
    settings.BASE_URL = "https://motcua.example"
    contact = Contact.objects.at(channel="email", address=CHI["email"])
    contact.consent("news", at=NINE, through="web", text_version="1")
    deliver(queue(lane="bulk", purpose="news"))
    (message,) = server.mails
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = message["List-Unsubscribe"].replace("\r\n", "").replace(" ", "").strip("<>")
    assert url.startswith("https://motcua.example/tin-nhan/dung/")
    token = url.rstrip("/").rpartition("/")[2]
    assert Contact.objects.check_stop_token(token) == ["email", contact.address_index, "news"]


def test_another_backend_of_django_that_fails_leaves_doubt(server, settings, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver(queue("a")).state == State.SENT
    assert len(django_mail.outbox) == 1
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", lambda self, _: 1 / 0)
    assert deliver(queue("b")).state == State.UNKNOWN


def test_an_answer_names_the_letter_it_answers_and_nothing_but_a_number_comes_into_its_head(server):
    deliver(queue("a", contacts={**CHI, "in_reply_to": "<m1@mail.example.org>"}))
    deliver(queue("b", contacts={**CHI, "in_reply_to": "<m1@mail.example.org>\r\nBcc: all@example.org"}))
    answer, forged = server.mails
    assert answer["In-Reply-To"] == answer["References"] == "<m1@mail.example.org>"
    assert (answer["Auto-Submitted"], answer["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert forged["In-Reply-To"] is None
    assert forged["Bcc"] is None


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Chi@Example.ORG ", "Chi@example.org"),
        ("chi@example", None),
        ("chị@example.org", None),
        ("a@b.vn\nBcc: all@b.vn", None),
        ("", None),
        (None, None),
    ],
)
def test_only_what_is_an_address_is_used_as_one(typed, address):
    assert adapter_for("email").address_from({"email": typed}) == address


def test_without_a_mail_server_in_the_settings_mail_is_no_way(settings):
    settings.EMAIL_URL = ""
    assert not adapter_for("email").is_ready()
