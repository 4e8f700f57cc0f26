"""How fast Zalo is written to and listened to: against the sandbox, which takes 200 ms for each answer as Zalo may."""

import hashlib
import json
import multiprocessing
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connections
from django.test import override_settings
from django.utils.timezone import now

from bench.house import web
from bench.load import load, request
from portal.channels import outbox
from portal.channels.contacts import address_index
from portal.channels.grants import Pair
from portal.channels.inbound import InboundMessage
from portal.channels.models import Delivery, Grant
from portal.channels.zalo import client
from tests.channels.swarm import _copy
from tests.channels.zalo.conftest import zalo_at
from tests.channels.zalo.storm import FAULTS, storm
from tests.channels.zalo.storm import INTENT as STORM
from tests.sandbox.driving import Driver, Program

APP = {"ZALO_APP_ID": "3608465248940903967", "ZALO_APP_SECRET": "sandbox-app-secret"}
SECRET, OA = "sandbox-oa-secret-key", "388613280878808645"
PROCESSES, THREADS = 2, 32
INTENT = "swarm:"


@contextmanager
def played(latency):
    program = Program(SANDBOX_LATENCY=str(latency))
    driver = Driver(program.url)
    try:
        driver.settings(rate_limit=0, echo=False, receipt_after=-1)
        pair = driver.log_in()
        with override_settings(**zalo_at(program.url), CHANNEL_LADDER=["zalo"], QUIET_HOURS=""):
            Grant.objects.of("zalo").keep(
                Pair(pair["access_token"], pair["refresh_token"], now() + timedelta(hours=25)), at=now()
            )
            yield driver
    finally:
        driver.http.close()
        program.stop()
        Delivery.objects.filter(intent__startswith=INTENT).delete()


def sent_a_second(messages):
    """(messages a second by the workers of one machine, how many people got exactly one)."""
    with played(latency=0.2) as sandbox:
        people = sandbox.control("people", count=messages, following=True)["people"]
        _promise([person["zalo"]["uid"] for person in people])
        pks = list(Delivery.objects.filter(intent__startswith=INTENT, state="queued").values_list("pk", flat=True))
        connections.close_all()
        fork = multiprocessing.get_context("fork")
        workers = [fork.Process(target=_work, args=(pks[place::PROCESSES],)) for place in range(PROCESSES)]
        began = time.perf_counter()
        [worker.start() for worker in workers]
        [worker.join() for worker in workers]
        took = time.perf_counter() - began
        reached = [effect["to"] for effect in sandbox.ledger(kind="consultation")]
    return messages / took, sum(reached.count(person["id"]) == 1 for person in people[:500]), min(messages, 500)


def _promise(uids):
    first = outbox.queue(
        key=f"{INTENT}0", kind="chat_thanks", lane="reply", about="dossier:17", at=now(), contacts={"zalo": uids[0]},
        params={"authority": settings.AUTHORITY_NAME},
    )  # fmt: skip
    rows = [_copy(first, n) for n in range(1, len(uids))]
    for row, uid in zip(rows, uids[1:], strict=True):
        row.address, row.address_index = uid, address_index(uid)
    Delivery.objects.bulk_create(rows, batch_size=1_000)


def _work(pks):
    def deliver(pk):
        Delivery.objects.select_related("account").get(pk=pk).deliver(at=now())

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(deliver, pks))
    os._exit(0)


def weathered(messages):
    """[(storm, messages that arrived twice, that were lost, doubts that nobody ended)], so many messages in each."""
    with played(latency=0) as sandbox:
        for fault in FAULTS:
            after = storm(sandbox, fault, messages=messages)
            yield fault, after["twice"], after["lost"], after["doubts"]
            Delivery.objects.filter(intent__startswith=STORM).delete()


def raced(times, workers=16):
    """(how often a token was renewed, how often a dead one was shown) while so many workers found theirs ended."""
    with played(latency=0.01) as sandbox, ThreadPoolExecutor(workers) as pool:
        for _ in range(times):
            sandbox.control("zalo/tokens", expire=True)
            together = threading.Barrier(workers)
            list(pool.map(lambda _, together=together: _ask(together), range(workers)))
        counted = sandbox.look("calls")["counted"]
        list(pool.map(lambda _: connections.close_all(), range(workers)))
    asked = {what: n for what, n in counted.items() if what.startswith("zalo.access_token")}
    return asked.get("zalo.access_token 0", 0), sum(asked.values()) - asked.get("zalo.access_token 0", 0)


def _ask(together):
    together.wait()
    client.ask("/v2.0/oa/getoa")


def taken_a_second(events):
    """The Load of the door for events: each signed, each new."""
    bodies = [event_of(f"bench-{number}", f"U{number}") for number in range(events)]
    with web(**APP, ZALO_OA_ID=OA, ZALO_OA_SECRET_KEY=SECRET, CHANNEL_LADDER="zalo") as port:
        raw = [
            request("POST", "/webhooks/zalo/", body=body, headers=[("X-ZEvent-Signature", f"mac={mac}")])
            for body, mac in bodies
        ]
        try:
            return load(port, raw, clients=16, total=events).only(200)
        finally:
            stored = InboundMessage.objects.filter(mark__startswith="user_send_text:bench-")
            if stored.count() != events:
                raise RuntimeError(f"{stored.count()} of {events} events were stored")
            stored.delete()


def event_of(number, sender):
    """(body, mac) of somebody who asks for the menu."""
    moment = str(int(time.time() * 1000))
    event = {
        "app_id": APP["ZALO_APP_ID"], "sender": {"id": sender}, "recipient": {"id": OA}, "event_name": "user_send_text",
        "message": {"text": "menu", "msg_id": number}, "timestamp": moment,
    }  # fmt: skip
    body = json.dumps(event).encode()
    return body, hashlib.sha256(APP["ZALO_APP_ID"].encode() + body + moment.encode() + SECRET.encode()).hexdigest()


def as_environment(url):
    """The portal's settings of the Zalo that is played at this address, for processes of their own."""
    return {**zalo_at(url), "CHANNEL_LADDER": "zalo", "QUIET_HOURS": "", "ZALO_TEMPLATES": "{}"}
