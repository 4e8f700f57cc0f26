"""Requests as they may be sent, for the OpenAPI document; each is sent in a test."""

_CHI = {"name": "Trần Thị Chi", "phone": "0912345678", "id_number": "082190001234",
        "address": "12 Lý Thường Kiệt, phường Mỹ Tho"}  # fmt: skip
_RECEIVE = {
    "procedure": "1.004873", "unit": "H20.30", "subject": "Xác nhận tình trạng hôn nhân để kết hôn",
    "filed": "counter", "copies": 1, "parties": [_CHI],
    "documents": [{"name": "Tờ khai", "kind": "original", "count": 1}],
}  # fmt: skip
_PUT = {
    "procedure": "1.004873", "unit": "H20.30", "parties": [_CHI], "due_at": "2026-11-27T17:00:00+07:00",
    "history": [
        {"at": "2026-11-23T08:30:00+07:00", "status": 2, "by": "Nguyễn Văn An"},
        {"at": "2026-11-23T09:10:00+07:00", "status": 4, "note": "Chuyển công chức tư pháp - hộ tịch"},
        {"at": "23/11/2026 15:00", "status": "supplement_requested", "citizen_note": "Bản sao trích lục ly hôn"},
    ],
}  # fmt: skip
REQUESTS = {
    "receive_dossier": [("A citizen at the counter", _RECEIVE)],
    "put_dossier": [("A dossier of the existing one-stop system, with its history", _PUT)],
    "advance_dossier": [
        ("To a step of the procedure", {"to": "tham-tra", "note": "Đủ hồ sơ"}),
        ("To an official status: ask for a supplement",
         {"to": 5, "what": "Bản sao trích lục ly hôn", "reason": "Chưa có căn cứ về tình trạng hôn nhân",
          "bring_by": "2026-12-04"}),
        ("Ask for a fee", {"to": "payment_requested", "what": "Lệ phí theo thông báo"}),
        ("The result is ready", {"to": "result_ready"}),
        ("It was handed over", {"to": "handed_over"}),
        ("Stop", {"to": "stopped", "reason": "Quá thời hạn bổ sung hồ sơ"}),
    ],
    "look_up": [("With the PIN of the receipt", {"code": "H20.30-261123-0001", "proof": "123456"})],
}  # fmt: skip
