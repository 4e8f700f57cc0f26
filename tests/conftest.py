"""What every test has: our people, no network, fast passwords, static files as they lie."""

import socket

import pytest
from django.core.cache import cache
from django.utils import translation

from tests.people import *  # noqa: F403


@pytest.fixture(autouse=True)
def _quick_settings(settings, request):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        "attachments": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }


@pytest.fixture(autouse=True)
def _vietnamese():
    """A request leaves its language behind in the thread; the next test begins in Vietnamese again."""
    with translation.override("vi"):
        yield


@pytest.fixture(autouse=True)
def _nobody_has_guessed_yet():
    """Wrong look-ups of the test before are still counted in Valkey."""
    cache.clear()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    """Only this machine can be reached: unix sockets and the loopback."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "localhost", "::1"):
            raise AssertionError(f"A test wanted the network: {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
