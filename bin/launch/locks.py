"""Locks that the kernel lets go of when their holder dies, however it dies: none is ever stale."""

import fcntl
import os
import time
from contextlib import contextmanager
from pathlib import Path


def take(path, *, patience=0):
    """File descriptor that holds the lock on `path`, or None if somebody else still has it after `patience` seconds."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(descriptor)
                return None
            time.sleep(0.1)


@contextmanager
def alone_in(folder, *, on_wait=lambda: None):
    """One process at a time; locks the folder itself, so that nothing is left lying in it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def holders(path):
    """Ids of the processes that hold the lock, not of those who only wait for it; as far as we may look (Linux)."""
    found, wanted = set(), os.path.realpath(path)
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(link) == wanted and "FLOCK" in (link.parents[1] / "fdinfo" / link.name).read_text():
                found.add(int(link.parts[2]))
        except OSError:
            continue
    return found - {os.getpid()}
