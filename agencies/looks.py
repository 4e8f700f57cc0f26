"""The log of looks in words: the ground knows no dossier, so each app says what its things and ways are called.

In an app's `AppConfig.ready`: `looks.thing("dossier", names=…)` for rows about "dossier:17", and
`looks.way("print", …)` for rows that say "print 06". What nobody put into words is shown as it stands in the log.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

_things, _ways = {}, {}


@dataclass(frozen=True)
class Thing:
    names: Callable
    find: Callable


@dataclass(frozen=True)
class Way:
    key: str
    name: str
    words: Callable | None

    def q(self):
        """The rows of the log that say it."""
        return Q(what__startswith=f"{self.key} ") if self.words else Q(what=self.key)


def thing(kind, *, names, find=lambda text, reader: []):
    """Say what things are called.

    Args:
        kind: what stands before the colon.
        names: (keys, reader) -> {key: words}, in one query at the most; only what this reader may know of each.
        find: (text, reader) -> keys of the things this reader means by the text.
    """
    _things[kind] = Thing(names, find)


def way(key, name, words=None):
    """Say what a way of looking is called; `words(details)` where details follow the key in the log ("print 06")."""
    _ways[key] = Way(key, name, words)


def ways():
    return list(_ways.values())


def how(what):
    """'print 06' -> 'Form 06 printed'"""
    if what in _ways:
        return _ways[what].name
    key, _space, details = what.partition(" ")
    told = _ways.get(key)
    return told.words(details) if told and told.words else what


def names_of(abouts, reader):
    """{"dossier:17": its name for this reader}: one call for each kind of thing, however many rows."""
    keys = {}
    for about in abouts:
        kind, _colon, key = about.partition(":")
        keys.setdefault(kind, set()).add(key)
    return {
        f"{kind}:{key}" if key else kind: words
        for kind, wanted in keys.items() if kind in _things
        for key, words in _things[kind].names(wanted, reader).items()
    }  # fmt: skip


def find(text, reader):
    """What may be meant by the text, as the log names it."""
    return [f"{kind}:{key}" for kind, told in _things.items() for key in told.find(text, reader)]
