"""Many clients on one server of this machine, each with one connection kept open; stops by itself."""

import asyncio
import itertools
import statistics
import time
from dataclasses import dataclass

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Load:
    """Requests a second, latencies in milliseconds, and how many answers had which status."""

    rps: float
    p50: float
    p95: float
    statuses: dict

    def only(self, *expected):
        """Itself, or an error when another status was among the answers: a fast refusal is no figure."""
        if set(self.statuses) - set(expected):
            raise RuntimeError(f"expected {expected}, got {self.statuses}")
        return self


def request(method, path, *, body=b"", headers=()):
    """The bytes of an HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", *(f"{name}: {value}" for name, value in headers)]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def load(port, requests, *, clients=16, seconds=6, total=None):
    """Send the requests round and round for `seconds`, or `total` of them once."""
    return asyncio.run(_load(port, requests, clients, seconds, total))


async def _load(port, requests, clients, seconds, total):
    queue = iter(requests) if total is not None else itertools.cycle(requests)
    took, statuses = [], {}
    lines = [await _opened_alone(port) for _ in range(clients)]
    begun = time.perf_counter()
    ends = begun + (seconds if total is None else 600)
    await asyncio.gather(*[_client(port, line, queue, ends, took, statuses) for line in lines])
    whole = time.perf_counter() - begun
    took.sort()
    return Load(len(took) / whole, statistics.median(took) * 1e3, took[int(len(took) * 0.95)] * 1e3, statuses)


async def _opened_alone(port):
    """A connection after a pause, as citizens come: of a bunch opened at once one process of the server takes all."""
    await asyncio.sleep(0.01)
    return await asyncio.open_connection(HOST, port)


async def _client(port, line, queue, ends, took, statuses):
    reader, writer = line
    for raw in queue:
        begun = time.perf_counter()
        if begun > ends:
            break
        writer.write(raw)
        status, closes = await _answer(reader)
        took.append(time.perf_counter() - begun)
        statuses[status] = statuses.get(status, 0) + 1
        if closes:
            writer.close()
            reader, writer = await asyncio.open_connection(HOST, port)
    writer.close()


async def _answer(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(None, 2)[1])
    if b"transfer-encoding: chunked" in head:
        while (size := int(await reader.readline(), 16)) > 0:
            await reader.readexactly(size + 2)
        await reader.readline()
    elif b"content-length:" in head:
        await reader.readexactly(int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]))
    return status, b"connection: close" in head
