"""The second factor of a look-up: the receipt's PIN, or the last four digits of a phone that was given."""

import unicodedata

from agencies.sealed import blind_index
from dossiers import qr
from dossiers.phones import phone_digits, phone_proof

PIN, LAST_FOUR, WHOLE_PHONE = 6, 4, 9


def pin_of(number_key, edition=0):
    """The six digits on the receipt of this number. Derived, not stored: a reprint shows the same.

    `edition` counts the receipts that were revoked: the PIN of a lost paper is good for nothing any more.
    """
    name = f"{number_key}:{edition}" if edition else number_key
    return f"{int(blind_index(name, 'pin'), 16) % 1_000_000:06}"


def tidy_proof(text):
    """The digits a person means: wide ones, spaces and dashes between them, a whole phone number instead of its end."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", text[:100]) if c in "0123456789")
    return phone_digits(digits)[-LAST_FOUR:] if len(digits) >= WHOLE_PHONE else digits


def proves(proof, *, number_key, phone_proofs, edition):
    """Whether it is the PIN of this number or fits one of these keyed phones; its time tells nothing."""
    given = phone_proof(number_key, proof)
    phones = [qr.same_secret(given, known) for known in phone_proofs]
    pin = qr.same_secret(proof, pin_of(number_key, edition))
    return (pin or any(phones)) and len(proof) in (PIN, LAST_FOUR)
