"""Dossier numbers (mã hồ sơ): how they are made, and how a number typed by a person is recognised.

Two forms are alive: that of 2018 (Circular 01/2018/TT-VPCP, Art. 19), `000.00.12.H62-201105-0004`, and today's
(Decision 20/2020/QĐ-TTg), `H62.12-201105-0004`. They name the same agency, once from the bottom up, once from the top
down; both meet in one key, so that either finds the dossier. The number can be guessed: it is never a secret.
"""

import re
import string
import unicodedata
from collections import Counter
from datetime import date
from functools import lru_cache
from itertools import count

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣-"), "-")
_OF_2018 = re.compile(r"^(\d{3})\.(\d{2})\.(\d{2})\.([A-Z]\d{2})$")
_SHAPE = re.compile(r"^([A-Z0-9.]+)-(\d{6})-(\d{3,8})$")
_CODES = re.compile(r"^(?:[A-Z]\d{2}|\d{2,8})(?:\.\d+)*")
_DIGIT = "[0-9OIL]"  # what a hand writes and an eye reads for a digit
_DOT = r"(?:\s?[.,]\s?|\s)"
_QUOTES = dict.fromkeys(map(ord, "\"'`´‘’‚“”„‹›«»"))
# Both official shapes as people type them, after a label. The day is what stands right before the serial, so that one
# of the two dashes may be missing; with none left nobody could say where a day begins.
_TYPED = re.compile(
    rf"^(?:\D*?\W)??(?P<below>(?:{_DIGIT}{{3}}{_DOT}(?:{_DIGIT}{{2}}{_DOT}){{2}})?)"
    rf"(?P<letter>[A-Z])(?P<rest>{_DIGIT}{{2}}(?:{_DOT}{_DIGIT}{{2,3}})*?)"
    rf"(?:[\s.,-]*(?P<day>{_DIGIT}{{6}})[\s.,-]+|\s?-\s?(?P<joined>{_DIGIT}{{6}}))(?P<serial>{_DIGIT}{{3,8}})\W*$"
)
# The same in the middle of what else is said.
_WITHIN = re.compile(
    rf"(?<![A-Z0-9.])(?:{_DIGIT}{{3}}{_DOT}(?:{_DIGIT}{{2}}{_DOT}){{2}})?[A-Z]{_DIGIT}{{2}}(?:{_DOT}{_DIGIT}{{2,3}})*?"
    rf"(?:[\s.,-]*{_DIGIT}{{6}}[\s.,-]+|\s?-\s?{_DIGIT}{{6}}){_DIGIT}{{3,8}}(?![A-Z0-9])"
)
_MISREAD = str.maketrans("OIL", "011")
_LITERAL = re.compile(r"[0-9A-Za-z._/-]*")  # what a receipt's QR can carry (docs/receipts.md)
_MARK = "#"  # stands in no number
_TOKENS = {"unit", "unit_2018", "yymmdd", "yyyymmdd", "yyyy", "serial"}


def number_key(text):
    """The one key of a number however it is written: spaces, long dashes, lower case, wide letters, old form.

    Text that has no number's shape comes back merely tidied; it will find nothing.
    """
    tidy = unicodedata.normalize("NFKC", text or "").translate(_DASHES).upper()
    tidy = re.sub(r"[\s_/]+", "", tidy).strip(".-")[:60]
    shape = _SHAPE.match(tidy)
    if not shape:
        return tidy
    agency, day, serial = shape.groups()
    return f"{_top_down(agency)}-{day}-{serial}"


def codes_in(key):
    """What may be a unit's code at the beginning of a number's key, the longest first: "H20.30.7", "H20.30", "H20"."""
    beginning = _CODES.match(key)
    if not beginning:
        return []
    parts = beginning[0].strip(".").split(".")
    return [".".join(parts[:size]) for size in range(len(parts), 0, -1)]


def typed_key(text):
    """The key of the number a person meant: copied with its label, dictated, with a dash too few or an O for a 0.

    Only for looking up. Numbers are stored under `number_key`, which never guesses: a number of another shape may look
    like ours with a slip in it. Text that has neither official shape gets its `number_key`.
    """
    tidy = unicodedata.normalize("NFKC", text or "").translate(_DASHES).translate(_QUOTES).upper()
    typed = _TYPED.search(" ".join(tidy.replace("_", " ").split())[:200])
    if not typed:
        return number_key(text)
    below, _letter, rest, day, joined, serial = (part and part.translate(_MISREAD) for part in typed.groups())
    agency = re.sub(_DOT, ".", f"{below}{typed['letter']}{rest}")
    return number_key(f"{agency}-{day or joined}-{serial}")


