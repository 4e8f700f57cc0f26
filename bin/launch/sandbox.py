"""The demo's platforms: sandbox/ plays them on this machine, and the portal is connected to it."""

import os
import socket
import time
from urllib.parse import urlsplit

from launch.preparing import manage, python_program
from launch.say import say

PORT = 8090
PATIENCE = 20  # seconds, for the sandbox to begin


def start(supervisor, var, environ):
    """What the portal must know to find it; nothing where there is no demo, or `SANDBOX=0`."""
    given = any(environ.get(name) for name in ("SANDBOX_URL", "ZALO_APP_ID", "FACEBOOK_PAGE_ID"))
    if environ.get("ENVIRONMENT", "demo") != "demo" or environ.get("SANDBOX") == "0" or given:
        return {}
    port = int(environ.get("SANDBOX_PORT") or PORT)
    if not _is_free(port):
        say(f"• Cổng {port} đang bận, không chạy sandbox (đặt SANDBOX_PORT).", "port taken: no sandbox")
        return {}
    own = environ | {"SANDBOX_PORT": str(port)}
    supervisor.start(python_program(var, own, "sandbox", "-m", "sandbox"))
    return {"SANDBOX_URL": f"http://127.0.0.1:{port}"}


def join(var, environ):
    """A consent, our templates, and the address where our door will be."""
    url = environ.get("SANDBOX_URL")
    if url and os.environ.get("SANDBOX_URL") != url:
        port = urlsplit(url).port
        ends = time.monotonic() + PATIENCE
        while _is_free(port) and time.monotonic() < ends:
            time.sleep(0.1)
        manage(var, environ, "join_sandbox")


def _is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0
