"""How fast reports are taken, read, listed and drawn: with some thousands of them, and once more with very many.

The measure is Signalen 2.50 on a machine like this one (2 cores, 2 workers, 4 clients), as it was seen running: 13
reports taken a second, 80 read, 1.3 lists of 100 rows, 1.5 category trees, 13 maps of 2,600 points.
"""

import hashlib
import hmac
import json
import random
import time
from contextlib import contextmanager
from dataclasses import replace
from statistics import median

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils.timezone import now

from agencies.models import Officer
from bench.house import web
from bench.load import load, request
from feedback import duplicates
from feedback.categories import Category
from feedback.report import Report
from portal.channels.base import adapter_for
from portal.channels.inbound import InboundMessage
from portal.channels.models import Delivery

JSON = [("Content-Type", "application/json"), ("Accept", "application/json")]
CLIENTS = 4
PAGES = {"staff": "/quan-tri/feedback/report/", "tree": "/api/v1/feedback/categories/", "map": "/phan-anh/ban-do.json"}
NO_LIMIT = {"REPORTS_A_CLIENT": "10000000"}
PAGE = {
    "FACEBOOK_PAGE_ID": "102938475610293", "FACEBOOK_PAGE_TOKEN": "sandbox-page-token",
    "FACEBOOK_APP_ID": "5610293847561029", "FACEBOOK_APP_SECRET": "sandbox-app-secret",
}  # fmt: skip
NO_QUERY = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
MY_THO = "106.30,10.30,106.42,10.42"


@contextmanager
def served():
    with web(**NO_LIMIT) as port:
        yield port


def measured(creating=400):
    """{name: Load or number} of everything that is asked of the pages, with the reports that are there."""
    found = {}
    with served() as port:
        found["create"] = load(port, [_creation(n) for n in range(creating)], clients=CLIENTS, total=creating).only(201)
        found["read"] = load(port, [request("GET", f"/phan-anh/{code}/") for code in _codes()], clients=CLIENTS).only(
            200
        )
        cookie = ("Cookie", f"sessionid={_session()}")
        staff = request("GET", f"{PAGES['staff']}?work=all", headers=[cookie])
        load(port, [staff], clients=2, seconds=1)
        found["staff"] = load(port, [staff], clients=CLIENTS).only(200)
        found["tree"] = load(port, [_tagged(port)], clients=CLIENTS).only(200, 304)
        found["map"] = load(port, [request("GET", f"{PAGES['map']}?bbox={MY_THO}")], clients=CLIENTS).only(200)
    found["queries"] = _queries()
    found["hint"] = hint()
    return found


def _creation(n):
    body = {
        "category": "viec-khac", "text": f"Đo tốc độ {n} {random.random()}", "address": f"{n} Hùng Vương",
        "contact": {"phone": f"0990{n:06}"},
    }  # fmt: skip
    return request("POST", "/api/v1/reports/", body=json.dumps(body).encode(), headers=JSON)


def _codes():
    return list(Report.objects.shown().order_by("-pk").values_list("code", flat=True)[:200])


def _session():
    return _client().cookies["sessionid"].value


