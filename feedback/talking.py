"""A report in a conversation, whatever the channel: what, which kind, where, a photo, and "send it".

What somebody has said so far is kept for two days, sealed: they may be called away and go on tomorrow. Each step also
takes what belongs to another one: a place or a photo is welcome at any time.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Unit
from agencies.sealed import SealedJSONField
from agencies.units import COMMUNAL
from agencies.vietnamese import search_key, tidy_lines
from feedback import codes, guessing
from feedback.categories import Category, PhotoRule
from feedback.following import address_mark
from feedback.intake import MOST_PICTURES, Draft, SentBefore, is_within
from feedback.report import Report
from feedback.workflow import Incomplete

LASTS = timedelta(days=2)
MOST_WORDS_OF_A_QUESTION = 6  # a code with more words than these says something about it
BEGIN, YES, NO, DONE = "#phananh", "#co", "#khong", "#xong"
PUBLIC, PRIVATE, CANCEL = "#congkhai", "#kin", "#huy"
OTHER = "viec-khac"
_BEGINS = re.compile(
    r"#?(?:(?:toi|minh|em|cho toi|cho minh) )?(?:muon |can |xin |gui )*(?:phan anh|bao su co|gop y|kien nghi|bao hong)"
    r"(?: (?:hien truong|su co|kien nghi|moi|ve|viec|la))*[\s:,.-]*(?P<rest>.*)", re.DOTALL,
)  # fmt: skip
_YES = {"co", "dung", "dung vay", "phai", "yes", "ok", "vang", "da", "uh", "u", "1", YES}
_NO = {"khong", "ko", "k", "no", "khong phai", "2", NO}
_CANCELS = {"huy", "huy bo", "thoi", "bo qua", "khong gui", "khong gui nua", CANCEL}
_DONE = {"xong", "het", "khong", "khong co", "ko", "ko co", "bo qua", "done", "gui luon", DONE}
_PUBLIC, _PRIVATE = {"1", "cong khai", "gui", "gui cong khai", "dong y", "ok", PUBLIC}, {"2", "kin", "gui kin", PRIVATE}


@dataclass(frozen=True)
class Said:
    """One message: its kind and what was in it. `pictures` are addresses that only the channel can open."""

    kind: str
    at: datetime
    text: str = ""
    place: tuple | None = None
    pictures: tuple = ()
    mark: str = ""


@dataclass(frozen=True)
class Speaker:
    """Who speaks: the channel and the contacts that reach them there."""

    channel: str
    contacts: dict
    language: str = "vi"

    @property
    def mark(self):
        return address_mark(self.contacts)


@dataclass(frozen=True)
class Reply:
    """`kind` picks the text. `report` was made just now: then the kind is empty, for it answers for itself.

    `pictures_of`: (an earlier report, addresses of pictures that belong to it).
    """

    kind: str
    params: dict = field(default_factory=dict)
    buttons: tuple = ()
    report: Report | None = None
    pictures_of: tuple = ()


class Talk(models.Model):
    """What somebody has said so far."""

    mark = models.CharField(max_length=64, unique=True)
    step = models.CharField(max_length=20, default="what")
    said = SealedJSONField(default=dict)
    updated_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        verbose_name = gettext_lazy("conversation about a report")
        verbose_name_plural = gettext_lazy("conversations about reports")

    def __str__(self):
        return self.step

    @classmethod
    def of(cls, speaker, *, at):
        """The talk under way, locked; None if there is none, or it was left for too long."""
        return cls.objects.select_for_update().filter(mark=speaker.mark, updated_at__gt=at - LASTS).first()

    @classmethod
    def begin(cls, speaker, *, at, step="what", **said):
        values = {"step": step, "said": said, "updated_at": at}
        return cls.objects.update_or_create(mark=speaker.mark, defaults=values)[0]

    @classmethod
    def forget_old(cls, *, at):
        return cls.objects.filter(updated_at__lte=at - LASTS).delete()[0]

    def keep(self, *, at, step=None, **said):
        self.said = {**self.said, **said}
        self.step, self.updated_at = step or self.step, at
        self.save()


def hear(said, *, speaker, at):
    """The Reply to a message that belongs to a report; None if it is somebody else's to answer."""
    if said.kind == "text" and (code := codes.code_in(said.text)):
        asked = _waiting_for(speaker)
        more = asked is not None and asked.code == code and len(said.text.split()) > MOST_WORDS_OF_A_QUESTION
        return _take_answer(asked, said, speaker, at) if more else _about(code)
    talk = Talk.of(speaker, at=at)
    if talk is not None:
        return _go_on(talk, said, speaker, at)
    begins = said.kind == "text" and _BEGINS.fullmatch(search_key(said.text))
    if not begins and (asked := _waiting_for(speaker)):
        return _take_answer(asked, said, speaker, at)
    return _begin(said, speaker, at)


