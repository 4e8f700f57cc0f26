"""What people said after they got their results: one in eight answers, most are content, late ones are not."""

from datetime import timedelta

from django.utils.timezone import localdate

from agencies.roles import NAMES
from dossiers.models import Dossier, Rating
from dossiers.workflow import Status

SHARE = 0.12
CONTENT = [
    "Nhanh, cán bộ hướng dẫn rõ ràng.", "Nhận kết quả sớm hơn giấy hẹn một ngày.",
    "Được nhắn tin từng bước nên không phải đi hỏi.", "Chỉ phải đến một lần.", "Quầy sạch sẽ, có ghế chờ.",
    "Cán bộ nói năng nhẹ nhàng với người già.",
]  # fmt: skip
UNHAPPY = [
    "Trễ hẹn mà không ai báo trước.", "Phải đi lại ba lần mới đủ giấy tờ.", "Gọi đường dây nóng không ai nghe máy.",
    "Chờ lâu, quầy chỉ có một người.", "Yêu cầu bổ sung giấy tờ không có trong danh mục.", "Ghi sai tên phải làm lại.",
]  # fmt: skip


def write(*, at, random):
    """For dossiers that nobody rated yet; asked again it changes nothing. Returns how many."""
    if Rating.objects.exists():
        return 0
    done = Dossier.objects.filter(status=Status.HANDED_OVER, handed_over_at__isnull=False).order_by("pk")
    rows = done.values_list("pk", "received_by_unit_id", "handed_over_at", "finished_at", "due_at")
    said = [_one(*row, today=localdate(at), random=random) for row in rows.iterator() if random.random() < SHARE]
    return len(Rating.objects.bulk_create(said, batch_size=1_000))


def _one(dossier_id, unit_id, handed_over_at, finished_at, due_at, *, today, random):
    late = due_at is not None and finished_at is not None and finished_at > due_at
    stars = random.choices([5, 4, 3, 2, 1], weights=[10, 20, 20, 30, 20] if late else [48, 34, 11, 5, 2])[0]
    words = CONTENT if stars >= 4 else UNHAPPY if stars <= 2 else []
    note = random.choice(words) if words and random.random() < 0.4 else ""
    return Rating(
        dossier_id=dossier_id, unit_id=unit_id, role=NAMES["receiving"], stars=stars, note=note,
        through="web", given_on=min(today, localdate(handed_over_at) + timedelta(days=random.choice([0, 0, 1, 3]))),
    )  # fmt: skip
