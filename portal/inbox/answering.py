"""Whatever comes in: reports first where a conversation about one is under way, else dossiers, else people."""

from contextlib import suppress
from dataclasses import replace

from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from dossiers import chat
from dossiers.confirming import CODE_LASTS, OpenQuestion
from dossiers.following import Follower
from dossiers.grammar import understand
from dossiers.rating import NotToBeRated, Rating
from feedback.talking import BEGIN
from portal.channels import outbox
from portal.channels.base import OVERHEARD, adapter_for, adapters_beside
from portal.channels.events import message_rated, message_received
from portal.channels.inbound import InboundMessage
from portal.channels.models import Contact, Delivery
from portal.channels.states import State
from portal.inbox import reports
from portal.notices.dossiers import tell_that_somebody_follows


@receiver(message_received, dispatch_uid="inbox.answer")
def answer(*, message, channel, incoming, codes, at, **kwargs):
    """One answer to each message of a person; what nobody here can answer is left to people, and says so."""
    if incoming.public or incoming.kind in OVERHEARD:
        return reports.overhear(message, channel, incoming, at=at)
    person = chat.Person(
        channel=channel,
        address=incoming.sender,
        said_at=incoming.at,
        codes_arrive=outbox.is_carried("follow_code", to="phone"),
        has_stopped=Contact.objects.stopped_after(incoming.at, channel=channel, address=incoming.sender),
    )
    if person.has_stopped and Contact.objects.is_forgotten(channel=channel, address=incoming.sender):
        return _forget(person, at)  # said before they asked for it, and read only now
    if incoming.kind == "flood":
        if not chat.says_stop(incoming.text):
            return _slow_down(message, person, at)
        incoming = replace(incoming, kind="text")
    with translation.override("vi"):
        reply = _reply_to(message, incoming, codes, person, at)
    if reply is None:
        return
    if reply.code and not _send_code(reply.code, message, person, at):
        reply = chat.no_code()
    _note(reply, message, person, at)
    if incoming.kind not in UNANSWERED:
        _send(reply, message, person, at)
    if incoming.kind == "withdrawal":
        _forget(person, at)


@receiver(message_rated, dispatch_uid="inbox.rating")
def keep_rating(*, about, channel, stars, note, at, **kwargs):
    """Of a dossier, for the other messages ask for none. One that comes too late, or twice, is nobody's."""
    kind, _colon, number = about.partition(":")
    if kind == "dossier":
        with suppress(NotToBeRated):
            Rating.give(int(number), stars=stars, note=note, at=at, through=channel)


def _reply_to(message, incoming, codes, person, at):
    """What the dossiers say; None where it was about a report, which has its own answer then."""
    if not codes and reports.answered(message, person.channel, incoming, at=at):
        return None
    if adapter_for(person.channel).abroad:
        reply = _abroad(incoming, codes, person)
    else:
        reply = ANSWERS.get(incoming.kind, _left_to_people)(incoming, codes, person, at)
    nobodys = reply is not None and reply.kind in NOBODYS
    return None if nobodys and reports.offered(message, person.channel, incoming, at=at) else reply


def _abroad(incoming, codes, person):
    """What is said where nothing of a dossier may be: where to look it up, and what else can be done here."""
    link = {"link": f"{settings.BASE_URL}{reverse('dossiers:look_up')}"}
    verb = understand(incoming.text).verb if incoming.kind == "text" else ""
    if incoming.kind in UNANSWERED or verb == "stop":
        return chat.stop(person=person)
    if incoming.kind in ("receipt", "rating"):
        return None
    if incoming.kind == "follow" or codes or verb not in ("", "other"):
        return chat.Reply("chat_abroad", link)
    return chat.Reply("chat_abroad_other", link, for_people=True)


def _text(incoming, codes, person, at):
    return chat.answer_text(incoming.text, person=person, at=at)


def _photo(incoming, codes, person, at):
    return chat.answer_photo(codes or [], person=person, at=at, caption=incoming.text.strip())


