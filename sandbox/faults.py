"""What can be made to go wrong: each fault for the next n times, for a share of them, or until it is switched off."""

import random
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from itertools import count

# kind: (Vietnamese, English)
BEFORE = {
    "drop_before": ("Ngắt kết nối, chưa xử lý", "Close the connection before anything was processed"),
    "http_503": ("HTTP 503, chưa xử lý", "HTTP 503, nothing was processed"),
    "http_429": ("HTTP 429, chưa xử lý", "HTTP 429, nothing was processed"),
    "http_401": ("HTTP 401 thay cho mã lỗi token", "HTTP 401, as was seen for bad tokens; nothing was processed"),
    "rate_limit": ("Vượt tốc độ gọi", "Refuse: too many calls"),
    "expired_token": ("Token hết hạn", "Refuse: the access token has expired"),
    "night": ("Ngoài giờ cho phép (ban đêm)", "Refuse: not at night"),
    "refuse": ("Từ chối với mã lỗi đã chọn", "Refuse with the error code in `code`; with `processed`, after doing it"),
}
AFTER = {
    "drop_after": ("Đã xử lý, rồi ngắt kết nối", "Process, then close the connection without an answer"),
    "rotated_lost": ("Đã đổi token, mất câu trả lời", "A new pair of tokens is issued, and its answer is lost"),
    "http_500": ("Đã xử lý, rồi trả HTTP 500", "Process, then answer HTTP 500"),
    "slow": ("Đã xử lý, trả lời chậm", "Process, then answer only after `seconds`"),
    "malformed": ("Đã xử lý, JSON hỏng", "Process, then answer with broken JSON"),
}
ON_EVENTS = {
    "duplicate": ("Webhook gửi hai lần", "The event is delivered twice"),
    "disorder": ("Webhook sai thứ tự", "The event comes `seconds` late, so that later ones overtake it"),
    "lost": ("Webhook mất hẳn", "The event never comes"),
    "undelivered": ("Tin không tới máy người nhận", "The message is taken over, but never reaches the person"),
}
ON_TRIES = {
    "bad_signature": ("Webhook sai chữ ký", "This try carries a wrong signature"),
    "unsigned": ("Webhook không chữ ký", "This try carries no signature"),
}
ON_CALLS = {**BEFORE, **AFTER}
KINDS = {**ON_CALLS, **ON_EVENTS, **ON_TRIES}
PLACES = {"rotated_lost": "*.access_token"} | dict.fromkeys({**ON_EVENTS, **ON_TRIES}, "webhook.*")
PLACES["undelivered"] = "*"
DETAILS = ("times", "seconds", "code", "subcode", "processed", "share")


@dataclass
class Fault:
    """`endpoint` is a name with wildcards: "zalo.cs", "zalo.*", "webhook.user_send_text"."""

    id: int
    kind: str
    endpoint: str
    times: int | None = None  # None: until it is switched off
    seconds: float = 5.0
    code: int = 0
    subcode: int = 0  # of platforms that have them
    processed: bool = False
    share: float = 1.0
    hits: int = 0

    @property
    def is_before(self):
        return self.kind in BEFORE and not self.processed


class Faults:
    def __init__(self):
        self.active = []
        self._numbers = count(1)

    def switch_on(self, kind, *, endpoint="", **details):
        """Raises ValueError in words that a developer can act on."""
        if kind not in KINDS:
            raise ValueError(f"There is no fault {kind!r}; there are: {', '.join(KINDS)}.")
        unknown = details.keys() - set(DETAILS)
        if unknown:
            raise ValueError(f"A fault has {', '.join(DETAILS)}; not {', '.join(sorted(unknown))}.")
        if kind == "refuse" and not details.get("code"):
            raise ValueError("refuse needs the error code to refuse with, for example -230.")
        fault = Fault(next(self._numbers), kind, endpoint or PLACES.get(kind, "*"), **details)
        self.active.append(fault)
        return fault

    def switch_off(self, number=None):
        self.active = [fault for fault in self.active if number is not None and fault.id != number]

    def take(self, endpoint, kinds):
        """The first fault that is on for this endpoint, used up by one; None is the usual answer."""
        for fault in self.active:
            if fault.kind in kinds and fnmatchcase(endpoint, fault.endpoint) and self._strikes(fault):
                return fault
        return None

    def _strikes(self, fault):
        if fault.share < 1 and random.random() >= fault.share:
            return False
        fault.hits += 1
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self.active.remove(fault)
        return True

    def shown(self):
        return [asdict(fault) for fault in self.active]
