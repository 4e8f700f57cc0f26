"""The states of a report and the acts between them: one table, nothing else decides. docs/reports.md draws it.

An act leads from some states to one; it needs a permission, or is the citizen's or the clock's own (None). The states
follow what provinces do today: received, sorted, assigned, handled, answered, made public, rated, reopened, closed.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(TextChoices):
    """Kept apart by law: a proposal on a regulation follows Decree 20/2008/NĐ-CP, the others the province's own rules.

    A complaint or a denunciation is none of them; it has its own ways by law, and is told where to go.
    """

    FIELD = "field", _("Something in the street or the neighbourhood")
    PROCEDURE = "procedure", _("How a procedure was handled")
    REGULATION = "regulation", _("Proposal on an administrative regulation")
    BUSINESS = "business", _("From a business")


class State(TextChoices):
    NEW = "new", _("New")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    ASSIGNED = "assigned", pgettext_lazy("a report", "Assigned")
    IN_PROGRESS = "in_progress", _("Being worked on")
    WAITING = "waiting", _("Waiting for the citizen")
    PASSED_ON = "passed_on", _("Passed on outside")
    ANSWERED = "answered", _("Answered, to be approved")
    PUBLISHED = "published", _("Answered")
    RATED = "rated", _("Rated by the citizen")
    REOPENING_ASKED = "reopening_asked", _("Reopening asked for")
    REOPENED = "reopened", _("Reopened")
    CLOSED = "closed", _("Closed")
    MERGED = "merged", _("Merged with another report")


S = State
OPEN = [S.NEW, S.ACCEPTED, S.ASSIGNED, S.IN_PROGRESS, S.WAITING, S.PASSED_ON, S.ANSWERED, S.REOPENING_ASKED, S.REOPENED]
# What a unit has on its desk; before that it is with whoever sorts, after it with whoever approves.
IN_HAND = [S.ASSIGNED, S.IN_PROGRESS, S.WAITING, S.PASSED_ON, S.REOPENED]
UNASSIGNED = [S.NEW, S.ACCEPTED]
# The term runs until the answer is out; it stands still while the citizen is asked.
RUNNING = [S.NEW, S.ACCEPTED, S.ASSIGNED, S.IN_PROGRESS, S.PASSED_ON, S.ANSWERED, S.REOPENED]
SETTLED = [S.PUBLISHED, S.RATED]


class Verb(TextChoices):
    """What an entry of a report's log says was done."""

    OPENED = "opened", _("reported")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    ASSIGNED = "assigned", _("assigned")
    GIVEN_BACK = "given_back", _("given back: not ours")
    STARTED = "started", _("work began")
    ASKED = "asked", _("citizen asked")
    CITIZEN_SAID = "citizen_said", _("citizen added something")
    WENT_ON = "went_on", _("went on without an answer")
    PASSED_ON = "passed_on", _("passed on outside")
    TAKEN_BACK = "taken_back", _("taken back from outside")
    EXTENDED = "extended", _("given a new date")
    ANSWERED = "answered", _("answer written")
    SENT_BACK = "sent_back", _("answer sent back")
    PUBLISHED = "published", _("answered")
    RATED = "rated", _("rated by the citizen")
    REOPENING_ASKED = "reopening_asked", _("reopening asked for")
    REOPENED = "reopened", _("reopened")
    REOPENING_DECLINED = "reopening_declined", _("reopening declined")
    CLOSED = "closed", _("closed")
    MERGED = "merged", _("merged with another")
    UNMERGED = "unmerged", _("taken apart again")
    NOTED = "noted", _("note")
    CHANGED = "changed", _("corrected")
    SHOWN = "shown", _("made public")
    HIDDEN = "hidden", _("hidden from the public")
    REMINDED = "reminded", _("reminder: the term is nearly over")
    OVERDUE = "overdue", _("the term is over")
    ESCALATED = "escalated", _("escalated")
    PARTNER_SAID = "partner_said", _("message from outside")


class Outcome(TextChoices):
    """How it was settled. Closed is not fixed: only the first counts as fixed."""

    FIXED = "fixed", _("Fixed")
    EXPLAINED = "explained", _("Explained")
    PLANNED = "planned", _("Planned, with a date")
    NOT_FOUND = "not_found", _("Looked at, not found")
    NOT_OURS = "not_ours", _("Not within our authority")


class Refusal(TextChoices):
    WRONG_CHANNEL = "wrong_channel", _("A complaint or denunciation: it has its own way")
    NOT_OURS = "not_ours", _("Another authority's")
    UNCLEAR = "unclear", _("Cannot be understood")
    REPEATED = "repeated", _("Answered before, nothing new")
    ABUSE = "abuse", _("Abusive or untrue")


TRIAGE, HANDLE = "feedback.triage_report", "feedback.handle_report"
APPROVE, LEAD = "feedback.approve_answer", "feedback.lead_report"


@dataclass(frozen=True)
class Act:
    """`to` None: the state stays. `permission` None: the citizen's own act, or the clock's."""

    states: tuple
    to: str | None
    permission: str | None


