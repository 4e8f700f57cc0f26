"""Words on the console: Vietnamese first, English beside it."""

import sys
from pathlib import Path


def say(vietnamese, english=""):
    print(f"{vietnamese}  ({english})" if english else vietnamese, flush=True)


class CannotStart(SystemExit):
    """Ends the command with exit code 1 and words for the person who typed it."""

    def __init__(self, vietnamese, english, details=""):
        super().__init__("\n".join(part for part in (f"✗ {vietnamese}", f"  {english}", details) if part))


def last_lines(log, count=15):
    """The end of a log file, indented, for an error message."""
    lines = Path(log).read_text(errors="replace").splitlines() if Path(log).exists() else []
    return "\n".join(f"    {line}" for line in lines[-count:])


def speak_utf8():
    """A console that cannot show Vietnamese letters shows question marks; it does not stop the start."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
