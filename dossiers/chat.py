"""What the dossiers answer in a conversation, whatever the channel: the same look-up, limits and silence as on the web.

No name, number of a person, or name of a procedure is in an answer: a lock screen shows it to whoever stands by.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies import limits
from dossiers import citizen_words, confirming, lookup, qr
from dossiers.answers import answer_about
from dossiers.confirming import OpenQuestion
from dossiers.dossier import Dossier, Party
from dossiers.following import Follower, FollowsTooMany, Proof, followed_by, follower_index
from dossiers.grammar import understand
from dossiers.numbers import looks_like_number, number_key, typed_key
from dossiers.phones import phone_proof
from dossiers.proofs import PIN, tidy_proof

LISTED = 10
MOST_AT_ONCE = 3
MENU, LIST, STOP, FOLLOW = "#menu", "#danhsach", "#dung", "#theodoi"


@dataclass(frozen=True, slots=True)
class Code:
    """Digits that are to go to the phone of this party, and nowhere else."""

    digits: str
    party: Party
    dossier: Dossier


@dataclass(frozen=True)
class Reply:
    """`kind` picks the text.

    Attributes:
        follows: whether the person wants to hear of a dossier; `began`: the ids of those they did not follow before.
        code: what is to go to a phone on file.
        stopped: nothing is sent here any more. for_people: somebody has to read what was said.
    """

    kind: str
    params: dict = field(default_factory=dict)
    buttons: tuple = ()
    follows: bool = False
    began: tuple = ()
    code: Code | None = None
    stopped: bool = False
    for_people: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a conversation: a channel and an address there, and when they said what is answered now.

    codes_arrive: could a code be sent to a phone? has_stopped: did they say "stop" after this, so that it comes late?
    """

    channel: str
    address: str
    said_at: datetime
    codes_arrive: bool = False
    has_stopped: bool = False

    @property
    def client(self):
        return f"{self.channel}:{self.address}"

    @property
    def index(self):
        return follower_index(self.channel, self.address)

    def follows(self, dossier_id, **fields):
        """Whether they begin to now. Raises FollowsTooMany."""
        if self.has_stopped:
            return False
        mine = {"channel": self.channel, "address": self.address, "at": self.said_at}
        return Follower.begin(dossier_id, **mine, **fields)

    def stops(self, dossier_id=None):
        Follower.objects.stop(self.channel, self.address, at=self.said_at, dossier_id=dossier_id)

    def followed(self, number):
        """The id of the dossier that is meant by this number, if this person follows it."""
        return followed_by(lookup.known_forms(number), channel=self.channel, address=self.address)


def answer_text(text, *, person, at):
    """The Reply to what somebody typed, or chose from the menu."""
    if link := qr.link_within(text):
        token, rest = link
        return _answer_tokens([token], person, at, caption=rest) or _opens_nothing(rest)
    request = understand(text)
    answers = {
        "look_up": _look_up, "proof": _proof, "follow": _follow, "list": _list, "stop": _stop,
        "stop?": _ask_whether_to_stop, "menu": _menu, "thanks": _thanks,
    }  # fmt: skip
    reply = answers.get(request.verb, _other)(request, person, at)
    return replace(reply, for_people=True) if request.remark else reply


def answer_photo(codes, *, person, at, caption=""):
    """The Reply to a photo in which these codes were read: every one that is a receipt of ours is followed.

    A picture of something else that has a caption is for people, as the caption would be alone.
    """
    tokens = list(dict.fromkeys(scanned.token for scanned in map(qr.parse_scanned, codes) if scanned.token))
    if reply := _answer_tokens(tokens, person, at, caption=caption):
        return reply
    if tokens or _is_for_people(caption):
        return _opens_nothing(caption)
    kind = "chat_code_foreign" if codes else "chat_photo_unread"
    return Reply(kind, buttons=_menu_buttons(), for_people=True)


def _answer_tokens(tokens, person, at, *, caption):
    """The Reply about the dossiers of these receipts; None where none of them opens any."""
    answers = []
    for token in tokens[:MOST_AT_ONCE]:
        found = lookup.look_up_by_token(token=token, client=person.client, at=at)
        if isinstance(found, lookup.TooMany):
            return _too_many(found)
        if not isinstance(found, lookup.NotFound):
            answers.append(found)
    if not answers:
        return None
    return replace(_following(answers, person, proof=Proof.QR), for_people=_is_for_people(caption))


