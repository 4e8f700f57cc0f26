"""Made-up recipients that work in production too: for smoke tests, without touching the network or the figures.

`delivered@simulated.invalid` arrives, `permanent@…` is refused for good, `temporary@…` is refused at every attempt,
`unknown@…` ends in doubt, `slow@…` arrives at the second attempt, a minute later. As phone numbers (no such numbers
exist in Viet Nam): 0000000001 to 0000000005 in the same order. Other kinds of address: "simulated:delivered" …
"""

from datetime import timedelta

from portal.channels.base import Adapter, Receipt, RecipientUnreachable, TryAgain, Unknown
from portal.channels.states import State

FATES = ["delivered", "permanent", "temporary", "unknown", "slow"]
ADDRESSES = {
    **{f"{fate}@simulated.invalid": fate for fate in FATES},
    **{f"000000000{number}": fate for number, fate in enumerate(FATES, start=1)},
    **{f"simulated:{fate}": fate for fate in FATES},
}


def is_simulated(address):
    return address.strip().lower() in ADDRESSES


class Simulator(Adapter):
    """Stands in for every channel when the address is a simulated one."""

    name = "simulated"

    def send(self, letter):
        return getattr(self, f"_{ADDRESSES[letter.address.strip().lower()]}")(letter)

    def _delivered(self, letter):
        return Receipt(external_id=f"simulated-{letter.reference}", state=State.DELIVERED)

    def _permanent(self, letter):
        raise RecipientUnreachable("simulated: no such person")

    def _temporary(self, letter):
        raise TryAgain("simulated: not now")

    def _unknown(self, letter):
        raise Unknown("simulated: no answer")

    def _slow(self, letter):
        if letter.attempt == 1:
            raise TryAgain("simulated: in a minute", wait=timedelta(minutes=1))
        return self._delivered(letter)
