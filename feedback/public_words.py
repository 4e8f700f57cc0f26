"""What strangers read of a report's log: past acts in plain words, and the colour of a state."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.workflow import State, Verb

V, S = Verb, State
ACTS = {
    V.OPENED: _("Received"),
    V.ACCEPTED: _("Accepted"),
    V.REFUSED: _("Not accepted"),
    V.ASSIGNED: _("Given to the unit in charge"),
    V.ASKED: _("A question to whoever reported"),
    V.PASSED_ON: _("Passed on to another body"),
    V.EXTENDED: _("A new date"),
    V.PUBLISHED: _("Answered"),
    V.RATED: _("Rated by whoever reported"),
    V.REOPENED: pgettext_lazy("a report", "Looked at again"),
    V.REOPENING_DECLINED: _("The answer stays as it is"),
    V.CLOSED: _("Closed"),
    V.MERGED: _("Handled together with another report"),
}
COLOURS = {
    S.NEW: "grey", S.ACCEPTED: "blue", S.REFUSED: "red", S.ASSIGNED: "blue", S.IN_PROGRESS: "blue",
    S.WAITING: "yellow", S.PASSED_ON: "purple", S.ANSWERED: "blue", S.PUBLISHED: "green", S.RATED: "green",
    S.REOPENING_ASKED: "orange", S.REOPENED: "orange", S.CLOSED: "grey", S.MERGED: "grey",
}  # fmt: skip


def colour(state):
    return COLOURS[State(state)]


def told(entries):
    """[{"name", "at", "note", "state"}] of a log's public lines, the oldest first; the last one is where it stands."""
    steps = [{"name": ACTS[Verb(entry.verb)], "at": entry.at, "note": entry.public_note} for entry in entries]
    for place, step in enumerate(steps, start=1):
        step["state"] = "now" if place == len(steps) else "done"
    return steps


def answer_in(entries):
    """The words that went out last, or ""."""
    return next((entry.public_note for entry in reversed(entries) if entry.verb == Verb.PUBLISHED), "")


def said_in(answers, *, public):
    """[(question, answer)] of the extra questions; only those that everybody may read, if `public`."""
    asked = [answer for answer in answers if answer.get("public") or not public]
    return [(one["question"], _joined(one["value"])) for one in asked]


def _joined(value):
    return ", ".join(value) if isinstance(value, list) else value