def _opens_nothing(caption):
    return left_to_people() if _is_for_people(caption) else Reply("chat_receipt_unknown", buttons=_menu_buttons())


def _is_for_people(caption):
    return bool(caption) and understand(caption).verb == "other"


def welcome():
    return Reply("chat_menu", buttons=_menu_buttons())


def stop(*, person):
    """Nothing is followed any more, and nothing sent. What began after it was said goes on."""
    by_phone = bool(confirmed_by(person))
    person.stops()
    stopped = not Follower.objects.of(person.channel, person.address).exists()
    return Reply("chat_stopped", {"by_phone": by_phone}, stopped=stopped)


def confirmed_by(person):
    """The parties whose phones this person confirmed as their own for what they follow, or followed until just now."""
    lately = Q(ended_at=None) | Q(ended_at=person.said_at)
    mine = Follower.objects.filter(lately, address_index=person.index, proof=Proof.PHONE, party__isnull=False)
    return [follower.party for follower in mine.select_related("party")]


def says_stop(text):
    return understand(text).verb == "stop"


def left_to_people():
    return Reply("chat_other", buttons=_menu_buttons(), for_people=True)


# --- what was asked -------------------------------------------------------------------------------------------------
def _look_up(request, person, at):
    dossier_id = person.followed(request.number)
    if dossier_id is not None:
        return _about(answer_about(dossier_id, at=at))
    question = OpenQuestion.objects.open_to(person.index, at=at)
    if question is None or typed_key(question.number) != typed_key(request.number):
        OpenQuestion.objects.ask(person.index, number=request.number[:60], at=at)
    elif request.proof and (confirmed := _confirmed(question, request.proof, person, at)):
        return confirmed
    if not request.proof:
        return _asks_for_proof(request.number)
    return _judged(request.number, tidy_proof(request.proof), person, at)


def _asks_for_proof(number):
    return Reply("chat_prove", {"number": _shown(number)}, _menu_buttons())


def _judged(number, proof, person, at):
    found = lookup.look_up(code=number, proof=proof, client=person.client, at=at)
    if isinstance(found, lookup.TooMany):
        return _too_many(found)
    if isinstance(found, lookup.NotFound):
        return Reply("chat_not_found", {"number": _shown(number)}, _menu_buttons())
    if len(proof) == PIN:
        return _following([found], person, proof=Proof.PIN)
    return _opened_by_phone(found, proof, person, at)


def _opened_by_phone(answer, last_four, person, at):
    """Four digits of a phone are known to many: they open, as on the web. To follow, the phone itself is asked."""
    proof = phone_proof(number_key(answer.number), last_four)
    OpenQuestion.objects.ask(person.index, number=answer.number, phone_proof=proof, at=at)
    return _about(answer, may_follow=person.codes_arrive)


def _proof(request, person, at):
    """Digits alone: of the number that was asked about before, or the code that went to the phone."""
    question = OpenQuestion.objects.open_to(person.index, at=at)
    if question is None:
        return Reply("chat_which_number", buttons=_menu_buttons()) if len(request.proof) <= PIN else left_to_people()
    confirmed = _confirmed(question, request.proof, person, at)
    return confirmed or _judged(question.number, tidy_proof(request.proof), person, at)


def _confirmed(question, digits, person, at):
    """The Reply if these are the digits that went to the phone; None if they are not."""
    if not question.takes(digits, at=at):
        return None
    dossier, party = _on_file(question)
    if party is None:
        return None
    return _following([answer_about(dossier.pk, at=at)], person, proof=Proof.PHONE, party=party)


def _follow(request, person, at):
    question = OpenQuestion.objects.open_to(person.index, at=at)
    if question is None:
        return welcome()
    dossier, party = _on_file(question)
    if party is None or not person.codes_arrive:
        return _asks_for_proof(question.number)
    under = confirming.limits(person.index, dossier.pk)
    # What is refused is not counted: it made no phone ring.
    if wait := limits.seconds_to_wait(under, at=at) or limits.count(under, at=at):
        return Reply("chat_codes_later", _wait(wait), _menu_buttons())
    code = Code(question.new_code(at=at), party, dossier)
    minutes = confirming.CODE_LASTS.seconds // 60
    return Reply("chat_code_sent", {"number": dossier.number, "minutes": minutes}, _menu_buttons(), code=code)


