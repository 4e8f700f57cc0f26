"""Many messages in a storm of one fault: nothing is lost, nobody gets anything twice, every doubt ends.

The clock of this process is moved on between the rounds, as beat and the sweep would come by.
"""

from collections import Counter
from datetime import timedelta

import time_machine
from django.utils.timezone import now

from portal.channels import outbox
from portal.channels.models import Delivery
from portal.channels.states import State

INTENT = "storm:"
# fault -> what is switched on at the sandbox for it
FAULTS = {
    "the connection is cut before anything happened": {"kind": "drop_before", "share": 0.3},
    "it was done and the connection was cut": {"kind": "drop_after", "share": 0.3},
    "it was done and answered with 500": {"kind": "http_500", "share": 0.3},
    "nothing was done and answered with 503": {"kind": "http_503", "share": 0.3},
    "it was done and the answer was broken": {"kind": "malformed", "share": 0.3},
    "too many calls": {"kind": "rate_limit", "share": 0.02},
    "the token is said to have ended": {"kind": "expired_token", "times": 3},
    "sending failed, says Zalo, who did it": {"kind": "refuse", "code": -200, "processed": True, "share": 0.3},
    "sending failed, says Zalo": {"kind": "refuse", "code": -200, "share": 0.3},
    "nobody is there": {"kind": "refuse", "code": -213, "share": 0.3},
}
ROUNDS = [timedelta(0), timedelta(seconds=40), timedelta(minutes=3), timedelta(minutes=12), timedelta(minutes=30)]
ROUNDS += [timedelta(minutes=45), timedelta(hours=2)]


def storm(sandbox, fault, *, messages):
    """{"twice": …, "lost": …, "doubts": …, "states": …} after so many messages, each to a person of its own."""
    sandbox.control("reset", keep_settings=True, keep_tokens=True)
    people = sandbox.control("people", count=messages, following=True)["people"]
    began = now()
    for number, person in enumerate(people):
        outbox.queue(
            key=f"{INTENT}{number}", kind="chat_thanks", lane="dossier", about="dossier:17", at=began,
            contacts={"zalo": person["zalo"]["uid"]}, params={"authority": "UBND"},
        )  # fmt: skip
    sandbox.control("faults", endpoint="zalo.cs", **FAULTS[fault])
    for place, after in enumerate(ROUNDS):
        if place == 2:
            sandbox.http.delete("/control/faults")
        with time_machine.travel(began + after + timedelta(seconds=1), tick=True):
            _work()
    effects = Counter(effect["to"] for effect in sandbox.ledger(kind="consultation"))
    return _figures(people, effects)


def _work():
    mine = Delivery.objects.filter(intent__startswith=INTENT)
    mine.sweep(at=now())
    for row in mine.filter(state=State.QUEUED, not_before__lte=now()).select_related("account"):
        row.deliver(at=now())
    for row in mine.filter(state=State.UNKNOWN, check_at__lte=now()):
        row.clear(at=now())


def _figures(people, effects):
    rows = {row.address: row for row in Delivery.objects.filter(intent__startswith=INTENT)}
    told = {State.SENT, State.DELIVERED}
    lost = [
        one for one in people
        if not effects[one["id"]] and rows[one["zalo"]["uid"]].state not in {State.FAILED, State.QUEUED}
        and not rows[one["zalo"]["uid"]].needs_person
    ]  # fmt: skip
    return {
        "twice": sum(number > 1 for number in effects.values()),
        "lost": len(lost),
        "doubts": sum(row.state == State.UNKNOWN and not row.needs_person for row in rows.values()),
        "untold": sum(bool(effects[one["id"]]) and rows[one["zalo"]["uid"]].state not in told for one in people),
        "states": Counter(str(row.state) for row in rows.values()),
    }
