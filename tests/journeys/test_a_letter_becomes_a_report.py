"""Chi writes a letter with a photo; it becomes a report, the answer stands below her letter, what she writes back
belongs to it, and no machine can make us write for ever. Over real IMAP and SMTP."""

import threading
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import time_machine

from attachments.models import Attachment
from feedback.log import LogEntry
from feedback.pictures import AwaitedPicture
from feedback.report import Report
from portal.channels import tasks
from portal.channels.base import TryAgain, adapter_for
from portal.channels.inbound import InboundMessage
from portal.channels.models import Delivery
from portal.channels.states import Reason, State
from portal.tasks import fetch_pictures
from tests.channels.fakes import HCM, NINE
from tests.channels.imapserver import DROP, SILENCE, imap_server
from tests.channels.mailserver import mail_server
from tests.channels.test_letters import letter
from tests.feedback.making import make_category

pytestmark = pytest.mark.django_db(transaction=True)
OURS = "hotro@motcua.example"


@pytest.fixture(autouse=True)
def post(settings, calendar, my_tho):
    """Where our letters go to, and who takes them there."""
    make_category("o-ga", "Ổ gà", keywords="ổ gà, mặt đường", photo="needed")
    make_category("viec-khac", "Việc khác", place=False)
    settings.CHANNEL_LADDER = ["email"]
    settings.EMAIL_URL, settings.EMAIL_TIMEOUT = "smtp://127.0.0.1", 2
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = settings.AUTHORITY_EMAIL = OURS
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield server


@pytest.fixture
def box(settings):
    with imap_server() as server:
        settings.MAIL_IN_URL = server.url
        yield server


def work(at=NINE):
    """A minute of the portal: letters are fetched, read and answered."""
    with time_machine.travel(at, tick=False):
        tasks.collect()
        for message in InboundMessage.objects.filter(state="stored").order_by("pk"):
            message.handle(at=at)
        for delivery in Delivery.objects.filter(state="queued"):
            delivery.deliver(at=at)


def raw(answer_to, text, *, number, subject=None, **fields):
    """What somebody's program sends when they press "reply"."""
    head = {
        "From": "Trần Thị Chi <chi@example.org>", "To": OURS, "Message-ID": f"<{number}@mail.example.org>",
        "Subject": f"Re: {answer_to['Subject']}" if subject is None else subject,
        "In-Reply-To": answer_to["Message-ID"], "Content-Type": "text/plain; charset=utf-8", **fields,
    }  # fmt: skip
    lines = "".join(f"{name}: {value}\n" for name, value in head.items() if value)
    return f"{lines}\n{text}\n".encode()


def test_a_letter_with_a_photo_is_a_report_and_its_answer_stands_below_it(box, post):
    box.post(letter("iphone_with_photo"))
    work()
    message, made = InboundMessage.objects.get(), Report.objects.get()
    assert (message.state, message.for_people, made.shown_code in message.words) == ("handled", False, True)
    assert (made.category.code, made.channel, made.origin) == ("o-ga", "email", "email:<iphone@mail.example.org>")
    assert made.reporter.name == "Trần Thị Chi"
    assert AwaitedPicture.objects.get().report == made
    with time_machine.travel(NINE, tick=False):
        fetch_pictures()
    assert [photo.is_photo for photo in Attachment.objects.about(made.about)] == [True]
    [answer] = post.mails
    assert answer["In-Reply-To"] == answer["References"] == "<iphone@mail.example.org>"
    assert answer["Auto-Submitted"] == "auto-replied"
    assert made.shown_code in answer["Subject"]
    assert box.unread() == []


def test_what_chi_writes_back_belongs_to_her_report_by_its_code_or_by_what_she_answers(box, post):
    box.post(letter("utf8_8bit"))
    work()
    [answer] = post.mails
    box.post(raw(answer, "Hôm nay có người té.", number="b1"))
    box.post(raw(answer, "Rất gấp.", number="b2", subject="Bổ sung"))
    work(NINE + timedelta(hours=1))
    made = Report.objects.get()
    assert [entry.note for entry in made.log.filter(verb="citizen_said").order_by("pk")] == [
        "Hôm nay có người té.",
        "Rất gấp.",
    ]
    assert len(post.mails) == 1


def test_a_stranger_who_answers_in_her_thread_adds_nothing_to_it(box, post):
    box.post(letter("utf8_8bit"))
    work()
    box.post(raw(post.mails[0], "Tôi chen vào.", number="x1", **{"From": "x@example.net"}))
    work(NINE + timedelta(hours=1))
    assert Report.objects.count() == 2
    assert not LogEntry.objects.filter(verb="citizen_said").exists()


