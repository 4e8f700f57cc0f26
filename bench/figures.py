"""One function a figure. Each measures, and says what the mark is and whether it was met."""

import csv
import json
import os
import re
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from agencies.models import Appointment, FieldOfWork, Officer, Unit
from bench.house import manage, manage_measured, web
from bench.load import load, request
from dossiers.models import Dossier, Procedure

JSON = ("Content-Type", "application/json")


@dataclass(frozen=True)
class Figure:
    name: str
    measured: str
    mark: str
    met: bool


def at_least(name, value, mark, unit=""):
    return Figure(name, f"{value:,.2f}{unit}", f"≥ {mark:,}{unit}", value >= mark)


def at_most(name, value, mark, unit=""):
    return Figure(name, f"{value:,.1f}{unit}", f"≤ {mark:,}{unit}", value <= mark)


def same(name, value, expected):
    return Figure(name, str(value), str(expected), value == expected)


def seeding(demo, options):
    """A million dossiers written by COPY."""
    said = manage("seed", "--dossiers", str(options.dossiers), "--verbosity", "0", STATEMENT_TIMEOUT_MS="0")
    dossiers, rows = (float(n) for n in re.search(r": (\d+) dossiers/s, (\d+) rows/s", said).groups())
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
    return [
        at_least(f"seed {options.dossiers:,} dossiers, all tables", rows, 5_000, " rows/s"),
        at_least(f"seed {options.dossiers:,} dossiers", dossiers, 5_000, " dossiers/s"),
    ]


def look_up(demo, options):
    """Look-up over HTTP against a bare view that reads one row, on the same server in the same minute."""
    samples = demo["dossiers"]
    api = [_lookup_request(s["code"], s["pin"]) for s in samples]
    qr = [request("GET", f"/hs/{s['qr_token']}/") for s in samples]
    with web() as port:
        bare = [request("GET", "/bench/one-row/1/")]
        load(port, [*bare, *api, *qr], seconds=2)  # warm
        one_row = load(port, bare, clients=16).only(200)
        by_code = load(port, api, clients=16).only(200)
        by_qr = load(port, qr, clients=16).only(200)
        one_row_again = load(port, bare, clients=16).only(200)
    base = (one_row.rps + one_row_again.rps) / 2
    return [
        Figure("bare view, one row by primary key, 16 clients", f"{base:,.0f} requests/s", "the measure", True),
        at_least("look-up by code and PIN (API) / bare view", by_code.rps / base, 0.5),
        at_least("look-up by QR (page) / bare view", by_qr.rps / base, 0.5),
        at_most("look-up by code and PIN, p95 at 16 clients", by_code.p95, 150, " ms"),
        at_most("look-up by QR, p95 at 16 clients", by_qr.p95, 150, " ms"),
        at_most("queries of a look-up by code", _queries(_post_lookup(samples[0])), 4),
        at_most("queries of a look-up by QR", _queries(lambda c: c.get(f"/hs/{samples[0]['qr_token']}/")), 4),
    ]


def _lookup_request(code, proof):
    body = json.dumps({"code": code, "proof": proof}).encode()
    return request("POST", "/api/v1/lookup/", body=body, headers=[JSON])


def _post_lookup(sample):
    body = {"code": sample["code"], "proof": sample["pin"]}
    return lambda client: client.post("/api/v1/lookup/", body, content_type="application/json")


def _queries(act, client=None):
    client = client or Client()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = act(client)
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code} instead of 200")
    return len(queries)


def no_oracle(demo, options):
    """Unknown code and wrong proof take the same time: 300 of each, alternating, over HTTP, none of them refused."""
    known, wrong, unknown = demo["dossiers"][0], [], []
    limits = ["CLIENT_LIMIT", "DOSSIER_LIMIT", "DOSSIER_DAY_LIMIT", "GLOBAL_LIMIT"]
    with web(**{f"LOOKUP_{name}": "100000" for name in limits}) as port:
        for turn in range(300):
            for code, took in ((known["code"], wrong), (f"H99.99-261101-{turn:04}", unknown)):
                body = json.dumps({"code": code, "proof": "000000"}).encode()
                raw = request("POST", "/api/v1/lookup/", body=body, headers=[JSON])
                took.append(load(port, [raw], clients=1, total=1).only(404).p50)
    gap = abs(sorted(wrong)[150] - sorted(unknown)[150])
    return [at_most("median time, wrong proof against unknown code", gap, 5, " ms")]


