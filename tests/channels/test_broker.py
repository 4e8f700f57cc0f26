"""A broker that is away neither raises nor holds up the officer's click."""

import socket

import pytest
from django.db import transaction

from portal.channels import wake
from portal.channels.models import Delivery
from portal.channels.states import State
from tests.channels.fakes import deliver, queue


@pytest.fixture
def broker_at(monkeypatch):
    def move(url):
        monkeypatch.setattr(wake.current_app.conf, "broker_write_url", url)

    return move


@pytest.fixture
def deaf_broker(broker_at):
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        broker_at(f"redis://127.0.0.1:{server.getsockname()[1]}/0")
        yield server


def test_a_broker_that_refuses_is_no_error(broker_at):
    broker_at("redis://127.0.0.1:1/0")
    assert not wake.wake("post_office.deliver", queue="dossier", delivery_id=1)


def _callers(server):
    count = 0
    while True:
        try:
            server.accept()[0].close()
        except TimeoutError:
            return count
        count += 1


@pytest.mark.django_db(transaction=True)
def test_a_click_that_queues_many_messages_waits_for_a_deaf_broker_once(chat, deaf_broker):
    with transaction.atomic():
        for n in range(50):
            queue(f"m:{n}")
    assert _callers(deaf_broker) == 1
    assert Delivery.objects.filter(state=State.QUEUED, woken_at__isnull=True).count() == 50


@pytest.mark.django_db(transaction=True)
def test_what_was_queued_without_a_broker_goes_by_the_sweep(chat, broker_at):
    broker_at("redis://127.0.0.1:1/0")
    delivery = queue()
    broker_at("memory://")
    wake._closed_until = 0.0
    assert Delivery.objects.sweep(at=delivery.due_at)["woken"] == 1
    assert deliver(delivery).state == State.SENT
