"""The QR of a receipt: a random token that opens the dossier's page, and a signed claim that proves the paper is ours.

    https://HOST/hs/<token>/#<claim>.<signature>

What stands after `#` never reaches a server, so it is in nobody's logs: a phone opens the page with the token, another
agency checks the claim with our public keys and no network. A claim has no room for a name, a phone or an id number.
The layout, byte by byte, is in docs/receipts.md. Pure: no Django, no database, no clock.
"""

import base64
import hashlib
import hmac
import re
import secrets
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VERSION = 1
# Signed before the claim: a signature made for anything else can never pass as a receipt's.
CONTEXT = b"mot-cua receipt v1\x00"
# More would make the modules too small for an old phone when the code is printed 25 mm wide.
LONGEST_URL = 504
LONGEST_SIGNED = 258
# A receipt that was being written while the key was changed is still good.
GRACE = timedelta(hours=1)

_CODE = re.compile(r"[0-9A-Za-z._/-]*")
_KEY_ID = re.compile(r"[0-9a-z]{1,16}")
_TOKEN = r"[0-9A-Za-z_-]{22}"  # noqa: S105 (a shape, not a secret)
_LINK = re.compile(rf"(?:https?://)?[^\s/]*/(?:hs|bien-nhan)/({_TOKEN})(?![0-9A-Za-z_-])(?:/\S*)?")
_SIGNED = re.compile(r"([0-9A-Za-z_-]{2,171})\.([0-9A-Za-z_-]{86})")
_NEVER = 0xFFFFFFFF
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BadClaim(ValueError):
    """The facts do not fit into a claim; the message names the one that does not."""


class Reason(StrEnum):
    """Why a receipt is not to be believed."""

    OVERSIZED = "oversized"
    MALFORMED = "malformed"
    UNKNOWN_VERSION = "unknown_version"
    UNKNOWN_KEY = "unknown_key"
    REVOKED_KEY = "revoked_key"
    TAMPERED = "tampered"
    RETIRED_KEY = "retired_key"
    OTHER_TOKEN = "other_token"  # noqa: S105


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a receipt states. Moments are cut to the minute; codes are ASCII, so that no free text can slip in.

    Raises:
        BadClaim: a code too long or with other signs than letters, digits and `._/-`; a moment without time zone.
    """

    number: str
    unit: str
    received_at: datetime
    due_at: datetime | None
    token_digest: bytes

    def __post_init__(self):
        _check_code("number", self.number, shortest=1, longest=60)
        _check_code("unit", self.unit, shortest=0, longest=32)
        if len(self.token_digest) != 8:
            raise BadClaim("token_digest has 8 bytes.")
        object.__setattr__(self, "received_at", _minute("received_at", self.received_at))
        object.__setattr__(self, "due_at", self.due_at and _minute("due_at", self.due_at))

    @classmethod
    def about(cls, token, *, number, unit, received_at, due_at):
        """The claim that belongs to this token and to no other."""
        digest = token_digest(token)
        return cls(number=number, unit=unit, received_at=received_at, due_at=due_at, token_digest=digest)

    def is_about(self, token):
        return hmac.compare_digest(self.token_digest, token_digest(token))


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Either the claim, or the reason not to believe it: never both, so that nobody shows what was not proved."""

    claim: Claim | None = None
    reason: Reason | None = None
    key_id: str = ""

    @property
    def genuine(self):
        return self.claim is not None


@dataclass(frozen=True)
class Scanned:
    """What was found in a scanned or pasted text; either part may be missing. `site`: what stands before the token."""

    token: str | None
    signed: str | None
    site: str = ""


# --- making a receipt -----------------------------------------------------------------------------------------------
def new_token():
    """128 random bits in 22 letters. Whoever has it may see the dossier's public state: store its keyed hash only."""
    return secrets.token_urlsafe(16)


def same_secret(given, known):
    """Whether two secrets are equal, in a time that tells nothing about how much of them is."""
    return hmac.compare_digest(given.encode(), known.encode())


def token_digest(token):
    return hashlib.sha256(token.encode()).digest()[:8]


def sign(claim, key_id, private_key):
    """`<claim>.<signature>`, at most LONGEST_SIGNED characters. `private_key` is 32 bytes."""
    raw = _pack(claim, key_id)
    signature = Ed25519PrivateKey.from_private_bytes(private_key).sign(CONTEXT + raw)
    return f"{_encode(raw)}.{_encode(signature)}"


def receipt_url(base, token, signed=""):
    """The text of the QR. Raises BadClaim when it would be too long to be scanned from paper."""
    url = f"{base.rstrip('/')}/hs/{token}/" + (f"#{signed}" if signed else "")
    if len(url.encode()) > LONGEST_URL:
        raise BadClaim(f"The address is longer than {LONGEST_URL} bytes; give the site a shorter one.")
    return url


def qr_code(text):
    """A segno code of error level M or better; draw it with its quiet zone of four modules."""
    return segno.make(text, error="m", micro=False)


