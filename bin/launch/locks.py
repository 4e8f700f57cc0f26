"""Locks that the kernel lets go of when their holder dies, however it dies: none is ever stale."""

import fcntl
import os
import time
from contextlib import contextmanager
from pathlib import Path


def take(path):
    """File descriptor that holds the lock on `path`, or None if somebody else does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    if _try(descriptor, fcntl.LOCK_EX):
        return descriptor
    os.close(descriptor)
    return None


def take_new(path):
    """The lock on a new file in the place of `path`: who still watches the old one never takes us for its holder."""
    half = path.with_suffix(".new")
    half.unlink(missing_ok=True)
    descriptor = take(half)
    half.replace(path)
    return descriptor


def is_free(path, *, patience=0):
    """Whether all holders have let go after so many seconds. Looks without holding it even for a moment."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + patience
    try:
        while not _try(descriptor, fcntl.LOCK_SH):
            if time.monotonic() >= until:
                return False
            time.sleep(0.1)
        return True
    finally:
        os.close(descriptor)


@contextmanager
def alone_in(folder, *, on_wait=lambda: None):
    """One process at a time; locks the folder itself, so that nothing is left lying in it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if not _try(descriptor, fcntl.LOCK_EX):
            on_wait()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def holders(lock):
    """Ids of the processes that hold this very file's lock (a path or a descriptor); as far as we may look (Linux)."""
    wanted = os.stat(lock)
    found = {int(link.parts[2]) for link in Path("/proc").glob("[0-9]*/fd/*") if _holds(link, wanted)}
    return found - {os.getpid()}


def _try(descriptor, kind):
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holds(link, wanted):
    """A descriptor of that file, and with the lock: whoever only looks whether it is free has a READ lock at most."""
    try:
        status = os.stat(link)
        if (status.st_dev, status.st_ino) != (wanted.st_dev, wanted.st_ino):
            return False
        locks = (link.parents[1] / "fdinfo" / link.name).read_text()
    except OSError:
        return False
    return "FLOCK" in locks and "WRITE" in locks
