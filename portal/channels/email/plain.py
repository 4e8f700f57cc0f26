"""What somebody wrote, out of how their program wrote it: bytes to text, HTML to lines, no quote, no signature."""

import base64
import codecs
import quopri
import re
import unicodedata
from html.parser import HTMLParser

LONGEST = 20_000  # signs of a letter that anybody reads
# Decoders that are no charsets of letters, or take the square of the time.
NO_CHARSETS = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"}
_UNSAID = re.compile(r"[^\S\n]*\n")
# Direction marks and zero-width signs hide what a sentence says; of control signs only the line break is text.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffc]")


# --- bytes to text --------------------------------------------------------------------------------------------------
def opened(content, encoding):
    """The bytes under a transfer encoding, of a part that may have been cut off anywhere."""
    if encoding == "base64":
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
        return base64.b64decode(letters[: len(letters) // 4 * 4] + _rest(letters))
    return quopri.decodestring(content) if encoding == "quoted-printable" else content


def _rest(letters):
    left = letters[len(letters) // 4 * 4 :]
    return left + b"=" * (4 - len(left)) if len(left) > 1 else b""


def text_of(content, charset=""):
    """In the charset it claims; else UTF-8; else what is left of it in Windows' Vietnamese. Always NFC."""
    for name in (charset, "utf-8"):
        if found := _decoded(content, name):
            return found
    return unicodedata.normalize("NFC", content.decode("cp1258", "replace"))


def _decoded(content, charset):
    try:
        known = codecs.lookup(charset).name
        return "" if known in NO_CHARSETS else unicodedata.normalize("NFC", content.decode(known))
    except (LookupError, ValueError):
        # A part that was cut in the middle of a letter is still what it claims to be.
        return _cut_short(content) if charset.lower().replace("_", "-") in ("utf-8", "utf8") else ""


def _cut_short(content):
    try:
        content[:-3].decode("utf-8")
    except ValueError:
        return ""
    return unicodedata.normalize("NFC", content.decode("utf-8", "ignore"))


def tidied(text):
    """Lines without what nobody can see, no more than two breaks in a row."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\t", " ")
    text = _UNSAID.sub("\n", _CONTROL.sub("", text.replace("\xa0", " ")))
    return unicodedata.normalize("NFC", re.sub(r"\n{3,}", "\n\n", text).strip()[:LONGEST])


def one_line(text, most=300):
    return " ".join(tidied(text).split())[:most]


# --- HTML to lines --------------------------------------------------------------------------------------------------
SILENT = {"style", "script", "head", "title", "template", "noscript", "svg", "object"}
BREAKS = {"p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre"}
# What programs put around the letter that is answered.
QUOTING = {"gmail_quote", "gmail_quote_container", "yahoo_quoted", "moz-cite-prefix", "divrplyfwdmsg", "appendonsend"}
VOID = {"br", "hr", "img", "meta", "link", "input", "col", "area", "base", "wbr", "source"}


class _Lines(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.words, self.deaf, self.quoting = [], [], False

    def handle_starttag(self, tag, attributes):
        self._break(tag)
        marks = {(value or "").lower() for name, value in attributes if name in ("class", "id")}
        if {one for mark in marks for one in mark.split()} & QUOTING or (
            tag == "blockquote" and self._is_cited(attributes)
        ):
            self.quoting = True
        if tag in SILENT and not self.deaf:
            self.deaf = [tag]
        elif self.deaf and tag == self.deaf[0] and tag not in VOID:
            self.deaf.append(tag)

    def _is_cited(self, attributes):
        return ("type", "cite") in attributes

    def handle_endtag(self, tag):
        if self.deaf and tag == self.deaf[0]:
            self.deaf.pop()
        else:
            self._break(tag)

    def _break(self, tag):
        """A block ends the line it stands on; only <br> makes an empty one."""
        if tag == "br" or (tag in BREAKS and "".join(self.words[-2:]).rstrip(" ")[-1:] != "\n"):
            self.words.append("\n")

    def handle_data(self, data):
        if not self.deaf:
            if self.quoting:  # once, and everything behind it: what follows is the other letter
                self.words.append(f"\n{QUOTE_BEGINS}\n")
                self.quoting = False
            self.words.append(re.sub(r"\s+", " ", data))


QUOTE_BEGINS = "-----Original Message-----"


def lines_of_html(html):
    """The text of a letter that came as HTML only. Never raises: of broken HTML what could be read."""
    reader = _Lines()
    try:
        reader.feed(html)
        reader.close()
    except Exception:  # a parser of strangers' text: whatever it trips over, the words before it were said
        reader.words.append("\n…")
    return "\n".join(line.strip() for line in "".join(reader.words).split("\n"))


# --- quotes and signatures ------------------------------------------------------------------------------------------
_ATTRIBUTION = [
    re.compile(r"^(?:Vào|Ngày|Lúc|Trong|Vào lúc)\b.{3,300}?(?:đã viết|viết)\s*:\s*$", re.DOTALL | re.IGNORECASE),
    re.compile(r"^On\b.{3,300}?\bwrote\s*:\s*$", re.DOTALL),
]
_DIVIDER = re.compile(
    r"^\s*(?:-{2,}\s*(?:Original Message|Thư gốc|Tin nhắn gốc|Nguyên bản|Thông điệp gốc)\s*-{2,}|_{20,})\s*$",
    re.IGNORECASE,
)
# Outlook names sender and date of what it quotes without any divider.
_OUTLOOK = re.compile(r"^(?:From|Từ)\s*:.+\n(?:Sent|Date|Đã gửi|Ngày|Gửi)\s*:.+", re.IGNORECASE)
_PHONE = re.compile(
    r"^(?:Sent from my|Sent from Outlook|Đã gửi từ|Được gửi từ|Gửi từ|Get Outlook for)\b.{0,60}$", re.IGNORECASE
)
MOST_LINES_OF_ATTRIBUTION = 4


def own_words(text):
    """What this letter says itself. Where nothing would be left (it was passed on without a word) all of it is kept."""
    lines = tidied(text).split("\n")
    kept = _before_signature(_before_quote(lines))
    own = "\n".join(line for line in kept if not line.lstrip().startswith(">")).strip()
    return own or "\n".join(line.lstrip("> ") for line in lines).strip()


def _before_quote(lines):
    for place, line in enumerate(lines):
        if (
            _DIVIDER.match(line)
            or _begins_attribution(lines, place)
            or _OUTLOOK.match("\n".join(lines[place : place + 2]))
        ):
            return lines[:place]
    return lines


def _begins_attribution(lines, place):
    """A program breaks the line that names date and writer wherever it likes."""
    if lines[place][:2] not in ("On", "Và", "Ng", "Lú", "Tr", "và", "ng", "lú"):
        return False
    heads = ("\n".join(lines[place : place + n]) for n in range(1, MOST_LINES_OF_ATTRIBUTION + 1))
    return any(shape.match(head) for head in heads for shape in _ATTRIBUTION)


def _before_signature(lines):
    if "--" in (stripped := [line.rstrip() for line in lines]):
        lines = lines[: stripped.index("--")]
    while lines and (not lines[-1].strip() or _PHONE.match(lines[-1].strip())):
        lines = lines[:-1]
    return lines