def _on_file(question):
    """The dossier of this question and the party whose phone was named by its end; (None, None) when there is none."""
    dossier = Dossier.objects.filter(number_key=number_key(question.number), confidential=False).first()
    party = dossier and dossier.party_with_phone(question.phone_proof)
    return (dossier, party) if party else (None, None)


def no_code():
    """Instead of the Reply that says a code was sent: there was no way to that phone."""
    return Reply("chat_code_unsent", buttons=_menu_buttons())


def _following(answers, person, *, proof, party=None):
    """About the first, and all of them are followed from now on."""
    began, full = [], False
    for answer in answers:
        # By the number it has now: another may have borne it before.
        dossier_id = Dossier.objects.values_list("pk", flat=True).get(number_key=number_key(answer.number))
        try:
            began += [dossier_id] if person.follows(dossier_id, proof=proof, party=party) else []
        except FollowsTooMany:
            full = True
    OpenQuestion.objects.settled(person.index)
    others = [answer.number for answer in answers[1:]]
    return _about(answers[0], follows=not (full or person.has_stopped), began=tuple(began), full=full, others=others)


def _list(request, person, at):
    rows = Follower.objects.of(person.channel, person.address).select_related("dossier")
    rows = rows.filter(dossier__confidential=False)[: LISTED + 1]
    dossiers = [
        {"number": row.dossier.number, "status": str(row.dossier.citizen_status)} for row in rows[:LISTED]
    ]  # fmt: skip
    buttons = [(dossier["number"], dossier["number"]) for dossier in dossiers[:3]]
    return Reply("chat_list", {"dossiers": dossiers, "more": len(rows) > LISTED}, (*buttons, *_menu_buttons()[1:2]))


def _stop(request, person, at):
    if not request.number:
        return stop(person=person)
    if (dossier_id := person.followed(request.number)) is not None:
        person.stops(dossier_id)
    return Reply("chat_stopped_one", {"number": _shown(request.number)}, _menu_buttons())


def _ask_whether_to_stop(request, person, at):
    """A yes, a name and a "stop" look the same without their tone marks."""
    return Reply("chat_stop_sure", buttons=((_("Stop messages"), STOP), (_("No, go on"), MENU)), for_people=True)


def _menu(request, person, at):
    return welcome()


def _thanks(request, person, at):
    return Reply("chat_thanks", buttons=_menu_buttons())


def _other(request, person, at):
    return left_to_people()


# --- in words -------------------------------------------------------------------------------------------------------
def _about(answer, *, follows=False, began=(), full=False, others=(), may_follow=False):
    due = citizen_words.moment(answer.due_at) if answer.due_at else ""
    params = {
        "number": answer.number, "status": answer.status_in_words, "due": due, "overdue": answer.overdue,
        "what_now": answer.what_now, "moved": [move.text for move in answer.moves][-1:], "desk": answer.place.desk,
        "began": bool(began), "others": list(others), "full": full, "may_follow": may_follow,
    }  # fmt: skip
    choices = ((_("My dossiers"), LIST), (_("Stop messages"), STOP))
    follow = ((_("Follow this dossier"), FOLLOW),) if may_follow else ()
    return Reply("chat_dossier", params, (*follow, *choices), follows=follows, began=began)


def _shown(number):
    """As we write it; what is no number of ours is not said again: it may be anything, and a lock screen shows it."""
    return typed_key(number) if looks_like_number(number) else ""


def _too_many(refusal):
    return Reply("chat_too_many", _wait(refusal.retry_after))


def _wait(seconds):
    minutes = -(-seconds // 60)
    return {"minutes": minutes, "hours": -(-minutes // 60) if minutes > 90 else 0}


def _menu_buttons():
    return ((_("How to look up"), MENU), (_("My dossiers"), LIST), (_("Stop messages"), STOP))
