"""Looking a dossier up: one answer for every door (page, QR, API, chat), and no door that tells what it must not.

An unknown number, a wrong proof, none at all and a confidential dossier are the same NotFound, reached by the same
queries and the same work. docs/decisions/0010 says what is limited, and how a guess is counted.
"""

from dataclasses import dataclass, replace

from django.conf import settings

from agencies import limits
from agencies.limits import Limit
from agencies.prepared import Statement
from agencies.sealed import blind_index
from agencies.vietnamese import tidy
from dossiers.answers import Answer, answer_about
from dossiers.numbers import number_key, typed_key
from dossiers.proofs import LAST_FOUR, proves, tidy_proof

__all__ = ["Answer", "NotFound", "TooMany", "look_up", "look_up_by_token"]

DAY = 86_400
LONGEST = 200
# A PIN is a hundred times as hard to guess as the end of a phone number. So many more strangers must fail at it before
# it is closed to everybody: what shuts the one door leaves the other open.
PIN_WORTH = 10


@dataclass(frozen=True, slots=True)
class NotFound:
    """No such dossier, or not proven to be yours, or not to be seen here: nobody is told which."""


@dataclass(frozen=True, slots=True)
class TooMany:
    """Too many wrong guesses: nothing is answered for so many seconds. `pin_is_open`: unless the PIN is given."""

    retry_after: int
    pin_is_open: bool = False


def look_up(*, code, proof, client, at):
    """The dossier of this number for whoever proves it theirs. Call it outside a transaction.

    Args:
        code: the number as a person types it, in any form it ever had.
        proof: the receipt's PIN, or the last four digits of the phone that was given.
        client: where the question comes from: `agencies.clients.client_address`, or the person in a chat.

    Returns:
        Answer, NotFound or TooMany.
    """
    keys, proof = known_forms(code), tidy_proof(proof)
    by_phone = len(proof) == LAST_FOUR
    answer = _judged(keys, proof, _limits(client, keys, by_phone=by_phone), at)
    if by_phone and isinstance(answer, TooMany):
        with_pin = _limits(client, keys, by_phone=False)
        return replace(answer, pin_is_open=not limits.seconds_to_wait(with_pin, at=at))
    return answer


def _judged(keys, proof, under, at):
    if wait := limits.seconds_to_wait(under, at=at):
        return TooMany(wait)
    dossier = _proven(keys, proof)
    if dossier is None:
        wait = limits.count(under, at=at)
        return TooMany(wait) if wait else NotFound()
    if limits.seconds_to_wait(under, at=at):
        # Too many wrong ones came in between. Counted as one of them, or the count would tell that it was right.
        return TooMany(max(limits.count(under, at=at), 1))
    return answer_about(dossier, at=at)


def look_up_by_token(*, token, client, at):
    """The dossier whose receipt carries this token.

    A right one is never refused: nobody guesses 128 bits, and whoever holds the paper need not wait for a stranger
    behind the same address.

    Returns:
        Answer, NotFound or TooMany.
    """
    dossier = _of_token(token)
    if dossier is not None:
        return answer_about(dossier, at=at)
    wait = limits.count(_of_client(client), at=at)
    return TooMany(wait) if wait else NotFound()


# --- limits ---------------------------------------------------------------------------------------------------------
def _limits(client, keys, *, by_phone):
    window = settings.LOOKUP_WINDOW_SECONDS
    # However a number is spelled, its guesses are counted together.
    dossier = f"dossier:{blind_index(keys[-1], 'guesses')[:32]}"
    everybody = ("everybody", 1) if by_phone else ("everybody:pin", PIN_WORTH)
    return [
        *_of_client(client),
        Limit(dossier, settings.LOOKUP_DOSSIER_LIMIT, window),
        Limit(f"{dossier}:day", settings.LOOKUP_DOSSIER_DAY_LIMIT, DAY),
        Limit(everybody[0], everybody[1] * settings.LOOKUP_GLOBAL_LIMIT, window),
    ]


def _of_client(client):
    allowed, window = settings.LOOKUP_CLIENT_LIMIT, settings.LOOKUP_WINDOW_SECONDS
    return limits.of_client(client, "client", allowed=allowed, seconds=window)


# --- finding and proving --------------------------------------------------------------------------------------------
def known_forms(code):
    """Keys of a number as it was typed, to the letter and as it was meant; what no database would take is nobody's."""
    code = tidy(code[:LONGEST])
    return [key if key.isprintable() else "?" for key in (number_key(code), typed_key(code))]


def _proven(keys, proof):
    """The id of the dossier with this number if the proof fits and anybody may see it, else None.

    Hit or miss, the same is computed: for a number that nobody has, with one phone that nobody has either.
    """
    to_the_letter, meant = keys
    found = _FIND.fetch_one(keys, to_the_letter)
    pk, known_as, phones, confidential, edition, asked = found or (None, meant, [NOBODYS_PHONE], True, 0, meant)
    # A receipt printed before the dossier was renumbered carries the PIN of the number it had.
    fits = [proves(proof, number_key=name, phone_proofs=phones, edition=edition) for name in (known_as, asked)]
    return pk if any(fits) and not confidential else None


def _of_token(token):
    token = token if token.isascii() else "?"
    pk, confidential = _FIND_BY_RECEIPT.fetch_one(blind_index(token, "receipt")) or (None, True)
    return None if confidential else pk


NOBODYS_PHONE = "0" * 64

# Written to the letter before only meant, borne before once borne.
_FIND = Statement(
    "dossiers_find",
    ("text[]", "text"),
    """
SELECT dossier.id, dossier.number_key, dossier.phone_proofs, dossier.confidential, dossier.pin_edition,
       found.asked
  FROM (SELECT id, number_key AS asked, 0 AS once FROM dossiers_dossier WHERE number_key = ANY($1)
        UNION ALL SELECT dossier_id, number_key, 1 FROM dossiers_formernumber WHERE number_key = ANY($1)) found
  JOIN dossiers_dossier dossier ON dossier.id = found.id
 ORDER BY found.asked = $2 DESC, found.once LIMIT 1
""",
)
_FIND_BY_RECEIPT = Statement(
    "dossiers_find_by_receipt",
    ("text",),
    """
SELECT dossier.id, dossier.confidential FROM dossiers_receipt receipt
  JOIN dossiers_dossier dossier ON dossier.id = receipt.dossier_id
 WHERE receipt.token_index = $1 AND receipt.revoked_at IS NULL
""",
)
