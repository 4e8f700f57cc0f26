"""What people type to a dossier desk in a chat, as tables: typos, missing tone marks, old codes and all.

Pure: no database. The texts are folded first (agencies.vietnamese.search_key), so the tables know no tone marks; where
marks make another word of it ("đúng" and "dừng"), those that were written count.
"""

import re
import unicodedata
from dataclasses import dataclass, replace

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
# Verb and what the folded text must look like as a whole. The first that fits wins.
TABLE = (
    ("list", rf"#?{_ASKED}(?:xem )?(?:danh ?sach|ds|list)(?: (?:ho so|theo doi|dang theo doi|cua toi))*{_POLITE}"),
    ("list", rf"#?{_ASKED}(?:xem )?(?:ho so cua (?:toi|minh|em)|cac ho so(?: cua toi)?|my dossiers){_POLITE}"),
    ("follow", rf"#?{_ASKED}(?:theo ?doi|nhan (?:tin|thong bao)|dang ky)(?: (?:ho so|tien do|nay))*{_POLITE}"),
    ("menu", r"#?(?:menu|bat dau|start|tro giup|huong dan|help|\?|tra ?cuu|tra cuu ho so|ho so|hs|hcc)"),
    ("menu", r"(?:xin )?(?:chao|hi|hello|helo|alo|a lo)" + _COURTESY),
    ("thanks", r"(?:xin )?(?:cam on|thanks|thank you|ok|oke|okay|da|vang|duoc roi)" + _COURTESY),
)
_TABLE = [(verb, re.compile(pattern)) for verb, pattern in TABLE]


def _set(words):
    return frozenset(re.findall(r"\w+", words))


# What may stand around a number without being worth an officer's eyes: labels, courtesy, and "is it done yet?".
_AROUND = _set(
    """a ad admin alo anh ban bao biet cac cam chao chi cho chu chua co con cua cuu da dau den di doi duoc em gi giai
    gio giup ha hcc ho hoi hs ket khi khong kiem kq la lam lau luc ma may minh nao nay ngay nha nhe oi on pin qua quyet
    roi sao so the theo thi toi tra va vang vay voi xem xin xong y"""
)
# "Stop", as it is said: one of the verbs, what it is to end, and nothing that is not courtesy. Some words are a pair.
_PAIRS = (("tat ca", "tatca"), ("thong bao", "thongbao"), ("theo doi", "theodoi"), ("dang ky", "dangky"),
          ("tin nhan", "tin"), ("ho so", "hoso"), ("vui long", "vuilong"))  # fmt: skip
_CLEAR = _set("ngung stop unsubscribe")
_STRONG, _WEAK = _CLEAR | _set("dung"), _set("huy tat bo khong")
_NEWS, _SENDING = _set("tin thongbao theodoi dangky messages"), _set("gui nhan bao lai tatca")
_WANTED = _set("muon can nua thoi gui vuilong")
_STOPPING = _STRONG | _WEAK | _NEWS | _SENDING | _WANTED | _set(
    "a ad admin anh ban cam chi cho cua da di em giup het hay ho hoso lam luon minh nay ngay nha nhe oi on tien do toi"
    " ve voi xin"
)  # fmt: skip
# Words that are written with tone marks say which word they are: among news, and all alone.
_MEANT = {"dung": {"dừng", "đừng"}, "ngung": {"ngừng", "ngưng"}, "huy": {"hủy", "huỷ"}, "tat": {"tắt"}, "bo": {"bỏ"}}
_ALONE = {**_MEANT, "dung": {"dừng"}}
_NAMED = r"(?:(?:ma|so)\s+)?(?:pin|sdt|so\s+dt|so\s+cuoi|dt|dien\s+thoai|otp|xac\s+nhan)(?:\s+la)?\s*[:=]?\s*"
_PHONE = r"(?:\+?84|0)[ .-]?\d(?:[ .-]?\d){8}"
_DIGITS = rf"(?P<proof>{_PHONE}|\d(?:[ .-]?\d){{5}}|\d(?:[ .-]?\d){{3}})(?![ .-]?\d)"
_NAMED_PROOF = re.compile(rf"(?<!\w){_NAMED}{_DIGITS}(?![\w])")
_BARE_PROOF = re.compile(rf"(?<![\w./+-]){_DIGITS}(?![\w/-])")
_PROOF_ALONE = re.compile(rf"(?<![\w./-]){_DIGITS}(?![\w/-])")
_AROUND_PROOF = _AROUND | _set("4 bon cuoi dien thoai dt hai sdt otp xac nhan 6 vua")
# A number of a form of the province's own: with a label one word that has digits; without one three parts, of which one
# is a province's code, or the number of a decree would be one. No date.
_NO_DATE = r"(?!\d{1,2}[/.-]\d{1,2}(?:[/.-]\d+)?(?: |$))"
_LABELLED = re.compile(
    r"#?(?:hs|hcc(?: [a-z]{2,3})?|(?:tra ?cuu|theo ?doi)(?: ho so)?|ho so|ma(?: so)?(?: (?:ho so|hs))?)\s*[:-]?\s+"
    rf"(?P<number>{_NO_DATE}(?=[^ ]*\d[^ ]*\d[^ ]*\d)[^ ]{{5,40}})(?:[\s,;:]+(?:{_NAMED})?(?P<proof>\d{{6}}|\d{{4}}))?"
)
_OWN_FORM = re.compile(
    rf"{_NO_DATE}(?=[^ ]*\d{{3}})(?=[^ ]*\b[a-z]\d{{2}})[a-z0-9]+(?:\.[a-z0-9]+)*(?:[-/_][a-z0-9.]+){{2,}}"
)


