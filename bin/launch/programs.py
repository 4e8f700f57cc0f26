"""One child process: how it is started, so that it never outlives us, and how it is asked to stop."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: the child may not call the dynamic linker.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(kw_only=True)
class Program:
    name: str
    command: list
    log: Path
    environ: dict = field(default_factory=dict)
    folder: Path = Path("/")
    user: pwd.struct_passwd | None = None  # None: the one who called us
    stop_with: int = signal.SIGTERM
    # What the kernel sends when we are killed with -9 and can no longer ask politely.
    orphaned_with: int = signal.SIGTERM
    patience: float = 15.0  # seconds from the polite signal to SIGKILL
    may_be_hurried: bool = True  # by a second Ctrl-C


def start(program, *, keep_open=()):
    """Start it in its own process group with its output in its log. Call from the main thread only (PDEATHSIG)."""
    user = program.user
    with open(program.log, "ab") as log:
        return subprocess.Popen(
            [str(part) for part in program.command],
            cwd=program.folder,
            env=program.environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=keep_open,
            preexec_fn=dies_with_us(program.orphaned_with),
            **({"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}),
        )


def dies_with_us(with_signal):
    """For preexec_fn: runs in the child after it changed its user, for that change would clear the wish."""
    us = os.getpid()

    def wish():
        if _LIBC:
            _LIBC.prctl(_PR_SET_PDEATHSIG, with_signal)
            if os.getppid() != us:  # killed between fork and here
                os._exit(1)

    return wish


def run(program, *, timeout=None):
    """Run to the end; the exit code."""
    process = start(program)
    try:
        return process.wait(timeout)
    finally:
        stop(program, process)


def stop(program, process):
    """Polite signal, patience, SIGKILL; then whatever is left of its group."""
    ask_to_stop(program, process)
    await_end(program, process)


def ask_to_stop(program, process):
    if process.poll() is None:
        process.send_signal(program.stop_with)


def await_end(program, process, *, hurry=lambda: False):
    """It was asked to stop; what has not ended when patience has is killed."""
    until = time.monotonic() + program.patience
    while process.poll() is None and time.monotonic() < until and not (hurry() and program.may_be_hurried):
        time.sleep(0.02)
    sweep_group(process)
    process.wait()


def sweep_group(process):
    """Nobody of a dead program's own children keeps its port or its files."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def wait_until(ready, process, *, seconds):
    """Whether `ready()` became true before the process ended or the time was up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if ready():
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.05)
    return False
