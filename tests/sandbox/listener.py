"""A webhook of this machine that hears, remembers, and answers what it is told to."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Listener(ThreadingHTTPServer):
    """`answers` are the next HTTP statuses; then 200. A number below 0 is silence for so many seconds."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Ear)
        self.heard, self.answers = [], []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/webhook"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def clear(self):
        self.heard, self.answers = [], []

    def events(self, name=None):
        return [event for event in self.heard if name is None or event["event_name"] == name]


class Ear(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["content-length"]))
        headers = {key.lower(): value for key, value in self.headers.items()}
        self.server.heard.append({**json.loads(raw), "_raw": raw, "_headers": headers})
        status = self.server.answers.pop(0) if self.server.answers else 200
        if status < 0:
            time.sleep(-status)
        self.send_response(max(status, 200))
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass
