"""What people type to a dossier desk in a chat, as one table: typos, missing tone marks, old codes and all.

Pure: no database. The texts are folded first (agencies.vietnamese.search_key), so the table knows no tone marks.
"""

import re
from dataclasses import dataclass

from agencies.vietnamese import search_key
from dossiers.numbers import looks_like_number

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Request:
    """`number` as it was typed; `proof` digits or "".

    verb: look_up, proof, follow, list, stop, menu, thanks or other.
    """

    verb: str
    number: str = ""
    proof: str = ""


_ASKED = r"(?:xin |cho (?:toi|minh|em|con) |lam on |toi muon |minh muon |em muon )?"
_POLITE = r"(?: (?:a|nhe|voi|giup|giup toi|ho|cam on))*"
# Nothing but courtesy may follow a greeting or thanks: what else stands there is for people to read.
_COURTESY = (
    r"(?: (?:a|oi|nhe|nha|em|anh|chi|ban|minh|ad|admin|shop|co|chu|quy|co quan|cac|nhieu|rat|cam on|chao|da|vang|ok))*"
)
# Verb and what the folded text must look like as a whole. The first that fits wins.
TABLE = (
    ("stop", rf"#?{_ASKED}(?:dung|ngung|huy|tat|stop)(?: (?:lai|theo doi|nhan tin|bao|tin nhan|ho so))*{_POLITE}"),
    ("list", rf"#?{_ASKED}(?:xem )?(?:danh ?sach|ds|list)(?: (?:ho so|theo doi|dang theo doi|cua toi))*{_POLITE}"),
    ("list", rf"#?{_ASKED}(?:xem )?(?:ho so cua (?:toi|minh|em)|cac ho so(?: cua toi)?|my dossiers){_POLITE}"),
    ("follow", rf"#?{_ASKED}(?:theo ?doi|nhan (?:tin|thong bao)|dang ky)(?: (?:ho so|tien do|nay))*{_POLITE}"),
    ("menu", r"#?(?:menu|bat dau|start|tro giup|huong dan|help|\?|tra ?cuu|tra cuu ho so|ho so|hs|hcc)"),
    ("menu", r"(?:xin )?(?:chao|hi|hello|helo|alo|a lo)" + _COURTESY),
    ("thanks", r"(?:xin )?(?:cam on|thanks|thank you|ok|oke|okay|da|vang|duoc roi)" + _COURTESY),
)  # fmt: skip
_TABLE = [(verb, re.compile(pattern)) for verb, pattern in TABLE]
_LABEL = re.compile(
    r"^#?\s*(?:hs|hcc(?:\s+[a-z]{2,3})?|tra\s*cuu(?:\s+ho\s+so)?|theo\s*doi(?:\s+ho\s+so)?|ho\s+so|ma\s+(?:ho\s+so|hs))\s*[:\-]?\s+"
)
_STOP_ONE = re.compile(r"^#?(?:dung|ngung|huy|stop)(?: theo doi| nhan tin| ho so)*\s+")
_NAMED = r"(?:(?:ma|so)\s+)?(?:pin|sdt|so\s+cuoi|dt|dien\s+thoai|otp|xac\s+nhan)?(?:\s+la)?\s*:?\s*"
_PROOF = re.compile(rf"^(?P<number>.+?)[\s,;:/]+{_NAMED}(?P<proof>\d{{6}}|\d{{4}}|0\d{{9}})$")
# Digits alone answer a question that was asked before: the number came first, its proof in a message of its own.
_PROOF_ALONE = re.compile(rf"^{_NAMED}(?P<proof>\d(?:[ .-]?\d){{5}}|\d(?:[ .-]?\d){{3}}|0\d(?:[ .-]?\d){{8}})$")


def understand(text):
    """What a person means by a text; what fits nothing is "other" and is for people to read."""
    folded = " ".join(search_key(text[:LONGEST]).split()).strip(" .!,")
    for verb, pattern in _TABLE:
        if pattern.fullmatch(folded):
            return Request(verb)
    if (code := _after(_STOP_ONE, folded)) and looks_like_number(code):
        return Request("stop", code)
    if alone := _PROOF_ALONE.match(folded):
        return Request("proof", proof=re.sub(r"\D", "", alone["proof"]))
    return _number_in(folded, labelled=_after(_LABEL, folded))


def _number_in(folded, *, labelled):
    """A dossier's number, with or without a proof behind it; after a label whatever stands there is taken for one."""
    said = labelled or folded
    parts = _PROOF.match(said)
    if parts and looks_like_number(parts["number"]):
        return Request("look_up", parts["number"], parts["proof"])
    if looks_like_number(said):
        return Request("look_up", said)
    if parts and labelled:
        return Request("look_up", parts["number"], parts["proof"])
    if labelled and any(char.isdigit() for char in labelled):
        return Request("look_up", labelled)
    return Request("other")


def _after(pattern, folded):
    found = pattern.match(folded)
    return folded[found.end() :].strip() if found else ""
