from pathlib import Path

import pytest

from portal.channels import wake
from portal.channels.base import adapter_for
from tests.channels import ledger

TEXTS = Path(__file__).parent / "templates"


@pytest.fixture(autouse=True)
def _post_office(settings):
    """Two scripted channels, chat before mail, and texts of our own."""
    settings.CHANNELS = {
        **settings.CHANNELS,
        "chat": "tests.channels.fakes.Chat",
        "mail": "tests.channels.fakes.Mail",
    }
    settings.CHANNEL_LADDER = ["chat", "mail"]
    settings.QUIET_HOURS = "22:00-07:00"
    settings.COLLAPSE_SECONDS = 0
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [TEXTS, *engine["DIRS"]]}]


@pytest.fixture(autouse=True)
def _open_doors(monkeypatch):
    """Each test knocks at a broker in its own memory, where nobody listens, unless it says otherwise."""
    monkeypatch.setattr(wake, "_closed_until", 0.0)
    monkeypatch.setattr(wake.current_app.conf, "broker_write_url", "memory://localhost")


@pytest.fixture
def ledger_first(_post_office, settings):
    """One channel that writes down every effect, for tests with processes of their own."""
    settings.CHANNELS = {**settings.CHANNELS, "ledger": "tests.channels.ledger.Ledger"}
    settings.CHANNEL_LADDER, settings.QUIET_HOURS = ["ledger"], ""
    ledger.open_ledger()
    yield
    ledger.close_ledger()


@pytest.fixture
def chat(_post_office):
    return _fresh("chat")


@pytest.fixture
def mail(_post_office):
    return _fresh("mail")


def _fresh(channel):
    adapter = adapter_for(channel)
    adapter.forget()
    return adapter
