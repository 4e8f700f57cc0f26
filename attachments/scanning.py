"""The virus scanner, where there is one: ClamAV's clamd, asked by its INSTREAM command (man clamd, "COMMANDS").

CLAMD_ADDRESS is `host:3310` or the path of a unix socket; empty means that nobody scans.
"""

import socket
import struct
import time

from django.conf import settings

from attachments.refusals import Code, Refused
from attachments.states import Scan

PATIENCE_TO_CONNECT = 2  # seconds
PATIENCE = 15  # seconds in all: somebody waits for the page
CHUNK = 256 * 1024
LONGEST_ANSWER = 4096


class ScannerAway(Exception):
    """No answer, or none that says anything of the file."""


def looked_through(content):
    """Off, waiting (the scanner is away) or clean. Raises Refused (infected)."""
    if not settings.CLAMD_ADDRESS:
        return Scan.OFF
    try:
        if is_infected(content):
            raise Refused(Code.INFECTED)
    except ScannerAway:
        return Scan.WAITING
    return Scan.CLEAN


def is_infected(content):
    """Ask the scanner. Raises ScannerAway."""
    try:
        answer = _ask(content)
    except OSError as error:
        raise ScannerAway(type(error).__name__) from error
    if answer.endswith(" FOUND"):
        return True
    if answer == "stream: OK":
        return False
    raise ScannerAway(answer[:200])


def _ask(content):
    ends = time.monotonic() + PATIENCE
    with _connected() as line:
        line.settimeout(PATIENCE)
        line.sendall(b"zINSTREAM\0" + b"".join(_chunks(content)))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            line.settimeout(max(0.001, ends - time.monotonic()))
            part = line.recv(LONGEST_ANSWER)
            if not part:
                break
            answer += part
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _chunks(content):
    for start in range(0, len(content), CHUNK):
        part = content[start : start + CHUNK]
        yield struct.pack(">I", len(part)) + part
    yield struct.pack(">I", 0)


def _connected():
    address = settings.CLAMD_ADDRESS
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(PATIENCE_TO_CONNECT)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE_TO_CONNECT)