def offer(said, *, speaker, at):
    """For what nobody else understood: whether it is meant as a report. None if nothing in it looks like one."""
    if guessing.what_it_is(said.text, has_photo=bool(said.pictures)) != "report":
        return None
    Talk.begin(speaker, at=at, step="offer", text=tidy_lines(said.text), pictures=list(said.pictures))
    return Reply("chat_report_offer", buttons=((_("Yes, report it"), YES), (_("No"), NO)))


# --- what was said --------------------------------------------------------------------------------------------------
def _about(code):
    report = Report.objects.filter(code=code).first()
    if report is None:
        return Reply("chat_report_unknown", {"code": codes.shown(code)})
    return Reply("chat_report_status", {"report": report})


def _waiting_for(speaker):
    """The report about which this person was asked something."""
    return Report.objects.said_at(speaker.contacts).filter(state="waiting").first()


def _take_answer(report, said, speaker, at):
    words = said.text or (", ".join(map(str, said.place)) if said.place else "")
    if not (words or said.pictures):
        return None
    report.hear(words or _("(photo)"), at=at, through=speaker.channel)
    return Reply("chat_report_heard", {"code": report.shown_code}, pictures_of=(report, said.pictures))


def _begin(said, speaker, at):
    if said.kind == "location":
        talk = Talk.begin(speaker, at=at)
        return _place(talk, said, at) or _ask(talk, at)
    if said.kind != "text":
        return None
    begins = _BEGINS.fullmatch(search_key(said.text))
    if not begins:
        return None
    talk = Talk.begin(speaker, at=at)
    # The rest as it was written, with its marks: as many words from the end.
    rest = len(begins["rest"].split())
    if rest >= 3:
        return _text(talk, " ".join(said.text.split()[-rest:]), at) or _ask(talk, at)
    return _ask(talk, at)


def _go_on(talk, said, speaker, at):
    folded = " ".join(search_key(said.text).split())
    if folded in _CANCELS or (talk.step == "offer" and folded in _NO):
        talk.delete()
        return Reply("chat_report_cancelled")
    if talk.step == "offer" and said.text and folded not in _YES:
        talk.delete()
        return None  # something else altogether: whoever answers other things answers it
    if said.pictures:
        talk.keep(at=at, pictures=[*talk.said.get("pictures", []), *said.pictures][:MOST_PICTURES])
    if said.place:
        if outside := _place(talk, said, at):
            return outside
    elif said.text and (reply := STEPS[talk.step](talk, said.text, folded, speaker, at)):
        return reply
    return _ask(talk, at)


def _offer_step(talk, text, folded, speaker, at):
    return _text(talk, talk.said["text"], at)


def _what_step(talk, text, folded, speaker, at):
    return _text(talk, text, at)


def _category_step(talk, text, folded, speaker, at):
    offered = talk.said.get("offered", [])
    number = int(folded) if folded.isdecimal() and len(folded) < 3 else None
    if number is not None and 1 <= number <= len(offered):
        return _choose(talk, offered[number - 1], at)
    found = [guess.category.code for guess in guessing.guesses(text)]
    if number == 0 or not found:
        return _choose(talk, OTHER, at) if number == 0 else None
    talk.keep(at=at, offered=found)
    return _choose(talk, found[0], at) if len(found) == 1 else None


def _where_step(talk, text, folded, speaker, at):
    ward = ward_in(text)
    talk.keep(at=at, address=" ".join(text.split())[:300], ward=ward.pk if ward else None)
    return None


def _photo_step(talk, text, folded, speaker, at):
    category = _category(talk)
    if folded in _DONE:
        if category.photo == PhotoRule.NEEDED and not talk.said.get("pictures"):
            return Reply("chat_report_photo_needed", buttons=_cancel())
        talk.keep(at=at, photos_asked=True)
        return None
    talk.keep(at=at, text=f"{talk.said['text']}\n{tidy_lines(text)}"[:4_000])
    return None


def _confirm_step(talk, text, folded, speaker, at):
    if folded in _PUBLIC or folded in _PRIVATE:
        return _send(talk, speaker, at, public=folded in _PUBLIC)
    talk.keep(at=at, text=f"{talk.said['text']}\n{tidy_lines(text)}"[:4_000])
    return None


STEPS = {
    "offer": _offer_step, "what": _what_step, "category": _category_step, "where": _where_step, "photo": _photo_step,
    "confirm": _confirm_step,
}  # fmt: skip


def _text(talk, text, at):
    """Takes the words, and asks what kind it is where they leave a doubt."""
    found = [guess.category.code for guess in guessing.guesses(text)]
    talk.keep(at=at, text=tidy_lines(text)[:4_000], offered=found, step="what")
    if len(found) == 1:
        return _choose(talk, found[0], at)
    return None


