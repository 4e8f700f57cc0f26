"""What each form says. Plain strings as a person typed them, moments with a time zone; the press does the rest.

A blank string is printed as a dotted line to write on, unless a field says otherwise here. Strings are taken as text,
never as markup, and are brought to NFC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum


class Copy(IntEnum):
    """A receipt is made out twice (liên): the office's copy bears no PIN."""

    OFFICE = 1
    CITIZEN = 2


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """Who writes. `parent` stands above `agency` in the head; `desk` is the one-stop unit named in the text.

    `place` goes before the date ("Mỹ Tho, ngày …"); `phone` and `website` are where to ask.
    """

    agency: str
    desk: str
    place: str
    parent: str = ""
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """Whose dossier it is. `id_number` is the personal identity number or tax code."""

    name: str
    id_number: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A line of the receipt: `kind` is "Bản chính", "Bản sao", "Bản điện tử" …"""

    name: str
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class MissingDocument:
    """A line of the supplement request: what to bring, and how many of each kind (0 prints nothing)."""

    name: str
    originals: int = 0
    certified: int = 0
    copies: int = 0


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """A line of the control slip: `giver` gave the dossier to `taker`. `result` is how the giver's step ended."""

    giver: str
    taker: str
    at: datetime
    result: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class _Paper:
    """What all forms have. `number` is the dossier's (mã hồ sơ), `paper_number` the paper's own ("0017/TNHS").

    `subject` is what is asked for (nội dung yêu cầu giải quyết); `officer` is printed under the signature.
    """

    head: Letterhead
    applicant: Applicant
    number: str
    subject: str
    issued_at: datetime
    paper_number: str = ""
    officer: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiptPaper(_Paper):
    """Form 01, Giấy tiếp nhận hồ sơ và hẹn trả kết quả.

    Args:
        term: in words, "03 ngày làm việc".
        due_at: None prints that the date will be told.
        fee: verbatim. Blank prints "Theo quy định": not published is not free.
        url: text of the QR (dossiers.qr.receipt_url).
        pin, lookup_address: how to look the dossier up without a camera; not on the office's copy. Blank pin: left out.
        book, book_line: volume and line of the register, where one is still kept by hand.
        copies: one page each; () is a single one without a copy's name, for the electronic receipt.
    """

    form = "01"
    documents: tuple[Document, ...]
    term: str
    received_at: datetime
    due_at: datetime | None
    url: str
    pin: str
    lookup_address: str
    sets: int = 1
    collect_at: str = ""
    fee: str = ""
    book: str = ""
    book_line: str = ""
    copies: tuple[Copy, ...] = (Copy.OFFICE, Copy.CITIZEN)


@dataclass(frozen=True, kw_only=True)
class SupplementPaper(_Paper):
    """Form 02, Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ. `contact` is the officer to ask, with phone."""

    form = "02"
    documents: tuple[MissingDocument, ...]
    reason: str
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class RefusalPaper(_Paper):
    """Form 03, Phiếu từ chối tiếp nhận giải quyết hồ sơ."""

    form = "03"
    reason: str
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class ApologyPaper(_Paper):
    """Form 04, Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết. `officer` is the leader who signs.

    `due_at` is the date that was promised, `new_due_at` the one promised now; `receipt_number` names the receipt.
    """

    form = "04"
    received_at: datetime
    due_at: datetime
    new_due_at: datetime
    reason: str
    receipt_number: str = ""
    signs_as: str = "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ"


@dataclass(frozen=True, kw_only=True)
class StopPaper(_Paper):
    """Form 05, Thông báo dừng giải quyết hồ sơ. `asked_for` is true when the citizen asked to withdraw."""

    form = "05"
    received_at: datetime
    stopped_at: datetime
    reason: str
    basis: str = ""
    contact: str = ""
    asked_for: bool = False
    signs_as: str = "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ"


@dataclass(frozen=True, kw_only=True)
class ControlSlip(_Paper):
    """Form 06, Phiếu kiểm soát quá trình giải quyết hồ sơ: the hand-overs, oldest first, as the log has them."""

    form = "06"
    received_at: datetime
    due_at: datetime | None
    hand_overs: tuple[HandOver, ...]
    finished_at: datetime | None = None
