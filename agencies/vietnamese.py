"""Vietnamese text without a database: one spelling (NFC), one order, one way to search, one way to mask a name."""

import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# The order of signs before digits before letters is the one of Unicode's collation (CLDR root), which ICU keeps.
_SIGNS = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789"
_PRIMARY = {letter: chr(0x20 + place) for place, letter in enumerate(_SIGNS + _LETTERS)}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # huyền hỏi ngã sắc nặng
_SHAPES = {"\u0302", "\u0306", "\u031b"}  # â ă ơ: they make another letter, not a tone
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_BREAKS = {"Cc", "Zl", "Zp"}
_NEXT_LEVEL, _NEXT_WORD = "\n", "\t"


def nfc(text):
    """One code point a letter: phones and macOS send 'ề' as three."""
    return unicodedata.normalize("NFC", text)


def tidy(text):
    """NFC, no control or invisible characters, single spaces, nothing around."""
    text = nfc(text)
    if text.isprintable():  # nearly all texts: none of the signs below is printable
        return " ".join(text.split())
    seen = (char for char in text if char not in _INVISIBLE)
    return " ".join("".join(" " if unicodedata.category(char) in _BREAKS else char for char in seen).split())


def tidy_lines(text):
    """`tidy`, but line breaks stay: a note may have paragraphs."""
    return "\n".join(map(tidy, text.splitlines())).strip() if "\n" in text or "\r" in text else tidy(text)


def sort_key(text):
    """A key whose byte order is the order of ICU's `vi`: letters first, then tones, then small before capital."""
    primary, tones, capitals = "", "", ""
    for char in nfc(text):
        letter, tone = _split(char.lower())
        if letter is None:  # a mark that composes with nothing: it counts as a tone of the letter before
            tones = tones[:-1] + tone if tones else tones
            continue
        primary += _PRIMARY.get(letter, letter)
        tones += tone
        capitals += "1" if char != char.lower() else "0"
    return _NEXT_LEVEL.join([primary, tones.rstrip("0"), capitals.rstrip("0")])


def _split(char):
    """'ậ' -> ('â', '5'); a letter outside the Vietnamese alphabet loses its marks to the second place."""
    base, *marks = unicodedata.normalize("NFD", char)
    if base in _TONES or unicodedata.combining(base):
        return None, _TONES.get(base, "6")
    for mark in [mark for mark in marks if mark in _SHAPES]:
        shaped = unicodedata.normalize("NFC", base + mark)
        if shaped in _PRIMARY:
            base, marks = shaped, [other for other in marks if other != mark]
    return base, _TONES.get(marks[0], "6") if marks else "0"


def person_sort_key(name):
    """Vietnamese lists order people by given name (the last word), then family name, then what stands between."""
    *others, given = tidy(name).split(" ")
    return _NEXT_WORD.join([sort_key(given), sort_key(" ".join(others[:1])), sort_key(" ".join(others[1:]))])


def search_key(text):
    """Small letters without tones, 'đ' as 'd', single spaces: what people type who type no tones."""
    decomposed = unicodedata.normalize("NFD", tidy(text).lower().replace("đ", "d"))
    return tidy("".join(char for char in decomposed if not unicodedata.combining(char)))


def mask_name(name):
    """'Nguyễn Văn An' -> 'Nguyễn V** A*'. A single word is a given name and is masked too."""
    words = tidy(name).split(" ")
    shown, hidden = (words[:1], words[1:]) if len(words) > 1 else ([], words)
    return " ".join(shown + [word[:1] + "*" * max(len(word) - 1, 1) for word in hidden if word])
