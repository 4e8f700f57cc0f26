#!/usr/bin/env python3
"""Django's command line. Beside a house that `bin/run` started, it works on that house."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def use_own_python():
    """`python3 manage.py …` without activating anything: Django lives in .venv."""
    own = ROOT / ".venv" / "bin" / "python"
    if find_spec("django") is None and own.exists():
        os.execv(own, [own, *sys.argv])  # noqa: S606


def join_the_house():
    """What is not set comes from what `bin/run` wrote down: its servers' addresses, this installation's secrets."""
    var = Path(os.environ.get("VAR") or ROOT / "var")
    for file in filter(lambda file: os.access(file, os.R_OK), (var / "house.env", var / "secrets.env")):
        for name, _, value in (line.partition("=") for line in file.read_text(encoding="utf-8").splitlines()):
            if f"{name}_FILE" not in os.environ:
                os.environ.setdefault(name, value)


if __name__ == "__main__":
    use_own_python()
    join_the_house()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("STATEMENT_TIMEOUT_MS", "0")  # a command may work for hours; the limit is for pages
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
