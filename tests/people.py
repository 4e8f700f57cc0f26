"""The people of our tests, and the places they work at.

An receives and handles dossiers in phường Mỹ Tho; Bình does so in phường Đạo Thạnh and has no business in Mỹ Tho.
Dũng leads the province, Giang audits it, Hạnh administers it. Khoa sorts what citizens report at the province's
operations centre. Chi is a citizen.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from agencies.models import Appointment, Day, FieldOfWork, Officer, Unit, UnitCode, WorkCalendar
from agencies.roles import role
from agencies.working_time import ORDINARY_WEEK

PASSWORD = "trời-xanh-mây-trắng"
MERGED_ON = date(2025, 7, 1)


@dataclass(frozen=True)
class Citizen:
    name: str
    phone: str
    email: str
    address: str = "12 Lý Thường Kiệt, phường Mỹ Tho, tỉnh Đồng Tháp"
    id_number: str = "082190001234"


CHI = Citizen(name="Trần Thị Chi", phone="0912345678", email="chi@example.org")


def make_unit(name, *, parent=None, kind="ward", code="", identification="", **fields):
    fields.setdefault("valid_from", MERGED_ON)
    unit = Unit.objects.create(name=name, parent=parent, kind=kind, official_code=code, **fields)
    if identification:
        UnitCode.objects.create(unit=unit, code=identification)
    return unit


def make_officer(full_name, *roles, unit, username=None, fields=(), title="Chuyên viên"):
    """An officer of the unit with these roles over it. Log in with PASSWORD."""
    officer = Officer(username=username or full_name.split()[-1].lower(), full_name=full_name, title=title, unit=unit)
    officer.set_password(PASSWORD)
    officer.save()
    for key in roles:
        appoint(officer, key, unit=unit, fields=fields)
    return officer


def appoint(officer, key, *, unit, fields=(), **validity):
    appointment = Appointment.objects.create(officer=officer, role=role(key), unit=unit, **validity)
    appointment.fields.set(fields)
    officer._rights = None
    return appointment


def make_field(code="ho-tich", name="Hộ tịch"):
    return FieldOfWork.objects.get_or_create(code=code, defaults={"name": name})[0]


def make_calendar(unit, *, name="Lịch làm việc tỉnh Đồng Tháp", days=()):
    """An ordinary week (07:30–11:30, 13:30–17:00), the holidays and swapped days of 2026 and 2027, and these days."""
    calendar = WorkCalendar.objects.create(name=name, unit=unit)
    calendar.amend(
        document="Lịch làm việc 2026", by=None, at=datetime(2025, 12, 25, 1, tzinfo=UTC),
        weekly=ORDINARY_WEEK, days=[*SPECIAL_DAYS, *days],
    )  # fmt: skip
    unit.calendar = calendar
    unit.save()
    return calendar


def _days(year, month, *days, works=False, reason=""):
    return [Day(date(year, month, day), works, reason) for day in days]


SPECIAL_DAYS = [
    *_days(2026, 1, 1, reason="Tết Dương lịch"),
    *_days(2026, 1, 2, reason="Hoán đổi sang thứ Bảy 10/01"),
    *_days(2026, 1, 10, works=True, reason="Làm bù ngày 02/01"),
    *_days(2026, 2, 16, 17, 18, 19, 20, reason="Tết Nguyên đán"),
    *_days(2026, 4, 27, reason="Nghỉ bù Giỗ Tổ Hùng Vương"),
    *_days(2026, 4, 30, reason="Ngày Chiến thắng"),
    *_days(2026, 5, 1, reason="Ngày Quốc tế Lao động"),
    *_days(2026, 8, 22, works=True, reason="Làm bù ngày 31/08"),
    *_days(2026, 8, 31, reason="Hoán đổi sang thứ Bảy 22/08"),
    *_days(2026, 9, 1, 2, reason="Quốc khánh"),
    *_days(2026, 11, 24, reason="Ngày Văn hóa Việt Nam"),
    *_days(2027, 1, 1, reason="Tết Dương lịch"),
    *_days(2027, 2, 4, 5, 8, 9, 10, reason="Tết Nguyên đán"),
    *_days(2027, 4, 16, reason="Giỗ Tổ Hùng Vương"),
    *_days(2027, 4, 30, reason="Ngày Chiến thắng"),
    *_days(2027, 5, 3, reason="Nghỉ bù Ngày Quốc tế Lao động"),
    *_days(2027, 9, 2, 3, reason="Quốc khánh"),
    *_days(2027, 11, 24, reason="Ngày Văn hóa Việt Nam"),
]


@pytest.fixture
def province(db):
    return make_unit("Tỉnh Đồng Tháp", kind="province", code="82", identification="H20")


@pytest.fixture
def my_tho(province):
    return make_unit("Phường Mỹ Tho", parent=province, code="28261", identification="H20.30")


@pytest.fixture
def dao_thanh(province):
    return make_unit("Phường Đạo Thạnh", parent=province, code="28249", identification="H20.31")


@pytest.fixture
def calendar(province):
    return make_calendar(province)


@pytest.fixture
def an(my_tho):
    return make_officer("Nguyễn Văn An", "receiving", "handling", unit=my_tho)


@pytest.fixture
def binh(dao_thanh):
    return make_officer("Lê Thị Bình", "receiving", "handling", unit=dao_thanh, username="binh")


@pytest.fixture
def dung(province):
    return make_officer("Phạm Quốc Dũng", "leading", unit=province, username="dung", title="Chánh Văn phòng")


@pytest.fixture
def giang(province):
    return make_officer("Võ Trường Giang", "auditing", unit=province, username="giang", title="Thanh tra viên")


@pytest.fixture
def hanh(province):
    return make_officer("Đặng Mỹ Hạnh", "administering", unit=province, username="hanh", title="Quản trị viên")


@pytest.fixture
def khoa(province):
    return make_officer("Đỗ Minh Khoa", "operating", unit=province, username="khoa", title="Điều hành viên")


@pytest.fixture
def chi():
    return CHI


@pytest.fixture
def client_of():
    """A browser in which the officer is logged in: `client_of(an).get(...)`."""

    def log_in(officer, **options):
        client = Client(**options)
        client.force_login(officer, backend="agencies.backend.AppointmentBackend")
        return client

    return log_in
