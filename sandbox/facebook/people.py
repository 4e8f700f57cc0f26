"""A citizen as the Page knows them: a number of its own, a clock of their last word, a conversation."""

import hashlib
from dataclasses import dataclass, field

from sandbox.people import Person

HOUR = 3600
OPEN, FOR_PEOPLE = 24 * HOUR, 7 * 24 * HOUR
CHANGEABLE = {"blocked", "unavailable", "last_word"}


@dataclass(eq=False)
class Message:
    id: str
    by: str  # "person" or "page"
    at: float
    text: str = ""
    photo: str = ""
    metadata: str = ""
    choices: list = field(default_factory=list)
    seen: bool = False


@dataclass(eq=False)
class Fan:
    person: Person
    psid: str
    last_word: float | None = None
    blocked: bool = False  # 551
    unavailable: bool = False  # 10/2018108
    chat: list = field(default_factory=list)

    def window(self, now):
        """ "open", "people" (a human being may answer) or "closed"."""
        silent = None if self.last_word is None else now - self.last_word
        if silent is None or silent > FOR_PEOPLE:
            return "closed"
        return "open" if silent <= OPEN else "people"


class Fans:
    def __init__(self, people, page_id):
        self._people, self._page_id, self._fans = people, page_id, {}

    def of(self, person):
        if person.id not in self._fans:
            digits = int(hashlib.sha256(f"{self._page_id} {person.id}".encode()).hexdigest()[:12], 16)
            self._fans[person.id] = Fan(person, f"73{digits:015d}"[:17])
        return self._fans[person.id]

    def with_psid(self, psid):
        return next((fan for fan in self.all() if fan.psid == str(psid)), None)

    def all(self):
        return [self.of(person) for person in self._people]
