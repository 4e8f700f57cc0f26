"""Sets a form in type: the facts go to typst as JSON, so that nothing a person typed is ever read as markup."""

import json
import re
import unicodedata
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import fontpkg_be_vietnam_pro
import typst

from agencies.vietnamese import nfc, tidy
from agencies.worktime import VIETNAM
from dossiers.qr import qr_code

TEMPLATES = Path(__file__).parent / "templates"
FONTS = Path(fontpkg_be_vietnam_pro.__file__).parent / "files"
# Archives keep it for decades (PDF/A-2a), screen readers read it in order (PDF/UA-1).
STANDARDS = ["a-2a", "ua-1"]
# Wide enough for a cheap camera: the modules alone, their quiet zone is around them.
QR_MM = 28
QUIET_MODULES = 4
# Direction marks could turn a name round; lone surrogates and private letters mean nothing to anybody.
_HIDDEN = {"Cf", "Cs", "Co", "Cn"}
# Latin with all its marks (Ê Đê and Xtiêng names too), Greek, Cyrillic, signs: what the two typefaces have.
_NO_TYPE = re.compile("[^ -\u0482\u048a-\u04ff\u1e00-\u1eff\u2010-\u2040\u2070-\u211e\u2200-\u22ff\u25a0-\u25ff\\s]")
# Where a longer word a person typed may be broken, by a letter without width. What people copy out of the electronic
# paper gets none.
LONGEST_WORD = 30
_OURS = {"number", "url", "pin", "lookup_address"}


def render(paper):
    """The PDF of one of the forms, as bytes. The same facts give the same bytes."""
    return typst.compile(
        TEMPLATES / f"{paper.form}.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"paper": json.dumps(_facts(paper), ensure_ascii=False)},
        pdf_standards=STANDARDS,
        timestamp=paper.issued_at.astimezone(VIETNAM).replace(microsecond=0),  # a PDF knows no less
    )


@cache
def _fonts():
    """Ours, and typst's own for rare letters; never the machine's: a paper looks the same everywhere."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])


def _facts(paper):
    facts = _printable(paper)
    return {**facts, "qr": _qr(paper.url)} if hasattr(paper, "url") else facts


def _printable(value):
    if is_dataclass(value):
        facts = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: nfc(fact) if name in _OURS else _printable(fact) for name, fact in facts.items()}
    if isinstance(value, tuple | list):
        return [_printable(item) for item in value]
    if isinstance(value, datetime):
        return _moment(value)
    return _text(value) if isinstance(value, str) else value


def _moment(moment):
    """Decree 30/2020/NĐ-CP writes days below 10 and the months 1 and 2 with a leading zero."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone.")
    here = moment.astimezone(VIETNAM)
    month = f"{here.month:02}" if here.month < 3 else here.month
    day = f"ngày {here.day:02} tháng {month} năm {here.year}"
    full = f"{here:%H} giờ {here:%M} phút, {day}"
    return {"day": day, "full": full, "time": f"{here:%H:%M}", "date": f"{here:%d/%m/%Y}"}


def _text(text):
    """NFC, nothing invisible, line breaks kept; a letter no type is at hand for is a box, a word too long may break."""
    shown = "".join(char for char in text if unicodedata.category(char) not in _HIDDEN)
    lines = (tidy(_NO_TYPE.sub("□", nfc(line))) for line in shown.strip().splitlines())
    return "\n".join(" ".join(map(_breakable, line.split(" "))) for line in lines)


def _breakable(word):
    if len(word) <= LONGEST_WORD:
        return word
    return "\u200b".join(re.findall(f".{{1,{LONGEST_WORD}}}", word))


def _qr(url):
    """SVG text, and the width in mm at which the modules alone are QR_MM wide."""
    code = qr_code(url)
    modules = code.symbol_size(border=0)[0]
    svg = code.svg_inline(border=QUIET_MODULES, light="#fff")
    return {"svg": svg, "width": QR_MM * (modules + 2 * QUIET_MODULES) / modules}
