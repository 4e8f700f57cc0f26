"""The servers under measurement: gunicorn as bin/run starts it, on the throw-away database of this run."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def manage(*arguments, **environ):
    """A management command in a process of its own; its output as text."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=os.environ | environ, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)}: {done.stderr[-2000:]}")
    return done.stdout


def manage_measured(*arguments, **environ):
    """The same, but (seconds, its peak of memory in bytes)."""
    begun = time.perf_counter()
    with open(os.devnull, "w") as nowhere:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=os.environ | environ, stdout=nowhere
        )
        _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)} ended with {process.returncode}")
    return time.perf_counter() - begun, used.ru_maxrss * 1024


@contextmanager
def web(**environ):
    """Yields the port of a web server that is ready; `environ` are settings of its own."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    environ |= {"PORT": str(port), "ACCESS_LOG": "0", "DJANGO_SETTINGS_MODULE": "bench.settings"}
    command = [sys.executable, "-m", "gunicorn", "-c", "bin/launch/web.py", "portal.wsgi"]
    with open(Path(os.environ["VAR"]) / "log" / "web.log", "w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environ, stdout=log, stderr=log)
    try:
        _wait_until_ready(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_ready(port, process):
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError("the web server ended; see web.log")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web server was not ready in 20 s")
