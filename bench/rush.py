"""Does a dossier's message, or an answer in a chat, stand behind a bulk send? With the workers that a province runs."""

import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import quantiles

from celery import current_app
from django.db import connections, transaction
from django.utils.timezone import now

from bench.house import ROOT, web
from bench.load import load, request
from bench.zalo import INTENT, as_environment, event_of, played
from portal.channels import outbox
from portal.channels.contacts import address_index
from portal.channels.inbound import InboundMessage
from portal.channels.models import Delivery
from portal.channels.states import State
from tests.channels.processes import environment
from tests.channels.swarm import _copy

# As docker-compose.yml starts them.
WORKERS = (("otp,reply,dossier", "threads", 32), ("bulk", "threads", 16))
PEOPLE = 500
SWEEP_SECONDS = 5  # the scheduler's pace is 10


@dataclass(frozen=True)
class Rush:
    """Seconds from commit (or from the webhook) until Zalo had it; `bulk` were sent meanwhile, `waiting` are left."""

    dossiers: list
    answers: list
    promised: int
    asked: int
    bulk: int
    waiting: int

    @staticmethod
    def p95(took):
        return quantiles(took, n=20)[-1]

    @staticmethod
    def share(took, of, *, within):
        return 100 * sum(seconds <= within for seconds in took) / of


def rush(*, bulk, seconds):
    """A Rush of so many rows of bulk, observed for so many seconds: five dossiers and two questions a second."""
    _clear_the_desk()
    with played(latency=0.2) as sandbox:
        people = sandbox.control("people", count=PEOPLE, following=True)["people"]
        uids = [person["zalo"]["uid"] for person in people]
        _promise_bulk(bulk, uids)
        with ExitStack() as running:
            for worker in WORKERS:
                running.enter_context(_worker(*worker, sandbox.url))
            running.enter_context(_sweeping())
            port = running.enter_context(web(**as_environment(sandbox.url)))
            _until(lambda: _sent(lane="bulk").exists(), seconds=60)
            began = now()
            promised, asked = _go_about_business(port, uids, seconds)
            _until(lambda: _sent(lane="dossier").count() >= promised, seconds=30)
            _until(lambda: _sent(lane="reply").count() >= asked, seconds=10)
            found = _observed(began, promised, asked)
        _clean_up()
    return found


def _clear_the_desk():
    """What earlier figures promised and no worker was there for: thousands of rows, and of wake-ups in the broker."""
    Delivery.objects.filter(state=State.QUEUED).update(state=State.SUPPRESSED)
    with current_app.connection_for_write() as broker:
        for queues, _pool, _size in WORKERS:
            for queue in queues.split(","):
                broker.default_channel.queue_purge(queue)


def _promise_bulk(rows, uids):
    first = outbox.queue(
        key=f"{INTENT}0", kind="chat_thanks", lane="bulk", about="dossier:17", at=now(), contacts={"zalo": uids[0]},
        params={"authority": "Tỉnh"},
    )  # fmt: skip
    copies = [_copy(first, n) for n in range(1, rows)]
    marks = {uid: address_index(uid) for uid in uids}
    for n, row in enumerate(copies):
        row.address, row.address_index = uids[n % PEOPLE], marks[uids[n % PEOPLE]]
        row.woken_at = None  # the sweep wakes for them
    Delivery.objects.bulk_create(copies, batch_size=2_000)


@contextmanager
def _worker(queues, pool, size, sandbox):
    command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "-Q", queues, "-P", pool, "-c", str(size)]
    command += ["-l", "ERROR", "--without-gossip", "--without-mingle", "-n", f"{queues.partition(',')[0]}@bench"]
    environ = environment(DJANGO_SETTINGS_MODULE="bench.settings", **as_environment(sandbox))
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def _sweeping():
    """Beat's part: what nobody was woken for."""
    over = threading.Event()

    def sweep():
        while not over.wait(SWEEP_SECONDS):
            Delivery.objects.sweep(at=now())
        connections.close_all()

    thread = threading.Thread(target=sweep)
    Delivery.objects.sweep(at=now())
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _go_about_business(port, uids, seconds):
    promised = asked = 0
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        beginning = time.monotonic()
        with transaction.atomic():
            outbox.queue(
                key=f"{INTENT}dossier:{promised}", kind="chat_thanks", lane="dossier", about=f"dossier:{promised}",
                at=now(), contacts={"zalo": uids[promised % PEOPLE]}, params={"authority": "Tỉnh"},
            )  # fmt: skip
        promised += 1
        if promised % 5 < 2:
            body, mac = event_of(f"rush-{asked}", uids[asked % PEOPLE])
            asked += 1
            asks = request("POST", "/webhooks/zalo/", body=body, headers=[("X-ZEvent-Signature", f"mac={mac}")])
            load(port, [asks], clients=1, total=1).only(200)
        time.sleep(max(0, 0.2 - (time.monotonic() - beginning)))
    return promised, asked


def _sent(**fields):
    return Delivery.objects.filter(sent_at__isnull=False, **fields)


def _until(true, *, seconds):
    ends = time.monotonic() + seconds
    while not true() and time.monotonic() < ends:
        time.sleep(0.5)


def _observed(began, promised, asked):
    ours = _sent(intent__startswith=f"{INTENT}dossier:").values_list("created_at", "sent_at")
    came = dict(InboundMessage.objects.filter(mark__contains="rush-").values_list("pk", "received_at"))
    answered = dict(_sent(about__in=[f"inbound:{pk}" for pk in came]).values_list("about", "sent_at"))
    return Rush(
        dossiers=[(sent - due).total_seconds() for due, sent in ours],
        answers=[(sent - came[int(about.partition(":")[2])]).total_seconds() for about, sent in answered.items()],
        promised=promised,
        asked=asked,
        bulk=_sent(lane="bulk", sent_at__gte=began).count(),
        waiting=Delivery.objects.filter(lane="bulk", state="queued").count(),
    )


def _clean_up():
    InboundMessage.objects.filter(mark__contains="rush-").delete()
    Delivery.objects.filter(about__startswith="inbound:").delete()
