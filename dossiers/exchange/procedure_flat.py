"""A procedure as lines of a table: one line a case, the first with everything else that is to be said of it."""

from itertools import groupby

from django.utils.translation import gettext as _

from dossiers.exchange.rows import bad

COLUMNS = {
    "code": ("code", "ma_tthc", "ma_thu_tuc"),
    "name": ("name", "ten_tthc", "ten_thu_tuc"),
    "field.code": ("field_code", "ma_linh_vuc"),
    "field.name": ("field_name", "linh_vuc", "ten_linh_vuc"),
    "keywords": ("keywords", "ten_thuong_goi", "tu_khoa"),
    "level": ("level", "cap", "cap_thuc_hien"),
    "valid_from": ("valid_from", "hieu_luc_tu", "ngay_hieu_luc"),
    "decision": ("decision", "quyet_dinh_cong_bo"),
    "online_level": ("online_level", "muc_do_truc_tuyen", "muc_do_dvc"),
    "partial_reason": ("partial_reason", "ly_do_mot_phan"),
    "audience": ("audience", "doi_tuong"),
    "how": ("how", "cach_thuc"),
    "conditions": ("conditions", "yeu_cau_dieu_kien"),
    "result": ("result", "ket_qua"),
    "legal_basis": ("legal_basis", "can_cu_phap_ly"),
    "handled_by": ("handled_by", "co_quan_giai_quyet"),
    "on_supplement": ("on_supplement", "sau_bo_sung"),
    "copies_of_dossier": ("copies_of_dossier", "so_bo"),
    "note": ("note", "ghi_chu"),
    "case.name": ("case", "truong_hop"),
    "term.n": ("term", "thoi_han"),
    "term.unit": ("term_unit", "don_vi_thoi_han"),
    "case.area_extension": ("area_extension", "cong_them_vung_kho_khan"),
    "case.term_note": ("term_note", "ghi_chu_thoi_han"),
    "fees": ("fees", "phi_le_phi"),
    "documents": ("documents", "thanh_phan_ho_so"),
    "steps": ("steps", "cac_buoc"),
}
FIELD_OF = {column: field for field, columns in COLUMNS.items() for column in columns}
KNOWN = ", ".join(columns[0] for columns in COLUMNS.values())
_FEE = ("text", "amount", "kind", "filed")
_DOCUMENT = ("name", "originals", "copies", "certified_copies", "note")
_STEP = ("code", "name", "status", "budget_minutes", "citizen_text")
_OF_A_CASE = {"code", "case.name", "term.n", "term.unit", "case.area_extension", "case.term_note", "fees", "documents"}


def in_groups(lines):
    """[(line number, line)] of one procedure each: lines with the same code that stand together."""
    for _code, group in groupby(lines, key=lambda numbered: code_of(numbered[1])):
        yield list(group)


def code_of(line):
    return next((line[column] for column in COLUMNS["code"] if line.get(column)), None)


def unflatten(lines):
    """The procedure row that these lines stand for; one from JSON comes back as it is. Raises BadRow."""
    if isinstance(lines[0].get("cases"), list):
        if len(lines) > 1:
            raise bad("code", _("This code stands twice in the file."))
        return {name: value for name, value in lines[0].items() if value != ""}
    first, *others = [_by_field(line) for line in lines]
    row = {
        name: value for name, value in first.items() if "." not in name and name not in ("fees", "documents", "steps")
    }
    row["field"] = _part(first, "field")
    row["cases"] = [_case(first)]
    row["fees"], row["documents"] = _cells(first, "")
    row["steps"] = [_step(cell) for cell in _items(first, "steps", _STEP)]
    for place, line in enumerate(others, start=2):
        _add_case(row, line, place)
    return row


def _add_case(row, line, place):
    if wrong := sorted(set(line) - _OF_A_CASE):
        raise bad(COLUMNS[wrong[0]][0], _("This belongs into the first line of the procedure only."))
    if not line.get("case.name"):
        raise bad("case", _("Line %(place)s of this procedure needs the name of its case.") % {"place": place})
    row["cases"].append(_case(line))
    fees, documents = _cells(line, line["case.name"])
    row["fees"] += fees
    row["documents"] += documents


def _by_field(line):
    values = {}
    for column, value in line.items():
        field = FIELD_OF.get(column)
        if field is None:
            raise bad(column, _("This column is not known. Known are: %(known)s.") % {"known": KNOWN})
        if value != "":
            values[field] = value
    return values


def _part(values, name):
    return {key.partition(".")[2]: value for key, value in values.items() if key.startswith(f"{name}.")}


def _case(values):
    return {"name": _("Usual"), **_part(values, "case"), "term": _part(values, "term")}


def _cells(values, case):
    fees = [{**_numbered(cell, "amount"), "case": case} for cell in _items(values, "fees", _FEE)]
    documents = [{**cell, "case": case} for cell in _items(values, "documents", _DOCUMENT)]
    return fees, documents


def _items(values, name, parts):
    """Each line of a cell is an item; “|” stands between its parts."""
    items = []
    for place, line in enumerate(filter(None, map(str.strip, str(values.get(name, "")).split("\n"))), start=1):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > len(parts):
            raise bad(
                f"{name}.{place}", _("At most these parts are expected: %(parts)s.") % {"parts": " | ".join(parts)}
            )
        items.append({part: cell for part, cell in zip(parts, cells, strict=False) if cell})
    return items


def _numbered(fee, name):
    """`50.000` is how a Vietnamese table writes an amount."""
    return {**fee, name: fee[name].replace(".", "").replace(" ", "")} if name in fee else fee


def _step(cell):
    return {**cell, "informs": True} if cell.get("citizen_text") else cell
