"""What the sandbox is told at its start: by the environment, or by options of `python -m sandbox`."""

import os
from argparse import ArgumentParser, Namespace
from urllib.parse import urlsplit

from sandbox.facebook import settings as facebook
from sandbox.zalo import settings as zalo

HOST, PORT = "127.0.0.1", 8090


class Options(Namespace):
    """host, port, url, names, clock, latency, dump; `zalo` and `facebook`: the settings of these platforms."""

    @property
    def hosts(self):
        """The names it answers to: an open page elsewhere may give its own name this machine's address."""
        named = {self.host, urlsplit(self.url).hostname, *self.names.split(",")}
        return {"127.0.0.1", "localhost", "::1", *filter(None, named)}

    def settle_on(self, port):
        """The port is known: 0 asked for any."""
        self.port = port
        self.url = (self.url or f"http://{self.host}:{port}").rstrip("/")


def read(arguments=None, environ=os.environ):
    """Raises SystemExit in argparse's words."""
    options = _parser(environ).parse_args(arguments, Options())
    options.zalo, options.facebook = zalo.from_environment(environ), facebook.from_environment(environ)
    if options.webhook:
        options.zalo.webhook_url = options.webhook
    return options


def _parser(environ):
    parser = ArgumentParser(
        prog="python -m sandbox", description="Zalo and Facebook as they behave, on your own machine."
    )
    parser.add_argument("--host", default=environ.get("SANDBOX_HOST", HOST), help="SANDBOX_HOST, default %(default)s")
    parser.add_argument(
        "--port", type=int, default=environ.get("SANDBOX_PORT", PORT), help="SANDBOX_PORT, default %(default)s; 0: any"
    )
    parser.add_argument("--url", default=environ.get("SANDBOX_URL", ""), help="how others reach it, SANDBOX_URL")
    parser.add_argument(
        "--names", default=environ.get("SANDBOX_NAMES", ""), help="further names it answers to, with commas between"
    )
    parser.add_argument("--clock", default=environ.get("SANDBOX_CLOCK", ""), help="begin at 2026-11-26T21:55:00")
    parser.add_argument(
        "--latency", type=float, default=environ.get("SANDBOX_LATENCY", 0.0), help="seconds before each answer"
    )
    parser.add_argument("--dump", default=environ.get("SANDBOX_DUMP", ""), help="a JSON file, written at the end")
    parser.add_argument("--webhook", default="", help="address of your Zalo webhook, SANDBOX_ZALO_WEBHOOK_URL")
    return parser
