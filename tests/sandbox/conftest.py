"""One sandbox for all of these tests; each begins with a new world, by day, with nobody listening."""

import pytest

from tests.sandbox.driving import Driver, Program
from tests.sandbox.listener import Listener

MORNING = "2026-11-26T09:00:00"


@pytest.fixture(scope="session")
def program():
    program = Program(SANDBOX_CLOCK=MORNING)
    yield program
    program.stop()


@pytest.fixture
def sandbox(program):
    """A Driver with a fresh access token."""
    driver = Driver(program.url)
    driver.control("reset")
    driver.settings(receipt_after=0)
    driver.log_in()
    yield driver
    driver.http.close()


@pytest.fixture(scope="session")
def _listener():
    listener = Listener()
    yield listener
    listener.shutdown()
    listener.server_close()


@pytest.fixture
def webhook(sandbox, _listener):
    """What the portal's door for events hears."""
    _listener.clear()
    sandbox.settings(webhook_url=_listener.url)
    return _listener
