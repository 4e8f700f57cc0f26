"""Starts the children in order, restarts who dies, stops all in the opposite order."""

import signal
import time
from dataclasses import dataclass

from launch import programs
from launch.say import CannotStart, last_lines, say

LONGEST_WAIT = 30  # seconds between two restarts of a child that keeps dying
ATTEMPTS = 20  # seconds in which a server that ends at once is started again
RECOVERY = 900  # seconds that a database may take to repair itself after a power cut
STEADY = 60  # seconds after which a child counts as healthy again


class AskedToStop(BaseException):
    """Ctrl-C, SIGTERM, or the terminal was closed; its one argument is the signal's number."""


@dataclass
class Child:
    program: programs.Program
    process: object
    began: float
    deaths: int = 0
    restart_at: float | None = None
    is_server: bool = False


class Supervisor:
    """Children hold `keep_open` (a lock) for as long as any of them lives."""

    def __init__(self, *, keep_open=()):
        self.children = []
        self.keep_open = keep_open
        self.hurry = False

    def listen_for_stop(self):
        """From now on Ctrl-C and SIGTERM raise AskedToStop, wherever we are."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays nohup
                signal.signal(number, _raise_asked_to_stop)

    def start(self, program):
        child = Child(program, programs.start(program, keep_open=self.keep_open), time.monotonic())
        self.children.append(child)
        return child

    def start_server(self, server):
        """Prepare, start, wait until it answers. What a kill -9 left behind needs a second attempt, or a few."""
        server.prepare()
        child, until = self.start(server.program()), time.monotonic() + ATTEMPTS
        child.is_server = True
        while not programs.wait_until(lambda: server.is_ready(child.process), child.process, seconds=RECOVERY):
            if time.monotonic() > until or child.process.poll() is None:
                raise CannotStart(f"{server.name} không chạy được.", f"{server.name} failed.", last_lines(server.log))
            if not server.set_broken_files_aside():
                time.sleep(0.5)
            self._restart(child)
        server.finish_start()
        return child

    def watch(self):
        """Until we are asked to stop."""
        while True:
            for child in self.children:
                self._look_after(child)
            time.sleep(0.3)

    def _look_after(self, child):
        now = time.monotonic()
        if child.restart_at is None and child.process.poll() is not None:
            programs.sweep_group(child.process)
            child.deaths = 1 if now - child.began > STEADY else child.deaths + 1
            pause = min(LONGEST_WAIT, 2 ** (child.deaths - 1) - 1)
            child.restart_at = now + pause
            _report_death(child, pause)
        if child.restart_at is not None and now >= child.restart_at:
            self._restart(child)

    def _restart(self, child):
        child.process = programs.start(child.program, keep_open=self.keep_open)
        child.began, child.restart_at = time.monotonic(), None

    def stop(self):
        """Those who serve people, all at once; then the servers they lean on, last started first.

        A second Ctrl-C shortens everybody's patience.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._hurry_up)
        self._end([child for child in self.children if not child.is_server])
        for server in reversed([child for child in self.children if child.is_server]):
            self._end([server])
        self.children.clear()

    def _end(self, children):
        for child in children:
            programs.ask_to_stop(child.program, child.process)
        for child in children:
            programs.await_end(child.program, child.process, hurry=lambda: self.hurry)

    def _hurry_up(self, *_signal):
        self.hurry = True


def _raise_asked_to_stop(number, _frame):
    raise AskedToStop(number)


def _report_death(child, pause):
    code, name = child.process.returncode, child.program.name
    say(f"! {name} dừng (mã {code}), chạy lại sau {pause} giây.", f"{name} ended, restarting; see {child.program.log}")
