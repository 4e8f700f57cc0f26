"""What every channel keeps: one class with few verbs, and errors that end as again, never or unknown.

To add a channel, copy a folder, write its class against this page and name it in settings.CHANNELS.
"""

import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.http import Http404
from django.utils.module_loading import import_string

from portal.channels.states import State


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a channel sees of a delivery. `key` and `reference` stay the same over every attempt."""

    key: str
    reference: str  # 32 hex digits: a Message-ID or a tracking id
    account: str
    kind: str
    lane: str
    purpose: str  # what the person agreed to get; empty for a service message
    language: str
    address: str
    subject: str
    text: str
    params: Mapping
    about: str
    attempt: int  # 1, 2, …
    claimed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The channel has it. `state` is sent, delivered or failed."""

    external_id: str = ""
    state: str = State.SENT


@dataclass(frozen=True)
class NotSent:
    """Answer of reconcile(): the channel surely does not have it, so it may be sent again."""

    words: str = ""


UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def writable(value):
    """Text as a database takes it and UTF-8 says it: of half a character, and of NUL, only the place is kept."""
    if isinstance(value, str):
        return UNWRITABLE.sub("\ufffd", value)
    if isinstance(value, tuple):
        return tuple(map(writable, value))
    if isinstance(value, Mapping):
        return {key: writable(one) for key, one in value.items()}
    return value


class _Writable:
    """What strangers sent, whatever the channel: never more than can be stored, shown and sent."""

    def __post_init__(self):
        for field in fields(self):
            object.__setattr__(self, field.name, writable(getattr(self, field.name)))


@dataclass(frozen=True, kw_only=True)
class Arrival(_Writable):
    """What a webhook brought, as it is stored before anybody reads it. The same `mark` twice is one arrival."""

    mark: str
    event: str
    body: str
    occurred_at: datetime


# Not said to us, so nobody gets an answer: `thread` was changed, or taken away; our own account said it (for
# reconciliation only); the platform warns us; a machine said it by itself; who said it may not be who they say.
OVERHEARD = {"edited", "removed", "echo", "policy", "automatic", "doubtful"}
# Beside the addresses, contacts may carry the channel's number of the message that is answered.
IN_REPLY_TO = "in_reply_to"


@dataclass(frozen=True, kw_only=True)
class Incoming(_Writable):
    """A stored arrival in words that every channel shares.

    Attributes:
        kind: text, photo, location, contact, follow, unfollow, withdrawal, rating, other; or receipt; or one of
            OVERHEARD. A channel never says "flood" (too much at once of one sender, not looked into) or "unread" (its
            tries are used up).
        sender: the person's address on this channel; empty where nobody in particular speaks, or nobody says who.
        name: how the sender calls themselves there (personal).
        subject: what it is about, where the channel has a line for that.
        text: what was said, or chosen; of "policy" what the platform warns us of.
        public: it was said where everybody reads it.
        thread: the channel's own number of what was said, by which a later edit or removal finds it; empty in a chat.
        parent: the number of what it was said under: a post, or somebody's comment.
        answer_to: contacts for outbox.queue that reach the place where it was said; None: `contacts_of(sender)`.
        private_to: contacts for one word in private to who said it in public; None where there is no such way.
        ref: the word of the link or code by which they came to us: theirs to choose, so nothing is believed of it.
        photos: addresses of pictures, only to be fetched through the adapter.
        place: (latitude, longitude).
        attached: (what, name, address) of each further thing; what: file, voice, video, sticker, animation, link, card.
        contact: what the person handed over on our asking: {"phone": …, "name": …}.
        rating: {"stars": 1–5, "note": …}.
        receipt: (state, external ids, reference) of one of our own messages.
    """

    kind: str
    at: datetime
    sender: str = ""
    name: str = ""
    subject: str = ""
    text: str = ""
    public: bool = False
    thread: str = ""
    parent: str = ""
    answer_to: Mapping | None = None
    private_to: Mapping | None = None
    ref: str = ""
    photos: tuple = ()
    place: tuple | None = None
    attached: tuple = ()
    contact: Mapping | None = None
    rating: Mapping | None = None
    receipt: tuple | None = None


class NotFromThem(Exception):
    """A webhook's body does not carry the channel's signature, or one that is too old: it is not stored."""


class NothingToStore(Exception):
    """The channel only wants to see whether somebody answers."""


class SendError(Exception):
    """How a send can end other than with a receipt. The words are shown to staff; they carry no address."""


class TryAgain(SendError):
    """Surely not sent, and worth another try: after `wait` (timedelta), at `at`, or when our own schedule says."""

    def __init__(self, words="", *, wait=None, at=None):
        super().__init__(words)
        self.wait, self.at = wait, at


class Throttled(SendError):
    """The whole account has to rest until then."""

    def __init__(self, words="", *, until):
        super().__init__(words)
        self.until = until


class Never(SendError):
    """This message will not go this way."""


class RecipientUnreachable(Never):
    """Nobody there, or the person blocked us: the next channel of the ladder is tried."""


class ContentRejected(Never):
    """The next channel is tried, and a person should mend the text."""


class AccountConfig(Never):
    """Our account does not work: its sends stop until a person has mended it. Nothing is lost meanwhile."""

    def __init__(self, words="", *, needs_consent=False):
        super().__init__(words)
        self.needs_consent = needs_consent


