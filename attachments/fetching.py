"""A picture fetched from an address that somebody else's program names (Open311's `media_url`).

Nobody makes us fetch from our own network: https only, hosts that were allowed beforehand, addresses that are public,
and the connection goes to the very address that was checked, so that a name which changes its mind gains nothing.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from urllib.parse import urljoin, urlsplit

from django.conf import settings

LONGEST = 20  # seconds in all
MOST_REDIRECTS = 3
REDIRECTS = {301, 302, 303, 307, 308}
CHUNK = 65_536
AGENT = "MotCua/1.0"
# Addresses that carry another one in themselves: a translator of the network would lead back inside.
CARRIERS = [ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


class NotFetched(Exception):
    """Why it was not fetched, for the log and for who connects a program; `for_good` if trying again is no use."""

    def __init__(self, words, *, for_good=True):
        super().__init__(words)
        self.for_good = for_good


def fetch(url, *, resolve=None, connect=None, trust=None):
    """The bytes behind the address.

    Args:
        resolve: (host, port) -> addresses as text; the system's unless given.
        connect: (address, port, timeout) -> socket; the system's unless given.
        trust: an ssl.SSLContext; the system's authorities unless given.

    Raises:
        NotFetched: not https, a host that is not in MEDIA_URL_HOSTS, an address that is not public, a redirect to
            another host, an answer other than 200, too large, too slow, or no connection.
    """
    line = _Line(resolve or _resolve, connect or _connect, trust or ssl.create_default_context())
    ends = time.monotonic() + LONGEST
    host = _allowed_host(url)
    for _turn in range(MOST_REDIRECTS + 1):
        content, moved = line.get(url, host, ends)
        if moved is None:
            return content
        url = urljoin(url, moved)
        if _allowed_host(url) != host:
            raise NotFetched("redirected to another host")
    raise NotFetched("too many redirects")


def is_public(address):
    """Whether the address belongs to the open Internet: not ours, not this machine's, not a cloud's own."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.version == 6 and any(ip in net for net in CARRIERS):
        return False
    return ip.is_global and not ip.is_multicast


def _allowed_host(url):
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise NotFetched("no address") from None
    plain = parts.scheme == "https" and port in (None, 443) and not parts.username and parts.password is None
    if not plain or not url.isascii() or not url.isprintable() or " " in url:
        raise NotFetched("not a plain https address")
    if host not in settings.MEDIA_URL_HOSTS:
        raise NotFetched("the host is not in MEDIA_URL_HOSTS")
    return host


def _resolve(host, port):
    return [found[4][0] for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _connect(address, port, timeout):
    return socket.create_connection((address, port), timeout)


class _Line:
    """One request at a time, over a connection of our own."""

    def __init__(self, resolve, connect, trust):
        self.resolve, self.connect, self.trust = resolve, connect, trust

    def get(self, url, host, ends):
        """(content, None), or (None, where it moved to)."""
        try:
            with self._opened(host, ends) as sock, _ending(sock, ends):
                sock.do_handshake()
                return self._asked(sock, url, host, ends)
        except (OSError, http.client.HTTPException) as error:
            raise NotFetched(f"no answer: {type(error).__name__}", for_good=False) from error

    def _opened(self, host, ends):
        address = self._checked_address(host)
        sock = self.connect(address, 443, _left(ends))
        try:
            sock.settimeout(_left(ends))
            return self.trust.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
        except BaseException:
            sock.close()
            raise

    def _checked_address(self, host):
        addresses = self.resolve(host, 443)
        if not addresses or not all(map(is_public, addresses)):
            raise NotFetched("the host has an address that is not public")
        return addresses[0]

    def _asked(self, sock, url, host, ends):
        request = http.client.HTTPSConnection(host, timeout=_left(ends))
        request.sock = sock
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        request.request(
            "GET", target, headers={"User-Agent": AGENT, "Accept": "image/*, video/*", "Connection": "close"}
        )
        with request.getresponse() as response:
            if response.status in REDIRECTS and response.getheader("Location"):
                return None, response.getheader("Location")
            if response.status != 200:
                raise NotFetched(f"HTTP {response.status}", for_good=response.status < 500)
            return _within(response, ends), None


def _within(response, ends):
    content, most = bytearray(), settings.ATTACHMENT_MAX_MB * 1024 * 1024
    while chunk := response.read1(CHUNK):
        content += chunk
        if len(content) > most:
            raise NotFetched("too large")
        _left(ends)
    _left(ends)
    if response.length:
        raise NotFetched("the answer was cut off", for_good=False)
    return bytes(content)


def _left(ends):
    left = ends - time.monotonic()
    if left <= 0:
        raise NotFetched("too slow", for_good=False)
    return left


@contextmanager
def _ending(sock, ends):
    """Shut the line when time is over: one byte a second would else outlive any timeout of a single read."""
    timer = threading.Timer(_left(ends), _shut, [sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shut(sock):
    with suppress(OSError):  # closed in the same moment
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # TLS's own would have the other thread read what is sealed
