"""What people type to a dossier desk in a chat, as tables: typos, missing tone marks, old codes and all.

Pure: no database. The texts are folded first (agencies.vietnamese.search_key), so the tables know no tone marks; where
marks make another word of it ("đúng" and "dừng"), those that were written count.
"""

import re
import unicodedata
from dataclasses import dataclass

from agencies.vietnamese import search_key
from dossiers.numbers import looks_like_number, number_within

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Request:
    """`number` as it was typed; `proof` digits or "". `remark`: more was said, which is for people to read.

    verb: look_up, proof, follow, list, stop, stop?, menu, thanks or other.
    """

    verb: str
    number: str = ""
    proof: str = ""
    remark: bool = False


_ASKED = r"(?:xin |cho (?:toi|minh|em|con) |lam on |toi muon |minh muon |em muon |hay |vui long )?"
_POLITE = r"(?: (?:a|nhe|nha|voi|giup|giup toi|ho|cam on|oi|em|anh|chi|ban|admin|ad|di|ngay|luon|nua|het))*"
# Nothing but courtesy may follow a greeting or thanks: what else stands there is for people to read.
_COURTESY = (
    r"(?: (?:a|oi|nhe|nha|em|anh|chi|ban|minh|ad|admin|shop|co|chu|quy|co quan|cac|nhieu|rat|cam on|chao|da|vang|ok))*"
)
_NEWS = (
    r"(?:theo doi|(?:nhan |gui |bao |nhan duoc )?(?:tin|thong bao|messages?)(?: nhan)?|nhan|bao)"
    r"(?: (?:tien do|ho so|nay|nua))*"
)
# Verb and what the folded text must look like as a whole. The first that fits wins.
TABLE = (
    ("stop", rf"#?{_ASKED}(?:dung|ngung|huy|tat|bo|stop) {_NEWS}{_POLITE}"),
    ("stop", rf"{_ASKED}khong (?:muon |can )?(?:nhan|theo doi) ?(?:tin|thong bao)?(?: nhan)?{_POLITE}"),
    ("stop", rf"#dung|#?{_ASKED}(?:stop|ngung|dung lai){_POLITE}"),
    # "Dung" is a yes as well ("đúng"), and a name; "huy" is a name, or a wish to withdraw the dossier: who knows?
    ("stop?", rf"{_ASKED}(?:dung|huy|tat){_POLITE}"),
    ("list", rf"#?{_ASKED}(?:xem )?(?:danh ?sach|ds|list)(?: (?:ho so|theo doi|dang theo doi|cua toi))*{_POLITE}"),
    ("list", rf"#?{_ASKED}(?:xem )?(?:ho so cua (?:toi|minh|em)|cac ho so(?: cua toi)?|my dossiers){_POLITE}"),
    ("follow", rf"#?{_ASKED}(?:theo ?doi|nhan (?:tin|thong bao)|dang ky)(?: (?:ho so|tien do|nay))*{_POLITE}"),
    ("menu", r"#?(?:menu|bat dau|start|tro giup|huong dan|help|\?|tra ?cuu|tra cuu ho so|ho so|hs|hcc)"),
    ("menu", r"(?:xin )?(?:chao|hi|hello|helo|alo|a lo)" + _COURTESY),
    ("thanks", r"(?:xin )?(?:cam on|thanks|thank you|ok|oke|okay|da|vang|duoc roi)" + _COURTESY),
)
_TABLE = [(verb, re.compile(pattern)) for verb, pattern in TABLE]
# Words that are written with tone marks say which word they are: among news, and all alone.
_MEANT = {"dung": {"dừng", "đừng"}, "ngung": {"ngừng", "ngưng"}, "huy": {"hủy", "huỷ"}, "tat": {"tắt"}, "bo": {"bỏ"}}
_ALONE = {"dung": {"dừng"}, "ngung": {"ngừng", "ngưng"}, "huy": {"hủy", "huỷ"}, "tat": {"tắt"}}
_STOP_ONE = re.compile(rf"#?{_ASKED}(?:dung|ngung|stop|(?:dung|ngung|huy|tat|bo|stop) {_NEWS})(?: ho so)?{_POLITE}")
# What may stand around a number without being worth an officer's eyes: labels, courtesy, and "is it done yet?".
_AROUND = frozenset(
    re.findall(
        r"\w+",
        """a ad admin alo anh ban bao biet cac cam chao chi cho chu chua co con cua cuu da dau den di doi duoc em gi
        giai gio giup ha hcc ho hoi hs ket khi khong kiem kq la lam lau luc ma may minh nao nay ngay nha nhe oi on
        pin qua quyet roi sao so the theo thi toi tra va vang vay voi xem xin xong y""",
    )
)
_NAMED = r"(?:(?:ma|so)\s+)?(?:pin|sdt|so\s+cuoi|dt|dien\s+thoai|otp|xac\s+nhan)(?:\s+la)?\s*[:=]?\s*"
_DIGITS = r"(?P<proof>\d(?:[ .-]?\d){5}|\d(?:[ .-]?\d){3}|0\d(?:[ .-]?\d){8})"
_NAMED_PROOF = re.compile(rf"(?<!\w){_NAMED}{_DIGITS}(?![\w])")
_BARE_PROOF = re.compile(rf"(?<![\w./-]){_DIGITS}(?![\w/-])")
# Digits alone answer a question that was asked before: the number came first, its proof in a message of its own.
_PROOF_ALONE = re.compile(rf"(?:{_NAMED})?(?:(?:ma|so)\s+(?:la\s+)?)?{_DIGITS}")
# After a label a number of a form of the province's own: one word that has digits, and is no date.
_LABELLED = re.compile(
    r"#?(?:hs|hcc(?: [a-z]{2,3})?|(?:tra ?cuu|theo ?doi)(?: ho so)?|ho so|ma(?: so)?(?: (?:ho so|hs))?)\s*[:-]?\s+"
    r"(?P<number>(?!\d{1,2}[/.-]\d{1,2}(?:[/.-]\d+)?(?: |$))(?=[^ ]*\d[^ ]*\d[^ ]*\d)[^ ]{5,40})"
    rf"(?:[\s,;:]+(?:{_NAMED})?(?P<proof>\d{{6}}|\d{{4}}))?"
)


