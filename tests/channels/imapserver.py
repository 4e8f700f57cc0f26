"""A mailbox on this machine, over real sockets: as much of IMAP4rev1 as a client needs, and faults at every step."""

import re
import socketserver
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes

DROP = "drop"  # hang up instead of answering
SILENCE = "silence"  # answer nothing until the client gives up
NO = "NO"
ENDLESS = "endless"  # one line of a megabyte
USER, PASSWORD = "thu", "mật-khẩu".encode("ascii", "ignore").decode()


@dataclass
class Kept:
    """A letter in a folder."""

    uid: int
    raw: bytes
    flags: set = field(default_factory=set)
    came_at: str = "23-Nov-2026 09:00:00 +0700"


class ImapServer(socketserver.ThreadingTCPServer):
    """`faults` maps (verb, uid or "") to DROP, SILENCE, NO or ENDLESS; `sent` counts the bytes that were told."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.folders, self.next_uid, self.validity = {"INBOX": []}, 1, "1764000000"
        self.faults, self.said, self.sent, self.closing = {}, [], 0, threading.Event()
        self.capabilities = "IMAP4rev1 MOVE"

    @property
    def url(self):
        return f"imap://{USER}:{PASSWORD}@127.0.0.1:{self.server_address[1]}/INBOX"

    def post(self, raw, **how):
        """A letter arrives."""
        kept = Kept(self.next_uid, re.sub(rb"\r?\n", b"\r\n", raw), **how)
        self.next_uid += 1
        self.folders["INBOX"].append(kept)
        return kept

    def unread(self):
        return [kept.uid for kept in self.folders["INBOX"] if "\\Seen" not in kept.flags]


class Conversation(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        self.folder = "INBOX"
        self.tell(b"* OK [CAPABILITY %s] mailbox.test\r\n" % self.server.capabilities.encode())
        while line := self.rfile.readline():
            tag, _space, rest = line.decode("utf-8").strip().partition(" ")
            verb, _space, words = rest.partition(" ")
            if verb.upper() == "UID":
                verb, _space, words = words.partition(" ")
            self.server.said.append(f"{verb.upper()} {words}".strip())
            if not self.answer(tag, verb.upper(), words):
                return

    def answer(self, tag, verb, words):
        """False when the conversation is over."""
        uid = words.split(" ")[0] if verb in ("FETCH", "STORE", "MOVE", "COPY") else ""
        about = "STRUCTURE" if "BODYSTRUCTURE" in words else verb
        fault = self.server.faults.get((about, uid)) or self.server.faults.get((about, ""))
        if fault in (DROP, SILENCE):
            return fault == SILENCE and self.server.closing.wait(10) and False
        if fault == ENDLESS:
            self.tell(b"* " + b"(" * 1_100_000 + b"\r\n")
        said = NO if fault == NO else getattr(self, f"do_{verb.lower()}", self.do_nothing)(words)
        self.tell(f"{tag} {said or 'OK'} done\r\n".encode())
        return verb != "LOGOUT"

    def tell(self, content):
        self.server.sent += len(content)
        self.wfile.write(content)

    def do_nothing(self, words):
        return None

    def do_capability(self, words):
        self.tell(f"* CAPABILITY {self.server.capabilities}\r\n".encode())

    def do_login(self, words):
        return None if words.replace('"', "") == f"{USER} {PASSWORD}" else NO

    def do_select(self, words):
        name = words.strip('"')
        if name not in self.server.folders:
            return NO
        self.folder = name
        self.tell(f"* {len(self.kept)} EXISTS\r\n* OK [UIDVALIDITY {self.server.validity}] valid\r\n".encode())
        return None

    def do_create(self, words):
        self.server.folders.setdefault(words.strip('"'), [])

    def do_search(self, words):
        if words.startswith("HEADER"):
            wanted = words.split('"')[1].encode()
            found = [kept for kept in self.kept if wanted in kept.raw]
        else:
            found = [kept for kept in self.kept if not kept.flags & {"\\Seen", "\\Deleted"}]
        self.tell(f"* SEARCH {' '.join(str(kept.uid) for kept in found)}\r\n".encode())

    def do_fetch(self, words):
        uid, _space, wanted = words.partition(" ")
        for kept in self.kept:
            if kept.uid == int(uid):
                self.tell(b"* 1 FETCH (UID %d %s)\r\n" % (kept.uid, self.told(kept, wanted)))

    def told(self, kept, wanted):
        message = message_from_bytes(kept.raw)
        if "BODYSTRUCTURE" in wanted:
            return b"BODYSTRUCTURE " + structure_of(message)
        number, most = re.search(r"BODY\.PEEK\[([^\]]*)\]<0\.(\d+)>", wanted).groups()
        head, _blank, _text = kept.raw.partition(b"\r\n\r\n")
        content = head + b"\r\n\r\n" if number == "HEADER" else content_of(message, number)
        told = b"BODY[%s]<0> {%d}\r\n%s" % (number.encode(), len(content[: int(most)]), content[: int(most)])
        if "INTERNALDATE" in wanted:
            told = b'INTERNALDATE "%s" RFC822.SIZE %d %s' % (kept.came_at.encode(), len(kept.raw), told)
        return told

    def do_store(self, words):
        uid, _how, flags = words.split(" ", 2)
        for kept in self.kept:
            if kept.uid == int(uid):
                kept.flags.update(flags.strip("()").split())

    def do_move(self, words, *, stays=False):
        uid, _space, name = words.partition(" ")
        folder = self.server.folders.get(name.strip('"'))
        if folder is None:
            return NO
        for kept in [kept for kept in self.kept if kept.uid == int(uid)]:
            folder.append(Kept(self.server.next_uid, kept.raw, set(kept.flags), kept.came_at))
            self.server.next_uid += 1
            if not stays:
                self.kept.remove(kept)
        return None

    def do_copy(self, words):
        return self.do_move(words, stays=True)

    @property
    def kept(self):
        return self.server.folders[self.folder]


def content_of(message, number):
    for place in number.split("."):
        if message.is_multipart() and message.get_content_type() != "message/rfc822":
            message = message.get_payload()[int(place) - 1]
    return raw_of(message)


def raw_of(message):
    payload = message._payload  # as it travelled: every public way of asking decodes something
    if isinstance(payload, list):
        return b"\r\n".join(bytes(one) for one in payload)
    return (payload or "").encode("utf-8", "surrogateescape")


def structure_of(message):
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        inside = b"".join(structure_of(part) for part in message.get_payload())
        return b"(%s %s %s NIL NIL)" % (
            inside,
            quoted(message.get_content_subtype()),
            parameters(message, "content-type"),
        )
    content = raw_of(message)
    disposition = b"NIL"
    if message.get("content-disposition"):
        said = parameters(message, "content-disposition")
        disposition = b"(%s %s)" % (quoted(str(message.get_content_disposition())), said)
    kind = b"%s %s" % (quoted(message.get_content_maintype()), quoted(message.get_content_subtype()))
    encoding = str(message.get("content-transfer-encoding") or "7bit").strip()
    return b"(%s %s NIL NIL %s %d%s NIL %s NIL)" % (
        kind, parameters(message, "content-type"), quoted(encoding), len(content),
        b" 1" if message.get_content_maintype() == "text" else b"", disposition,
    )  # fmt: skip


def parameters(message, field):
    pairs = [(name, value) for name, value in message.get_params(header=field, failobj=[])[1:]]
    if not pairs:
        return b"NIL"
    return b"(%s)" % b" ".join(b"%s %s" % (quoted(name), literal(told(value))) for name, value in pairs)


def told(value):
    return f"{value[0]}'{value[1]}'{value[2]}" if isinstance(value, tuple) else value


def quoted(text):
    return b'"%s"' % text.replace("\\", "\\\\").replace('"', '\\"').encode("utf-8", "surrogateescape")


def literal(text):
    """Servers send what has quotation marks or 8-bit signs in it as a literal."""
    content = text.encode("utf-8", "surrogateescape")
    return quoted(text) if text.isascii() and '"' not in text else b"{%d}\r\n%s" % (len(content), content)


@contextmanager
def imap_server():
    server = ImapServer()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
