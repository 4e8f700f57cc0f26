"""What the dossiers answer in a conversation, whatever the channel: the same look-up, limits and silence as on the web.

No name, number of a person, or name of a procedure is in an answer: a lock screen shows it to whoever stands by.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from dossiers import citizen_words, lookup, qr
from dossiers.answers import answer_about
from dossiers.dossier import Dossier
from dossiers.following import Follower, Proof, followed_by
from dossiers.grammar import understand
from dossiers.proofs import PIN, tidy_proof

LISTED = 10
MENU, LIST, STOP = "#menu", "#danhsach", "#dung"


@dataclass(frozen=True)
class Reply:
    """`kind` picks the text; `began`: the id of a dossier that is followed from now on."""

    kind: str
    params: dict = field(default_factory=dict)
    buttons: tuple = ()
    began: int | None = None
    stopped: bool = False
    for_people: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a conversation: a channel and an address there."""

    channel: str
    address: str

    @property
    def client(self):
        return f"{self.channel}:{self.address}"

    def follows(self, **fields):
        return Follower.begin(channel=self.channel, address=self.address, **fields)

    def followed(self, number):
        """The id of the dossier that is meant by this number, if this person follows it."""
        return followed_by(lookup.known_forms(number), channel=self.channel, address=self.address)


def answer_text(text, *, person, at):
    """The Reply to what somebody typed, or chose from the menu."""
    request = understand(text)
    answers = {"look_up": _look_up, "list": _list, "stop": _stop, "menu": _menu, "thanks": _thanks}
    return answers.get(request.verb, _other)(request, person, at)


def answer_photo(codes, *, person, at):
    """The Reply to a photo in which these codes were read. The first that is one of ours counts."""
    tokens = [scanned.token for scanned in map(qr.parse_scanned, codes) if scanned.token]
    for token in tokens:
        found = lookup.look_up_by_token(token=token, client=person.client, at=at)
        if isinstance(found, lookup.TooMany):
            return _too_many(found)
        if not isinstance(found, lookup.NotFound):
            return _following(found, person, proof=Proof.QR, at=at)
    return Reply(
        "chat_receipt_unknown" if tokens else "chat_photo_unread", buttons=_menu_buttons(), for_people=not tokens
    )


def welcome():
    return Reply("chat_menu", buttons=_menu_buttons())


def stop(*, person, at):
    """Nothing is followed any more, and nothing sent."""
    Follower.objects.stop(person.channel, person.address, at=at)
    return Reply("chat_stopped", stopped=True)


def left_to_people():
    return Reply("chat_other", buttons=_menu_buttons(), for_people=True)


# --- what was asked -------------------------------------------------------------------------------------------------
def _look_up(request, person, at):
    dossier_id = person.followed(request.number)
    if dossier_id is not None:
        return _about(answer_about(dossier_id, at=at))
    if not request.proof:
        return Reply("chat_prove", {"number": request.number.upper()[:60]}, _menu_buttons())
    found = lookup.look_up(code=request.number, proof=request.proof, client=person.client, at=at)
    if isinstance(found, lookup.TooMany):
        return _too_many(found)
    if isinstance(found, lookup.NotFound):
        return Reply("chat_not_found", {"number": request.number.upper()[:60]}, _menu_buttons())
    if len(tidy_proof(request.proof)) == PIN:
        return _following(found, person, proof=Proof.PIN, at=at)
    # Four digits of a phone are known to many: they open, as on the web, and make nobody a follower.
    return _about(found)


def _following(answer, person, *, proof, at):
    dossier_id = Dossier.objects.with_number(answer.number).values_list("pk", flat=True).get()
    began = person.follows(dossier_id=dossier_id, proof=proof, at=at)
    return _about(answer, dossier_id=dossier_id if began else None)


def _list(request, person, at):
    rows = Follower.objects.of(person.channel, person.address).select_related("dossier")
    rows = rows.filter(dossier__confidential=False)[: LISTED + 1]
    dossiers = [
        {"number": row.dossier.number, "status": str(row.dossier.citizen_status)} for row in rows[:LISTED]
    ]  # fmt: skip
    buttons = [(dossier["number"], dossier["number"]) for dossier in dossiers[:3]]
    return Reply("chat_list", {"dossiers": dossiers, "more": len(rows) > LISTED}, (*buttons, *_menu_buttons()[1:2]))


def _stop(request, person, at):
    if request.number:
        dossier_id = person.followed(request.number)
        Follower.objects.of(person.channel, person.address).filter(dossier=dossier_id).update(ended_at=at)
        return Reply("chat_stopped_one", {"number": request.number.upper()[:60]}, _menu_buttons())
    return stop(person=person, at=at)


def _menu(request, person, at):
    return welcome()


def _thanks(request, person, at):
    return Reply("chat_thanks", buttons=_menu_buttons())


def _other(request, person, at):
    return left_to_people()


# --- in words -------------------------------------------------------------------------------------------------------
def _about(answer, dossier_id=None):
    due = citizen_words.moment(answer.due_at) if answer.due_at else ""
    params = {
        "number": answer.number, "status": answer.status_in_words, "due": due, "overdue": answer.overdue,
        "what_now": answer.what_now, "moved": [move.text for move in answer.moves][-1:],
        "desk": answer.place.desk, "began": dossier_id is not None,
    }  # fmt: skip
    return Reply("chat_dossier", params, ((_("My dossiers"), LIST), (_("Stop messages"), STOP)), began=dossier_id)


def _too_many(refusal):
    return Reply("chat_too_many", {"minutes": -(-refusal.retry_after // 60)})


def _menu_buttons():
    return ((_("Look up a dossier"), MENU), (_("My dossiers"), LIST), (_("Stop messages"), STOP))
