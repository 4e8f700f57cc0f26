"""queue(): the only way to send. The row is the promise, written in the transaction of the change it tells of."""

import json
import unicodedata
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.template import Context, TemplateDoesNotExist
from django.template.loader import select_template
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.sealed import blind_index
from portal.channels.base import IN_REPLY_TO, adapter_for, ladder
from portal.channels.climbing import place, usable
from portal.channels.models import Delivery
from portal.channels.quiet import first_loud_moment
from portal.channels.states import PATIENCE, QUIET_LANES, Lane, Reason, State

TEXTS = "messages"  # the roof's folder of texts
LONGEST_KEY = Delivery._meta.get_field("intent").max_length


class NoWay(Exception):
    """Nobody is known to whom an answer could go, or no channel goes there."""


def queue(
    *, key, kind, contacts, params, lane, about, at,
    language="vi", expires_at=None, collapse_key=None, urgent=False, purpose="",
):  # fmt: skip
    """Promises one message to one person; asked again with the same key it changes nothing. Returns the Delivery.

    Call it inside the transaction that makes the change. Without a way to the person the row says why (suppressed).

    Args:
        key: names the intention, for example "dossier:17:log:5".
        kind: picks the text messages/<kind>.<language>.txt, rendered now with `params` (plain JSON).
        contacts: {"email": …, "phone": …}; an adapter takes what it knows. Of IN_REPLY_TO the letter's params tell it.
        lane: otp, dossier, bulk or social.
        expires_at: after that it is not sent; the lane's patience if None.
        collapse_key: of several messages about one thing to the same person only the newest is sent.
        urgent: also at night.
        purpose: for what is not a service ("news"): goes only to who has agreed to it.

    Raises:
        ValueError: the key is too long or the lane unknown.
        TemplateDoesNotExist: there is no text of this kind.
    """
    if len(key) > LONGEST_KEY:
        raise ValueError(f"The key is longer than {LONGEST_KEY} characters: {key}")
    order = Delivery(
        intent=key, kind=kind, lane=Lane(lane), purpose=purpose, about=about, language=language, urgent=urgent,
        collapse_key=collapse_key or "", recipient=_recipient(contacts), created_at=at,
        expires_at=expires_at or at + PATIENCE[lane], not_before=at, due_at=at,
    )  # fmt: skip
    rungs, reason = _rungs(order, contacts)
    if not rungs:
        return _suppress(order, reason)
    answers = {IN_REPLY_TO: contacts[IN_REPLY_TO]} if contacts.get(IN_REPLY_TO) else {}
    return _promise(order, rungs, {**params, **answers})


def answer(message, text, *, by, at):
    """A person's answer to an InboundMessage, where it was said; with it the message is settled.

    Raises:
        NotWaiting: somebody has settled it meanwhile.
        NoWay: it was blanked, or there is no way to whoever wrote.
    """
    with transaction.atomic():
        message = type(message).objects.waiting(message.pk)
        contacts = _way_back(message)
        if not contacts:
            raise NoWay(message.about)
        delivery = queue(
            key=message.answer_key(at), kind="chat_from_officer", lane="reply", at=at, about=message.about,
            contacts=contacts, params={"text": text},
            expires_at=at + timedelta(hours=settings.ANSWER_PATIENCE_HOURS),
        )  # fmt: skip
        if delivery.state == State.SUPPRESSED:
            raise NoWay(message.about)
        message.settle(str(_("answered")), by=by)
    return delivery


def _way_back(message):
    """Contacts that reach the place where it was said; None where there is no way."""
    incoming = message.incoming
    if incoming is None:
        return None
    return incoming.answer_to or (incoming.sender and adapter_for(message.channel).contacts_of(incoming.sender))


def is_carried(kind, *, to):
    """Whether any channel that is ready takes a message of this kind to such an address ("phone", "email" …)."""
    return any(adapter.address_kind == to and adapter.carries(kind) for adapter in ladder())


def _recipient(contacts):
    """The same person has the same mark, whatever channel is used."""
    known = {kind: address for kind, address in contacts.items() if address and kind != IN_REPLY_TO}
    addresses = sorted((kind, str(address).strip().lower()) for kind, address in known.items())
    return blind_index(json.dumps(addresses), "post_office.recipient")


def _rungs(order, contacts):
    """The ways to this person, best first, and why there is none."""
    if not any(contacts.values()):
        return [], Reason.NO_ADDRESS
    carriers = [adapter for adapter in ladder() if adapter.carries(order.kind)]
    rungs = [(adapter.name, address) for adapter in carriers if (address := adapter.address_from(contacts))]
    if not rungs:
        return [], Reason.NO_CHANNEL
    return usable(rungs, lane=order.lane, purpose=order.purpose), Reason.OPTED_OUT


def _suppress(order, reason):
    order.state, order.reason, order.finished_at = State.SUPPRESSED, reason, order.created_at
    return Delivery.objects.promise(order)[0]


def _promise(order, rungs, params):
    for name, value in place(rungs).items():
        setattr(order, name, value)
    subject, text = render(order.kind, language=order.language, params=params)
    order.content = Delivery.content_of(subject=subject, text=text, params=params)
    order.not_before = order.due_at = _first_moment(order)
    order.woken_at = order.created_at if order.not_before == order.created_at else None
    with transaction.atomic(savepoint=False):
        delivery, is_new = Delivery.objects.promise(order)
        if is_new and order.collapse_key:
            _collapse(delivery)
    if is_new and order.woken_at:
        delivery.wake_worker()
    return delivery


def render(kind, *, language, params):
    """(subject, text) of a message: the first line, and the rest. Falls back to Vietnamese."""
    template = select_template([f"{TEXTS}/{kind}.{name}.txt" for name in dict.fromkeys([language, "vi"])])
    with translation.override(language):
        # Plain text: nothing is escaped, no request is at hand.
        words = template.template.render(Context(params, autoescape=False))
    subject, _, text = unicodedata.normalize("NFC", words).strip().partition("\n")
    if not (subject and text.strip()):
        raise TemplateDoesNotExist(f"{template.template.name} needs a subject, a line break and a text")
    return " ".join(subject.split()), text.strip()


def _first_moment(order):
    """Not at night unless it is urgent, and not before what changes quickly has come to rest."""
    if order.urgent:
        return order.created_at
    moment = order.created_at
    if order.collapse_key and settings.COLLAPSE_SECONDS:
        moment = _end_of_window(order)
    return first_loud_moment(moment) if order.lane in QUIET_LANES else moment


def _end_of_window(order):
    """The window opens with the first message and does not move: the newest goes when it ends."""
    waiting = Delivery.objects.filter(
        recipient=order.recipient, collapse_key=order.collapse_key, state=State.QUEUED, attempts_made=0
    )
    first = waiting.aggregate(first=Min("not_before"))["first"]
    return first or order.created_at + timedelta(seconds=settings.COLLAPSE_SECONDS)


def _collapse(delivery):
    same = {"recipient": delivery.recipient, "collapse_key": delivery.collapse_key}
    if Delivery.objects.collapse(**same, at=delivery.created_at):
        delivery.refresh_from_db()
