"""A mail server on this machine, over real sockets, that can fail at every step of the conversation."""

import socketserver
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy

DROP = "drop"  # hang up instead of answering
SILENCE = "silence"  # answer nothing until the client gives up


class MailServer(socketserver.ThreadingTCPServer):
    """`faults` maps a step (CONNECT, EHLO, AUTH, MAIL, RCPT, DATA, TEXT, QUIT) to a reply line, DROP or SILENCE.

    `mails` are the messages that were taken over: also those of which the client heard no answer.
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.faults, self.mails, self.steps, self.closing = {}, [], [], threading.Event()


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        if not self.answer("CONNECT", "220 mail.test"):
            return
        while line := self.rfile.readline():
            verb = line.split()[0].decode().upper() if line.strip() else ""
            if not self.step(verb):
                return

    def step(self, verb):
        """False when the conversation is over."""
        if verb == "DATA":
            return self.answer("DATA", "354 go on") and (self.replied != "354" or self.take_text())
        if verb == "QUIT":
            self.answer("QUIT", "221 bye")
            return False
        usual = {"EHLO": "250-mail.test\r\n250 AUTH PLAIN", "AUTH": "235 welcome", "MAIL": "250 ok", "RCPT": "250 ok"}
        return self.answer(verb, usual.get(verb, "250 ok"))

    def take_text(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        if self.server.faults.get("TEXT", "2")[:1] in ("2", "d", "s"):
            self.server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        return self.answer("TEXT", "250 taken")

    def answer(self, step, usual):
        self.server.steps.append(step)
        reply = self.server.faults.get(step, usual)
        if reply == DROP:
            return False
        if reply == SILENCE:
            self.server.closing.wait(10)
            return False
        self.wfile.write(f"{reply}\r\n".encode())
        self.replied = reply[:3]
        return True


@contextmanager
def mail_server():
    server = MailServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
