"""gunicorn's settings, for bin/run and for the container alike: `gunicorn -c bin/launch/web.py portal.wsgi`."""

import os
import re

from gunicorn.glogging import Logger

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
# Threads with persistent database connections: six times the requests of a connection each (docs/decisions/0002).
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
preload_app = True  # imported once, not once a process
timeout = 60
graceful_timeout = 10
keepalive = 15
limit_request_line = 8190  # the longest there is; what is longer gets a bare English 414 before any page of ours
forwarder_headers = ""  # a client's SCRIPT_NAME or PATH_INFO header is nobody's: no proxy of ours sends them
control_socket_disable = True  # it would lie in the home folder
if os.path.isdir("/dev/shm"):
    worker_tmp_dir = "/dev/shm"  # heartbeats: never wait for a disk
accesslog = None if os.environ.get("ACCESS_LOG") == "0" else "-"
access_log_format = '%(h)s %({x-forwarded-for}i)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'


class Discreet(Logger):
    """Leaves out what opens a dossier: no query string, and a receipt's token only by its first letters."""

    def atoms(self, *request):
        atoms = super().atoms(*request)
        sent = "{x-forwarded-for}i"
        return atoms | {"U": one_line(without_tokens(atoms["U"])), sent: one_line(atoms.get(sent, "-"))}


def without_tokens(path):
    return re.sub(r"/([\w-]{4})[\w-]{16,}", r"/\1…", path)


def one_line(text):
    """Nobody writes a line of ours, or colours it, by what they ask for."""
    return "".join(char if char.isprintable() else "?" for char in text)


logger_class = Discreet
