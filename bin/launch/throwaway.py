"""Servers, or a whole house, that leave nothing behind: for tests and measurements.

`python3 -m launch.throwaway COMMAND …` (with PYTHONPATH=bin) runs a command with servers of its own.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from launch import ROOT, keys, locks, places, programs, venv
from launch.postgres import Postgres
from launch.supervisor import AskedToStop, Supervisor
from launch.valkey import Valkey

PREFIX = "motcua-throwaway-"
LOCK = "folder.lock"


@contextmanager
def folder():
    """A data folder, removed afterwards with what root's servers keep elsewhere. Locked for as long as it is used."""
    with locks.alone_in(tempfile.gettempdir()):  # between its birth and its lock, nobody may take it for abandoned
        _remove_abandoned()
        var = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = locks.take(var / LOCK)
    var.chmod(0o711)
    (var / "log").mkdir()
    try:
        yield var, lock
    finally:
        _remove(var)
        os.close(lock)


@contextmanager
def servers():
    """Own PostgreSQL and Valkey; yields the environment that names them, free of the caller's own settings."""
    with folder() as (var, lock):
        supervisor = Supervisor(keep_open=[lock])
        supervisor.listen_for_stop()
        try:
            postgres, valkey = Postgres(var, throw_away=True), Valkey(var, throw_away=True)
            supervisor.start_server(postgres)
            supervisor.start_server(valkey)
            yield plain_environ() | {
                "VAR": str(var),
                "DATABASE_URL": postgres.url,
                "CELERY_BROKER_URL": valkey.broker_url,
                "CACHE_URL": valkey.cache_url,
            }
        finally:
            supervisor.stop()


@contextmanager
def house(**settings):
    """bin/run on a data folder and a port of its own; yields its environment (BASE_URL, DATABASE_URL, VAR …)."""
    with folder() as (var, lock):
        environ = plain_environ() | {"VAR": str(var), "PORT": str(free_port())} | settings
        process = subprocess.Popen(
            [sys.executable, ROOT / "bin" / "run"],
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[lock],
            preexec_fn=programs.dies_with_us(signal.SIGTERM),
        )
        try:
            if not any("✓" in line for line in process.stdout):
                raise RuntimeError(f"bin/run ended with {process.wait()}; its words are above")
            yield environ | keys.read(var / "house.env") | keys.read(var / "secrets.env")
        finally:
            process.terminate()
            process.communicate()


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def plain_environ():
    """Without whatever the shell sets of our settings: a test must not depend on who starts it."""
    source = (ROOT / "portal" / "settings.py").read_text(encoding="utf-8")
    ours = set(re.findall(r"""env(?:\.\w+)?\(\s*["']([A-Z_]+)["']""", source))
    ours |= {f"{name}_FILE" for name in ours}
    return {name: value for name, value in os.environ.items() if name not in ours}


def _remove_abandoned():
    """What a kill -9 left of earlier ones."""
    for var in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            lock = locks.take(var / LOCK)
        except OSError:  # another user's
            continue
        if lock is not None:
            _remove(var)
            os.close(lock)


def _remove(var):
    for name in ("postgres", "valkey"):
        places.remove_home(var, name)
    shutil.rmtree(var, ignore_errors=True)


def main(command):
    """Exit code of the command."""
    with servers() as environ:
        process = subprocess.Popen(command, env=environ, cwd=ROOT, preexec_fn=programs.dies_with_us(signal.SIGTERM))
        try:
            return process.wait()
        except AskedToStop:
            process.terminate()
            return process.wait()


if __name__ == "__main__":
    venv.ensure("requirements-dev.txt")
    sys.exit(main(sys.argv[1:]))
