"""What people write that is, or belongs to, a report: in a conversation, under a post, in a mail.

Rules with a person in the loop: what plainly reports something becomes a case at once and says so; a question is
left to a person; courtesy is left in peace; of whatever the rules do not know a person decides. A dossier is never
spoken of where everybody reads.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.vietnamese import tidy_lines
from dossiers.grammar import understand
from feedback import codes, guessing, talking
from feedback.categories import Category
from feedback.following import Follower, address_mark
from feedback.intake import Draft, SentBefore
from feedback.pictures import AwaitedPicture
from feedback.report import Report
from feedback.reporter import contact_index
from feedback.workflow import PUBLIC_WORDS, State
from portal.channels import outbox
from portal.channels.base import adapter_for
from portal.channels.inbound import InboundMessage
from portal.channels.models import Delivery
from portal.channels.wake import wake
from portal.website.templatetags.face import moment

# What somebody asks of dossiers: heard first, also in the middle of a conversation about a report.
OUTRANK = {"look_up", "list", "follow", "stop"}
ANSWER_OTHERS = {*OUTRANK, "stop?", "menu", "thanks"}
MADE = "Phản ánh"
DAY = timedelta(days=1)


# --- in a conversation ----------------------------------------------------------------------------------------------
def answered(message, channel, incoming, *, at):
    """Whether this was about a report, and has its answer."""
    adapter = adapter_for(channel)
    if incoming.kind not in ("text", "photo", "location") or not incoming.sender:
        return False
    if not adapter.converses:
        return _take_letter(message, channel, incoming, at=at)
    speaker = _speaker(channel, incoming)
    if incoming.kind == "text" and not codes.code_in(incoming.text):
        under_way = talking.Talk.of(speaker, at=at) is not None
        if understand(incoming.text).verb in (OUTRANK if under_way else ANSWER_OTHERS):
            return False
    reply = talking.hear(_said(incoming, message), speaker=speaker, at=at)
    return reply is not None and _reply(reply, message, channel, incoming, speaker, at)


def offered(message, channel, incoming, *, at):
    """Whether something nobody understood may be meant as a report, so that its sender is asked."""
    if not adapter_for(channel).converses:
        return False
    speaker = _speaker(channel, incoming)
    reply = talking.offer(_said(incoming, message), speaker=speaker, at=at)
    return reply is not None and _reply(reply, message, channel, incoming, speaker, at)


def _speaker(channel, incoming):
    return talking.Speaker(channel=channel, contacts=adapter_for(channel).contacts_of(incoming.sender))


def _said(incoming, message):
    return talking.Said(
        kind=incoming.kind, at=incoming.at, text=incoming.text.strip(), place=incoming.place,
        pictures=tuple(incoming.photos), mark=message.mark,
    )  # fmt: skip


def _reply(reply, message, channel, incoming, speaker, at):
    """Sends it; a report that was made just now answers for itself (portal/notices/reports.py)."""
    if reply.report is not None:
        _await(reply.report, reply.params["pictures"], channel, at)
        message.words = f"{MADE} {reply.report.shown_code}"
        return True
    if reply.pictures_of:
        _await(*reply.pictures_of, channel, at)
    params = _in_words(reply.params.get("report")) if reply.kind == "chat_report_status" else reply.params
    _send(reply.kind, {**params, "buttons": [[str(title), said] for title, said in reply.buttons]}, message,
          contacts=speaker.contacts, at=at)  # fmt: skip
    return True


def _in_words(report):
    """The state of a report, for whoever has its code: no more than its public page tells."""
    return {
        "code": report.shown_code, "state": str(PUBLIC_WORDS[State(report.state)]),
        "due": moment(report.due_at) if report.is_open and report.due_at else "",
        "link": f"{settings.BASE_URL}{reverse('feedback:report', args=[report.code])}",
    }  # fmt: skip


# --- a letter -------------------------------------------------------------------------------------------------------
def _take_letter(message, channel, incoming, *, at):
    """A whole report in one piece; or more about one whose code it names, if it comes from who reported it."""
    contacts = incoming.answer_to or adapter_for(channel).contacts_of(incoming.sender)
    text = tidy_lines(incoming.text.strip())
    if _are_too_many(message, at):
        message.leave_to_people()
        return True
    if known := _named(f"{incoming.subject} {text}", contacts) or _answered_by(incoming, channel, contacts):
        known.hear(text or incoming.subject, at=at, through=channel)
        _await(known, incoming.photos, channel, at)
        message.words = f"{MADE} {known.shown_code}"
        return True
    whole = "\n".join(part for part in (incoming.subject.strip(), text) if part) or str(_("(photo)"))
    _open(message, channel, incoming, whole[:4_000], contacts, at, contact={"name": incoming.name, **contacts})
    return True


def _are_too_many(message, at):
    """Whoever writes so often in a day may be a machine that answers us: it gets no answer any more."""
    today = InboundMessage.objects.filter(channel=message.channel, sender_index=message.sender_index)
    before = today.filter(occurred_at__gt=message.occurred_at - DAY, occurred_at__lte=message.occurred_at)
    return before.exclude(pk=message.pk).count() >= settings.INBOUND_LETTERS_A_DAY


def _answered_by(incoming, channel, contacts):
    """The report about which we wrote the message that this one answers."""
    ours = Delivery.objects.filter(channel=channel, external_id=incoming.parent) if incoming.parent else []
    for kind, _colon, number in (delivery.about.partition(":") for delivery in ours):
        if kind == "report" and number.isdecimal():
            return _if_theirs(Report.objects.filter(pk=number).first(), contacts)
    return None


def _named(text, contacts):
    """The report whose code stands in the text, for who reported or follows it."""
    return _if_theirs(Report.objects.with_code(text).first(), contacts)


def _if_theirs(report, contacts):
    if report is None:
        return None
    mark = address_mark(contacts)
    theirs = report.reply_mark == mark or report.followers.active().filter(mark=mark).exists()
    theirs = theirs or _left_with(report, contacts)
    return report if theirs else None


def _left_with(report, contacts):
    """Whether its reporter left this very address with it."""
    reporter = getattr(report, "reporter", None)
    known = {"email": reporter.email_index, "phone": reporter.phone_index} if reporter else {}
    return any(known.get(kind) and known[kind] == contact_index(kind, value) for kind, value in contacts.items())


# --- where everybody reads ------------------------------------------------------------------------------------------
def overhear(message, channel, incoming, *, at):
    """A comment or a post under everybody's eyes; a change or removal of one; a word of our own or of the platform."""
    if incoming.kind in ("edited", "removed"):
        return _note_change(message, channel, incoming, at)
    if incoming.kind in ("echo", "automatic"):
        return None
    if incoming.kind == "policy" or incoming.kind not in ("text", "photo"):
        return message.leave_to_people()
    if incoming.answer_to and (known := _above(channel, incoming)):
        return _hear_below(known, message, channel, incoming, at)
    if code := codes.code_in(incoming.text):
        return _tell_state(code, message, incoming, at)
    if incoming.text and understand(incoming.text).verb in ("look_up", "proof"):
        return _ask_into_private(message, incoming, at)
    return _sort_out(message, channel, incoming, at)


