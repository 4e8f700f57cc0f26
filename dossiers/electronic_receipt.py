"""The receipt that was sent as a message: its address opens for who names the end of a phone on file, or the PIN.

An address is seen by more than its reader: a messaging platform shows a preview, a phone is lent. What stands on the
paper (names, papers, phone) therefore needs one proof more, and comes from an address that lasts some minutes only:
browsers inside messaging apps fetch a file anew, without cookie and form.
"""

from datetime import timedelta

from agencies.sealed import blind_index
from dossiers import lookup
from dossiers.dossier import Receipt
from dossiers.lookup import NotFound, TooMany
from dossiers.papers import print_receipt
from dossiers.qr import same_secret

LASTS = timedelta(minutes=15)


def number_of(token, *, client, at):
    """The number of the dossier whose receipt has this token; NotFound or TooMany."""
    answer = lookup.look_up_by_token(token=token, client=client, at=at)
    return answer if isinstance(answer, NotFound | TooMany) else answer.number


def passage(token, *, proof, client, at):
    """The secret part of an address that gives the paper for a while; NotFound or TooMany."""
    number = number_of(token, client=client, at=at)
    if isinstance(number, NotFound | TooMany):
        return number
    answer = lookup.look_up(code=number, proof=proof, client=client, at=at)
    return answer if isinstance(answer, NotFound | TooMany) else _signed(token, int((at + LASTS).timestamp()))


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
