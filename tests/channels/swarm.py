"""Many workers, every task delivered three times: does each message take effect once?

    python -m tests.channels.swarm --messages 10000 --workers 8        prints one line of JSON

It works on the database of DATABASE_URL, migrated before, and takes its own rows away again.
"""

import argparse
import json
import multiprocessing
import os
import time
from collections import Counter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

COPIES = 3
INTENT = "swarm:"
LEDGER_ONLY = {"ledger": "tests.channels.ledger.Ledger"}


def swarm(*, messages, workers):
    """Sends so many messages by so many processes; returns the figures. Django is set up, with whatever channels."""
    from django.test import override_settings

    from tests.channels import ledger

    ledger.open_ledger()
    try:
        with override_settings(CHANNELS=LEDGER_ONLY, CHANNEL_LADDER=list(LEDGER_ONLY), QUIET_HOURS=""):
            _fill(messages)
            seconds = _work_off(workers)
            return _figures(messages, workers, seconds, ledger.effects())
    finally:
        _clean_up()
        ledger.close_ledger()


def _fill(messages):
    """Rows as outbox.queue() writes them, made in one go from the first."""
    from portal.channels.models import Delivery

    first = _first_message()
    rows = [_copy(first, n) for n in range(1, messages)]
    Delivery.objects.bulk_create(rows, batch_size=1_000)


def _first_message():
    from django.utils.timezone import now

    from portal.channels import outbox

    return outbox.queue(
        key=f"{INTENT}0", kind="dossier_received", lane="dossier", about="dossier:17", at=now(),
        contacts={"phone": "0912345678"}, params={"number": "H20.30-261123-0001"},
    )  # fmt: skip


def _copy(first, n):
    import copy
    import uuid

    row = copy.copy(first)
    row.pk, row.reference, row.intent, row.key = None, uuid.uuid4(), f"{INTENT}{n}", f"{INTENT}{n}:0"
    row._state = copy.copy(first._state)
    row._state.adding = True
    return row


def _work_off(workers):
    from django.db import connections

    # A forked process must not speak over its parent's connection.
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    running = [fork.Process(target=_work, args=(worker, workers)) for worker in range(workers)]
    began = time.perf_counter()
    for process in running:
        process.start()
    for process in running:
        process.join()
    if any(process.exitcode for process in running):
        raise RuntimeError(f"Workers ended with {[process.exitcode for process in running]}")
    return time.perf_counter() - began


def _work(worker, workers):
    """Each message's task reaches three of the workers, who come to it at about the same moment."""
    from portal.channels import tasks
    from portal.channels.models import Delivery

    copies = min(COPIES, workers)
    ids = Delivery.objects.filter(intent__startswith=INTENT).order_by("pk").values_list("pk", flat=True)
    for n, delivery_id in enumerate(ids):
        mine = [k for k in range(COPIES) if (n + k % copies) % workers == worker]
        for _ in mine:
            tasks.deliver(delivery_id=delivery_id)


def _figures(messages, workers, seconds, effects):
    from portal.channels.models import Delivery

    swarm = Delivery.objects.filter(intent__startswith=INTENT)
    times = Counter(effects.get(key, 0) for key in swarm.values_list("key", flat=True))
    return {
        "messages": messages,
        "workers": workers,
        "deliveries_of_each_task": COPIES,
        "with_one_effect": times[1],
        "with_no_effect": times[0],
        "with_more_effects": sum(count for n, count in times.items() if n > 1),
        "states": dict(Counter(swarm.values_list("state", flat=True))),
        "seconds": round(seconds, 2),
        "messages_per_second": round(messages / seconds, 1),
    }


def _clean_up():
    from portal.channels.models import Account, Delivery

    Delivery.objects.filter(intent__startswith=INTENT).delete()
    Account.objects.filter(channel__in=LEDGER_ONLY).delete()


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--messages", type=int, default=10_000)
    options.add_argument("--workers", type=int, default=8)
    asked = options.parse_args()
    import django

    django.setup()
    print(json.dumps(swarm(messages=asked.messages, workers=asked.workers)))


if __name__ == "__main__":
    main()
