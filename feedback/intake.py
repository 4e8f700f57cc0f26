"""How a report begins, whichever door it comes through: one draft, one set of rules, one row however often sent."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.models import Unit
from agencies.sealed import blind_index
from agencies.vietnamese import search_key, tidy, tidy_lines
from feedback import events, routing
from feedback.answers import checked_answers
from feedback.categories import PhotoRule
from feedback.codes import new_code
from feedback.following import address_mark
from feedback.masking import masked
from feedback.moderation import Ban
from feedback.reporter import Reporter
from feedback.workflow import Incomplete, Kind, Verb

LONGEST_TEXT, LONGEST_EXTRA, MOST_PICTURES = 4_000, 10_000, 10
AGAIN_WITHIN = timedelta(minutes=10)
# Doors where a conversation may still bring the photo, or a person decides without one.
PHOTO_MAY_FOLLOW = {"counter", "phone"}


class SentBefore(Exception):
    """The very same came in a moment ago: its report is in `.report`. Nothing was written."""

    def __init__(self, report):
        self.report = report
        super().__init__(report.code)


@dataclass
class Draft:
    """What somebody wants to report, as their door understood it.

    Attributes:
        category: feedback.Category of the second level.
        text: in their own words, up to 4,000 signs.
        channel: the door ("web", "api", a channel's name, "counter", "phone").
        origin: what makes a second sending the same one: an Idempotency-Key, a message's id. "" if the door has none.
        place: (latitude, longitude) or None.
        contact: {"name", "phone", "email", "address", "id_number"}, each optional.
        pictures: keys of attachments that wait for it.
        picture_marks: what tells one picture from another, where its key does not: the same photo sent twice has two.
        has_pictures: pictures are there but lie elsewhere yet: they will be fetched.
        reply_to: contacts of the thread it was said in, for the post office.
        as_told: in free words on a channel, where nobody is asked for place, photo or answers before it is taken.
        said_by: the address of who said it, where many write in one place.
        answers: {question's code: value or list of values}.
    """

    category: object
    text: str
    channel: str
    kind: str = ""
    extra_text: str = ""
    origin: str = ""
    place: tuple | None = None
    ward: object = None
    address: str = ""
    contact: dict = field(default_factory=dict)
    public: bool = True
    language: str = "vi"
    answers: dict = field(default_factory=dict)
    pictures: tuple = ()
    picture_marks: tuple = ()
    has_pictures: bool = False
    reply_to: dict | None = None
    said_in_public: bool = False
    as_told: bool = False
    said_by: str = ""
    checked_answers: list = field(default_factory=list, init=False)

    def checked(self):
        """The draft, tidied. Raises Incomplete, which names each field that is missing or wrong."""
        self.text, self.extra_text = tidy_lines(self.text or ""), tidy_lines(self.extra_text or "")
        self.address = tidy(self.address or "")
        self.contact = {name: tidy(str(value)) for name, value in self.contact.items() if value and str(value).strip()}
        self.kind = self.kind or self.category.kind
        errors = {**self._wrong_text(), **self._wrong_place(), **self._wrong_contact()}
        if self._lacks_photo():
            errors["pictures"] = _("Please add a photo or a video: without one nobody can look at it.")
        if len(self.pictures) > MOST_PICTURES:
            errors["pictures"] = _("At most %(n)s photos or videos.") % {"n": MOST_PICTURES}
        if self.category.stopper:
            errors["category"] = self.category.stopper
        self.checked_answers, wrong = ([], {}) if self.as_told else checked_answers(self.category, self.answers)
        errors |= wrong
        if errors:
            raise Incomplete(errors)
        return self

    def _wrong_text(self):
        if not self.text:
            return {"text": _("Please say what it is about.")}
        if len(self.text) > LONGEST_TEXT:
            return {"text": _("At most %(n)s signs; this has %(has)s.") % {"n": LONGEST_TEXT, "has": len(self.text)}}
        if len(self.extra_text) > LONGEST_EXTRA:
            return {"extra_text": _("At most %(n)s signs; this has %(has)s.")
                    % {"n": LONGEST_EXTRA, "has": len(self.extra_text)}}  # fmt: skip
        return {}

    def _wrong_place(self):
        if self.place and not is_within(self.place):
            return {"place": _("This place lies outside %(authority)s.") % {"authority": settings.AUTHORITY_NAME}}
        if len(self.address) > 300:
            return {"address": _("At most %(n)s signs; this has %(has)s.") % {"n": 300, "has": len(self.address)}}
        if self.category.place and not self.as_told and not (self.place or self.ward or self.address):
            return {"place": _("Please say where it is: on the map, or by ward and street.")}
        return {}

    def _wrong_contact(self):
        """A proposal on a regulation needs name, address and a way to answer (Decree 20/2008/NĐ-CP Art. 9)."""
        if self.kind != Kind.REGULATION or self.reply_to:
            return {}
        words = _("A proposal on a regulation needs this (Decree 20/2008/NĐ-CP).")
        lacking = [name for name in ("name", "address") if not self.contact.get(name)]
        if not (self.contact.get("phone") or self.contact.get("email")):
            lacking.append("phone")
        return dict.fromkeys(lacking, words)

    def _lacks_photo(self):
        asked = self.category.photo == PhotoRule.NEEDED and not self.as_told
        return asked and not (self.pictures or self.has_pictures or self.channel in PHOTO_MAY_FOLLOW)

    @property
    def likeness(self):
        """The same text at the same place by the same person is the same report."""
        who = [self.contact.get(name, "") for name in ("phone", "email", "name")]
        where = [f"{self.place}", str(self.ward and self.ward.pk), self.address]
        what = [self.category.code, self.text, *sorted(self.picture_marks or self.pictures)]
        return blind_index("\x1f".join([*who, *where, *what, str(self.reply_to)]), "report.likeness")


def is_within(place):
    """Whether a point lies within the province's bounds (settings.PROVINCE_BOUNDS); finite numbers only."""
    south, west, north, east = settings.PROVINCE_BOUNDS
    latitude, longitude = place
    return south <= latitude <= north and west <= longitude <= east


class Intake:
    @classmethod
    def open(cls, draft, *, at, by=None):
        """A new report, routed as far as the rules lead. Its pictures are claimed by whoever calls.

        Args:
            by: the officer who files it for a citizen; None for the citizen's own doors.

        Raises:
            Incomplete: names what is missing or wrong.
            SentBefore: the same came in a moment ago, or by the same origin: nothing was written.
        """
        draft.checked()
        try:
            with transaction.atomic():
                if before := cls.sent_before(draft, at):
                    raise SentBefore(before)
                return cls._store(draft, at=at, by=by)
        except IntegrityError:
            # Two at the same moment, with one origin: the other one won.
            if before := draft.origin and cls.objects.filter(origin=draft.origin).first():
                raise SentBefore(before) from None
            raise

    @classmethod
    def sent_before(cls, draft, at):
        """The earlier one, if there is. In a transaction those alike wait for each other here, so that of a hundred one
        is written."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [draft.likeness])
        same = Q(likeness=draft.likeness, received_at__gt=at - AGAIN_WITHIN)
        if draft.origin:
            same |= Q(origin=draft.origin)
        return cls.objects.filter(same).order_by("pk").first()

    @classmethod
    def _free_code(cls):
        """Of seven random signs two are alike now and then: among a few hundred thousand reports it has happened."""
        while cls.objects.filter(code=(code := new_code())).exists():
            pass
        return code

    @classmethod
    def _store(cls, draft, *, at, by):
        centre = routing.centre()
        report = cls(
            code=cls._free_code(), kind=draft.kind, category=draft.category, text=draft.text,
            public_text=masked(draft.text), extra_text=draft.extra_text, answers=draft.checked_answers,
            search_key=search_key(f"{draft.text} {draft.address}"),
            public_key=search_key(f"{masked(draft.text)} {masked(draft.address)}"), language=draft.language,
            latitude=draft.place and draft.place[0], longitude=draft.place and draft.place[1],
            ward=draft.ward, address=draft.address, channel=draft.channel, origin=draft.origin or None,
            likeness=draft.likeness, reply_to=draft.reply_to,
            reply_mark=address_mark(draft.reply_to) if draft.reply_to else "",
            said_by=blind_index(draft.said_by, "feedback.said_by") if draft.said_by else "",
            said_in_public=draft.said_in_public, filed_by=by,
            unit=centre.unit, calendar=centre.calendar, received_at=at,
            public_wanted=draft.public and not draft.category.private,
        )  # fmt: skip
        report._set_term(draft.category.service_level, at)
        if Ban.objects.bars(draft.contact, draft.reply_to, report.said_by):
            report.hidden = True
        report.save(force_insert=True)
        if draft.contact:
            Reporter.of(report, draft.contact).save(force_insert=True)
        report._write(Verb.OPENED, by=by, at=at, event=events.report_opened)
        routing.route(report, at=at)
        return report


def ward_of(pk):
    """The ward or commune of this id, or None."""
    return Unit.objects.filter(pk=pk).first() if pk else None