V = Verb
ACTS = {
    V.ACCEPTED: Act((S.NEW,), S.ACCEPTED, TRIAGE),
    V.REFUSED: Act((S.NEW, S.ACCEPTED), S.REFUSED, TRIAGE),
    V.ASSIGNED: Act((S.NEW, S.ACCEPTED, S.ASSIGNED, S.IN_PROGRESS, S.PASSED_ON, S.REOPENED), S.ASSIGNED, TRIAGE),
    V.GIVEN_BACK: Act((S.ASSIGNED, S.IN_PROGRESS, S.REOPENED), S.ACCEPTED, HANDLE),
    V.STARTED: Act((S.ASSIGNED, S.REOPENED), S.IN_PROGRESS, HANDLE),
    V.ASKED: Act((S.ASSIGNED, S.IN_PROGRESS, S.REOPENED), S.WAITING, HANDLE),
    V.WENT_ON: Act((S.WAITING,), S.IN_PROGRESS, None),
    V.PASSED_ON: Act((S.ASSIGNED, S.IN_PROGRESS, S.REOPENED), S.PASSED_ON, HANDLE),
    V.TAKEN_BACK: Act((S.PASSED_ON,), S.IN_PROGRESS, HANDLE),
    V.EXTENDED: Act((S.ASSIGNED, S.IN_PROGRESS, S.PASSED_ON, S.REOPENED), None, HANDLE),
    V.ANSWERED: Act((S.ASSIGNED, S.IN_PROGRESS, S.PASSED_ON, S.REOPENED), S.ANSWERED, HANDLE),
    V.SENT_BACK: Act((S.ANSWERED,), S.IN_PROGRESS, APPROVE),
    V.PUBLISHED: Act((S.ANSWERED,), S.PUBLISHED, APPROVE),
    V.RATED: Act((S.PUBLISHED,), S.RATED, None),
    V.REOPENING_ASKED: Act((S.PUBLISHED, S.RATED), S.REOPENING_ASKED, None),
    V.REOPENED: Act((S.REOPENING_ASKED, S.PUBLISHED, S.RATED, S.REFUSED, S.CLOSED), S.REOPENED, LEAD),
    V.REOPENING_DECLINED: Act((S.REOPENING_ASKED,), S.RATED, LEAD),
    V.CLOSED: Act((S.PUBLISHED, S.RATED, S.REFUSED), S.CLOSED, TRIAGE),
    V.MERGED: Act((S.NEW, S.ACCEPTED, S.ASSIGNED, S.IN_PROGRESS), S.MERGED, TRIAGE),
    V.UNMERGED: Act((S.MERGED,), S.ACCEPTED, TRIAGE),
    V.NOTED: Act(tuple(S), None, "feedback.view_report"),
    V.CHANGED: Act((S.NEW, S.ACCEPTED, S.ASSIGNED, S.IN_PROGRESS, S.REOPENED), None, TRIAGE),
    V.SHOWN: Act(tuple(S), None, "feedback.moderate_report"),
    V.HIDDEN: Act(tuple(S), None, "feedback.moderate_report"),
}

# What a stranger reads of a state; who handles it, and that an answer waits for approval, is the authority's matter.
PUBLIC_WORDS = {
    S.NEW: _("Received, waiting to be looked at"),
    S.ACCEPTED: _("Accepted"),
    S.REFUSED: _("Not accepted"),
    S.ASSIGNED: _("With the unit in charge"),
    S.IN_PROGRESS: _("Being worked on"),
    S.WAITING: _("Waiting for more from the citizen"),
    S.PASSED_ON: _("Passed on to another body"),
    S.ANSWERED: _("Being worked on"),
    S.PUBLISHED: _("Answered"),
    S.RATED: _("Answered and rated"),
    S.REOPENING_ASKED: _("The citizen asks to look at it again"),
    S.REOPENED: _("Reopened"),
    S.CLOSED: _("Closed"),
    S.MERGED: _("Handled together with another report"),
}


class NotAllowed(Exception):
    """The report's present state does not admit this act (HTTP 409). The message is for people."""

    problem_status = 409


class Incomplete(ValueError):
    """Something is missing or wrong in what was filled in: {field: words}, in the page's language (HTTP 400)."""

    problem_status = 400

    def __init__(self, errors):
        self.errors = errors
        super().__init__("; ".join(f"{field}: {words}" for field, words in errors.items()))

    @property
    def problem_errors(self):
        """For an API."""
        return [{"field": field, "detail": str(words)} for field, words in self.errors.items()]


def check_act(verb, state):
    """Raise NotAllowed unless the table has this act in this state."""
    if state not in ACTS[verb].states:
        raise NotAllowed(
            _("A report that is “%(state)s” does not admit this: %(act)s.")
            % {"state": State(state).label, "act": Verb(verb).label}
        )


def needed(field, text, words=None):
    """The text, tidied. Raise Incomplete when there is none: somebody will read it."""
    if not (text or "").strip():
        raise Incomplete({field: words or _("Please fill this in: somebody will read it.")})
    return text.strip()
