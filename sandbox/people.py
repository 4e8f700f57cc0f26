"""Made-up citizens. Nobody has these numbers; who is one of them on which platform stands in the platform's folder."""

import re
from dataclasses import dataclass


@dataclass(eq=False)
class Person:
    id: str
    name: str
    phone: str  # 84900000001


MADE_UP = (
    ("chi", "Lê Thị Chi", "84900000001"),
    ("phuc", "Phạm Văn Phúc", "84900000002"),
    ("lan", "Nguyễn Thị Lan", "84900000003"),
    ("khanh", "Trần Quốc Khánh", "84900000004"),
    ("sau", "Võ Văn Sáu", "84900000005"),
)


class People:
    """By id and by phone, in the order they came."""

    def __init__(self):
        self._by_id, self._by_phone = {}, {}
        for id, name, phone in MADE_UP:
            self.add(id=id, name=name, phone=phone)

    def __iter__(self):
        return iter(self._by_id.values())

    def __len__(self):
        return len(self._by_id)

    def get(self, id):
        return self._by_id.get(id)

    def with_phone(self, phone):
        return self._by_phone.get(phone)

    def add(self, *, name, phone, id=""):
        phone = international(phone)
        if not phone:
            raise ValueError("phone must be a number of Viet Nam: 0900000006, 84900000006 or +84900000006.")
        if phone in self._by_phone:
            raise ValueError(f"{phone} belongs to {self._by_phone[phone].id} already.")
        id = id or f"p{phone}"
        if id in self._by_id or not re.fullmatch(r"[\w-]{1,40}", id):
            raise ValueError(f"{id!r} is taken, or not made of letters, digits, - and _.")
        person = self._by_id[id] = self._by_phone[phone] = Person(id=id, name=name or id, phone=phone)
        return person


def international(phone):
    """84900000001 out of 0900 000 001, +84… or 84…; empty when it is none."""
    digits = re.sub(r"[\s.+-]", "", str(phone))
    digits = f"84{digits[1:]}" if digits.startswith("0") else digits
    return digits if re.fullmatch(r"84\d{8,10}", digits) else ""
