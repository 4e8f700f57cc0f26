"""What people type when they look for a procedure, as patterns for its stored search key."""

import json
import re
from functools import cache
from pathlib import Path

from agencies.vietnamese import search_key

_NAMES = Path(__file__).parent / "data" / "everyday_names.json"
_WORD = re.compile(r"\d[\d.]*\d|[^\W_]+")
MOST_WORDS = 12
# Words that say what people want done with it, not what it is: asked for only as long as something fits them too.
_FILLERS = {
    "can",
    "cap",
    "cho",
    "dang",
    "di",
    "giay",
    "ho",
    "ki",
    "ky",
    "lam",
    "lay",
    "muon",
    "nop",
    "o",
    "so",
    "thi",
    "thu",
    "to",
    "toi",
    "tuc",
    "ve",
    "viec",
    "xin",
}


def attempts(text):
    """Lists of patterns (PostgreSQL's regular expressions), each to be met in full; the strictest list first.

    Whole words before beginnings of words, and all words before those that carry the meaning. `y` is as good as `i`, a
    code is found without its dots, an everyday name ("sổ đỏ", "CCCD", "birth") stands for the official one.
    """
    words = _words(text)
    meaning = [word for word in words if word not in _FILLERS] or words
    return [[pattern(word) for word in some] for some in (words, meaning) for pattern in (_whole, _beginning)]


def _words(text):
    # Ð is a letter of Iceland that looks like ours and comes from old keyboards.
    plain = " ".join(_WORD.findall(search_key(text.replace("Ð", "Đ").replace("ð", "đ"))))
    for name, official in _official_names():
        plain = re.sub(rf"\b{name}\b", official, plain)
    return plain.split()[:MOST_WORDS]


@cache
def _official_names():
    names = json.loads(_NAMES.read_text(encoding="utf-8"))
    return sorted(((search_key(n), search_key(o)) for n, o in names.items()), key=lambda pair: -len(pair[0]))


def _whole(word):
    return rf"{_beginning(word)}\M"


def _beginning(word):
    if word[0].isdigit():
        return r"\m" + r"\.?".join(digit for digit in word if digit != ".")
    return r"\m" + re.sub("[iy]", "[iy]", word)
