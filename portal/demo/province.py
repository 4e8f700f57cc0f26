"""The demo province: Đồng Tháp as it is since 01/07/2025, with made-up officers."""

import io
import json
import secrets
import uuid
from datetime import date, timedelta
from random import Random

from django.conf import settings
from django.core.management import call_command

from agencies.models import ApiKey, Appointment, Officer, Unit, UnitCode
from agencies.roles import role
from dossiers.models import Dossier, Procedure, SigningKey
from dossiers.phones import phone_digits
from dossiers.workflow import Status
from feedback.figures import Figures
from feedback.report import Report
from portal.demo import people, ratings, reports, stories
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
    ("son", "Đỗ Hoàng Sơn", "Kỹ sư vận hành", None, []),
]
# Nobody gives a role they do not hold, so somebody has to hold everything at the beginning.
SUPERUSER = "son"
FRESH, SAMPLES = 40, 12
NAMESPACE = uuid.UUID("6d0c7c4e-3f57-4c53-9a0e-2e5d8e0f8201")


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
        _quietly("seed_calendar", unit=PROVINCE)
        self.say("procedures")
        _quietly("import_procedures", str(settings.BASE_DIR / "dossiers" / "data" / "procedures.json"))
        self.officers()
        self.desks()
        SigningKey.current(self.at)
        self.say("dossiers")
        self.history()
        self.say("reports")
        self.reports_of_citizens()
        return {**self.log_ins(), "dossiers": self.fresh()}

    def units(self):
        _quietly("import_units", province=PROVINCE)
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
            self._address(unit, place)

    def _address(self, unit, place):
        """Where the desk is: made up, but as such an address reads. What an officer wrote stays."""
        if not unit.address:
            name = unit.name[:1].lower() + unit.name[1:]
            unit.address, unit.phone = f"Trụ sở UBND {name}, tỉnh Đồng Tháp", unit.phone or f"0277 {3_898_000 + place}"
            unit.save(update_fields=["address", "phone"])

    def communes(self):
        return Unit.objects.filter(path__startswith=self.root.path, kind__in=["commune", "ward", "special_zone"])

    def _identify(self, unit, code):
        UnitCode.objects.get_or_create(unit=unit, code=code, defaults={"valid_from": SINCE})

    def officers(self):
        for username, full_name, title, place, roles in OFFICERS:
            unit = Unit.objects.get(name=place, path__startswith=self.root.path) if place else self.root
            officer, is_new = Officer.objects.get_or_create(
                username=username,
                defaults={"full_name": full_name, "title": title, "unit": unit, "is_superuser": username == SUPERUSER},
            )
            officer.set_password(self.password)
            officer.save()
            for key in roles if is_new else ():
                Appointment.objects.create(officer=officer, role=role(key), unit=unit)

    def desks(self):
        """Somebody works in every commune; nobody can log in as them."""
        handling = role("handling")
        for unit in self.communes().filter(officers=None):
            officer = Officer(
                username=f"cb-{unit.official_code}",
                full_name=people.full_name(self.random),
                title="Công chức",
                unit=unit,
            )
            officer.set_unusable_password()
            officer.save()
            Appointment.objects.create(officer=officer, role=handling, unit=unit)

    def history(self):
        missing = self.count - Dossier.objects.count()
        if missing > 0:
            units = list(self.communes().order_by("official_code"))
            History(units=units, now=self.at, seed=2026).write(missing)
        ratings.write(at=self.at, random=Random(5))

    def reports_of_citizens(self):
        reports.set_up(self.root, self.password)
        missing = self.count // 4 - Report.objects.count()
        if missing > 0:
            wards = list(self.communes().order_by("official_code"))
            reports.Reports(wards=wards, now=self.at, seed=2026).write(missing)
        Figures.objects.refresh(at=self.at)

    def fresh(self):
        """Dossiers of the last days that were received as an officer does it, with their receipts' secrets."""
        officer = Officer.objects.get(username="an")
        versions = [p.versions.get(state="published") for p in Procedure.objects.filter(level="commune")[:12]]
        cases = [version.cases.first() for version in versions]
        samples = [self._sample(officer, cases[number % len(cases)], number) for number in range(FRESH)]
        return samples[:SAMPLES]

    def _sample(self, officer, case, number):
        key = uuid.uuid5(NAMESPACE, str(number))
        dossier = Dossier.objects.filter(submission_key=key).first() or self._received(officer, case, number, key=key)
        receipt = dossier.issue_receipt(by=officer, at=self.at)
        return {
            "code": dossier.number, "pin": dossier.pin, "phone_last4": _last_four(dossier), "qr_token": receipt.token,
            "url": f"{settings.BASE_URL}/hs/{receipt.token}/", "status": dossier.status,
        }  # fmt: skip

    def _received(self, officer, case, number, *, key):
        name, phone = people.full_name(self.random), people.phone(self.random)
        worktime = officer.unit.working_calendar().as_worktime()
        at = stories.moment_of_receipt(worktime=worktime, now=self.at, days=4, random=self.random)
        dossier = Dossier.receive(
            case=case, unit=officer.unit, by=officer, at=at, subject=case.version.procedure.name,
            documents=stories.papers(case), submission_key=key,
            parties=[{"name": name, "phone": phone, "id_number": people.id_number(self.random),
                      "address": people.address(self.random, officer.unit.name)}],
        )  # fmt: skip
        self._go_on(dossier, officer, at=min(at + timedelta(minutes=25), self.at), number=number)
        return dossier

    def _go_on(self, dossier, officer, *, at, number):
        after = [step for step in dossier.next_steps() if step.status == Status.PROCESSING]
        if number % 3 and after:
            dossier.advance(to=after[0], by=officer, at=at)
        if number % 6 == 1:
            what, reason = stories.SUPPLEMENTS[number % len(stories.SUPPLEMENTS)]
            dossier.request_supplement(what=what, reason=reason, by=officer, at=at)
        elif number % 6 == 2:
            dossier.finish(by=officer, at=at)

    def log_ins(self):
        my_tho = Unit.objects.get(name="Phường Mỹ Tho", path__startswith=self.root.path)
        ApiKey.objects.filter(name="Demo", revoked_at=None).update(revoked_at=self.at)
        _key, plain = ApiKey.issue(unit=self.root, name="Demo", at=self.at)
        return {
            "url": settings.BASE_URL,
            "back_office": f"{settings.BASE_URL}/quan-tri/",
            "log_ins": [
                {"username": username, "password": self.password, "name": name, "title": title, "unit": place or "tỉnh"}
                for username, name, title, place, _roles in [*OFFICERS, (*reports.OPERATOR, None, ["operating"])]
            ],
            "api_key": plain,
            "unit": my_tho.identification_code(on=self.at.date()),
        }


def _quietly(command, *arguments, **options):
    call_command(command, *arguments, **options, verbosity=0, stdout=io.StringIO(), stderr=io.StringIO())


def _last_four(dossier):
    return phone_digits(dossier.parties.first().phone)[-4:]


def write(path, content):
    """demo.json, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