def work_list(demo, options):
    """The officer's list and first page with few and with 500 permitted procedures."""
    officer = Officer.objects.get(username="an")
    few = _pages_of(officer)
    _permit_many(officer, 500)
    many = _pages_of(officer)
    path = "/quan-tri/dossiers/dossier/"
    with web() as port:
        cookie = ("Cookie", f"sessionid={_session(officer)}")
        raw = [request("GET", path, headers=[cookie])]
        load(port, raw, clients=4, seconds=2)
        listed = load(port, raw, clients=16).only(200)
        alone = load(port, raw, clients=1, seconds=4).only(200)
    return [
        at_most("queries of the officer's list, few procedures permitted", few[0], 12),
        at_most("queries of the officer's list, 500 procedures permitted", many[0], 12),
        at_most("queries of today's work, few permitted", few[1], 12),
        at_most("queries of today's work, 500 permitted", many[1], 12),
        at_most("officer's list, p95 at 16 clients", listed.p95, 300, " ms"),
        at_most("officer's list, p95 of one client", alone.p95, 300, " ms"),
    ]


def _pages_of(officer):
    client = Client()
    client.force_login(officer, backend=settings.AUTHENTICATION_BACKENDS[-1])
    client.get("/quan-tri/")  # what a process reads once is no cost of a page
    return [
        _queries(lambda c: c.get("/quan-tri/dossiers/dossier/"), client),
        _queries(lambda c: c.get("/quan-tri/"), client),
    ]


