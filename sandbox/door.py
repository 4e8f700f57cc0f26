"""A host of a platform: takes a call, lets the platform answer it, and spoils what the faults say."""

import asyncio
import json
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import cached_property

from starlette.requests import Request
from starlette.responses import Response

from sandbox.faults import ON_CALLS

LARGEST_BODY = 64 * 1024 * 1024


@dataclass(eq=False)
class Call:
    """What was asked. Handlers see nothing else of HTTP."""

    name: str
    method: str
    path: str
    headers: dict
    query: dict
    body: bytes = b""
    form: dict = field(default_factory=dict)  # name -> str, or Upload

    @cached_property
    def json(self):
        """The body as JSON; ValueError when it is none."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Upload:
    filename: str
    content_type: str
    content: bytes


class Refused(Exception):
    """The platform's own No, under its code."""

    def __init__(self, code, message, **more):
        super().__init__(message)
        self.code, self.message, self.more = code, message, more


class Calls:
    """How often what was asked, and how it ended: {"zalo.cs 0": 3, "zalo.cs -230": 1}."""

    def __init__(self):
        self.counted, self.last = Counter(), deque(maxlen=500)

    def note(self, at, call, outcome, fault=""):
        self.counted[f"{call.name} {outcome}"] += 1
        self.last.append({"at": at, "name": call.name, "path": call.path, "outcome": outcome, "fault": fault})


class Door:
    """An ASGI application over a table {(method, path): (name, handler)}.

    `manners` says how this host greets: admit(call), good(call, data), bad(call, refused), status_of(refused),
    headers(call), message_of(code) and `fault_codes` {kind of fault: (code, message)}. `prefix` is where the host's
    paths begin.
    """

    def __init__(self, *, world, prefix, endpoints, manners):
        self.world, self.prefix, self.endpoints, self.manners = world, prefix, endpoints, manners

    async def __call__(self, scope, receive, send):
        request = Request(scope, receive)
        method, path = request.method, scope["path"][len(self.prefix) :]
        name, handler = self.endpoints.get((method, path), (None, None))
        if handler is None:
            await self._nothing_here(method, path)(scope, receive, send)
            return
        call = await read(request, name=name, path=path)
        answer = await self._answer(call, handler)
        if answer is None:
            await hang_up(receive, send)
            return
        await answer(scope, receive, send)

    async def _answer(self, call, handler):
        """A response, or None when the caller shall hear nothing."""
        fault = self.world.faults.take(call.name, ON_CALLS)
        if fault and fault.is_before:
            return self._refuse_unprocessed(call, fault)
        outcome, answer = self._process(call, handler)
        self.world.calls.note(self.world.clock.now(), call, outcome, fault.kind if fault else "")
        if self.world.latency:
            await asyncio.sleep(self.world.latency)
        return await self._spoil(answer, call, fault) if fault else answer

    def _process(self, call, handler):
        try:
            self.manners.admit(call)
            data = handler(call)
        except Refused as refused:
            return refused.code, self._bad(call, refused)
        if isinstance(data, Response):
            return data.status_code, data
        return 0, self._response(call, self.manners.good(call, data))

    def _refuse_unprocessed(self, call, fault):
        self.world.calls.note(self.world.clock.now(), call, fault.kind, fault.kind)
        if fault.kind == "drop_before":
            return None
        if fault.kind.startswith("http_"):
            return Response("", status_code=int(fault.kind[5:]))
        return self._bad(call, self._refusal(fault))

    def _refusal(self, fault):
        if fault.kind == "refuse":
            return Refused(fault.code, self.manners.message_of(fault.code), subcode=fault.subcode)
        return Refused(*self.manners.fault_codes[fault.kind])

    async def _spoil(self, answer, call, fault):
        if fault.kind in ("drop_after", "rotated_lost"):
            return None
        if fault.kind == "http_500":
            return Response("Internal Server Error", status_code=500)
        if fault.kind == "malformed":
            return Response(answer.body[: len(answer.body) // 2], media_type="application/json")
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return answer
        return self._bad(call, self._refusal(fault))

    def _bad(self, call, refused):
        return self._response(call, self.manners.bad(call, refused), status=self.manners.status_of(refused))

    def _response(self, call, content, status=200):
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        headers = self.manners.headers(call)
        return Response(body, status_code=status, media_type="application/json", headers=headers)

    def _nothing_here(self, method, path):
        others = [known for known, at in self.endpoints if at == path]
        words = f"{path} takes {', '.join(others)}." if others else f"The sandbox has no {method} {path}."
        self.world.calls.counted[f"unknown {method} {path}"] += 1
        return Response(
            json.dumps({"error": 404, "message": f"{words} Its addresses: GET /control."}),
            status_code=405 if others else 404,
            media_type="application/json",
        )


async def read(request, *, name, path):
    headers = {key.lower(): value for key, value in request.headers.items()}
    query = dict(request.query_params)
    call = Call(name=name, method=request.method, path=path, headers=headers, query=query)
    kind = headers.get("content-type", "")
    if kind.startswith(("multipart/form-data", "application/x-www-form-urlencoded")):
        call.form = await read_form(request)
    elif request.method != "GET":
        call.body = await request.body()
    return call


async def read_form(request):
    """{name: str or Upload}, read into memory."""
    async with request.form(max_part_size=LARGEST_BODY) as form:
        return {
            key: value
            if isinstance(value, str)
            else Upload(value.filename or "", value.content_type or "", await value.read())
            for key, value in form.items()
        }


async def hang_up(receive, send):
    """Close the connection without a word, as a network does. Under a test client, which has none, an exception."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("the sandbox closed the connection (a fault that was switched on)")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
