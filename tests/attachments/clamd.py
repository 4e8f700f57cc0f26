"""A virus scanner that speaks clamd's INSTREAM over a real socket, and finds one word."""

import socket
import struct
import threading
from contextlib import contextmanager

VIRUS = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


@contextmanager
def scanner(address=("127.0.0.1", 0), *, says=None):
    """Runs it. Gives what CLAMD_ADDRESS has to say, and the list of what it was sent.

    Args:
        address: of TCP, or the path of a unix socket.
        says: an answer to everything; b"" closes the line without one.
    """
    line = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
    line.bind(address)
    line.listen()
    got = []
    thread = threading.Thread(target=_serve, args=(line, got, says), daemon=True)
    thread.start()
    try:
        yield address if isinstance(address, str) else f"127.0.0.1:{line.getsockname()[1]}", got
    finally:
        line.shutdown(socket.SHUT_RDWR)
        line.close()
        thread.join()


def _serve(line, got, says):
    while True:
        try:
            client, _address = line.accept()
        except OSError:
            return
        with client, client.makefile("rb") as file:
            assert file.read(10) == b"zINSTREAM\0"
            content = b"".join(_parts(file))
            got.append(content)
            found = b"stream: Eicar-Signature FOUND\0" if VIRUS in content else b"stream: OK\0"
            client.sendall(found if says is None else says)


def _parts(file):
    while length := struct.unpack(">I", file.read(4))[0]:
        yield file.read(length)