def _session(officer):
    client = Client()
    client.force_login(officer, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client.cookies["sessionid"].value


def _permit_many(officer, count):
    """An appointment that names `count` procedures' fields of work one by one."""
    fields = FieldOfWork.objects.bulk_create(
        FieldOfWork(code=f"bench-{n}", name=f"Lĩnh vực {n}", sort_key=f"{n:04}") for n in range(50)
    )
    Procedure.objects.bulk_create(
        Procedure(code=f"9.{n:06}", name=f"Thủ tục {n}", field=fields[n % 50], sort_key=f"{n}", search_key=f"{n}")
        for n in range(count)
    )
    role = officer.appointments.first().role
    appointment = Appointment.objects.create(officer=officer, role=role, unit=officer.unit)
    appointment.fields.set([*fields, *FieldOfWork.objects.filter(procedures__isnull=False).distinct()])
    officer._rights = None


def creating(demo, options):
    """32 counters of one unit, over the API."""
    unit, count = demo["unit"], 1_000
    procedure = Procedure.objects.filter(level="commune", versions__state="published").first()
    version = procedure.versions.get(state="published")
    before = Dossier.objects.filter(unit__codes__code=unit).count()
    raws = [_creation(demo["api_key"], unit, procedure, version.cases.first(), n) for n in range(count)]
    with web() as port:
        load(port, raws[:32], clients=8, total=32)
        made = load(port, raws[32:], clients=32, total=count - 32).only(201)
    new = Dossier.objects.filter(unit__codes__code=unit).count() - before
    return [
        at_least("creating dossiers, 32 writers of one unit", made.rps, 100, "/s"),
        same("dossiers made, each with a number of its own", new, count),
    ]


def _creation(key, unit, procedure, case, n):
    body = {
        "unit": unit, "procedure": procedure.code, "case": case.name, "subject": "Đo tốc độ",
        "parties": [{"name": "Trần Thị Chi", "phone": f"0990{n:06}"}],
    }  # fmt: skip
    headers = [JSON, ("Authorization", f"Bearer {key}"), ("Idempotency-Key", f"bench-{now():%H%M%S}-{n:06}")]
    return request("POST", "/api/v1/dossiers/", body=json.dumps(body).encode(), headers=headers)


def papers(demo, options):
    """Form 01 of a real dossier, as an officer prints it."""
    from dossiers import papers as printing

    officer = Officer.objects.get(username="an")
    dossier = Dossier.objects.get(number=demo["dossiers"][0]["code"])
    took = []
    for _ in range(21):
        begun, at = time.perf_counter(), now()
        printing.print_receipt(dossier, dossier.issue_receipt(by=officer, at=at), at=at)
        took.append((time.perf_counter() - begun) * 1e3)
    took = took[1:]  # the first one loads the fonts
    return [at_most("receipt (Form 01) as PDF, slowest of 20", max(took), 300, " ms")]


def zalo(demo, options):
    """Zalo, played with answers that take 200 ms: what goes out, and the door for what comes in."""
    from bench.zalo import sent_a_second, taken_a_second

    sent, once, looked_at = sent_a_second(2_000)
    taken = taken_a_second(4_000)
    return [
        at_least("messages a second over Zalo, whose answers take 200 ms", sent, 100, "/s"),
        same(f"people with exactly one, of {looked_at}", once, looked_at),
        at_least("events of Zalo taken in a second", taken.rps, 400, "/s"),
        at_most("answer to an event, p95 at 16 clients", taken.p95, 1_000, " ms"),
    ]


def rush(demo, options):
    """Dossiers and answers while a bulk send runs, with the workers of docker-compose.yml."""
    from bench.rush import rush

    found = rush(bulk=options.bulk, seconds=90)
    soon = found.share(found.dossiers, found.promised, within=10)
    answered = found.share(found.answers, found.asked, within=3)
    beside = f"while {options.bulk:,} rows of bulk go"
    return [
        at_least(f"dossier messages with Zalo within 10 s {beside}", soon, 99, " %"),
        at_least(f"answers with Zalo within 3 s of the event {beside}", answered, 99, " %"),
        at_most(f"from the event to the answer at Zalo, p95 {beside}", found.p95(found.answers), 3, " s"),
        at_least("bulk messages that went meanwhile", found.bulk, 1, f", {found.waiting:,} still waited"),
    ]


def storms(demo, options):
    """Messages in each storm of faults at Zalo: one effect each, none lost, no doubt left lying. Tokens raced for."""
    from bench.zalo import raced, weathered

    renewed, dead = raced(200)
    return [
        same("tokens renewed in 200 races of 16 workers, dead ones shown", (renewed, dead), (200, 0)),
        *[
            same(
                f"of {options.storm:,} messages while {fault}: twice, lost, in doubt", (twice, lost, doubts), (0, 0, 0)
            )
            for fault, twice, lost, doubts in weathered(options.storm)
        ],
    ]


def photos(demo, options):
    """Two hundred made-up photos of a receipt: tilted, blurred, dark, crumpled (tests/channels/photographs.py)."""
    from portal.channels.photos import codes_in
    from tests.channels.photographs import photograph

    read = wrong = 0
    took = []
    for seed in range(5_000, 5_200):
        photo = photograph(seed)
        began = time.perf_counter()
        found = set(codes_in(photo.content))
        took.append(time.perf_counter() - began)
        read += found == photo.texts
        wrong += bool(found - photo.texts)
    return [
        at_least("photos of receipts read, of 200", read / 2, 95, " %"),
        same("photos misread, of 200", wrong, 0),
        at_most("reading a photo, p95", sorted(took)[190] * 1e3, 1_500, " ms"),
    ]


def calendar_change(demo, options):
    """A new day off with 100,000 dossiers open."""
    from agencies.models import Day
    from dossiers.models import Recalculation

    root = Unit.objects.get(official_code="82", parent=None)
    calendar, at = root.working_calendar(), now()
    _reopen(100_000, calendar, at)
    day = Dossier.objects.open().exclude(due_at=None).latest("due_at").due_at.date()
    calendar.amend(document="Đo tốc độ", by=None, at=at, days=[Day(day, works=False, reason="Đo tốc độ")])
    recalculation = Recalculation.objects.latest("pk")
    begun = time.perf_counter()
    while recalculation._step(recalculation._recompute, 1_000, at):
        pass
    seconds = time.perf_counter() - begun
    open_now = Dossier.objects.open().filter(calendar=calendar, received_at__lt=at).count()
    recalculation.refresh_from_db()
    return [at_most(f"recompute {open_now:,} open dossiers ({recalculation.moved:,} moved)", seconds, 60, " s")]


def _reopen(count, calendar, at):
    """Enough open dossiers for the measure: finished ones of the last weeks are taken as open again."""
    newest = Dossier.objects.filter(calendar=calendar).exclude(due_at=None).order_by("-pk")
    pks = list(newest.values_list("pk", flat=True)[:count])
    for start in range(0, len(pks), 2_000):
        lot = Dossier.objects.filter(pk__in=pks[start : start + 2_000])
        lot.update(status="processing", due_at=at + timedelta(days=3))


def importing(demo, options):
    """A file of the existing one-stop system, brought in by the command: how fast, and whether memory grows with it."""
    _seconds, few = _import_of(options.rows // 10, demo["unit"], "261001")
    seconds, many = _import_of(options.rows, demo["unit"], "261002")
    return [
        Figure(f"import {options.rows:,} dossiers from CSV", f"{options.rows / seconds:,.0f} rows/s", "–", True),
        Figure("peak of memory of that import", f"{many / 2**20:,.0f} MB", "–", True),
        at_most("peak of memory / that of a tenth of the rows", many / few, 1.2),
    ]


def _import_of(rows, unit, day):
    """(seconds, bytes at the peak) of the command with so many dossiers, all of them new."""
    procedure = Procedure.objects.filter(level="commune", versions__state="published").first()
    path = Path(os.environ["VAR"]) / f"import-{day}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Mã hồ sơ", "Mã TTHC", "Mã đơn vị", "Chủ hồ sơ", "Số điện thoại", "Trích yếu", "Quá trình"])
        for n in range(rows):
            history = "01/10/2026 08:30 | 2\n01/10/2026 14:00 | 4\n05/10/2026 09:20 | 9\n06/10/2026 10:00 | 10"
            number = f"{unit}-{day}-{n:06}"
            table.writerow([number, procedure.code, unit, "Trần Thị Chi", f"0990{n:06}", "Đo tốc độ", history])
    begun = Dossier.objects.count()
    measured = manage_measured("import_dossiers", str(path), "--verbosity", "0")
    if Dossier.objects.count() - begun != rows:
        raise RuntimeError("not every row came in")
    return measured


