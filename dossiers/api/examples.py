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
}  # fmt: skip


def look_up(schemas):
    """The path of the citizen's look-up; adds what it answers to the document's schemas."""
    text, moment = {"type": "string"}, {"type": "string", "format": "date-time", "nullable": True}
    schemas["LookUp"] = {
        "type": "object", "required": ["code", "proof"], "properties": {
            "code": {**text, "maxLength": 200, "description": "Dossier number, in any form."},
            "proof": {**text, "maxLength": 200, "description": "The PIN, or the last four digits of the phone."},
        },
    }  # fmt: skip
    schemas["LookedUp"] = {
        "type": "object", "properties": {
            "number": text, "procedure": {"$ref": "#/components/schemas/NamedByCode"},
            "applicant": {**text, "description": "Masked: Nguyễn V** A*"}, "status": text, "status_text": text,
            "term": text, "submitted_at": moment, "received_at": moment, "due_at": moment, "finished_at": moment,
            "overdue": {"type": "boolean"}, "steps": _list_of("name", "state", "at", "note"),
            "due_date_moves": _list_of("why", "since", "until", "before", "after"), "what_now": text, "needed": text,
            "needed_by": {**text, "format": "date", "nullable": True}, "reason": text, "unit": text,
            "place": {"type": "object"},
        },
    }  # fmt: skip
    return {"post": _look_up_operation()}


def _list_of(*names):
    properties = {name: {"type": "string", "nullable": True} for name in names}
    return {"type": "array", "items": {"type": "object", "properties": properties}}


def _look_up_operation():
    from dossiers.api.schema import MEANINGS

    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemShown"}}}
    refused = {str(code): {"content": problem, "description": MEANINGS[code]} for code in (400, 404, 413, 429)}
    body = {"schema": {"$ref": "#/components/schemas/LookUp"},
            "examples": {"pin": {"value": {"code": "H20.30-261123-0001", "proof": "123456"}}}}  # fmt: skip
    answer = {"application/json": {"schema": {"$ref": "#/components/schemas/LookedUp"}}}
    return {
        "operationId": "look_up", "summary": "What a citizen may know who has a proof", "tags": ["lookup"],
        "security": [{}], "requestBody": {"required": True, "content": {"application/json": body}},
        "responses": {"200": {"content": answer, "description": ""}, **refused},
    }  # fmt: skip
