"""May this person be written to? Zalo OA, "Lấy thông tin người dùng".

Zalo would also tell name, picture, phone and address. They are none of our business: they end where the answer is read,
and nothing of it is stored or logged.
"""

from dataclasses import dataclass
from datetime import date, datetime

from portal.channels.base import RecipientUnreachable
from portal.channels.zalo import client


@dataclass(frozen=True)
class Standing:
    """How a person stands to our Official Account."""

    follows: bool
    interacted_on: date | None  # Viet Nam's day of the last act towards us; answers are taken for seven days after it


def standing(uid):
    """The Standing of the person with this id at our OA; who never came near it follows nothing. Raises SendError."""
    try:
        said = client.ask("/v3.0/oa/user/detail", {"user_id": uid})
    except RecipientUnreachable:
        return Standing(follows=False, interacted_on=None)
    return Standing(follows=said.get("user_is_follower") is True, interacted_on=_day(said))


def _day(said):
    """As Zalo writes it: 25/11/2026, or nothing."""
    try:
        return datetime.strptime(said.get("user_last_interaction_date") or "", "%d/%m/%Y").date()
    except ValueError:
        return None