def test_an_officers_answer_stands_below_the_letter_too(box, post, khoa, an, my_tho):
    box.post(letter("utf8_8bit"))
    work()
    made = Report.objects.get()
    made.assign(my_tho, by=khoa, at=NINE + timedelta(minutes=5))
    made.answer("Đã vá.", outcome="fixed", by=an, at=NINE + timedelta(hours=3), has_photo_after=True)
    made.publish(by=khoa, at=NINE + timedelta(hours=4))
    work(NINE + timedelta(hours=5))
    to_chi = [mail for mail in post.mails if mail["To"] == "chi@example.org"]
    assert len(to_chi) > 1
    assert {mail["In-Reply-To"] for mail in to_chi} == {"<utf8@mail.example.org>"}


# --- nothing twice, nothing lost ------------------------------------------------------------------------------------
def test_after_a_crash_between_storing_and_marking_the_letter_is_there_once(box, post):
    box.post(letter("utf8_8bit"))
    box.faults["STORE", ""] = DROP
    work()
    assert (InboundMessage.objects.count(), box.unread()) == (1, [1])
    box.faults.clear()
    work(NINE + timedelta(minutes=1))
    assert (InboundMessage.objects.count(), Report.objects.count(), len(post.mails)) == (1, 1, 1)
    assert box.unread() == []


def test_two_workers_do_not_visit_the_mailbox_together(box):
    box.post(letter("utf8_8bit"))
    box.faults["SEARCH", ""] = SILENCE
    adapter, ended = adapter_for("email"), []

    def visit():
        try:
            InboundMessage.objects.collect(adapter, at=NINE)
        except TryAgain as error:
            ended.append(error)

    first = threading.Thread(target=visit)
    first.start()
    while not any(said.startswith("SEARCH") for said in box.said):
        pass
    assert InboundMessage.objects.collect(adapter, at=NINE) is None
    box.closing.set()  # the server hangs up on the first
    first.join()
    assert len(ended) == 1
    box.faults.clear()
    assert InboundMessage.objects.collect(adapter, at=NINE) == 1


# --- no machine makes us write for ever -----------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["vacation", "mailing_list", "noreply", "our_own", "another_house", "bounce_delayed"])
def test_to_a_machine_and_to_ourselves_nothing_is_written(box, post, name):
    box.post(letter(name))
    work()
    assert (Report.objects.count(), Delivery.objects.count(), post.mails) == (0, 0, [])
    message = InboundMessage.objects.get()
    assert (message.state, message.for_people) == ("handled", False)


@pytest.mark.parametrize("name", ["no_from", "spoofed"])
def test_a_doubtful_letter_waits_for_a_person_and_nobody_is_written_to(box, post, settings, name):
    settings.MAIL_AUTHSERV_ID = "mx.motcua.example"
    box.post(letter(name))
    work()
    assert InboundMessage.objects.get().for_people
    assert (Report.objects.count(), Delivery.objects.count()) == (0, 0)


def test_two_houses_that_write_to_each_other_stop_at_once(box, post, settings):
    box.post(letter("utf8_8bit"))
    work()
    [ours] = post.mails
    settings.DEFAULT_FROM_EMAIL = settings.AUTHORITY_EMAIL = "lienhe@cantho.example"  # now we are the other house
    box.post(ours.as_bytes())
    work(NINE + timedelta(minutes=1))
    assert (Report.objects.count(), len(post.mails)) == (1, 1)


def test_where_a_relay_took_our_marks_away_two_houses_still_stop(box, post, settings):
    box.post(letter("utf8_8bit"))
    work()
    for minute in range(1, 5):
        last = message_from_bytes(post.mails[-1].as_bytes(), policy=policy.default)
        box.post(raw(last, last.get_content(), number=f"m{minute}"))
        work(NINE + timedelta(minutes=minute))
    assert (Report.objects.count(), len(post.mails)) == (1, 1)


def test_a_machine_that_hides_what_it_is_gets_ten_answers_and_then_a_person_looks(box, post):
    for minute in range(14):
        bare = {"Subject": "x", "Message-ID": None}
        when = f"23-Nov-2026 09:{minute:02}:00 +0700"
        box.post(raw(bare, f"Tôi đi vắng lần {minute}.", number=f"n{minute}", subject="Vắng"), came_at=when)
        work(NINE + timedelta(minutes=minute))
    assert (Report.objects.count(), len(post.mails)) == (10, 10)
    assert InboundMessage.objects.filter(for_people=True).count() == 4


def test_a_letter_of_ours_that_comes_back_is_marked_as_failed(box, post):
    box.post(letter("utf8_8bit"))
    work()
    sent = Delivery.objects.get()
    invented = b"<0123456789abcdef0123456789abcdef@motcua.example>"
    box.post(letter("bounce").replace(invented, sent.external_id.encode()))
    work(NINE + timedelta(minutes=2))
    sent.refresh_from_db()
    assert (sent.state, sent.reason) == (State.FAILED, Reason.UNREACHABLE)
    assert Report.objects.count() == 1


def test_letters_are_heard_at_the_hour_they_came(box):
    box.post(letter("date_2099"), came_at="23-Nov-2026 08:59:00 +0700")
    work()
    assert InboundMessage.objects.get().occurred_at == NINE.astimezone(HCM) - timedelta(minutes=1)
