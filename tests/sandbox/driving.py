"""The sandbox as a program of its own, and somebody who drives it over HTTP."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]


class Program:
    """`python -m sandbox` on a free port of this machine."""

    def __init__(self, *options, **environ):
        environ = {**os.environ, "SANDBOX_PORT": "0", "PYTHONUNBUFFERED": "1", **environ}
        command = [sys.executable, "-m", "sandbox", *options]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)
        self.url = ""
        while not self.url:
            line = self.process.stdout.readline()
            assert line, "the sandbox did not start"
            found = re.search(r"Sandbox Zalo: (\S+)", line)
            self.url = found[1] if found else ""

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


class Driver:
    """Plays the portal on one side, and whoever turns the knobs on the other."""

    def __init__(self, url):
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=10, trust_env=False)
        self.tokens = {}

    # --- the knobs ---

    def control(self, path, **body):
        answer = self.http.post(f"/control/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def look(self, path, **query):
        answer = self.http.get(f"/control/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def settings(self, **changes):
        return self.control("zalo/settings", **changes)

    def act(self, person, act, **details):
        return self.control(f"zalo/people/{person}/{act}", **details)

    def page_settings(self, **changes):
        return self.control("facebook/settings", **changes)

    def on_facebook(self, person, act, **details):
        return self.control(f"facebook/people/{person}/{act}", **details)

    def fault(self, kind, endpoint="", **details):
        return self.control("faults", kind=kind, endpoint=endpoint, **details)

    def advance(self, **parts):
        seconds = sum(number * SECONDS[unit] for unit, number in parts.items())
        return self.control("clock", advance=seconds)

    def at(self, moment):
        return self.control("clock", set=moment)

    def settle(self):
        assert self.control("settle", within=1.0)["settled"]

    def ledger(self, **wanted):
        return self.look("ledger", **wanted)["effects"]

    def uid(self, person):
        return self.look(f"people/{person}")["zalo"]["uid"]

    def psid(self, person):
        return self.look(f"people/{person}")["facebook"]["psid"]

    def graph(self, method, path, *, token="sandbox-page-token", **parts):
        """(status, answer) of a call to the Graph API."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self.http.request(method, f"/facebook/graph/v26.0{path}", headers=headers, **parts)
        return answer.status_code, answer.json()

    # --- the portal ---

    def log_in(self):
        self.tokens = self.control("zalo/grant")
        return self.tokens

    def get(self, path, data=None, headers=None, **query):
        if data is not None:
            query["data"] = json.dumps(data)
        return self.http.get(f"/zalo/openapi{path}", params=query, headers=self._headers(headers)).json()

    def post(self, path, body=None, headers=None, host="openapi", **parts):
        return self.send(path, body, headers, host, **parts).json()

    def send(self, path, body=None, headers=None, host="openapi", **parts):
        parts = parts or {"json": body}
        return self.http.post(f"/zalo/{host}{path}", headers=self._headers(headers), **parts)

    def say(self, person, text, **message):
        body = {"recipient": {"user_id": self.uid(person)}, "message": {"text": text, **message}}
        return self.post("/v3.0/oa/message/cs", body)

    def template(self, person, template_id="100001", data=None, **more):
        body = {"user_id": self.uid(person), "template_id": template_id, "template_data": data or DOSSIER, **more}
        return self.post("/v3.0/oa/message/template", body)

    def by_phone(self, phone="84900000001", template_id="100001", data=None, **more):
        body = {"phone": phone, "template_id": template_id, "template_data": data or DOSSIER, "tracking_id": "hs-1"}
        return self.post("/message/template", {**body, **more}, host="business")

    def ask(self, path, **query):
        return self.http.get(f"/zalo/business{path}", params=query, headers=self._headers(None)).json()

    def token(self, **form):
        whole = {"app_id": APP_ID, **form}
        return self.http.post("/zalo/oauth/v4/oa/access_token", data=whole, headers={"secret_key": APP_SECRET})

    def _headers(self, headers):
        return {"access_token": self.tokens.get("access_token", "")} if headers is None else headers


SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
APP_ID, APP_SECRET = "3608465248940903967", "sandbox-app-secret"
OA_ID, OA_SECRET_KEY = "388613280878808645", "sandbox-oa-secret-key"
DOSSIER = {
    "ten_nguoi_nop": "Lê Thị Chi",
    "ma_ho_so": "H20.30-261123-0001",
    "thu_tuc": "Đăng ký khai sinh",
    "trang_thai": "Đang xử lý",
    "hen_tra": "30/11/2026",
}
