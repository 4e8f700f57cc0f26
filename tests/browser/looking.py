"""Looking at a page as a browser, a screen reader, a censor of foreign hosts and a cheap phone plan would."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent.parent
AXE = Path(__file__).parent / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (360, 1280)
FIRST_VIEW = 60 * 1024
REQUESTS = 6
SCRIPTS = 10 * 1024

WATCH_POLICY = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (violation) =>
    window.refused.push(`${violation.violatedDirective} ${violation.blockedURI}`));
"""
RUN_AXE = "(rules) => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})"


@dataclass
class Look:
    status: int = 0
    title: str = ""
    violations: list = field(default_factory=list)
    sideways: list = field(default_factory=list)
    refused: list = field(default_factory=list)
    console: list = field(default_factory=list)
    foreign: list = field(default_factory=list)
    sizes: dict = field(default_factory=dict)
    scripts: int = 0

    @property
    def weight(self):
        """Bytes over the wire, headers and all, of a first view with an empty cache."""
        return sum(self.sizes.values())

    @property
    def faults(self):
        """What no page may do, the back-office's included."""
        return [
            *(f"axe {rule}" for rule in self.violations),
            *(f"scrolls sideways at {width} px" for width in self.sideways),
            *(f"policy refused {what}" for what in self.refused),
            *(f"console: {line}" for line in self.console),
            *(f"foreign host: {address}" for address in self.foreign),
        ]

    @property
    def complaints(self):
        """Every reason why a public page must not go out, in words; empty when it may."""
        return [
            *self.faults,
            *([f"{self.weight} bytes: {self.sizes}"] if self.weight > FIRST_VIEW else []),
            *([f"{len(self.sizes)} requests: {list(self.sizes)}"] if len(self.sizes) > REQUESTS else []),
            *([f"{self.scripts} bytes of scripts"] if self.scripts > SCRIPTS else []),
        ]


def submit(page, button="main button[type=submit]"):
    """Click, and wait until the answer is there: a click alone leaves an empty page behind for a moment."""
    with page.expect_navigation():
        page.click(button)


def arrive(page, path, *, host, then=None, widths=WIDTHS, picture=""):
    """Open `path`, do what `then(page)` does, and look at each width."""
    look = Look()
    page.add_init_script(WATCH_POLICY)
    page.on("console", lambda message: message.type == "error" and _note_console(look, message))
    page.on("pageerror", lambda error: look.console.append(str(error)))
    page.on("request", lambda request: _note_foreign(look, request.url, host))
    _weigh(page, look)
    page.on("response", lambda response: _note_status(page, look, response))
    page.goto(path)
    if then:
        then(page)
        page.wait_for_load_state()
    page.evaluate("document.fonts.ready.then(() => true)")
    look.title = page.title()
    for width in widths:
        _look_at(page, look, width, picture and f"{picture}-{width}")
    look.refused = page.evaluate("window.refused")
    return look


def _look_at(page, look, width, picture):
    page.set_viewport_size({"width": width, "height": 800})
    look.violations += [f"{violation} at {width} px" for violation in _axe(page)]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        look.sideways.append(width)
    if picture and os.environ.get("SCREENSHOTS"):
        page.screenshot(path=ROOT / "var" / "screenshots" / f"{picture}.png", full_page=True)


def _axe(page):
    for violation in page.evaluate(RUN_AXE, RULES)["violations"]:
        places = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
        yield f"{violation['id']} ({violation['impact']}): {places}"


def _note_console(look, message):
    # The browser also prints the status of a page that is meant to be a 404 or a 429.
    if not message.text.startswith("Failed to load resource: the server responded with a status of 4"):
        look.console.append(message.text)


def _note_status(page, look, response):
    if response.request.is_navigation_request() and response.frame == page.main_frame:
        look.status = response.status


def _note_foreign(look, url, host):
    if urlsplit(url).scheme in ("http", "https", "ws", "wss") and not url.startswith(host):
        look.foreign.append(url)


def _weigh(page, look):
    """The browser's own account of what came over the wire, of the last document and what belongs to it."""
    wire = page.context.new_cdp_session(page)
    kinds = {}

    def asked(event):
        kinds[event["requestId"]] = (event["request"]["url"], event["type"])

    def came(event):
        url, kind = kinds.get(event["requestId"], ("", ""))
        if url.startswith("http"):
            look.sizes[url] = look.sizes.get(url, 0) + event["encodedDataLength"]
            look.scripts += event["encodedDataLength"] if kind == "Script" else 0

    wire.on("Network.requestWillBeSent", asked)
    wire.on("Network.loadingFinished", came)
    wire.send("Network.enable")
