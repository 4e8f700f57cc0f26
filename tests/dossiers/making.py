"""Procedures and dossiers as tests need them, made through the doors that officers use."""

from datetime import date, datetime

from agencies.models import FieldOfWork
from agencies.worktime import VIETNAM
from dossiers.models import Dossier, Procedure, ProcedureVersion
from dossiers.workflow import Status

CHI = {"name": "Trần Thị Chi", "phone": "0912 345 678", "email": "", "id_number": "082190001234", "address": "Ấp 3"}
STEPS = [
    ("tiep-nhan", "Tiếp nhận hồ sơ", Status.RECEIVED, False, ""),
    ("tham-tra", "Thẩm tra hồ sơ", Status.PROCESSING, True, "Đang thẩm tra"),
    ("trinh-ky", "Trình lãnh đạo ký", Status.PROCESSING, False, ""),
    ("co-ket-qua", "Có kết quả", Status.RESULT_READY, True, "Đã có kết quả"),
]


def at(text):
    """`at("23/11/2026 09:00")`: a moment in Vietnam."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM)


def field_of_work(code="ho-tich", name="Hộ tịch"):
    return FieldOfWork.objects.get_or_create(code=code, defaults={"name": name})[0]


def make_version(
    *, code="1.004873", name="Cấp Giấy xác nhận tình trạng hôn nhân", field=None, term=("working_day", 3),
    extra=0, number=1, valid_from=date(2026, 1, 1), documents=({"name": "Tờ khai", "originals": 1},), other_case=(),
    **facts,
):  # fmt: skip
    """A published version with one case and four steps; `other_case` is a second case's own documents."""
    procedure, _ = Procedure.objects.get_or_create(
        code=code, defaults={"name": name, "field": field or field_of_work()}
    )
    version = ProcedureVersion.objects.create(procedure=procedure, number=number, valid_from=valid_from, **facts)
    version.cases.create(name="Thông thường", term_unit=term[0], term_n=term[1], area_extension_n=extra)
    for order, (slug, title, status, informs, words) in enumerate(STEPS, start=1):
        version.steps.create(
            order=order, code=slug, name=title, status=status, informs=informs, citizen_text=words, budget_minutes=120
        )
    for wanted in documents:
        version.documents.create(**wanted)
    if other_case:
        other = version.cases.create(name="Có yếu tố nước ngoài", term_unit=term[0], term_n=term[1])
        for wanted in other_case:
            version.documents.create(case=other, **wanted)
    version.fees.create(text="Theo nghị quyết HĐND tỉnh")
    ProcedureVersion.objects.filter(pk=version.pk).update(state=ProcedureVersion.State.PUBLISHED)
    version.refresh_from_db()
    return version


def receive(*, by, unit, version=None, when="23/11/2026 09:00", party=CHI, **facts):
    version = version or ProcedureVersion.objects.filter(state="published").first() or make_version()
    return Dossier.receive(
        case=version.cases.first(), unit=unit, by=by, at=at(when) if isinstance(when, str) else when,
        parties=[party], **facts,
    )  # fmt: skip


def step(dossier, code):
    return dossier.procedure_version.steps.get(code=code)
