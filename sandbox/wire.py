"""POST and a status, nothing else, over connections that are kept: ten times cheaper than a whole HTTP client."""

import asyncio
from collections import defaultdict, deque
from functools import lru_cache
from urllib.parse import urlsplit

LONGEST_HEAD = 64 * 1024


class Wire:
    def __init__(self):
        self._idle = defaultdict(deque)

    async def post(self, url, *, headers, body):
        """The HTTP status. Raises OSError, EOFError or ValueError when there is none."""
        place, target = _parts(url)
        reader, writer = await self._connection(place)
        try:
            writer.write(_head(place, target, headers, len(body)) + body)
            status, may_stay = await _answer(reader)
        except BaseException:
            writer.close()
            raise
        if may_stay:
            self._idle[place].append((reader, writer))
        else:
            writer.close()
        return status

    def close(self):
        for connections in self._idle.values():
            for _reader, writer in connections:
                writer.close()
        self._idle.clear()

    async def _connection(self, place):
        """One that was used before and is still open, else a new one."""
        idle = self._idle[place]
        while idle:
            reader, writer = idle.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        scheme, host, port = place
        return await asyncio.open_connection(host, port, ssl=scheme == "https" or None, limit=LONGEST_HEAD)


@lru_cache(maxsize=64)
def _parts(url):
    """((scheme, host, port), path with query) of an address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is no http address")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return (parts.scheme, parts.hostname, port), target


def _head(place, target, headers, length):
    _scheme, host, port = place
    lines = [f"POST {target} HTTP/1.1", f"host: {host}:{port}", f"content-length: {length}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _answer(reader):
    """(status, whether the connection can be used again). Zalo ignores the body, and so do we."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    first, *lines = head.split("\r\n")
    headers = dict(line.split(":", 1) for line in lines if ":" in line)
    length = headers.get("content-length", "").strip()
    may_stay = length.isdigit() and "close" not in headers.get("connection", "")
    if may_stay:
        await reader.readexactly(int(length))
    return int(first.split()[1]), may_stay
