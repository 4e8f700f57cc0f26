"""`bin/test`: pytest on servers of its own."""

import os
import shutil
import signal
import subprocess

from launch import ROOT, programs, throwaway, venv
from launch.say import CannotStart, say
from launch.supervisor import AskedToStop

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ALONE = ("-n", "--numprocesses", "--pdb", "--co", "--collect-only", "-h", "--help", "--fixtures")


def main(arguments):
    """Exit code of pytest."""
    venv.ensure("requirements-dev.txt")
    chromium = find_chromium()
    with throwaway.servers() as environ:
        environ |= {"CHROMIUM": chromium or "", "PYTHONUNBUFFERED": "1"}
        command = [venv.PYTHON, "-m", "pytest", "-p", "tests.launch.apart"]
        command += [*in_parallel(arguments), *without_browser(arguments, chromium=chromium)]
        code = _run(command, environ)
    if not chromium:
        say(
            "! Bỏ qua kiểm thử bằng trình duyệt thật: máy không có Chromium.",
            "LEFT OUT: tests in a real browser, there is no Chromium; apt install chromium, or set CHROMIUM=path",
        )
    return code if code >= 0 else 128 - code  # as a shell counts a signal


def _run(command, environ):
    process = subprocess.Popen(command, env=environ, cwd=ROOT, preexec_fn=programs.dies_with_us(signal.SIGTERM))
    while True:
        try:
            return process.wait()
        except AskedToStop as asked:
            if asked.args[0] != signal.SIGINT:  # of Ctrl-C pytest hears by itself: it sits at the same console
                process.terminate()


def find_chromium():
    """Path of a browser, or None; under CI a missing one is an error, for there everything is tested."""
    chosen = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not chosen and os.environ.get("CI") == "true":
        raise CannotStart("CI cần Chromium.", "CI=true and no Chromium: apt install chromium, or set CHROMIUM=path.")
    return chosen


def in_parallel(arguments):
    """Both cores for many files; a single file starts quicker alone."""
    if any(word.split("=")[0] in ALONE or ".py" in word or word.startswith("-n") for word in arguments):
        return []
    return ["-n", "2", "--dist", "worksteal"]


def without_browser(arguments, *, chromium):
    if chromium:
        return arguments
    if "-m" not in arguments:
        return [*arguments, "-m", "not browser"]
    at = arguments.index("-m") + 1
    return [*arguments[:at], f"({arguments[at]}) and not browser", *arguments[at + 1 :]]
