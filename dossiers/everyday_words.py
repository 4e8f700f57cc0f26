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
    """Ways to take the question, the strictest first; each is a list of readings, each of them a list of patterns.

    A procedure fits an attempt if it has every pattern (PostgreSQL's regular expressions) of one reading. Whole words
    come before beginnings of words, and all words before those that carry the meaning. `y` is as good as `i`, a code is
    found without its dots.
    """
    readings = _readings(text)
    short = [[word for word in words if word not in _FILLERS] or words for words in readings]
    return [
        [[pattern(word) for word in words] for words in some]
        for some in (readings, short)
        for pattern in (_whole, _beginning)
    ]


def scattered(text):
    """(patterns, how many of them must be met): the last attempt, when no procedure has all that was asked for."""
    words = [word for word in _words(text) if word not in _FILLERS]
    return [_whole(word) for word in words], max(2, -(-len(words) // 2))


def phrase(text):
    """Patterns of the words one after another, as typed and in official words."""
    return [r"[\W_]+".join(_whole(word) for word in words) for words in _readings(text)]


def _readings(text):
    """The words as typed, and with official names for everyday ones ("sổ đỏ", "CCCD", "birth"), if there are any."""
    words = _words(text)
    official = _names_pattern().sub(lambda found: _official_names()[_folded(found[0])], " ".join(words))
    readings = [words, official.split()[:MOST_WORDS]]
    return readings if readings[0] != readings[1] else readings[:1]


def _words(text):
    # Ð is a letter of Iceland that looks like ours and comes from old keyboards.
    return _WORD.findall(search_key(text.replace("Ð", "Đ").replace("ð", "đ")))[:MOST_WORDS]


@cache
def _official_names():
    names = json.loads(_NAMES.read_text(encoding="utf-8"))
    return {_folded(search_key(name)): search_key(official) for name, official in names.items()}


@cache
def _names_pattern():
    names = sorted(_official_names(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(_either(name) for name in names)})\b")


def _folded(words):
    return words.replace("y", "i")


def _either(words):
    return re.sub("[iy]", "[iy]", words)


def _whole(word):
    return rf"{_beginning(word)}\M"


def _beginning(word):
    if word[0].isdigit():
        return r"\m" + r"\.?".join(digit for digit in word if digit != ".")
    return r"\m" + _either(word)
