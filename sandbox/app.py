"""The ASGI program: hosts of the platforms by the beginning of the path, and beside them control and pages."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.responses import Response

from sandbox import control, pages
from sandbox.facebook import media as pictures
from sandbox.facebook import pages as facebook_pages
from sandbox.world import World
from sandbox.zalo import media


def comes_from_elsewhere(scope, hosts):
    """A page of another host, open in the same browser, sends its own Origin, or has given its name our address."""
    headers = {name: value.decode("latin-1") for name, value in scope.get("headers", ())}
    host, origin = headers.get(b"host", ""), headers.get(b"origin", "")
    return _name(f"//{host}") not in hosts or (bool(origin) and urlsplit(origin).netloc != host)


def _name(address):
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


class Sandbox:
    """Calls to a platform go straight to its door: nothing stands between it and the connection it may have to cut."""

    def __init__(self, configuration):
        self.world = World(configuration)
        self.rest = Starlette(
            routes=[*control.ROUTES, *media.ROUTES, *pictures.ROUTES, *facebook_pages.ROUTES, *pages.ROUTES],
            lifespan=self._living,
        )
        self.rest.state.world = self.world

    async def __call__(self, scope, receive, send):
        asked = scope["type"] == "http"
        door = self.world.door_for(scope["path"]) if asked else None
        if asked and door is None and comes_from_elsewhere(scope, self.world.configuration.hosts):
            door = Response("Another site may not turn the sandbox's knobs.", status_code=403)
        await (door or self.rest)(scope, receive, send)

    @asynccontextmanager
    async def _living(self, app):
        postman = asyncio.create_task(self.world.postman.run())
        yield
        postman.cancel()
        with suppress(asyncio.CancelledError):
            await postman
        if self.world.configuration.dump:
            dump = json.dumps(control.state(self.world, None, {}), ensure_ascii=False, indent=1)
            Path(self.world.configuration.dump).write_text(dump, encoding="utf-8")
