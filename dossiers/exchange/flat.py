"""A dossier as one line of a table: what the columns are called, and how a line becomes a row."""

from django.utils.translation import gettext as _

from dossiers.exchange.fields import status_named
from dossiers.exchange.rows import bad
from dossiers.workflow import Status

# Column names as agencies.tables makes them ("Mã hồ sơ" -> "ma_ho_so"), and the fields they fill.
COLUMNS = {
    "number": ("number", "ma_ho_so", "so_ho_so", "ma_so_ho_so"),
    "procedure": ("procedure", "ma_tthc", "ma_thu_tuc", "ma_tthc_quoc_gia"),
    "case": ("case", "truong_hop"),
    "unit": ("unit", "ma_don_vi", "ma_dinh_danh_don_vi"),
    "received_by_unit": ("received_by_unit", "ma_don_vi_tiep_nhan"),
    "subject": ("subject", "trich_yeu", "noi_dung", "trich_yeu_ho_so"),
    "filed": ("filed", "kenh_thuc_hien"),
    "copies": ("copies", "so_bo_ho_so"),
    "confidential": ("confidential", "mat"),
    "due_at": ("due_at", "ngay_hen_tra"),
    "applicant.kind": ("applicant_kind", "loai_doi_tuong"),
    "applicant.name": ("applicant_name", "chu_ho_so", "nguoi_nop", "ho_ten"),
    "applicant.id_number": ("applicant_id_number", "so_dinh_danh", "so_cccd", "ma_so_thue"),
    "applicant.phone": ("applicant_phone", "dien_thoai", "so_dien_thoai"),
    "applicant.email": ("applicant_email", "email", "thu_dien_tu"),
    "applicant.address": ("applicant_address", "dia_chi"),
    "history": ("history", "qua_trinh"),
    "submitted_at": ("submitted_at", "ngay_nop_ho_so", "ngay_nop"),
    "received_at": ("received_at", "ngay_tiep_nhan"),
    "finished_at": ("finished_at", "ngay_ket_thuc_xu_ly"),
    "handed_over_at": ("handed_over_at", "ngay_tra"),
    "status": ("status", "trang_thai", "trang_thai_ho_so"),
    "status_at": ("status_at", "ngay_trang_thai"),
}
FIELD_OF = {column: field for field, columns in COLUMNS.items() for column in columns}
# What stands in a line only for want of a history.
_DATES = ("submitted_at", "received_at", "finished_at", "handed_over_at", "status", "status_at")
_ENTRY = ("at", "status", "note", "citizen_note", "step", "by")


def unflatten(line):
    """The row that a line of a table stands for; a line that is a row already (from JSON) comes back as it is.

    Raises:
        BadRow: a column is unknown, or stands twice under two names.
    """
    if isinstance(line.get("history"), list) or isinstance(line.get("parties"), list):
        return {name: value for name, value in line.items() if value != ""}
    values = _by_field(line)
    row = {name: value for name, value in values.items() if "." not in name and name not in (*_DATES, "history")}
    applicant = {name.partition(".")[2]: value for name, value in values.items() if name.startswith("applicant.")}
    row["parties"] = [applicant] if applicant else []
    row["history"] = _history(values)
    return row


def _by_field(line):
    values = {}
    for column, value in line.items():
        field = FIELD_OF.get(column)
        if field is None:
            raise bad(column, _("This column is not known. Known are: %(known)s.") % {"known": ", ".join(KNOWN)})
        if value == "":
            continue
        if field in values:
            raise bad(column, _("Another column says the same."))
        values[field] = value
    return values


KNOWN = tuple(columns[0] for columns in COLUMNS.values())


def _history(values):
    if text := values.get("history"):
        return [_entry(place, line) for place, line in enumerate(_lines(str(text)), start=1)]
    history = [{"at": values[name], "status": status} for name, status in _milestones(values) if name in values]
    return history + _present_status(values, history)


def _lines(text):
    """One entry a line; in a single line they may be kept apart by semicolons."""
    return [line for part in text.split("\n" if "\n" in text else ";") if (line := part.strip())]


def _milestones(values):
    """What the dates of a dossier stand for. It may have ended otherwise than with a result: then `status` says how."""
    ended = status_named(str(values.get("status", "")))
    end = ended if ended in (Status.STOPPED, Status.NOT_ACCEPTED) else Status.RESULT_READY
    return (
        ("submitted_at", Status.SUBMITTED), ("received_at", Status.RECEIVED), ("finished_at", end),
        ("handed_over_at", Status.HANDED_OVER),
    )  # fmt: skip


def _entry(place, line):
    """`20/11/2026 08:00 | 2 | note | what the citizen reads | step | by`."""
    parts = [part.strip() for part in line.split("|")]
    if not 2 <= len(parts) <= len(_ENTRY):
        raise bad(f"history.{place}", _("A moment and a status with “|” between are expected: 20/11/2026 08:00 | 2"))
    return {name: part for name, part in zip(_ENTRY, parts, strict=False) if part}


def _present_status(values, history):
    """The status now, where the dates do not say it already."""
    status = values.get("status")
    if status is None or (history and history[-1]["status"] == status_named(status)):
        return []
    if not values.get("status_at"):
        raise bad("status_at", _("When it came to the status “%(status)s” is needed.") % {"status": status})
    return [{"at": values["status_at"], "status": status}]
