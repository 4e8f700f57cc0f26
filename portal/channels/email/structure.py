"""What a letter consists of, as IMAP tells it before anything is fetched (BODYSTRUCTURE, RFC 3501, 7.4.2)."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

MOST_PARTS = 60
DEEPEST = 30
_TOKEN = re.compile(rb'\(|\)|"((?:[^"\\]|\\.)*)"|\{\d+\}\r?\n?|[^\s()"]+')


@dataclass
class Part:
    """One part: `number` is IMAP's ("1.2"), `kind` "text/plain", `size` in bytes as it travels."""

    number: str
    kind: str
    charset: str = ""
    encoding: str = "7bit"
    size: int = 0
    name: str = ""
    apart: bool = False  # sent as an attachment, not to be read with the rest
    report: str = ""  # of a multipart/report: on what
    parts: list = field(default_factory=list)

    def walk(self):
        """This part and all under it, in order."""
        yield self
        for part in self.parts:
            yield from part.walk()


def structure_in(answer):
    """The outermost Part in a server's answer. Raises ValueError when it is none, or nested beyond reason."""
    read = _read(pieces_of(answer))
    for line in read:
        for place, word in enumerate(line[:-1] if isinstance(line, list) else []):
            if isinstance(word, bytes) and word.upper() == b"BODYSTRUCTURE" and isinstance(line[place + 1], list):
                return _part(line[place + 1], "", [0])
    raise ValueError("no structure")


def pieces_of(answer, *, literals=True):
    """The answer of imaplib in pieces: literals as (bytes,), which nothing in them can turn into a bracket."""
    for piece in answer or []:
        if isinstance(piece, tuple):
            yield piece[0]
            if literals:
                yield (piece[1],)
        elif piece:
            yield piece


def _read(pieces):
    """Brackets as lists, without recursion: strangers decide how deep they are."""
    stack = [[]]
    for piece in pieces:
        if isinstance(piece, tuple):
            stack[-1].append(_Text(piece[0]))
            continue
        for token in _TOKEN.finditer(piece):
            _push(stack, token)
    return stack[0]


class _Text(bytes):
    """A string in quotation marks or a literal: never the word NIL."""


def _push(stack, token):
    word = token[0]
    if word == b"(":
        if len(stack) > DEEPEST * 3:
            raise ValueError("nested too deeply")
        stack[-1].append([])
        stack.append(stack[-1][-1])
    elif word == b")":
        if len(stack) > 1:
            stack.pop()
    elif word[:1] == b'"':
        stack[-1].append(_Text(re.sub(rb"\\(.)", rb"\1", token[1])))
    elif word[:1] != b"{":
        stack[-1].append(word)


def _part(words, number, seen):
    seen[0] += 1
    if words and isinstance(words[0], list):
        return _several(words, number, seen)
    if len(words) < 7:
        raise ValueError("a part without its fields")
    given = _pairs(words[2])
    disposition, more = _disposition(words[7:])
    name = more.get("filename") or more.get("filename*") or given.get("name") or given.get("name*") or ""
    return Part(
        number=number or "1", kind=f"{_word(words[0])}/{_word(words[1])}", charset=given.get("charset", ""),
        encoding=_word(words[5]), size=int(words[6]) if _word(words[6]).isdecimal() else 0, name=_plain(name),
        apart=disposition == "attachment",
    )  # fmt: skip


def _several(words, number, seen):
    inside = [word for word in words if isinstance(word, list)]
    count = next((place for place, word in enumerate(words) if not isinstance(word, list)), len(words))
    kind = _word(words[count]) if count < len(words) else "mixed"
    given = _pairs(words[count + 1]) if count + 1 < len(words) else {}
    whole = Part(number=number, kind=f"multipart/{kind}", report=given.get("report-type", "").lower())
    for place, one in enumerate(inside[:count], start=1):
        if seen[0] >= MOST_PARTS:
            break
        whole.parts.append(_part(one, f"{number}.{place}".lstrip("."), seen))
    return whole


def _disposition(fields):
    """Among the extensions the only list whose second entry is a list again, and whose first is a word."""
    for one in fields:
        if isinstance(one, list) and len(one) == 2 and _word(one[0]) in ("attachment", "inline"):
            return _word(one[0]), _pairs(one[1])
    return "", {}


def _pairs(words):
    if not isinstance(words, list):
        return {}
    flat = [word for word in words if isinstance(word, bytes)]
    return {_word(name): value.decode("utf-8", "replace") for name, value in zip(flat[::2], flat[1::2], strict=False)}


def _word(word):
    return word.decode("ascii", "replace").lower() if isinstance(word, bytes) else ""


def _plain(name):
    """RFC 2231: utf-8''%C4%91%C6%B0%E1%BB%9Dng.jpg."""
    found = re.fullmatch(r"[\w-]*'[\w-]*'(.*)", name, re.DOTALL)
    name = unquote_to_bytes(found[1]).decode("utf-8", "replace") if found else name
    return name[:200]
