"""One visit to the mailbox of MAIL_IN_URL. Nothing is marked as read by looking, and nothing is fetched whole."""

import base64
import imaplib
import logging
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from portal.channels.base import Never, TryAgain
from portal.channels.email.structure import pieces_of, structure_in

log = logging.getLogger(__name__)
TIMEOUT = 10  # seconds for each answer of the server
LARGEST_HEAD = 64 * 1024
SCHEMES = {"imap": 143, "imaps": 993}


class Refused(TryAgain):
    """The server answered, and said no: to a log-in, a folder, a number."""


@dataclass(frozen=True)
class Box:
    """Where letters wait: imaps://user:password@host:993/INBOX."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str

    @classmethod
    def parse(cls, url):
        """Raises ValueError, whose words carry nothing of a password."""
        try:
            parts = urlsplit(url)
            scheme, host, port = parts.scheme, parts.hostname, parts.port
        except ValueError:
            raise ValueError("it is no address") from None
        if scheme not in SCHEMES:
            raise ValueError("it does not begin with imaps://")
        lacking = [
            word for word, part in (("host", host), ("user", parts.username), ("password", parts.password)) if not part
        ]
        if lacking:
            raise ValueError(f"it names no {', no '.join(lacking)}")
        user, password = unquote(parts.username), unquote(parts.password)
        if not (user + password).isascii():  # LOGIN carries no other letters (RFC 3501, 9)
            raise ValueError("user and password need letters of ASCII")
        return cls(scheme, host, port or SCHEMES[scheme], user, password, unquote(parts.path.strip("/")) or "INBOX")


class Visit:
    """An open mailbox; use it in a `with`. Every verb raises TryAgain when the server is lost or says no."""

    def __init__(self, box):
        self.box, self.uidvalidity = box, ""

    def __enter__(self):
        try:
            self.imap = self._connected()
            self._log_in()
        except (OSError, imaplib.IMAP4.abort) as error:
            raise TryAgain(f"no connection: {type(error).__name__}") from error
        self.enter(self.box.folder)
        return self

    def __exit__(self, *error):
        try:
            self.imap.logout()
        except (OSError, imaplib.IMAP4.error):  # it knows all it has to know by now
            self.imap.shutdown()

    def _connected(self):
        if self.box.scheme == "imap":
            return imaplib.IMAP4(self.box.host, self.box.port, timeout=TIMEOUT)
        trusted = ssl.create_default_context()
        return imaplib.IMAP4_SSL(self.box.host, self.box.port, ssl_context=trusted, timeout=TIMEOUT)

    def _log_in(self):
        try:
            self.imap.login(self.box.user, self.box.password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            self.imap.shutdown()
            raise Refused("the mailbox refused the log-in") from error

    def enter(self, folder):
        self._ask(self.imap.select, quoted(folder))
        validity = self.imap.untagged_responses.get("UIDVALIDITY") or [b"0"]
        self.uidvalidity = validity[-1].decode("ascii", "replace")

    def waiting(self, most):
        """The numbers of the oldest unread letters."""
        [found] = self._ask(self.imap.uid, "SEARCH", "UNSEEN", "UNDELETED") or [b""]
        numbers = sorted(int(number) for number in (found or b"").split())
        return [str(number) for number in numbers[:most]]

    def head(self, uid):
        """(the lines before the text, the answer of the server about size and arrival)."""
        wanted = f"(UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]<0.{LARGEST_HEAD}>)"
        answer = self._ask(self.imap.uid, "FETCH", uid, wanted)
        return literal_in(answer), b" ".join(pieces_of(answer, literals=False))

    def structure(self, uid):
        """The parts of a letter. Raises ValueError for what no program can follow."""
        try:
            return structure_in(self._asked_of_letter(uid, "(UID BODYSTRUCTURE)"))
        except imaplib.IMAP4.error as error:  # one line of a million signs
            raise ValueError(type(error).__name__) from error

    def part(self, uid, number, most):
        """The first bytes of a part, as they travel (base64, quoted-printable)."""
        return literal_in(self._ask(self.imap.uid, "FETCH", uid, f"(UID BODY.PEEK[{number}]<0.{most}>)"))

    def find(self, message_id):
        """The numbers of letters with this Message-ID in the folder."""
        [found] = self._ask(self.imap.uid, "SEARCH", "HEADER", "Message-ID", quoted(message_id)) or [b""]
        return [number.decode("ascii") for number in (found or b"").split()]

    def taken(self, uid, folder):
        """Read; and, where a folder is named, put there."""
        self._ask(self.imap.uid, "STORE", uid, "+FLAGS.SILENT", r"(\Seen)")
        if folder:
            self._put_into(uid, folder)

    def _put_into(self, uid, folder):
        """A folder that is not there is made. Where that is not allowed the letter stays, read, and others follow."""
        try:
            return self._put(uid, folder)
        except Refused:
            with suppress(Refused):  # it may be there, and the refusal be about something else
                self._ask(self.imap.create, quoted(folder))
        try:
            return self._put(uid, folder)
        except Refused as error:
            log.warning("A fetched letter was not put into the folder for them: %s", error)

    def _put(self, uid, folder):
        if "MOVE" in self.imap.capabilities:
            return self._ask(self.imap.uid, "MOVE", uid, quoted(folder))
        self._ask(self.imap.uid, "COPY", uid, quoted(folder))
        return self._ask(self.imap.uid, "STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")

    def _asked_of_letter(self, uid, wanted):
        try:
            return self._checked(self.imap.uid("FETCH", uid, wanted))
        except (OSError, imaplib.IMAP4.abort) as error:
            raise TryAgain(f"the mailbox was lost: {type(error).__name__}") from error

    def _ask(self, verb, *words):
        try:
            return self._checked(verb(*words))
        except (OSError, imaplib.IMAP4.error) as error:
            raise TryAgain(f"the mailbox was lost: {type(error).__name__}") from error

    def _checked(self, answer):
        state, said = answer
        if state != "OK":
            raise Refused(f"the mailbox said {state}")
        return said


def literal_in(answer):
    """The bytes that were asked for. Raises Never when the letter is not there."""
    for piece in answer or []:
        if isinstance(piece, tuple):
            return piece[1]
    for piece in answer or []:  # a short one may come between quotation marks
        if found := re.search(rb'\]<?\d*>? "((?:[^"\\]|\\.)*)"', piece or b""):
            return re.sub(rb"\\(.)", rb"\1", found[1])
    raise Never("the letter is not in the mailbox any more")


def quoted(name):
    """A folder or a value as IMAP wants it: ASCII, letters beyond it in its own UTF-7 (RFC 3501, 5.1.3)."""
    escaped = _utf7(name).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _utf7(name):
    def shifted(found):
        code = base64.b64encode(found[0].encode("utf-16-be")).decode("ascii")
        return f"&{code.rstrip('=').replace('/', ',')}-"

    return re.sub(r"[^\x20-\x7e]+", shifted, re.sub("[\r\n\0]", "", name).replace("&", "&-"))
