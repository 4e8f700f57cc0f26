"""What reached people, exactly as it did: a test then says "one effect each", whatever the answers told the sender."""

from dataclasses import asdict, dataclass, field
from itertools import count


@dataclass(slots=True)
class Effect:
    id: int
    at: str  # milliseconds of the sandbox's clock
    platform: str
    kind: str  # consultation, template, broadcast, article …
    endpoint: str
    to: str  # id of the person; "everyone" for what is published
    text: str  # the words as they stood on the screen
    message_id: str = ""
    tracking_id: str = ""
    template_id: str = ""
    data: dict = field(default_factory=dict)


class Ledger:
    def __init__(self, clock):
        self._clock = clock
        self.effects = []
        self._numbers = count(1)

    def note(self, **effect):
        self.effects.append(Effect(id=next(self._numbers), at=self._clock.stamp(), **effect))

    def find(self, *, contains="", after=0, limit=0, **equal):
        """Oldest first. `equal` compares fields: to="chi", tracking_id="…"."""
        found = [
            effect
            for effect in self.effects
            if effect.id > after
            and contains in effect.text
            and all(getattr(effect, name) == value for name, value in equal.items())
        ]
        return found[-limit:] if limit else found

    def clear(self):
        self.effects.clear()


FIELDS = tuple(Effect.__slots__)


def shown(effect):
    return asdict(effect)
