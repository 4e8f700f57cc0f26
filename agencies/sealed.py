"""Phone and id numbers sealed in the database (AES-256-GCM), found again through a keyed hash."""

import base64
import hashlib
import hmac
import json
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models


class SealBroken(Exception):
    """The value was changed, or its key is no longer in SEAL_KEYS."""


def seal(plain):
    """'key-id:base64(nonce + ciphertext)' with the first key of SEAL_KEYS; two seals of one value differ."""
    key_id = next(iter(_ciphers(tuple(settings.SEAL_KEYS))))
    nonce = os.urandom(12)
    box = _ciphers(tuple(settings.SEAL_KEYS))[key_id].encrypt(nonce, plain.encode(), key_id.encode())
    return f"{key_id}:{base64.b64encode(nonce + box).decode()}"


def unseal(sealed):
    """The plain text, whichever key of SEAL_KEYS sealed it. Raises SealBroken."""
    key_id, _, text = sealed.partition(":")
    try:
        raw = base64.b64decode(text, validate=True)
        return _ciphers(tuple(settings.SEAL_KEYS))[key_id].decrypt(raw[:12], raw[12:], key_id.encode()).decode()
    except (KeyError, InvalidTag, ValueError):
        raise SealBroken(f"Cannot open a value sealed with key {key_id[:20]!r}.") from None


def sealed_with_old_key(sealed):
    return not sealed.startswith(f"{next(iter(_ciphers(tuple(settings.SEAL_KEYS))))}:")


def blind_index(value, purpose):
    """HMAC-SHA256 as 64 hex digits: equal values are found without opening them. `purpose` keeps columns apart."""
    message = f"{purpose}\0{value}".encode()
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def _ciphers(entries):
    """{key id: cipher}; raises ValueError naming the entry that is not 'id:base64 of 32 bytes'."""
    ciphers = {}
    for entry in entries:
        key_id, colon, encoded = entry.partition(":")
        key = base64.b64decode(encoded)
        if not (key_id and colon and len(key) == 32):
            raise ValueError(f"SEAL_KEYS: key {key_id!r} is not base64 of 32 bytes.")
        ciphers[key_id] = AESGCM(key)
    return ciphers


class SealedTextField(models.TextField):
    """Plain in Python, sealed in the database. Empty stays empty; it can be looked up by nothing but null and empty."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return seal(value) if value else value

    def from_db_value(self, value, expression, connection):
        return unseal(value) if value else value

    def get_lookup(self, lookup_name):
        # A trigger compares a row's old and new ciphertext ("df" is pgtrigger's IS DISTINCT FROM); that opens nothing.
        if lookup_name not in ("isnull", "df"):
            raise FieldError(f"{self.name} is sealed: look it up by its blind index instead.")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name):
        raise FieldError(f"{self.name} is sealed: look it up by its blind index instead.")


class SealedJSONField(SealedTextField):
    """What JSON can say, sealed like text."""

    def get_prep_value(self, value):
        return None if value is None else super().get_prep_value(json.dumps(value, ensure_ascii=False))

    def from_db_value(self, value, expression, connection):
        return json.loads(unseal(value)) if value else None

    def to_python(self, value):
        return value
