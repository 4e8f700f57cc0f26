"""Whether a receipt is one of ours, for the public page: what its QR says, judged and put into words."""

from dataclasses import dataclass

from django.conf import settings

from agencies.models import Unit
from agencies.sealed import blind_index
from dossiers import qr
from dossiers.receipts import Receipt
from dossiers.signing import REASONS, SigningKey


@dataclass(frozen=True, slots=True)
class Judgement:
    """`claim` is there only for a genuine receipt.

    `replaced`: genuine, but a newer one has taken its place; nobody can tell that without the `token`. `elsewhere`:
    where the address leads, if not to us; what is printed may be genuine all the same.
    """

    claim: qr.Claim | None = None
    unit_name: str = ""
    token: str = ""
    replaced: bool = False
    elsewhere: str = ""
    reason: str = ""

    @property
    def unsigned(self):
        """There was a receipt's address, but nothing that could be checked."""
        return self.claim is None and not self.reason


def judge(text):
    """A Judgement on what was scanned or pasted."""
    scanned = qr.parse_scanned(text)
    if not scanned.signed:
        return Judgement(token=scanned.token or "")
    verdict = qr.verify(scanned.signed, SigningKey.public_keys(), token=scanned.token)
    if not verdict.genuine:
        return Judgement(reason=str(REASONS[verdict.reason]))
    return Judgement(
        claim=verdict.claim,
        unit_name=_unit_name(verdict.claim.unit),
        token=scanned.token or "",
        replaced=bool(scanned.token) and _was_replaced(scanned.token),
        elsewhere="" if scanned.site.lower() in ("", settings.BASE_URL.lower()) else scanned.site[:100],
    )


def _unit_name(code):
    unit = Unit.objects.with_code(code).first() if code else None
    return unit.name if unit else ""


def _was_replaced(token):
    return Receipt.objects.filter(token_index=blind_index(token, "receipt"), revoked_at__isnull=False).exists()
