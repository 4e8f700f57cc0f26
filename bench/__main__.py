"""`bin/bench`: builds a province, measures, prints the table and with --keep keeps it under docs/benchmarks/."""

import argparse
import json
import os
import platform
import sys
from pathlib import Path

import django
from django.db import connection
from django.utils.timezone import localtime, now
from tqdm import tqdm

from bench.house import ROOT, manage

FIGURES = [
    "seeding", "look_up", "no_oracle", "work_list", "creating", "papers", "outbox", "zalo", "rush", "storms", "photos",
    "calendar_change", "importing", "reports",
]  # fmt: skip


def main(arguments):
    options = _options(arguments)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="bench.settings",
        LOG_LEVEL="ERROR",
        STATEMENT_TIMEOUT_MS="0",
        BASE_URL="http://127.0.0.1",
    )
    manage("migrate", "--verbosity", "0")
    manage("collectstatic", "--no-input", "--verbosity", "0")
    manage("load_demo", "--verbosity", "0")
    django.setup()
    _make_commits_real()
    demo = json.loads((Path(os.environ["VAR"]) / "demo.json").read_text())
    found = list(_measure(options, demo))
    table = _table(found, options)
    print(table)
    if options.keep:
        kept = ROOT / "docs" / "benchmarks"
        kept.mkdir(parents=True, exist_ok=True)
        (kept / f"{localtime(now()):%Y-%m-%d}.md").write_text(table)
    return 0 if all(figure.met for figure in found) else 1


def _make_commits_real():
    """The throw-away server is quick because it forgets; a measured one must not."""
    with connection.cursor() as cursor:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute(f"ALTER SYSTEM SET {setting} = on")
        cursor.execute("SELECT pg_reload_conf()")


def _options(arguments):
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=1_000_000)
    parser.add_argument("--reports", type=int, default=1_000_000, help="of citizens")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rows", type=int, default=20_000, help="of the file that is imported")
    parser.add_argument("--bulk", type=int, default=100_000, help="rows of the bulk send that others stand beside")
    parser.add_argument("--storm", type=int, default=1_000, help="messages in each storm of faults")
    parser.add_argument("--only", nargs="+", choices=FIGURES, default=FIGURES)
    parser.add_argument("--keep", action="store_true", help="write the table under docs/benchmarks/")
    return parser.parse_args(arguments)


def _measure(options, demo):
    from bench import figures

    bar = tqdm([name for name in FIGURES if name in options.only], file=sys.stderr)
    for name in bar:
        bar.set_description(name)
        for figure in getattr(figures, name)(demo, options):
            sign = "✓" if figure.met else "✗"
            tqdm.write(f"{sign} {figure.name}: {figure.measured} ({figure.mark})", file=sys.stderr)
            yield figure


def _table(figures, options):
    head = (
        f"# Figures of {localtime(now()):%d/%m/%Y %H:%M}\n\n"
        f"`bin/bench --dossiers {options.dossiers} --messages {options.messages}` on {os.cpu_count()} cores, "
        f"Python {platform.python_version()}; the load's own clients run on the same cores. Embedded PostgreSQL 18, "
        "every commit flushed to disk.\n\n| figure | measured | mark | met |\n|---|--:|--:|---|\n"
    )
    return head + "".join(f"| {f.name} | {f.measured} | {f.mark} | {'yes' if f.met else '**no**'} |\n" for f in figures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