def outbox(demo, options):
    """Eight workers, every task delivered three times."""
    from tests.channels.swarm import swarm

    figures = swarm(messages=options.messages, workers=8)
    return [
        same(
            f"messages with exactly one effect, of {options.messages:,}", figures["with_one_effect"], options.messages
        ),
        Figure("messages handed over a second by 8 workers", f"{figures['messages_per_second']:,.0f}/s", "–", True),
    ]


def reports(demo, options):
    """Citizens' reports with 2,600 of them, then with very many: rates against Signalen's, queries, the hint."""
    from bench import reports as measuring

    _seed_reports(2_600)
    few = measuring.steadier(3, measuring.measured)
    yield from _of_reports("2,600 reports", few)
    said = _seed_reports(options.reports)
    many = measuring.steadier(3, measuring.measured)
    yield Figure(f"seed --reports {options.reports:,}", said, "stated", True)
    yield from _of_reports(f"{options.reports:,} reports", many)
    for name, factor in measuring.slower(few, many).items():
        yield at_most(f"{name}: slower with {options.reports:,} reports", factor, 2, " times")
    yield at_most(f"hint of the same nearby, p95, {options.reports:,} reports", many["hint"], 100, " ms")
    heard = measuring.heard_a_second(2_000)
    yield at_least("comments taken by the door", heard.rps, 400, "/s")
    made, told = measuring.thrice_and_shuffled(1_000)
    yield same("reports of 1,000 comments that came three times each, shuffled", made, 1_000)
    yield same("acknowledgements of them", told, 1_000)


# requests a second that are asked for; beside them stands what Signalen was seen to do on such a machine
RATES = {"create": 39, "read": 240, "staff": 26, "tree": 150, "map": 40}
QUERIES = {"create": 15, "read": 2, "staff": 12, "tree": 3}


def _of_reports(which, found):
    for name, mark in RATES.items():
        load = found[name]
        yield at_least(f"{name}, 4 clients, {which} (p95 {load.p95:.0f} ms)", load.rps, mark, "/s")
    for name, mark in QUERIES.items():
        yield at_most(f"queries: {name}, {which}", found["queries"][name], mark)


def _seed_reports(upto):
    from feedback.models import Report

    missing = upto - Report.objects.count()
    said = (
        manage("seed", "--reports", str(missing), "--verbosity", "0", STATEMENT_TIMEOUT_MS="0") if missing > 0 else ""
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    manage("shell", "-c", "from feedback.tasks import count_figures; count_figures()")
    return said.strip()
