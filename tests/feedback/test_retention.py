"""A year after a report was closed nobody can tell any more who reported it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from attachments.models import Attachment
from feedback import retention
from feedback.following import Follower
from feedback.log import broken_lines
from feedback.report import Report
from feedback.reporter import Reporter
from tests.attachments.pictures import photo
from tests.feedback.making import at, report

NAME, PHONE, EMAIL = "Quách Thị Canary", "0987654321", "canary.quach@example.org"
CANARIES = ("canary", "Canary", PHONE, "0987 654 321", "QUÁCH THỊ CANARY", "quach thi canary", "chat-canary-7")


def everything():
    """Every text of every table, opened where it is sealed."""
    with connection.cursor() as cursor:
        tables = [
            name for name in connection.introspection.table_names(cursor) if name.startswith(("feedback", "attach"))
        ]
        found = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            found.append((table, str(cursor.fetchall())))
    opened = [str(list(Follower.objects.values_list("contacts", flat=True))), str(list(Reporter.objects.values()))]
    opened += [str(list(Report.objects.values_list("reply_to", flat=True)))]
    return [*found, *(("opened", text) for text in opened)]


@pytest.fixture
def closed(road):
    words = f"Tôi là {NAME}, gọi {PHONE} hoặc 0987 654 321. QUÁCH THỊ CANARY ký tên, tức quach thi canary."
    made = report(
        text=words, extra_text=words, address=f"Nhà {NAME}", reply_to={"chat": "chat-canary-7"}, origin="chat:canary",
        contact={"name": NAME, "phone": PHONE, "email": EMAIL},
    )  # fmt: skip
    same = report(text=f"Cũng là {NAME}", contact={"name": NAME, "phone": PHONE})
    Attachment.objects.take(photo(), door="web", about=made.about, at=at())
    Follower.begin(made, {"email": EMAIL}, at=at(), confirmed=True)
    made.assign(road.unit, by=road.khoa, at=at(minute=5))
    same.merge_into(made, by=road.khoa, at=at(minute=6))
    made.note(f"Đã gọi {NAME}.", by=road.an, at=at(minute=7))
    made.hear(f"{NAME} đây, còn hư.", at=at(minute=8), through="chat")
    made.answer(f"Đã sửa cho bà {NAME}.", outcome="fixed", by=road.an, at=at(minute=9))
    made.publish(by=road.khoa, at=at(minute=10))
    made.rate(satisfaction=3, note=f"Cảm ơn, {NAME}", at=at(minute=11))
    made.close(at=at(minute=12))
    return made


def test_a_planted_name_is_found_nowhere_any_more(closed, capsys):
    assert any(canary in text for _table, text in everything() for canary in CANARIES)
    assert retention.forget(at=at() + timedelta(days=364)) == 0
    assert retention.forget(at=at() + timedelta(days=366)) == 2
    left = [(table, canary) for table, text in everything() for canary in CANARIES if canary in text]
    assert left == []
    assert not Attachment.objects.filter(about=closed.about).exists()


def test_what_was_done_and_when_stays_and_its_chain_holds(closed):
    before = list(closed.log.values_list("verb", "at", "by_id"))
    retention.forget(at=at() + timedelta(days=366))
    closed.refresh_from_db()
    assert list(closed.log.values_list("verb", "at", "by_id")) == before
    assert broken_lines(closed) == []
    assert (closed.outcome, closed.category_id) == ("fixed", closed.category_id)
    assert closed.text


def test_it_can_be_run_again_and_forgets_nothing_that_is_open(closed, road):
    open_one = road.to("in_progress", text="Đèn khác.", contact={"phone": "0911111111"})
    call_command("forget_reports")
    assert retention.forget(at=at() + timedelta(days=366)) == 2
    assert retention.forget(at=at() + timedelta(days=367)) == 0
    assert Reporter.objects.filter(report=open_one).exists()