def looks_like_number(text):
    """Whether a person may have meant a dossier's number by all of this text."""
    return bool(_SHAPE.match(typed_key(text)))


def number_within(text):
    """(number, what else is said) of the first number in a text, as it was typed; None where there is none."""
    tidy = unicodedata.normalize("NFKC", text or "").translate(_DASHES).upper()
    found = _WITHIN.search(tidy)
    if not found or not looks_like_number(found[0]):
        return None
    return found[0], f"{tidy[: found.start()]} {tidy[found.end() :]}"


def _top_down(agency):
    old = _OF_2018.match(agency)
    if not old:
        return agency
    groups = [old[4], old[3], old[2], old[1]]
    while set(groups[-1]) == {"0"}:
        groups.pop()
    return ".".join(groups)


def form_of_2018(code):
    """`H62.12` as Circular 01/2018 writes it: `000.00.12.H62`."""
    province, *below = code.split(".")
    second, third, fourth = (*below, "00", "00", "000")[:3] if len(below) < 3 else below[:3]
    return f"{fourth:0>3}.{third:0>2}.{second:0>2}.{province}"


class BadPattern(ValueError):
    """The setting DOSSIER_NUMBER cannot make unique numbers; the message says why."""


def check_pattern(pattern):
    """Raise BadPattern unless the pattern names an agency, a day or year, and a serial."""
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError as error:
        raise BadPattern(str(error)) from error
    names = {name for _, name, _, _ in parts if name is not None}
    if not all(_LITERAL.fullmatch(literal) for literal, *_ in parts):
        raise BadPattern("between the tokens only letters without marks, digits and . _ / - may stand")
    if names - _TOKENS:
        raise BadPattern(f"unknown: {', '.join(sorted(names - _TOKENS))}")
    if "serial" not in names or not names & {"unit", "unit_2018"} or not names & {"yymmdd", "yyyymmdd", "yyyy"}:
        raise BadPattern("needs {unit} or {unit_2018}, a day or year, and {serial:4}")


class NumberSeries(models.Model):
    """The counter of one agency and one day (or year). A number that was taken is never given again: an act that fails
    afterwards leaves a gap, which is allowed and harmless (docs/decisions/0009)."""

    prefix = models.CharField(_("series"), max_length=60, unique=True)
    last = models.PositiveIntegerField(_("last serial given"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")

    def __str__(self):
        return f"{self.prefix} … {self.last}"

    @classmethod
    def reserve(cls, wanted, *, pattern):
        """A number for each (agency's code, day) that is wanted, in this order. One statement, however many."""
        width, _literal = _serial_width(pattern)
        series = [_series(pattern, code, date(day.year, day.month, day.day)) for code, day in wanted]
        sizes = Counter(series)
        serials = {prefix: count(last - sizes[prefix] + 1) for prefix, last in cls._move_on(sizes)}
        return [prefix.replace(_MARK, f"{next(serials[prefix]):0{width}}") for prefix in series]

    @classmethod
    def _move_on(cls, sizes):
        """Count each series on by so many; [(prefix, last)]. In order, so that two who want many never deadlock."""
        prefixes = sorted(sizes)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO dossiers_numberseries (prefix, last) SELECT * FROM unnest(%s::text[], %s::int[]) "
                "ON CONFLICT (prefix) DO UPDATE SET last = dossiers_numberseries.last + EXCLUDED.last "
                "RETURNING prefix, last",
                [prefixes, [sizes[prefix] for prefix in prefixes]],
            )
            return cursor.fetchall()


@lru_cache(maxsize=65_536)
def _series(pattern, unit_code, day):
    """The number of this agency on this day with a mark where the serial goes."""
    _width, literal = _serial_width(pattern)
    return literal.format(
        unit=unit_code, unit_2018=form_of_2018(unit_code), yymmdd=f"{day:%y%m%d}", yyyymmdd=f"{day:%Y%m%d}",
        yyyy=f"{day:%Y}",
    )  # fmt: skip


def _serial_width(pattern):
    """The serial's width, and the pattern with a mark in its place."""
    found = re.search(r"\{serial(?::0?(\d+))?\}", pattern)
    return int(found[1] or 1), pattern.replace(found[0], _MARK)
