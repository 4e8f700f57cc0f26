"""The ten official statuses of a dossier and the moves between them: one enum, one table, nothing else decides."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """The ten statuses that are exchanged with the national portal; `OFFICIAL_CODES` has their numbers there."""

    SUBMITTED = "submitted", _("Newly submitted")
    RECEIVED = "received", _("Received")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    PROCESSING = "processing", _("In progress")
    SUPPLEMENT_REQUESTED = "supplement_requested", _("Supplement requested")
    PAYMENT_REQUESTED = "payment_requested", _("Financial obligation requested")
    WITHDRAWAL_REQUESTED = "withdrawal_requested", _("Withdrawal requested by the citizen")
    STOPPED = "stopped", _("Processing stopped")
    RESULT_READY = "result_ready", _("Processing finished")
    HANDED_OVER = "handed_over", _("Result handed over")


OFFICIAL_CODES = {status: number for number, status in enumerate(Status, start=1)}
BY_OFFICIAL_CODE = {number: status for status, number in OFFICIAL_CODES.items()}

S = Status
MOVES = {
    S.SUBMITTED: {S.RECEIVED, S.NOT_ACCEPTED, S.SUPPLEMENT_REQUESTED, S.WITHDRAWAL_REQUESTED},
    S.RECEIVED: {S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED, S.WITHDRAWAL_REQUESTED, S.STOPPED,
                 S.RESULT_READY},
    S.NOT_ACCEPTED: set(),
    S.PROCESSING: {S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED, S.WITHDRAWAL_REQUESTED, S.STOPPED,
                   S.RESULT_READY},
    S.SUPPLEMENT_REQUESTED: {S.RECEIVED, S.PROCESSING, S.WITHDRAWAL_REQUESTED, S.STOPPED},
    S.PAYMENT_REQUESTED: {S.PROCESSING, S.WITHDRAWAL_REQUESTED, S.STOPPED},
    # A withdrawal is granted, or the dossier goes back to where it was.
    S.WITHDRAWAL_REQUESTED: {S.STOPPED, S.SUBMITTED, S.RECEIVED, S.PROCESSING, S.SUPPLEMENT_REQUESTED,
                             S.PAYMENT_REQUESTED},
    S.STOPPED: set(),
    # Back to processing only as a correction, with its reason in the log.
    S.RESULT_READY: {S.HANDED_OVER, S.PROCESSING},
    S.HANDED_OVER: set(),
}  # fmt: skip

OPEN = [S.SUBMITTED, S.RECEIVED, S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED, S.WITHDRAWAL_REQUESTED]
# The clock stands still while the citizen has something to bring or to pay.
PAUSED = [S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED]

CITIZEN_WORDS = {
    S.SUBMITTED: _("Submitted, waiting to be received"),
    S.RECEIVED: _("Received"),
    S.NOT_ACCEPTED: _("Not accepted"),
    S.PROCESSING: _("Being handled"),
    S.SUPPLEMENT_REQUESTED: _("You need to bring something more"),
    S.PAYMENT_REQUESTED: _("You need to pay a fee or tax"),
    S.WITHDRAWAL_REQUESTED: _("Being withdrawn at your request"),
    S.STOPPED: _("Stopped"),
    S.RESULT_READY: _("The result is ready to collect"),
    S.HANDED_OVER: _("The result has been handed over"),
}


class Verb(TextChoices):
    """What an entry of a dossier's log says was done."""

    SUBMITTED = "submitted", _("submitted")
    RECEIVED = "received", _("received")
    ADVANCED = "advanced", _("moved to the next step")
    SUPPLEMENT_REQUESTED = "supplement_requested", _("supplement requested")
    SUPPLEMENT_TAKEN = "supplement_taken", _("supplement received")
    PAYMENT_REQUESTED = "payment_requested", _("fee requested")
    OBLIGATION_REQUESTED = "obligation_requested", _("financial obligation requested")
    PAYMENT_TAKEN = "payment_taken", _("payment confirmed")
    APOLOGISED = "apologised", _("apologised and gave a new date")
    REFUSED = "refused", _("refused")
    STOPPED = "stopped", _("stopped")
    WITHDRAWAL_ASKED = "withdrawal_asked", _("withdrawal asked by the citizen")
    WITHDRAWAL_DECLINED = "withdrawal_declined", _("withdrawal declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    RESULT_READY = "result_ready", _("result ready")
    HANDED_OVER = "handed_over", _("result handed over")
    CORRECTED = "corrected", _("corrected")
    CALENDAR_CHANGED = "calendar_changed", _("working calendar changed")
    IMPORTED = "imported", _("taken over from another system")


# The paper that belongs to an act (Circular 03/2025/TT-VPCP, annex I).
FORMS = {
    Verb.RECEIVED: "01",
    Verb.SUPPLEMENT_REQUESTED: "02",
    Verb.REFUSED: "03",
    Verb.APOLOGISED: "04",
    Verb.STOPPED: "05",
}


class PaperKind(TextChoices):
    """As what a document was handed in."""

    ORIGINAL = "original", _("Original")
    COPY = "copy", _("Copy")
    CERTIFIED_COPY = "certified_copy", _("Certified copy")
    ELECTRONIC = "electronic", _("Electronic copy")


class NotAllowed(Exception):
    """The dossier's present state does not admit this act. The message is for the officer, in the page's language."""

    problem_status = 409


class NoCalendar(NotAllowed):
    """Nobody has said yet when the unit works, so no due date could be promised."""

    problem_status = 400

    def __init__(self, unit):
        super().__init__(_("%(unit)s has no working calendar yet.") % {"unit": unit})

    @property
    def problem_errors(self):
        return [{"field": "unit", "detail": str(self)}]


class SentBefore(NotAllowed):
    """The same form comes a second time, filled in otherwise: neither of the two may be lost in silence."""

    def __init__(self, earlier):
        words = _(
            "This form was received before, with other data, as dossier %(number)s. Open a new form for another one."
        )
        super().__init__(words % {"number": earlier.number})


class NumberTaken(NotAllowed):
    """Another system told a dossier of this very number since we looked."""

    wait = 1

    def __init__(self):
        super().__init__(_("The number was taken at this moment. Send the request again."))


def check_move(before, after):
    """Raise NotAllowed unless the table has this move."""
    if after not in MOVES[Status(before)]:
        raise NotAllowed(
            _("A dossier that is “%(before)s” cannot become “%(after)s”.")
            % {"before": Status(before).label, "after": Status(after).label}
        )


def needed(reason):
    """The reason, tidied. Raise NotAllowed when there is none: somebody will read it."""
    if not (reason or "").strip():
        raise NotAllowed(_("A reason is needed: the citizen will read it."))
    return reason.strip()
