"""What may still be sent: by our Official Account, and to one person. Zalo OA, "Hạn mức gửi tin".

Numbers are counts of messages. Questions only: nothing of a person is kept.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from portal.channels.zalo import client

PATH = "/v3.0/oa/quota/message"


@dataclass(frozen=True)
class Package:
    """Consultation messages that were bought with the OA's package: for who wrote to us 2 to 7 days ago."""

    left: int
    total: int
    valid_through: str  # as Zalo writes it: DD/MM/YYYY


@dataclass(frozen=True)
class Reach:
    """What one person may still get from us."""

    interacted_at: datetime | None  # the person's last act towards us, which opens 48 hours of free answers
    answers_left: int
    promotions_left_today: int


def of_account():
    """[Package] of the OA. Raises SendError."""
    wanted = {"quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota"}
    rows = client.post(PATH, wanted, effect=False) or []
    return [Package(int(row["remain"]), int(row["total"]), str(row.get("valid_through", ""))) for row in rows]


def of_person(uid):
    """The Reach of the person with this id at our OA. Raises SendError."""
    said = client.post(PATH, {"user_id": uid}, effect=False)
    last = said.get("last_interaction")
    return Reach(
        interacted_at=datetime.fromtimestamp(int(last) / 1000, UTC) if last else None,
        answers_left=int(said["cs_reply"]["remain"]),
        promotions_left_today=int(said["promotion"]["daily_remain"]),
    )
