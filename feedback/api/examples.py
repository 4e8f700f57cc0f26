"""What may be sent, for the OpenAPI document; each is sent in a test."""

REPORTS = [
    ("A street light, without a name", {
        "category": "chieu-sang", "text": "Đèn đường trước chợ Mỹ Tho không sáng đã ba đêm.",
        "place": {"latitude": 10.3541, "longitude": 106.3634},
    }),
    ("By ward and street, with a way to answer", {
        "category": "chieu-sang", "text": "Cả dãy đèn đường Lý Thường Kiệt tắt.", "ward": "28261",
        "address": "Đường Lý Thường Kiệt", "contact": {"name": "Trần Thị Chi", "phone": "0912345678"}, "public": False,
    }),
]  # fmt: skip
