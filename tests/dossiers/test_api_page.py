"""docs/api.md is read by the people of another system: what it says of a move is what the move takes."""

import re
from pathlib import Path

from dossiers.api.acts import DECLINE, VERBS
from dossiers.workflow import OFFICIAL_CODES, Status

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()


def table():
    """{(from, to): (needs, may have)} by official numbers; None where the page leaves one open."""
    rows = PAGE.split("| to | needs | may have |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    cells = [row.split("|")[1:-1] for row in rows]
    return {move: tuple(map(named, (needs, may))) for to, needs, may in cells for move in moves(to)}


def moves(text):
    to, _from, origin = text.removeprefix(" a step;").partition(" from ")
    return [(one, other) for one in numbers(origin) for other in numbers(to)]


def numbers(text):
    return [int(number) for number in re.findall(r"\d+", text)] or [None]


def named(cell):
    return set(re.findall(r"`(\w+)`", cell))


def official(move):
    return tuple(map(OFFICIAL_CODES.get, move if isinstance(move, tuple) else (None, move)))


def test_the_page_tells_of_every_move_what_it_needs_and_may_have():
    taken = {official(move): (set(needs), set(may)) for move, (_verb, needs, may) in VERBS.items()}
    declined = (OFFICIAL_CODES[Status.WITHDRAWAL_REQUESTED], None)
    assert table() == {**taken, declined: tuple(map(set, DECLINE[1:]))}
