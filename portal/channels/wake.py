"""Wakes a worker. Only a wake-up, never a promise: the row in the database waits for the sweep if nobody hears."""

import logging
import time
from functools import lru_cache

from celery import current_app
from kombu.pools import producers

log = logging.getLogger(__name__)

# Workers wait long for the broker, an officer's click does not.
IMPATIENT = {"socket_connect_timeout": 1, "socket_timeout": 1, "max_retries": 0}
# After one failure nobody knocks for this long, so that a click that queues 200 messages waits for a dead broker once.
REST_SECONDS = 5
_closed_until = 0.0


def wake(task, *, queue, delay=0, **ids):
    """Asks a worker to run the task. False when no broker answered; it never raises and takes a second at most."""
    global _closed_until
    if time.monotonic() < _closed_until:
        return False
    try:
        _knock(task, ids, queue=queue, delay=delay)
    except Exception as error:  # whatever is wrong with the broker, the officer's click has succeeded
        _closed_until = time.monotonic() + REST_SECONDS
        log.warning("No worker could be woken, the sweep will: %s", type(error).__name__)
        return False
    return True


@lru_cache(maxsize=4)
def _producers(broker):
    """The pool kombu keeps for this broker; finding it by a new connection takes half as long as a knock."""
    return producers[current_app.connection_for_write(broker, transport_options=IMPATIENT)]


def _knock(task, ids, *, queue, delay):
    with _producers(current_app.conf.broker_write_url).acquire(block=True, timeout=1) as producer:
        sent = {"queue": queue, "countdown": delay or None, "retry": False, "ignore_result": True}
        current_app.send_task(task, kwargs=ids, producer=producer, **sent)
