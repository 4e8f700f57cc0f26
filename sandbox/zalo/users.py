"""A citizen as the Official Account knows them: an id of its own, a relation, a clock of interactions, a chat."""

import hashlib
from dataclasses import dataclass, field

from sandbox.people import Person

HOUR = 3600
FREE_FOR, ANSWERED_FOR = 48 * HOUR, 7 * 24 * HOUR


@dataclass(eq=False)
class Message:
    """A bubble on the phone."""

    id: str
    by: str  # "user" or "oa"
    at: int  # milliseconds
    kind: str  # text, image, gif, sticker, file, location, list, ask, template, article …
    text: str = ""
    url: str = ""
    buttons: list = field(default_factory=list)
    blocks: list = field(default_factory=list)  # of a template: what stands on the screen
    preview: str = ""  # what a locked screen shows
    template_id: str = ""
    tracking_id: str = ""
    by_phone: bool = False
    silent: bool = False  # at night the phone stays dark
    hidden: bool = False  # the person pressed a button whose words do not show
    received_at: int | None = None
    seen_at: int | None = None
    details: dict = field(default_factory=dict)

    @property
    def words(self):
        """Every word of it as it stands on the screen."""
        lines = [self.text]
        for block in self.blocks:
            lines += [block.get("text", "")] + [f"{row['title']}: {row['value']}" for row in block.get("rows", [])]
        return "\n".join(line for line in lines if line)


@dataclass(eq=False)
class User:
    person: Person
    uid: str
    by_app: str
    follower: bool = False
    last_interaction: float | None = None
    # what the person has chosen or is
    has_zalo: bool = True
    blocked: bool = False  # the OA as a whole
    restricted: set = field(default_factory=set)  # of "consultation", "template", "promotion"
    inactive: bool = False  # banned, or offline for more than 45 days
    old_version: bool = False
    admin: bool = False  # of the app: gets templates in development mode
    phone_off: bool = False  # messages wait until it is on again
    gender: int = 0  # 1 man, 2 woman
    age_bucket: int = 3
    location: int = 2  # 0 North, 1 Central, 2 South
    city: int = 0
    system: int = 2  # 1 iOS, 2 Android, 3 Windows
    alias: str = ""
    tags: list = field(default_factory=list)
    shared: dict = field(default_factory=dict)
    promotions: dict = field(default_factory=dict)  # day -> how many
    chat: list = field(default_factory=list)
    waiting: list = field(default_factory=list)  # for the phone to be switched on: (message, what the ledger will say)

    def interacts(self, at):
        self.last_interaction = at


CHANGEABLE = {
    "has_zalo", "blocked", "restricted", "inactive", "old_version", "admin", "phone_off", "gender", "age_bucket",
    "location", "city", "system", "last_interaction",
}  # fmt: skip


class Users:
    """One for each of the people, made when first asked for."""

    def __init__(self, people, settings):
        self.people, self.settings = people, settings
        self._by_person, self._by_uid = {}, {}

    def of(self, person):
        user = self._by_person.get(person.id)
        if user is None:
            user = User(person, uid=number(self.settings.oa_id, person.id), by_app=number("app", person.id))
            self._by_person[person.id] = self._by_uid[user.uid] = user
        return user

    def all(self):
        return [self.of(person) for person in self.people]

    def with_uid(self, uid):
        if not isinstance(uid, str):
            return None
        if uid not in self._by_uid:
            self.all()
        return self._by_uid.get(uid)

    def with_phone(self, phone):
        """None when the number has no Zalo account."""
        person = self.people.with_phone(phone)
        if person is None and self.settings.unknown_phones == "create":
            person = self.people.add(name=f"Công dân {phone[-4:]}", phone=phone)
        user = self.of(person) if person else None
        return user if user and user.has_zalo else None


def number(*words):
    """19 digits, always the same for the same words: ids of Zalo exceed what JavaScript can count to."""
    digest = hashlib.sha256("/".join(words).encode()).digest()
    return str(10**18 + int.from_bytes(digest[:8], "big") % (8 * 10**18))
