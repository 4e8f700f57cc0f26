"""A provider whose every effect is a row that nobody can take back, and who can kill the worker that calls it."""

import os
import random
import signal
import time

from django.db import connection

from portal.channels.base import Adapter, NotSent, Receipt

TABLE = "CREATE TABLE IF NOT EXISTS ledger_of_effects (key text NOT NULL, pid integer NOT NULL)"
COUNTS = "SELECT key, count(*) FROM ledger_of_effects GROUP BY key"


class Ledger(Adapter):
    """KILL_AT (environment) names the moment at which the process that sends is killed with -9."""

    address_kind = "phone"

    def send(self, letter):
        if connection.in_atomic_block:
            raise AssertionError("A transaction was open while the provider was called.")
        kill_if("after_claim")
        time.sleep(random.random() * float(os.environ.get("PROVIDER_SECONDS", "0.002")))
        write(letter.key)
        kill_if("after_request")
        return Receipt(external_id=letter.reference)

    def reconcile(self, letter):
        return Receipt(external_id=letter.reference) if effects().get(letter.key) else NotSent()


def kill_if(moment):
    if os.environ.get("KILL_AT") == moment:
        os.kill(os.getpid(), signal.SIGKILL)


def open_ledger():
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute("TRUNCATE ledger_of_effects")


def close_ledger():
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS ledger_of_effects")


def write(key):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_of_effects VALUES (%s, %s)", [key, os.getpid()])


def effects():
    """{key: how often it took effect}"""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return dict(cursor.fetchall())