def understand(text):
    """What a person means by a text; what fits nothing is "other" and is for people to read."""
    words = text[:LONGEST]
    folded = " ".join(re.sub(r"[“”\"'‘’«»]", " ", search_key(words)).split()).strip(" .!,?…")
    for verb, pattern in _TABLE:
        if pattern.fullmatch(folded) and _is_meant(verb, words, folded):
            return Request("stop" if verb == "stop?" and "dừng" in _words_of(words) else verb)
    return _number_in(folded, words) or _digits_in(folded) or Request("other")


def _is_meant(verb, text, folded):
    """Whether the marks that were typed allow it: "đúng", "Dũng" and "đừng" are not "dừng"."""
    if not verb.startswith("stop"):
        return True
    among = _MEANT if re.search(_NEWS, folded) else _ALONE
    return all(word.isascii() or word in among.get(search_key(word), {word}) for word in _words_of(text))


def _words_of(text):
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).lower())


def _number_in(folded, text):
    """A dossier's number, with or without a proof, whatever else is said; None where there is none."""
    if found := number_within(folded):
        number, rest = found[0].lower(), " ".join(found[1].lower().split())
        if _STOP_ONE.fullmatch(rest.strip(" .,:;")) and _is_meant("stop", text, folded):
            return Request("stop", number)
        proof, rest = _proof_in(rest)
        return Request("look_up", number, proof, remark=not _is_around(rest))
    if labelled := _LABELLED.fullmatch(folded):
        return Request("look_up", labelled["number"], labelled["proof"] or "")
    return None


def _proof_in(rest):
    """(proof, what is left): digits that are called a PIN or a phone's, or with nothing else said beside them."""
    found = _NAMED_PROOF.search(rest) or _BARE_PROOF.search(rest)
    if not found:
        return "", rest
    left = f"{rest[: found.start()]} {rest[found.end() :]}"
    if found.re is _BARE_PROOF and not _is_around(left):
        return "", rest
    return re.sub(r"\D", "", found["proof"]), left


def _is_around(rest):
    return all(word in _AROUND for word in re.findall(r"\w+", rest)) and not looks_like_number(rest)


def _digits_in(folded):
    alone = _PROOF_ALONE.fullmatch(folded)
    return Request("proof", proof=re.sub(r"\D", "", alone["proof"])) if alone else None
