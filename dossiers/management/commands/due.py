"""`manage.py due FILE`: lets anybody check our due dates without a database."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from agencies.worktime import Refused
from dossiers import clock
from dossiers.clock_file import BadFile, answers
from dossiers.clock_words import in_words

MOST_SHOWN = 50


class Command(BaseCommand):
    help = "Compute due dates of the cases in a JSON file (docs/clock.md) and print one {id, due} a line."
    # It reads no settings and no database, so nothing has to be right but the file.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="the JSON file; - reads standard input")
        parser.add_argument("--explain", action="store_true", help="print beside each date how it came about")

    def handle(self, *, file, explain, **options):
        asked, line = (clock.explain, _explained) if explain else (clock.due_at, _line)
        try:
            found = answers(_text(file), asked=asked)
        except BadFile as bad:
            raise CommandError("\n".join(_lines(bad.problems)))
        except (OSError, UnicodeDecodeError) as unreadable:
            raise CommandError("\n".join(_lines([Refused(file, _("cannot be read: %(why)s"), why=unreadable)])))
        if found:
            self.stdout.write("\n".join(line(name, told) for name, told in found))


def _text(file):
    raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    return raw.decode("utf-8-sig")


def _line(name, due):
    return json.dumps({"id": name, "due": _iso(due)})


def _explained(name, steps):
    told = [
        {"at": _iso(step.at), "kind": step.kind, "why": in_words(step.reason), "due": _iso(step.due_after)}
        for step in steps
    ]
    return json.dumps({"id": name, "due": told[-1]["due"], "steps": told}, ensure_ascii=False)


def _iso(moment):
    return moment and moment.isoformat()


def _lines(problems):
    """Each problem in Vietnamese and in English: who checks us from outside may read either."""
    yield _both(_("No due date was computed:"))
    for problem in problems[:MOST_SHOWN]:
        yield f"  {problem.field}: {_both(problem.reason, **problem.values)}"
    if len(problems) > MOST_SHOWN:
        yield _both(_("and %(more)s more"), more=len(problems) - MOST_SHOWN)


def _both(text, **values):
    with override("vi"):
        vietnamese = gettext(text) % values
    with override("en"):
        return f"{vietnamese} / {gettext(text) % values}"