# --- checking a receipt ---------------------------------------------------------------------------------------------
def parse_scanned(text):
    """Token and signed claim from a whole address, a token alone, or what stands after `#` alone."""
    compact = "".join(char for char in text[:4096] if char.isprintable() and not char.isspace())
    if "#" not in compact:
        compact = re.sub("%23", "#", compact, count=1)  # some chat apps escape it
    address, _, fragment = compact.partition("#")
    if _SIGNED.fullmatch(address):
        return Scanned(None, address)
    token = re.fullmatch(_TOKEN, address) or re.search(rf"(?<=/hs/){_TOKEN}(?=[/?]|$)", address)
    site = address[: token.start()].removesuffix("/hs/") if token else address
    return Scanned(token and token[0], fragment or None, site)


def link_within(text):
    """(token, what else is said) of the first address of a receipt in a text, printed or sent; None without one."""
    found = _LINK.search(text)
    return (found[1], text.replace(found[0], " ").strip()) if found else None


def verify(signed, public_keys, *, token=None):
    """A Verdict on `<claim>.<signature>`. Whatever is not proved is refused.

    `public_keys` is {key id: keyring.PublicKey}. With `token`, the claim must also belong to it.
    """
    if len(signed) > LONGEST_SIGNED:
        return Verdict(reason=Reason.OVERSIZED)
    try:
        raw, signature = _split(signed)
        key_id, claim = _unpack(raw)
    except _UnknownVersion:
        return Verdict(reason=Reason.UNKNOWN_VERSION)
    except ValueError:
        return Verdict(reason=Reason.MALFORMED)
    key = public_keys.get(key_id)
    reason = _objection(key, raw=raw, signature=signature, claim=claim, token=token)
    return Verdict(reason=reason, key_id=key_id) if reason else Verdict(claim=claim, key_id=key_id)


# --- below: one byte after the other --------------------------------------------------------------------------------
class _UnknownVersion(ValueError):
    pass


def _objection(key, *, raw, signature, claim, token):
    if key is None:
        return Reason.UNKNOWN_KEY
    if key.revoked_at is not None:
        return Reason.REVOKED_KEY
    if not _signed_by(key, raw, signature):
        return Reason.TAMPERED
    if key.retired_at is not None and claim.received_at > key.retired_at + GRACE:
        return Reason.RETIRED_KEY
    if token is not None and not claim.is_about(token):
        return Reason.OTHER_TOKEN
    return None


def _signed_by(key, raw, signature):
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, CONTEXT + raw)
    except (InvalidSignature, ValueError):
        return False
    return True


def _split(signed):
    parts = _SIGNED.fullmatch(signed)
    if not parts:
        raise ValueError("not <claim>.<signature>")
    return _decode(parts[1]), _decode(parts[2])


def _pack(claim, key_id):
    if not _KEY_ID.fullmatch(key_id):
        raise BadClaim("A key id has 1 to 16 small letters and digits.")
    moments = struct.pack(">II", _to_minutes(claim.received_at), _to_minutes(claim.due_at))
    texts = _text(claim.unit) + _text(claim.number)
    return bytes([VERSION]) + _text(key_id) + moments + claim.token_digest + texts


def _unpack(raw):
    """(key id, Claim). Raises ValueError for anything that `_pack` would not have written exactly so."""
    if raw[:1] != bytes([VERSION]):
        raise _UnknownVersion
    key_id, rest = _take_text(raw[1:])
    if len(rest) < 16:
        raise ValueError("too short")
    received, due = struct.unpack(">II", rest[:8])
    unit, after = _take_text(rest[16:])
    number, left = _take_text(after)
    moments = {"received_at": _from_minutes(received), "due_at": _from_minutes(due)}
    claim = Claim(number=number, unit=unit, token_digest=rest[8:16], **moments)
    if left or _pack(claim, key_id) != raw:
        raise ValueError("not written by us")
    return key_id, claim


def _text(text):
    return bytes([len(text)]) + text.encode("ascii")


def _take_text(raw):
    if not raw or len(raw) <= raw[0]:
        raise ValueError("too short")
    end = 1 + raw[0]
    return raw[1:end].decode("ascii"), raw[end:]


def _check_code(name, text, *, shortest, longest):
    if not (shortest <= len(text) <= longest and _CODE.fullmatch(text)):
        raise BadClaim(f"{name} has {shortest} to {longest} letters, digits and ._/- only.")


def _minute(name, moment):
    if moment is None or moment.tzinfo is None:
        raise BadClaim(f"{name} is not a moment with a time zone.")
    cut = moment.astimezone(UTC).replace(second=0, microsecond=0)
    if not 0 <= _to_minutes(cut) < _NEVER:
        raise BadClaim(f"{name} is before 1970.")
    return cut


def _to_minutes(moment):
    return _NEVER if moment is None else (moment - _EPOCH) // timedelta(minutes=1)


def _from_minutes(minutes):
    """None for the mark of "no date yet". Raises ValueError for a moment after the year 9999."""
    try:
        return None if minutes == _NEVER else _EPOCH + timedelta(minutes=minutes)
    except OverflowError:
        raise ValueError("no such moment") from None


def _encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text):
    """Strict: the one spelling of these bytes, nothing else. (A last letter could hide bits that nobody signed.)"""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _encode(raw) != text:
        raise ValueError("not base64url")
    return raw