class Unknown(SendError):
    """It may have been sent: read the channel before anything is sent again."""


class Adapter(ABC):
    """One channel. Subclasses live in a folder of their own and are named in settings.CHANNELS."""

    name = ""
    label = ""  # how people call it
    address_kind = ""  # the entry of `contacts` it takes: "email", "phone" …
    resend_is_safe = False  # may a doubtful send be repeated (once)?
    confirms_delivery = False  # does the channel tell later that a message arrived?
    receipt_timeout = timedelta(minutes=15)  # how long that proof may take before the next channel is tried
    tells_arrival = False  # can it be asked for that proof, when none came (`arrived`)?
    rate = None  # messages a second of a new account; None is "no limit"
    burst = 1
    converses = True  # does what is written here come word by word, so that one may ask back? A letter does not
    abroad = False  # do its servers lie outside the country? Nothing of a dossier is said there, not even when asked
    grant = ""  # the name of the OAuth grant it works with (grants.py); several channels may share one
    has_consent_page = (
        True  # is it given on a page of the platform (`consent_address`), or does the token come by hand?
    )
    largest_event = 256 * 1024  # bytes of one webhook
    page_title = ""  # what the link says to the channel's page in the back-office, if it has one (see `page`)

    def is_ready(self):
        """Is it configured, so that a message could leave?"""
        return True

    def carries(self, kind):
        """Can this channel say such a message at all? One without an approved text for it is passed over."""
        return True

    def receipt_timeout_of(self, kind):
        """The same for one kind of message."""
        return self.receipt_timeout

    def problems(self):
        """[(what is wrong, how to mend it)] in this channel's settings: told by `manage.py check` and at a start."""
        return []

    def address_from(self, contacts):
        """This channel's address out of {"email": …, "phone": …}, normalised; None when there is no usable one."""
        return contacts.get(self.address_kind) or None

    def contacts_of(self, address):
        """The other way round: what `outbox.queue` wants for an address that wrote to us here."""
        return {self.address_kind: address}

    @abstractmethod
    def send(self, letter):
        """Hand the letter over, once. Returns a Receipt or raises a SendError; anything else counts as Unknown."""

    def page(self, request, *, context):
        """A page of the channel's own, for staff who may read messages. `context` is the back-office's own."""
        raise Http404

    def consent_address(self, *, redirect_uri, state, verifier):
        """Where an administrator of our account consents, for a channel with a grant."""
        raise Http404

    def new_verifier(self):
        """The secret that binds a consent to whoever began it."""
        return secrets.token_urlsafe(32)

    def redeem(self, query, *, verifier):
        """What came back from the consent, as grants.Pair. Raises grants.Rejected or SendError."""
        raise Http404

    def join_sandbox(self, *, people):
        """For the demo: let the sandbox of settings.SANDBOX_URL play the platform; `people` are (name, phone)."""
        return None

    def facts(self):
        """[(name, value)] of our account at the channel, asked for now. Raises SendError."""
        return []

    def explain(self, words):
        """What an error of our account means, and who can mend it; empty where its words say all there is."""
        return ""

    def renew(self, *, at):
        """Ahead of time, what would end otherwise: a token. Called every few minutes."""
        return None

    def handshake(self, query):
        """What a platform wants to hear that asks whether this is our door; None for one that never asks.

        Raises NotFromThem.
        """
        return None

    def asked_to_erase(self, form, *, at):
        """The platform's own number of a person, out of its signed word that our data of them be erased.

        Raises NotFromThem; 404 for a channel whose platform has no such word.
        """
        raise Http404

    def collect(self, *, at):
        """Arrivals that wait somewhere until somebody comes for them, one by one; called every minute.

        A generator: when the next one is asked for, the one before stands in the database, and may be marked there as
        taken. Raises SendError.
        """
        yield from ()

    def open(self, body, headers, *, at):
        """The Arrivals in the body of a webhook. Raises NotFromThem or NothingToStore; 404 for a channel without."""
        raise Http404

    def read(self, event, body):
        """An Arrival's body as Incoming."""
        raise Never("this channel brings nothing")

    def fetch(self, address):
        """The bytes of a picture that somebody sent, at most a few MB. Raises TryAgain or Never."""
        raise Never("this channel brings no pictures")

    def arrived(self, external_id):
        """Has the message of this number reached the person? For who `tells_arrival`. Raises SendError."""
        return False

    def reconcile(self, letter):
        """After a doubtful send: a Receipt if the channel has it, NotSent() if surely not, None if nobody can tell."""
        return None


def adapter_for(channel):
    """The adapter of this name. Raises KeyError when settings.CHANNELS does not know it."""
    return _load(channel, settings.CHANNELS[channel])


def ladder():
    """Every adapter that is ready, best channel first."""
    return [adapter for adapter in map(adapter_for, settings.CHANNEL_LADDER) if adapter.is_ready()]


def adapters():
    """Every adapter there is, ready or not."""
    return [adapter_for(name) for name in settings.CHANNELS]


def adapters_beside(channel):
    """The others that work with the same grant: further ways to the same app on a phone."""
    grant = adapter_for(channel).grant
    return [adapter for adapter in adapters() if grant and adapter.grant == grant and adapter.name != channel]


@lru_cache
def _load(channel, dotted_name):
    adapter = import_string(dotted_name)()
    adapter.name = channel
    adapter.label = adapter.label or channel
    return adapter