def _welcome(incoming, codes, person, at):
    return chat.welcome()


def _stop(incoming, codes, person, at):
    """Gone, or asking for what we know of them to be forgotten: nothing is sent any more."""
    return chat.stop(person=person)


def _nothing(incoming, codes, person, at):
    return None


def _left_to_people(incoming, codes, person, at):
    return chat.left_to_people()


ANSWERS = {
    "text": _text, "photo": _photo, "follow": _welcome, "unfollow": _stop, "withdrawal": _stop, "receipt": _nothing,
    "rating": _nothing,
}  # fmt: skip
UNANSWERED = {"unfollow", "withdrawal"}
# What says all that can be done here.
MENUS = {"chat_menu", "chat_other", "chat_thanks", "chat_abroad", "chat_abroad_other"}
NOBODYS = {"chat_other", "chat_abroad_other"}


def _note(reply, message, person, at):
    if reply.for_people:
        message.leave_to_people()
    if reply.stopped:
        _opt_out(person)
    if reply.follows:
        # Who asks again has changed their mind about an earlier "stop".
        for channel, address in _ways_to(person):
            Contact.objects.opt_in_again(channel=channel, address=address, at=person.said_at)
    for dossier_id in reply.began:
        tell_that_somebody_follows(dossier_id, person=person, at=at)


def _opt_out(person):
    for channel, address in _ways_to(person):
        contact = Contact.objects.at(channel=channel, address=address)
        if contact.opted_out_at is None or contact.opted_out_at < person.said_at:
            contact.opt_out(at=person.said_at, through=person.channel)


def _ways_to(person):
    """Here, and by the phone that this person confirmed: to them it is one and the same app."""
    return {(person.channel, person.address), *_confirmed(person)}


def _confirmed(person):
    parties = chat.confirmed_by(person)
    for adapter in adapters_beside(person.channel):
        for party in parties:
            if address := adapter.address_from(party.contacts):
                yield adapter.name, address


def _slow_down(message, person, at):
    """One answer an hour, however many came; a person sees the first, and beside it the others."""
    key = f"flood:{message.sender_index}:{at:%Y%m%d%H}"
    promised = _send(chat.Reply("chat_slow_down"), message, person, at, key=key)
    if promised.about == message.about:
        message.leave_to_people()


def _forget(person, at):
    """What was written and where it came from is blanked; that this person wants nothing more is kept by an index."""
    Follower.objects.forget(person.channel, person.address, at=at)
    OpenQuestion.objects.settled(person.index)
    reports.forget(person)
    InboundMessage.objects.forget(channel=person.channel, address=person.address, at=at)
    Delivery.objects.forget(address=person.address, at=at)
    Contact.objects.forget(channel=person.channel, address=person.address)


def _send_code(code, message, person, at):
    """To the phone that was given with the papers, by its number alone. Whether there is a way to it."""
    promised = outbox.queue(
        key=f"code:{message.pk}",
        kind="follow_code",
        contacts={"phone": code.party.phone},
        params={"code": code.digits, "number": code.dossier.number, "channel": str(adapter_for(person.channel).label)},
        lane="otp",
        about=code.dossier.about,
        at=at,
        language=code.party.language,
        expires_at=at + CODE_LASTS,
    )
    return promised.state != State.SUPPRESSED


def _send(reply, message, person, at, key=""):
    more = [(_("Report something"), BEGIN)] if reply.kind in MENUS else []
    buttons = [[str(title), said] for title, said in [*reply.buttons, *more]]
    ours = {"authority": settings.AUTHORITY_NAME, "hotline": settings.AUTHORITY_HOTLINE}
    return outbox.queue(
        key=key or f"answer:{message.pk}",
        kind=reply.kind,
        contacts=adapter_for(person.channel).contacts_of(person.address),
        params={**reply.params, "buttons": buttons, **ours},
        lane="reply",
        about=message.about,
        at=at,
    )
