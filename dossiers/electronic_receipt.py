"""The receipt that was sent as a message: its address opens for who names the end of a phone on file, or the PIN.

An address is seen by more than its reader: a messaging platform shows a preview, a phone is lent. What stands on the
paper (names, papers, phone) therefore needs one proof more, and comes from an address that lasts some minutes only:
browsers inside messaging apps fetch a file anew, without cookie and form.
"""

from dataclasses import dataclass
from datetime import timedelta

from agencies.sealed import blind_index
from dossiers import lookup
from dossiers.lookup import NotFound, TooMany
from dossiers.papers import print_receipt
from dossiers.qr import same_secret
from dossiers.receipts import Receipt

LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Sent:
    """The receipt of this address. `passage`: the secret part of an address that gives the paper for a while, or ""."""

    number: str
    passage: str = ""


def opened(token, *, proof, client, at):
    """What the address of a receipt shows to whoever gives this proof, or None before they are asked.

    Returns:
        Sent (without a passage where the proof does not fit), NotFound or TooMany.
    """
    answer = lookup.look_up_by_token(token=token, client=client, at=at)
    if isinstance(answer, NotFound | TooMany):
        return answer
    if proof is None:
        return Sent(answer.number)
    proven = lookup.look_up(code=answer.number, proof=proof, client=client, at=at)
    if isinstance(proven, TooMany):
        return proven
    fits = not isinstance(proven, NotFound)
    return Sent(answer.number, _signed(token, int((at + LASTS).timestamp())) if fits else "")


def paper(token, *, passage, at):
    """(number, PDF of Form 01 as the dossier stands now), or None where the passage has ended or was made up."""
    until = passage.partition("-")[0]
    if not (until.isdecimal() and len(until) < 12 and same_secret(passage, _signed(token, int(until)))):
        return None
    receipt = Receipt.objects.with_token(token).filter(dossier__confidential=False).first()
    if receipt is None or at.timestamp() >= int(until):
        return None
    receipt.token = token
    return receipt.dossier.number, print_receipt(receipt.dossier, receipt, at=at)


def _signed(token, until):
    return f"{until}-{blind_index(f'{token}:{until}', 'electronic-receipt')[:32]}"
