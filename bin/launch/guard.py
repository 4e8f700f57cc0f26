"""Watches over the watcher: when the supervisor dies, however it dies, nobody that it started lives on for long.

`python3 -m launch.guard DESCRIPTOR` (of the children's lock), its standard input a pipe that only the supervisor holds.
The kernel asks each child to stop (PDEATHSIG); this ends what did not listen, above all children of children.
"""

import os
import signal
import subprocess
import sys
import time

from launch import ROOT, locks

PATIENCE = 6  # seconds in which a database can end cleanly


def start(lock):
    """The guard; `dismiss` it when all is stopped."""
    # This very file, opened by us: the next start puts a new one in its place, and its children are not ours to end.
    watched = os.open(lock, os.O_RDONLY)
    try:
        return _start(watched)
    finally:
        os.close(watched)


def _start(watched):
    return subprocess.Popen(
        [sys.executable, "-m", "launch.guard", str(watched)],
        pass_fds=[watched],
        env={"PYTHONPATH": str(ROOT / "bin"), "PATH": os.environ.get("PATH", "")},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def dismiss(process):
    process.stdin.close()
    process.wait()


def main(lock):
    sys.stdin.buffer.read()  # ends when the supervisor does
    until = time.monotonic() + PATIENCE
    while locks.holders(lock) and time.monotonic() < until:
        time.sleep(0.1)
    end_holders(lock)


def end_holders(lock):
    for pid in locks.holders(lock):
        try:
            os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


if __name__ == "__main__":
    main(int(sys.argv[1]))
