"""Many answers in a storm of one fault: nothing is lost, nobody gets anything twice, every doubt ends.

The clock of this process is moved on between the rounds, as beat and the sweep would come by.
"""

from collections import Counter
from datetime import timedelta

import time_machine
from django.utils.timezone import now

from portal.channels.models import Delivery
from portal.channels.states import State
from tests.channels.facebook.conftest import promise, take_in

INTENT = "storm:"
# fault -> what is switched on at the sandbox for it
FAULTS = {
    "the connection is cut before anything happened": {"kind": "drop_before", "share": 0.3},
    "it was done and the connection was cut": {"kind": "drop_after", "share": 0.3},
    "it was done and answered with 500": {"kind": "http_500", "share": 0.3},
    "nothing was done and answered with 503": {"kind": "http_503", "share": 0.3},
    "it was done and the answer was broken": {"kind": "malformed", "share": 0.3},
    "too many calls": {"kind": "rate_limit", "share": 0.02},
    "an unknown error, says the platform, who did it": {"kind": "refuse", "code": 2, "processed": True, "share": 0.3},
    "an unknown error, says the platform": {"kind": "refuse", "code": 1, "share": 0.3},
    "a duplicate, says the platform, who did it": {"kind": "refuse", "code": 506, "processed": True, "share": 0.3},
    "nobody is there": {"kind": "refuse", "code": 551, "share": 0.3},
}
ROUNDS = [timedelta(0), timedelta(seconds=40), timedelta(minutes=3), timedelta(minutes=12), timedelta(minutes=30)]
ROUNDS += [timedelta(minutes=45), timedelta(hours=2)]
SETTLED = {State.SENT, State.DELIVERED, State.FAILED}


def in_public(sandbox, n):
    """Contacts of an answer, and whose it is in the ledger."""
    number = sandbox.on_facebook("chi", "comment", text=f"Ổ gà số {n}")["id"]
    return {"facebook_thread": number}, number


def once_in_private(sandbox, n):
    contacts, number = in_public(sandbox, n)
    return {"facebook_private": f"comment:{number}"}, f"Trả lời {n}"


def in_private(sandbox, n):
    person = sandbox.control("people", name=f"Công dân {n}", phone=f"09011{n:05d}")["id"]
    sandbox.on_facebook(person, "text", text="Xin hỏi")
    return {"facebook": sandbox.psid(person)}, person


WAYS = {  # how people are answered -> (the endpoint, what is made before, what tells one effect from another)
    "in public": ("facebook.comment", in_public, lambda effect: effect["data"].get("parent")),
    "in private": ("facebook.messages", in_private, lambda effect: effect["to"]),
    "once in private": ("facebook.messages", once_in_private, lambda effect: effect["text"].rpartition("\n")[2]),
}


def storm(sandbox, way, fault, *, messages, hears=True):
    """{"twice": …, "lost": …, "doubts": …, "untold": …, "states": …} after so many answers, each in its own place.

    Args:
        hears: our webhook is told of echoes; without, only reading back ends a doubt.
    """
    endpoint, prepare, whose = WAYS[way]
    sandbox.page_settings(receipts=False, echo=hears)
    asked = [prepare(sandbox, n) for n in range(messages)]
    take_in(sandbox)
    Delivery.objects.all().delete()
    began = now()
    marks = {}
    for n, (contacts, mark) in enumerate(asked):
        row = promise(key=f"{INTENT}{n}", contacts=contacts, at=began, params={"text": f"Trả lời {n}"},
                      expires_at=began + timedelta(days=1))  # fmt: skip
        marks[row.pk] = mark
    sandbox.fault(endpoint=endpoint, **FAULTS[fault])
    _ride(sandbox, began, hears)
    effects = Counter(map(whose, sandbox.ledger(platform="facebook")))
    return _figures(marks, effects)


def _ride(sandbox, began, hears):
    for place, after in enumerate(ROUNDS):
        if place == 2:
            sandbox.http.delete("/control/faults")
        with time_machine.travel(began + after + timedelta(seconds=1), tick=True):
            _work()
            if hears and place % 2:
                take_in(sandbox)


def _work():
    mine = Delivery.objects.filter(intent__startswith=INTENT)
    mine.sweep(at=now())
    for row in mine.filter(state=State.QUEUED, not_before__lte=now()).select_related("account"):
        row.deliver(at=now())
    for row in mine.filter(state=State.UNKNOWN, check_at__lte=now()):
        row.clear(at=now())


def _figures(marks, effects):
    rows = Delivery.objects.in_bulk(marks)
    reached = {pk: effects[mark] for pk, mark in marks.items()}
    told = {State.SENT, State.DELIVERED}
    return {
        "twice": sum(number > 1 for number in reached.values()),
        "lost": sum(not reached[pk] and row.state in told for pk, row in rows.items()),
        "doubts": sum(row.state == State.UNKNOWN and not row.needs_person for row in rows.values()),
        "untold": sum(bool(reached[pk]) and row.state not in told for pk, row in rows.items()),
        "states": Counter(str(row.state) for row in rows.values()),
    }