def _note_change(message, channel, incoming, at):
    report = Report.objects.filter(origin=_origin(channel, incoming.thread)).first()
    if report is not None:
        words = incoming.text if incoming.kind == "edited" and incoming.text else "–"
        report.hear(f"[{incoming.kind}] {words}", at=at, through=channel)
        message.words = f"{MADE} {report.shown_code}"


def _above(channel, incoming):
    """The report that was made of what this was said under."""
    return Report.objects.filter(origin=_origin(channel, incoming.parent)).first() if incoming.parent else None


def _hear_below(report, message, channel, incoming, at):
    if incoming.text.strip():
        report.hear(incoming.text, at=at, through=channel, theirs=_is_theirs(report, incoming))
    _await(report, incoming.photos, channel, at)
    message.words = f"{MADE} {report.shown_code}"


def _is_theirs(report, incoming):
    """Whether the very person says it who reported; of who does not say who they are, nobody knows."""
    return report.was_said_by(incoming.sender)


def _tell_state(code, message, incoming, at):
    report = Report.objects.filter(code=code).first()
    if report is None:
        return message.leave_to_people()
    return _send("chat_report_status", _in_words(report), message, contacts=incoming.answer_to, at=at)


def _ask_into_private(message, incoming, at):
    """Somebody asks about a dossier in public: a word there that says nothing, and one to them alone."""
    _send("chat_ask_in_private", {}, message, contacts=incoming.answer_to, at=at)
    if incoming.private_to:
        link = f"{settings.BASE_URL}{reverse('dossiers:look_up')}"
        _send("chat_private_lookup", {"link": link}, message, contacts=incoming.private_to, at=at, which="private")


def _sort_out(message, channel, incoming, at):
    what = guessing.what_it_is(incoming.text, has_photo=bool(incoming.photos))
    if what == "report" and incoming.text.strip():
        return _open(message, channel, incoming, tidy_lines(incoming.text)[:4_000], incoming.answer_to, at, public=True)
    if what == "small_talk":
        return None
    return message.leave_to_people()


def _open(message, channel, incoming, text, contacts, at, *, public=False, contact=None):
    """A report of what was said, by the best guess of what it is about: whoever sorts corrects that."""
    guess = next(iter(guessing.guesses(text)), None)
    category = guess.category if guess else Category.objects.offered().filter(code=talking.OTHER).first()
    if category is None:  # nobody has set up what reports are about
        return message.leave_to_people()
    draft = Draft(
        category=category, text=text, channel=channel, origin=_origin(channel, incoming.thread or message.mark),
        reply_to=dict(contacts), said_in_public=public, has_pictures=bool(incoming.photos), as_told=True,
        said_by=incoming.sender if public else "",
        contact=contact or {}, public=public, place=incoming.place,
    )  # fmt: skip
    try:
        report = Report.open(draft, at=at)
    except SentBefore as before:
        report = before.report
    else:
        _await(report, incoming.photos, channel, at)
    message.words = f"{MADE} {report.shown_code}"


def _await(report, pictures, channel, at):
    """They lie on the channel yet: a worker brings them, and is woken now."""
    if AwaitedPicture.wait_for(report, pictures, channel=channel, at=at):
        transaction.on_commit(lambda: wake("portal.fetch_pictures", queue="default"), robust=True)


def _origin(channel, thread):
    return f"{channel}:{thread}"[:200]


def _send(kind, params, message, *, contacts, at, which="answer"):
    ours = {"authority": settings.AUTHORITY_NAME, "hotline": settings.AUTHORITY_HOTLINE}
    return outbox.queue(
        key=f"{which}:{message.pk}", kind=kind, contacts=dict(contacts), params={**params, **ours}, lane="reply",
        about=message.about, at=at,
    )  # fmt: skip


def forget(person):
    """What this person was about to report goes, and they follow nothing."""
    mark = address_mark(adapter_for(person.channel).contacts_of(person.address))
    talking.Talk.objects.filter(mark=mark).delete()
    Follower.objects.stop(mark, at=person.said_at)
    Follower.objects.forget(mark)
