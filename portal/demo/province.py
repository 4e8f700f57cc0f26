"""The demo province: Đồng Tháp as it is since 01/07/2025, with made-up officers."""

import json
import secrets
from datetime import date, timedelta
from random import Random

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from agencies.models import ApiKey, Appointment, Officer, Unit, UnitCode
from agencies.roles import role
from dossiers.models import Dossier, Procedure, SigningKey
from dossiers.phones import phone_digits
from portal.demo import people
from portal.demo.history import History

PROVINCE = "82"
SINCE = date(2025, 7, 1)
DEPARTMENTS = [
    ("Trung tâm Phục vụ hành chính công tỉnh", "H20.01", "377 Hùng Vương, phường Đạo Thạnh", "0277 3898989"),
    ("Sở Tư pháp", "H20.02", "", ""),
    ("Sở Nông nghiệp và Môi trường", "H20.03", "", ""),
    ("Sở Xây dựng", "H20.04", "", ""),
    ("Văn phòng Đăng ký đất đai tỉnh", "H20.05", "", ""),
]
# Communes get their identification codes from H20.30 on, in the order of their official codes.
FIRST_COMMUNE = 30
OFFICERS = [
    ("an", "Nguyễn Văn An", "Công chức tiếp nhận", "Phường Mỹ Tho", ["receiving", "handling"]),
    ("binh", "Lê Thị Bình", "Công chức tiếp nhận", "Phường Đạo Thạnh", ["receiving", "handling"]),
    ("lan", "Phạm Thị Mai Lan", "Chủ tịch UBND phường", "Phường Mỹ Tho", ["leading"]),
    ("dung", "Trần Quốc Dũng", "Phó Chủ tịch UBND tỉnh", None, ["leading"]),
    ("giang", "Võ Thị Giang", "Thanh tra viên", None, ["auditing"]),
    ("hanh", "Huỳnh Ngọc Hạnh", "Quản trị hệ thống", None, ["administering", "editing"]),
]
FRESH = 40


class Province:
    """Builds itself step by step; every step may be repeated and then changes nothing."""

    def __init__(self, *, at, dossiers, say, password=None):
        self.at, self.count, self.say = at, dossiers, say
        self.password = password or "-".join(secrets.token_hex(2) for _ in range(3))
        self.random = Random(82)

    def build(self):
        """Returns what a person or a script needs to go in: the content of demo.json."""
        self.say("units")
        self.units()
        self.say("calendar")
        call_command("seed_calendar", unit=PROVINCE, verbosity=0)
        self.say("procedures")
        call_command("import_procedures", str(settings.BASE_DIR / "dossiers" / "data" / "procedures.json"), verbosity=0)
        self.officers()
        SigningKey.current(self.at) or SigningKey.rotate(self.at)
        self.say("dossiers")
        self.history()
        return {**self.log_ins(), "dossiers": self.fresh()}

    def units(self):
        call_command("import_units", province=PROVINCE, verbosity=0)
        self.root = Unit.objects.get(official_code=PROVINCE, parent=None)
        self._identify(self.root, "H20")
        for name, code, address, phone in DEPARTMENTS:
            unit, _ = Unit.objects.get_or_create(
                name=name, parent=self.root,
                defaults={"kind": "department", "valid_from": SINCE, "address": address, "phone": phone},
            )  # fmt: skip
            self._identify(unit, code)
        for place, unit in enumerate(self.communes().order_by("official_code"), start=FIRST_COMMUNE):
            self._identify(unit, f"H20.{place}")

    def communes(self):
        return Unit.objects.filter(path__startswith=self.root.path, kind__in=["commune", "ward", "special_zone"])

    def _identify(self, unit, code):
        UnitCode.objects.get_or_create(unit=unit, code=code, defaults={"valid_from": SINCE})

    def officers(self):
        for username, full_name, title, place, roles in OFFICERS:
            unit = Unit.objects.get(name=place, path__startswith=self.root.path) if place else self.root
            officer, is_new = Officer.objects.get_or_create(
                username=username, defaults={"full_name": full_name, "title": title, "unit": unit}
            )
            officer.set_password(self.password)
            officer.save()
            for key in roles if is_new else ():
                Appointment.objects.create(officer=officer, role=role(key), unit=unit)

    def history(self):
        missing = self.count - Dossier.objects.count()
        if missing > 0:
            units = list(self.communes().order_by("official_code"))
            History(units=units, now=self.at, seed=2026).write(missing)

    def fresh(self):
        """Dossiers of the last days that were received as an officer does it, with their receipts' secrets."""
        officer = Officer.objects.get(username="an")
        versions = [p.versions.get(state="published") for p in Procedure.objects.filter(level="commune")[:8]]
        samples = []
        for number in range(FRESH):
            case = versions[number % len(versions)].cases.first()
            samples.append(self._sample(officer, case, self.at - timedelta(hours=self.random.uniform(1, 60))))
        return samples[:10]

    @transaction.atomic
    def _sample(self, officer, case, at):
        name, phone = people.full_name(self.random), people.phone(self.random)
        facts = {"name": name, "phone": phone, "id_number": people.id_number(self.random),
                 "address": people.address(self.random, officer.unit.name)}  # fmt: skip
        dossier = Dossier.receive(
            case=case, unit=officer.unit, by=officer, at=at, parties=[facts], subject=case.version.procedure.name
        )
        if self.random.random() < 0.6 and (after := dossier.next_steps()):
            dossier.advance(to=after[0], by=officer, at=at + timedelta(minutes=20))
        receipt = dossier.issue_receipt(by=officer, at=at)
        return {
            "code": dossier.number, "pin": dossier.pin, "phone_last4": phone_digits(phone)[-4:],
            "token": receipt.token, "url": f"{settings.BASE_URL}/hs/{receipt.token}/", "status": dossier.status,
        }  # fmt: skip

    def log_ins(self):
        my_tho = Unit.objects.get(name="Phường Mỹ Tho", path__startswith=self.root.path)
        _key, plain = ApiKey.issue(unit=self.root, name="Demo", at=self.at)
        return {
            "url": settings.BASE_URL,
            "back_office": f"{settings.BASE_URL}/quan-tri/",
            "log_ins": [
                {"username": username, "password": self.password, "name": name, "title": title, "unit": place or "tỉnh"}
                for username, name, title, place, _roles in OFFICERS
            ],
            "api_key": plain,
            "unit": my_tho.identification_code(on=self.at.date()),
        }


def write(path, content):
    """demo.json, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