def understand(text):
    """What a person means by a text; what fits nothing is "other" and is for people to read."""
    words = text[:LONGEST]
    folded = " ".join(re.sub(r"[“”\"'‘’«»]", " ", search_key(words)).split()).strip(" .!,?…")
    if len(text) > LONGEST:  # whoever writes so much says more than a table knows
        found = _number_in(folded, words)
        return replace(found, remark=True) if found else Request("other")
    if verb := _stop_in(folded, words):
        return Request(verb)
    for verb, pattern in _TABLE:
        if pattern.fullmatch(folded):
            return Request(verb)
    return _number_in(folded, words) or _digits_in(folded) or _labelled(folded) or Request("other")


def _stop_in(folded, text):
    """ "stop", or "stop?" where it may be a yes, a name or a wish to withdraw the dossier; "" where it is neither."""
    if folded == "#dung":
        return "stop"
    paired = f" {folded} "
    for pair, one in _PAIRS:
        paired = paired.replace(f" {pair} ", f" {one} ")
    said = frozenset(re.findall(r"\w+", paired))
    if not (said and said <= _STOPPING and said & (_STRONG | _WEAK)) or not _is_meant(
        text, among_news=bool(said & _NEWS)
    ):
        return ""
    if said & _STRONG:
        named = said & (_NEWS | _SENDING)
        alone = (said & _CLEAR or "dừng" in _words_of(text)) and "hoso" not in said
        return "stop" if named or alone else "stop?"
    if said & _NEWS:
        return "stop" if "khong" not in said or said & _WANTED else "stop?"
    return "stop?" if not said & _set("khong bo hoso") else ""


def _is_meant(text, *, among_news):
    """Whether the marks that were typed allow it: "đúng", "Dũng" and a lone "đừng" are not "dừng"."""
    meant = _MEANT if among_news else _ALONE
    plain = re.sub("tất cả", "", unicodedata.normalize("NFC", text).lower())
    return all(word.isascii() or word in meant.get(search_key(word), {word}) for word in _words_of(plain))


def _words_of(text):
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).lower())


def _number_in(folded, text):
    """A dossier's number, with or without a proof, whatever else is said; None where there is none."""
    found = number_within(folded) or _word_like_a_number(folded)
    if not found:
        return None
    number, rest = found[0].lower(), " ".join(found[1].lower().split())
    ends = _stop_in(rest.strip(" .,:;"), text.lower().replace(number, ""))
    if ends == "stop" or (ends and frozenset(re.findall(r"\w+", rest)) & _STRONG):
        return Request("stop", number)
    proof, rest = _proof_in(rest)
    return Request("look_up", number, proof, remark=not _is_around(rest))


def _word_like_a_number(folded):
    for word in folded.split():
        bare = word.strip(".,;:!?()")
        if looks_like_number(bare) or _OWN_FORM.fullmatch(bare):
            return bare, folded.replace(word, " ", 1)
    return None


def _labelled(folded):
    found = _LABELLED.fullmatch(folded)
    return Request("look_up", found["number"], found["proof"] or "") if found else None


def _proof_in(rest):
    """(proof, what is left): digits that are called a PIN or a phone's, or with nothing else said beside them."""
    found = _NAMED_PROOF.search(rest) or _BARE_PROOF.search(rest)
    if not found:
        return "", rest
    left = f"{rest[: found.start()]} {rest[found.end() :]}"
    if found.re is _BARE_PROOF and not _is_around(left):
        return "", rest
    return _plain(found["proof"]), left


def _plain(digits):
    plain = re.sub(r"\D", "", digits)
    return f"0{plain[2:]}" if plain.startswith("84") and len(plain) == 11 else plain


def _is_around(rest):
    return all(word in _AROUND for word in re.findall(r"\w+", rest)) and not looks_like_number(rest)


def _digits_in(folded):
    """Digits alone answer a question that was asked before: first the number came, then its proof."""
    found = _PROOF_ALONE.search(folded)
    if not found:
        return None
    left = re.findall(r"\w+", f"{folded[: found.start()]} {folded[found.end() :]}")
    return Request("proof", proof=_plain(found["proof"])) if all(word in _AROUND_PROOF for word in left) else None
