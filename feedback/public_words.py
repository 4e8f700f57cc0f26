"""What strangers read of a report's log: past acts in plain words, and the colour of a state."""

from datetime import datetime
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
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
WHERE = {"done": pgettext_lazy("step", "Done"), "now": pgettext_lazy("step", "Now here")}


def colour(state):
    return COLOURS[State(state)]


class Line(NamedTuple):
    """What stands in a public line of the log."""

    verb: str
    at: datetime
    public_note: str


def lines(report):
    """The public lines of a report's log, the oldest first; one query."""
    rows = report.log.public().values_list("verb", "at", "texts__public_note")
    return [Line(verb, at, note or "") for verb, at, note in rows]


class Stage(NamedTuple):
    """A line as the road of a report draws it."""

    name: str
    state: str
    state_in_words: str
    note: str


def told(entries):
    """The stages of a log's public lines, the oldest first; the last one is where it stands."""
    return [_stage(entry, "now" if place == len(entries) else "done") for place, entry in enumerate(entries, start=1)]


def _stage(entry, state):
    return Stage(ACTS[Verb(entry.verb)], state, f"{WHERE[state]} · {moment(entry.at)}", entry.public_note)


def rows_about(report):
    """(name, value) of what everybody may know of a public report; what is not known has no row."""
    rows = [
        (_("Received"), moment(report.received_at)),
        (_("Will be answered by"), due_in_words(report)),
        (_("Ward or commune"), report.ward.name if report.ward else ""),
        (_("Place in words"), report.public_address),
        (_("Place on the map"), spot(report)),
        *(
            (format_html('<span lang="vi">{}</span>', asked), said)
            for asked, said in said_in(report.answers, public=True)
        ),
        (_("Others who have it too"), report.supports),
    ]
    return [(name, value) for name, value in rows if value]


def due_in_words(report):
    if report.is_paused:
        return _("No date while we wait for whoever reported")
    return moment(report.due_at) if report.is_open and report.due_at else ""


def moment(at):
    return date_format(localtime(at), "DATETIME_FORMAT")


def spot(report):
    """The place as an address that a phone opens in its own map (RFC 5870); "" for none."""
    if report.place is None:
        return ""
    exact, shown = "{:.6f},{:.6f}".format(*report.place), "{:.5f}, {:.5f}".format(*report.place)
    return format_html('<a class="govuk-link" href="geo:{}">{}</a>', exact, shown)


def answer_in(entries):
    """The words that went out last, or ""."""
    return next((entry.public_note for entry in reversed(entries) if entry.verb == Verb.PUBLISHED), "")


def said_in(answers, *, public):
    """[(question, answer)] of the extra questions; only those that everybody may read, if `public`."""
    asked = [answer for answer in answers if answer.get("public") or not public]
    return [(one["question"], _joined(one["value"])) for one in asked]


def _joined(value):
    return ", ".join(value) if isinstance(value, list) else value