def _choose(talk, code, at):
    category = Category.objects.offered().filter(code=code).first()
    if category is not None and category.stopper:
        talk.delete()
        return Reply("chat_report_stopper", {"guidance": category.stopper})
    talk.keep(at=at, category=category.code if category else None)
    return None


def _place(talk, said, at):
    if not is_within(said.place):
        talk.keep(at=at)
        return Reply("chat_report_outside", buttons=_cancel())
    talk.keep(at=at, place=list(said.place))
    return None


# --- what is asked next ---------------------------------------------------------------------------------------------
def _ask(talk, at):
    """The first thing that is missing."""
    said = talk.said
    if not said.get("text"):
        return _asks(talk, "what", Reply("chat_report_what", buttons=_cancel()), at)
    category = _category(talk)
    if category is None:
        return _asks(talk, "category", _which_category(talk, at), at)
    if category.place and not (said.get("place") or said.get("address")):
        params = {"category": category.shown_name, "warning": category.warning}
        return _asks(talk, "where", Reply("chat_report_where", params, _cancel()), at)
    wants_photo = category.photo != PhotoRule.NONE and not said.get("photos_asked")
    if wants_photo:
        params = {"n": len(said.get("pictures", [])), "needed": category.photo == PhotoRule.NEEDED}
        return _asks(talk, "photo", Reply("chat_report_photo", params, ((_("Done"), DONE), *_cancel())), at)
    return _asks(talk, "confirm", _summary(talk, category), at)


def _asks(talk, step, reply, at):
    talk.keep(at=at, step=step)
    return reply


def _which_category(talk, at):
    offered = talk.said.get("offered") or [
        category.code for category in Category.objects.offered().filter(stopper="").exclude(code=OTHER)[:9]
    ]  # fmt: skip
    talk.keep(at=at, offered=offered)
    names = {category.code: category.shown_name for category in Category.objects.filter(code__in=offered)}
    lines = [f"{place}. {names[code]}" for place, code in enumerate(offered, start=1)]
    buttons = tuple((names[code], str(place)) for place, code in enumerate(offered[:3], start=1))
    return Reply("chat_report_category", {"choices": "\n".join(lines)}, (*buttons, (_("Something else"), "0")))


def _summary(talk, category):
    said = talk.said
    where = said.get("address") or _("the place you sent")
    params = {
        "text": said["text"][:300], "category": category.shown_name, "where": where if category.place else "",
        "n": len(said.get("pictures", [])), "private": category.private,
    }  # fmt: skip
    ways = ((_("Send, public"), PUBLIC), (_("Send, not public"), PRIVATE)) if not category.private else (
        (_("Send"), PRIVATE),
    )  # fmt: skip
    return Reply("chat_report_confirm", params, (*ways, *_cancel()))


def _send(talk, speaker, at, *, public):
    said = talk.said
    place = said.get("place")
    draft = Draft(
        category=_category(talk), text=said["text"], channel=speaker.channel, place=tuple(place) if place else None,
        ward=Unit.objects.filter(pk=said["ward"]).first() if said.get("ward") else None,
        address=said.get("address", ""), public=public, language=speaker.language, reply_to=speaker.contacts,
        has_pictures=bool(said.get("pictures")), origin=f"talk:{talk.pk}:{talk.mark[:32]}",
    )  # fmt: skip
    try:
        report = Report.open(draft, at=at)
    except SentBefore as before:
        talk.delete()
        return Reply("chat_report_status", {"report": before.report})
    except Incomplete as lacking:
        talk.keep(at=at, step="what", text="")
        return Reply("chat_report_lacking", {"words": "; ".join(map(str, lacking.errors.values()))}, _cancel())
    pictures = said.get("pictures", [])
    talk.delete()
    return Reply("", {"pictures": pictures}, report=report)


def _category(talk):
    code = talk.said.get("category")
    return Category.objects.offered().filter(code=code).first() if code else None


def _cancel():
    return ((_("Cancel"), CANCEL),)


def ward_in(text):
    """The ward or commune that is named in a text, or None: its whole name, or its bare one if no other has it."""
    folded = f" {re.sub(r'[^a-z0-9]+', ' ', search_key(text))} "
    wards = list(Unit.objects.filter(kind__in=COMMUNAL, valid_to=None))
    whole = [ward for ward in wards if f" {search_key(ward.name)} " in folded]
    if whole:
        return max(whole, key=lambda ward: len(ward.name))
    bare = [ward for ward in wards if f" {search_key(ward.bare_name)} " in folded and not ward.bare_name.isdigit()]
    longest = max((len(ward.bare_name) for ward in bare), default=0)
    best = [ward for ward in bare if len(ward.bare_name) == longest]
    return best[0] if len(best) == 1 else None