def _client():
    client = Client()
    officer = Officer.objects.get(username="khoa")
    client.force_login(officer, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def _tagged(port):
    """The category tree as a client asks that has it already."""
    tag = Client().get(PAGES["tree"]).headers.get("ETag", "")
    return request("GET", PAGES["tree"], headers=[("If-None-Match", tag)])


def _queries():
    client, code = _client(), _codes()[0]
    body = {"category": "viec-khac", "text": f"Câu hỏi {random.random()}", "address": "Hùng Vương"}
    asked = {
        "create": lambda: Client().post("/api/v1/reports/", body, content_type="application/json"),
        "read": lambda: Client().get(f"/phan-anh/{code}/"),
        "staff": lambda: client.get(PAGES["staff"], {"work": "all"}),
        "tree": lambda: Client().get(PAGES["tree"]),
    }
    with override_settings(REPORTS_A_CLIENT=10_000_000):
        return {name: _count(ask, body) for name, ask in asked.items()}


def _count(ask, body):
    ask()  # what a process reads once is no cost of a page
    body["text"] = f"Câu hỏi {random.random()}"
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    if answer.status_code not in (200, 201):
        raise RuntimeError(f"{answer.status_code}: a refusal is no figure")
    return sum(not query["sql"].startswith(NO_QUERY) for query in queries)


def hint(times=100):
    """The 95th of a hundred: is the same reported near here? In milliseconds, at places where people do report."""
    categories = list(Category.objects.filter(code__in=["chieu-sang", "rac", "o-ga"]))
    spots = list(Report.objects.filter(latitude__isnull=False).order_by("-pk")[:times])
    took = []
    for number, report in enumerate(spots):
        began = time.perf_counter()
        duplicates.near(report.place, categories[number % 3], at=now())
        took.append((time.perf_counter() - began) * 1e3)
    return sorted(took)[int(len(took) * 0.95)]


def slower(few, many):
    """How many times slower each became with very many reports."""
    return {name: few[name].rps / many[name].rps for name in ("create", "read", "staff", "tree", "map")}


def steadier(times, measure):
    """The median of several runs, by requests a second."""
    runs = [measure() for _ in range(times)]
    middle = dict(runs[0])
    for name, value in runs[0].items():
        if hasattr(value, "rps"):
            middle[name] = replace(value, rps=median(run[name].rps for run in runs))
    return middle


def thrice_and_shuffled(events):
    """How many reports there are after so many comments came three times each, in any order."""
    with override_settings(**PAGE, CHANNEL_LADDER=["facebook-thread"]):
        adapter = adapter_for("facebook")
        arrivals = [arrival for number in range(events) for arrival in adapter.open(*_comment(number), at=now())] * 3
        random.Random(7).shuffle(arrivals)
        before = Report.objects.count()
        for start in range(0, len(arrivals), 100):
            InboundMessage.objects.store("facebook", arrivals[start : start + 100], at=now())
        for message in InboundMessage.objects.filter(channel="facebook", state="stored").order_by("?"):
            message.handle(at=now())
        told = Delivery.objects.filter(kind="report_opened", about__startswith="report:").count()
    return Report.objects.count() - before, told


def heard_a_second(events):
    """The Load of the door for comments: each signed, each new."""
    with web(**PAGE, CHANNEL_LADDER="facebook-thread") as port:
        raw = [
            request("POST", "/webhooks/facebook/", body=body, headers=[*JSON[:1], *headers.items()])
            for body, headers in map(_comment, range(10_000, 10_000 + events))
        ]
        heard = load(port, raw, clients=16, total=events).only(200)
    stored = InboundMessage.objects.filter(channel="facebook", state="stored").count()
    if stored < events:
        raise RuntimeError(f"{stored} of {events} comments were stored")
    return heard


def _comment(number):
    """(body, headers) of a comment on a hole in the road, escaped and signed as the platform does it."""
    page, said = PAGE["FACEBOOK_PAGE_ID"], int(time.time())
    value = {
        "from": {"id": f"9{number:08}", "name": "Người dân"}, "message": f"Ổ gà trước số {number} Hùng Vương",
        "post_id": f"{page}_1", "parent_id": f"{page}_1", "comment_id": f"1_{said}{number}", "created_time": said,
        "item": "comment", "verb": "add",
    }  # fmt: skip
    entry = {"id": page, "time": said, "changes": [{"field": "feed", "value": value}]}
    body = json.dumps({"object": "page", "entry": [entry]}, ensure_ascii=True, separators=(",", ":")).encode()
    mac = hmac.new(PAGE["FACEBOOK_APP_SECRET"].encode(), body, hashlib.sha256).hexdigest()
    return body, {"X-Hub-Signature-256": f"sha256={mac}"}
