"""Channels that do as the test says, and the hours of one Monday."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from portal.channels import outbox
from portal.channels.base import Adapter, Arrival, Incoming, Receipt, SendError
from portal.channels.models import Delivery

HCM = ZoneInfo("Asia/Ho_Chi_Minh")
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=HCM)
CHI = {"email": "chi@example.org", "phone": "0912345678"}


class Scripted(Adapter):
    """Plays `script` (receipts, errors) from its start, then says "sent"; keeps the letters it was given."""

    def __init__(self):
        self.forget()

    def forget(self):
        self.script, self.answers, self.letters, self.ready = [], [], [], True
        self.resend_is_safe = self.confirms_delivery = self.tells_arrival = False
        self.receipt_timeout = timedelta(minutes=15)
        self.rate, self.burst = None, 1

    def is_ready(self):
        return self.ready

    def send(self, letter):
        self.letters.append(letter)
        step = self.script.pop(0) if self.script else Receipt(external_id=f"m-{len(self.letters)}")
        if isinstance(step, (SendError, ArithmeticError)):
            raise step
        return step

    def arrived(self, external_id):
        return self.reconcile(external_id)

    def reconcile(self, letter):
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer


class Chat(Scripted):
    address_kind = "phone"


class Mail(Scripted):
    address_kind = "email"


def queue(key="dossier:17:log:1", **changes):
    """A message to Chi about her dossier at nine in the morning."""
    order = {
        "kind": "note",
        "contacts": CHI,
        "params": {"code": "H20.30-261123-0001", "step": "Đang xử lý"},
        "lane": "dossier",
        "about": "dossier:17",
        "at": NINE,
    }
    return outbox.queue(key=key, **(order | changes))


def deliver(delivery, at=NINE):
    """As the task does it: with an object of its own."""
    Delivery.objects.get(pk=delivery.pk).deliver(at=at)
    delivery.refresh_from_db()
    return delivery


def after(**delta):
    return NINE + timedelta(**delta)


class Wall(Chat):
    """Where people write for everybody to read: what comes in is JSON of what it says."""

    def open(self, body, headers, *, at):
        return [Arrival(mark=body.decode()[:200], event="post", body=body.decode(), occurred_at=at)]

    def read(self, event, body):
        return Incoming(at=NINE, **json.loads(body))
