"""`bin/run`: everything a province's portal needs on one machine, under one supervisor."""

import os
import socket
from contextlib import contextmanager

from launch import ROOT, guard, health, keys, locks, places, preparing, programs, sandbox, venv, welcome
from launch.postgres import Postgres
from launch.preparing import python_program
from launch.say import CannotStart, last_lines, say
from launch.supervisor import AskedToStop, Supervisor
from launch.valkey import Valkey

# Every queue of settings.QUEUES; a house test compares.
QUEUES = ["otp", "reply", "dossier", "bulk", "social", "default"]


def main():
    """Until Ctrl-C or SIGTERM."""
    venv.ensure("requirements.txt")
    var = places.data_folder()
    with supervised(var) as supervisor:
        host, port = os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000)
        _refuse_taken_port(host, port)
        environ = start_servers(supervisor, var) | {"PORT": str(port), "HOST": host}
        environ = prepare_and_start(supervisor, var, environ)
        welcome.show(var, environ)
        supervisor.watch()
    say("• Đã dừng.", "stopped")


def prepare_and_start(supervisor, var, environ):
    """What serves pages does not know the owner of the tables. Returns the environment it runs in."""
    environ |= sandbox.start(supervisor, var, environ)
    preparing.prepare(var, environ)
    environ = {name: value for name, value in environ.items() if name not in preparing.OF_THE_OWNER}
    # Before the worker: what the demo has promised would find nobody who consented.
    sandbox.join(var, environ)
    _start_house(supervisor, var, environ)
    return environ


@contextmanager
def supervised(var):
    """The only supervisor on this data folder; all that it started has ended afterwards."""
    ours, theirs = _take_locks(var)
    watched = guard.start(var / "children.lock")
    supervisor = Supervisor(keep_open=[theirs])
    supervisor.listen_for_stop()
    try:
        yield supervisor
    except AskedToStop:
        say("• Đang dừng…", "stopping")
    finally:
        supervisor.stop()
        places.remove_short_socket_folders(var)
        os.close(theirs)
        guard.dismiss(watched)
        os.close(ours)


def _take_locks(var):
    """One of a supervisor, one that its children share and that outlives it by as long as they do."""
    ours = locks.take(var / "run.lock")
    if ours is None:
        address = keys.read(var / "house.env").get("BASE_URL", "")
        raise CannotStart(f"Hệ thống đang chạy rồi: {var} {address}", f"It is running already: {var} {address}")
    _await_remains(var / "children.lock")
    return ours, locks.take_new(var / "children.lock")


def _await_remains(lock):
    """Of a run whose supervisor was killed. What still has not ended after 20 seconds hangs."""
    if locks.is_free(lock):
        return
    say("• Lần chạy trước bị ngắt, chờ tiến trình cũ kết thúc…", "waiting for the remains of a killed run")
    if not locks.is_free(lock, patience=20):
        guard.end_holders(lock)
    if not locks.is_free(lock, patience=10):
        raise CannotStart("Tiến trình cũ không kết thúc.", f"Processes of an earlier run still hold {lock}.")


def _refuse_taken_port(host, port):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host.strip("[]"), port))
        except OSError as problem:
            raise CannotStart(
                f"Không mở được cổng {port}. Thử cổng khác: PORT={port + 1} bin/run",
                f"Cannot open port {port}. Try another one: PORT={port + 1} bin/run",
                f"  {problem}",
            )


def start_servers(supervisor, var):
    """Our own servers where the environment names no other; the environment that names them all."""
    environ = os.environ | {"VAR": str(var), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    environ |= {name: value for name, value in keys.load(var).items() if not _given(name)}
    if not _given("DATABASE_URL"):
        postgres = Postgres(var)
        supervisor.start_server(postgres)
        environ["DATABASE_URL"] = postgres.url
    if not (_given("CELERY_BROKER_URL") and _given("CACHE_URL")):
        valkey = Valkey(var)
        supervisor.start_server(valkey)
        ours = {"CELERY_BROKER_URL": valkey.broker_url, "CACHE_URL": valkey.cache_url}
        environ |= {name: url for name, url in ours.items() if not _given(name)}
    return environ


def _given(name):
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def _start_house(supervisor, var, environ):
    """Worker before web: what the first click queues finds somebody."""
    _write_house_file(var, environ)
    celery = ["-m", "celery", "-A", "portal"]
    worker = [*celery, "worker", "-Q", ",".join(QUEUES), "-c", environ.get("WORKER_CONCURRENCY", "2"), "-l", "INFO"]
    worker += ["--without-gossip", "--without-mingle"]
    supervisor.start(python_program(var, environ, "worker", *worker, patience=25))
    web = python_program(
        var, environ, "web", "-m", "gunicorn", "-c", ROOT / "bin/launch/web.py", "portal.wsgi:application"
    )
    web = supervisor.start(web)
    # Its pid file would be stale after a kill -9; the supervisor's lock already keeps a second one away.
    beat = [*celery, "beat", "-s", var / "beat", "--pidfile=", "-l", "INFO"]
    supervisor.start(python_program(var, environ, "beat", *beat))
    if not programs.wait_until(lambda: health.is_good(environ), web.process, seconds=60):
        raise CannotStart("Trang web không trả lời.", "The web server does not answer.", last_lines(web.program.log))


def _write_house_file(var, environ):
    """Where this house is, for `manage.py` typed beside it and for scripts."""
    names = ["DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "PORT", "BASE_URL"]
    address = {"BASE_URL": f"http://127.0.0.1:{environ['PORT']}"}
    keys.write(var / "house.env", {name: value for name, value in (address | environ).items() if name in names})
