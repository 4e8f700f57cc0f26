"""The public keys of receipts: how they are named, and the file of them that another agency keeps. Pure: no Django."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORMAT = "mot-cua receipt keys v1"


class BadKeys(ValueError):
    """The file of public keys cannot be trusted as it stands."""


@dataclass(frozen=True, kw_only=True)
class PublicKey:
    """What a verifier knows of a key: 32 bytes, and from when on it signs no more or is believed no more."""

    public: bytes
    created_at: datetime
    retired_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_why: str = ""


def new_key():
    """(key id, private key, public key) of a fresh Ed25519 pair, the keys as 32 bytes each."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    return key_id_of(public), private.private_bytes_raw(), public


def key_id_of(public):
    """A key is named by its own fingerprint, so that no other key can be put under its name."""
    return base64.b32encode(hashlib.sha256(public).digest()[:5]).decode().lower()


def keys_document(public_keys, *, issuer, at):
    """What another agency keeps to verify our receipts offline, ready for JSON; `public_keys` is {id: PublicKey}."""
    by_age = sorted(public_keys.items(), key=lambda pair: (pair[1].created_at, pair[0]))
    keys = [_row(key_id, key) for key_id, key in by_age]
    return {"format": FORMAT, "issuer": issuer, "exported_at": at.isoformat(), "keys": keys}


def read_keys(document):
    """{key id: PublicKey} from a keys_document.

    Raises:
        BadKeys: a field is missing or wrong, an id is there twice, or a key is not the one its id names. Nothing is
            taken from such a file.
    """
    try:
        if document["format"] != FORMAT:
            raise BadKeys(f"Unknown format {document['format']!r}.")
        rows = [(row["id"], _key(row)) for row in document["keys"]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadKeys(f"Not a file of receipt keys: {error!r}") from None
    for key_id, key in rows:
        if key_id_of(key.public) != key_id:
            raise BadKeys(f"The key under {key_id!r} is another one.")
    if len(dict(rows)) < len(rows):
        raise BadKeys("A key is there twice.")
    return dict(rows)


def _row(key_id, key):
    moments = {name: getattr(key, name) for name in ("created_at", "retired_at", "revoked_at")}
    return {
        "id": key_id,
        "algorithm": "Ed25519",
        "public": base64.b64encode(key.public).decode(),
        **{name: moment and moment.isoformat() for name, moment in moments.items()},
        "revoked_why": key.revoked_why,
    }


def _key(row):
    if row["algorithm"] != "Ed25519":
        raise ValueError(f"unknown algorithm {row['algorithm']!r}")
    public = base64.b64decode(row["public"], validate=True)
    if len(public) != 32:
        raise ValueError("a public key has 32 bytes")
    moments = {name: row[name] and _aware(row[name]) for name in ("created_at", "retired_at", "revoked_at")}
    return PublicKey(public=public, revoked_why=str(row.get("revoked_why", "")), **moments)


def _aware(text):
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment
