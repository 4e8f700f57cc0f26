"""One conversation with a mail server, step by step: until DATA is answered by 354 nothing can have been sent."""

import re
import smtplib
from contextlib import suppress
from email.utils import parseaddr

from portal.channels.base import AccountConfig, ContentRejected, RecipientUnreachable, TryAgain, Unknown

# Who is at fault when a step is refused for good (5xx).
FAULT = {"MAIL": AccountConfig, "RCPT": RecipientUnreachable, "DATA": ContentRejected, "the text": ContentRejected}


def hand_over(backend, message):
    """Returns when the server has taken the message over; raises a SendError otherwise."""
    try:
        _connect(backend)
        _announce(backend.connection, message)
        _entrust(backend.connection, message)
    finally:
        # The answer is known by now; a server that forgets its manners when we leave changes nothing.
        with suppress(OSError):
            backend.close()


def _connect(backend):
    try:
        backend.open()
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        if 400 <= getattr(error, "smtp_code", 0) < 500:
            raise TryAgain(f"log-in: {error.smtp_code}") from error
        raise AccountConfig(f"log-in: {error}") from error
    except OSError as error:
        raise TryAgain(f"no connection: {type(error).__name__}") from error


def _announce(smtp, message):
    sender, recipient = parseaddr(message.from_email)[1], message.to[0]
    try:
        smtp.ehlo_or_helo_if_needed()
        _expect(2, "MAIL", smtp.mail(sender))
        _expect(2, "RCPT", smtp.rcpt(recipient))
        _expect(3, "DATA", smtp.docmd("DATA"))
    except OSError as error:
        raise TryAgain(f"lost before the text: {type(error).__name__}") from error


def _entrust(smtp, message):
    try:
        smtp.send(_as_data(message))
        answer = smtp.getreply()
    except OSError as error:
        raise Unknown(f"lost after the text: {type(error).__name__}") from error
    _expect(2, "the text", answer)


def _as_data(message):
    """The message with its lines ended, its leading dots doubled, and the dot that ends it (RFC 5321, 4.5.2)."""
    lines = message.message().as_bytes(linesep="\r\n")
    lines = re.sub(rb"(?m)^\.", b"..", lines)
    return lines + (b".\r\n" if lines.endswith(b"\r\n") else b"\r\n.\r\n")


def _expect(hundreds, step, answer):
    code, words = answer
    if code // 100 == hundreds:
        return
    said = f"{step}: {code} {words.decode('utf-8', 'replace')}"
    if code // 100 == 4:
        raise TryAgain(said)
    if code // 100 == 5:
        raise FAULT[step](said)
    raise (Unknown if step == "the text" else TryAgain)(said)
