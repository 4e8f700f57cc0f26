"""The road of a dossier as the citizen sees it: what is done, where it is now, what is still to come."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dossiers.citizen_words import moment
from dossiers.workflow import Status

# Words of the templates' tag {% step %}.
DONE, NOW, NEXT, STOPPED = "done", "now", "next", "stopped"
_STATES = {DONE: "Done", NOW: "Now here", NEXT: "Still to come", STOPPED: "Stopped here"}
_ENDED_BADLY = (Status.NOT_ACCEPTED, Status.STOPPED)
_AT_RESULT = (Status.RESULT_READY, Status.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stop. `at`: when the dossier reached it, where that is known; `words`: what to say instead of its state."""

    name: str
    state: str
    at: datetime | None = None
    note: str = ""
    words: str = ""

    @property
    def state_in_words(self):
        words = self.words or pgettext("step", _STATES[self.state])
        return f"{words} · {moment(self.at)}" if self.at else words


def stages(found):
    """All stages of an `answers.Gathered`, in order. Stages that were skipped are left out: they were never reached."""
    status = Status(found.status)
    reached = _reached(found.log or ())
    road = [*_submitted(found, status), *_working(found, status, reached)]
    if status in _ENDED_BADLY:
        done = [stage for stage in road if stage.state == DONE]
        return (*done, Stage(_ends()[status], STOPPED, found.finished_at, last_note(found, status)))
    return (*road, *_result(found, status))


def last_note(found, status):
    """What the citizen was told when the dossier last came into this status."""
    notes = [note for _at, _verb, then, _step, note in found.log or () if then == status and note]
    return notes[-1] if notes else ""


def _reached(log):
    """{step id: when the dossier came there}: for the present step its last arrival, for others the first."""
    reached, before = {}, None
    for at, _verb, _status, step, _note in log:
        if step is not None and step != before:
            reached.setdefault(step, []).append(at)
            before = step
    last = before
    return {step: datetime.fromisoformat(times[-1] if step == last else times[0]) for step, times in reached.items()}


def _submitted(found, status):
    """Only for those who sent it in and waited; at the counter, handing in and receiving is one act."""
    if status == Status.SUBMITTED or found.received_at is None:
        state = NOW if status not in _ENDED_BADLY else DONE
        return [Stage(_("Submitted"), state, found.submitted_at)]
    return [Stage(_("Submitted"), DONE, found.submitted_at)] if found.submitted_at < found.received_at else []


def _working(found, status, reached):
    steps = [step for step in found.steps or () if step[2] not in _AT_RESULT]
    if status in _AT_RESULT or status in _ENDED_BADLY:
        passed = [Stage(name, DONE, reached[step]) for step, name, *_rest in steps if step in reached]
        return passed or _by_status(found, status)
    place = next((place for place, step in enumerate(steps) if step[0] == found.step_id), None)
    if not steps or (place is None and found.received_at):
        return _by_status(found, status)
    place = -1 if place is None else place
    return [
        Stage(name, _state(order, place), reached.get(step), words if order == place and words != name else "")
        for order, (step, name, _mapped, words) in enumerate(steps)
        if order >= place or step in reached
    ]


def _state(order, place):
    return NEXT if order > place else NOW if order == place else DONE


def _by_status(found, status):
    """For dossiers of other systems, which have no steps of ours: received, being handled."""
    if not found.received_at:
        return [Stage(_("Received"), NEXT), Stage(_("Being handled"), NEXT)]
    working = status not in (Status.RECEIVED, *_AT_RESULT, *_ENDED_BADLY)
    later = NOW if working else NEXT if status == Status.RECEIVED else DONE
    return [
        Stage(_("Received"), NOW if status == Status.RECEIVED else DONE, found.received_at),
        Stage(_("Being handled"), later, _first(found, Status.PROCESSING)),
    ]


def _first(found, status):
    times = [at for at, _verb, then, _step, _note in found.log or () if then == status]
    return datetime.fromisoformat(times[0]) if times else None


def _result(found, status):
    named = [name for _id, name, mapped, _words in found.steps or () if mapped == Status.RESULT_READY]
    ready, handed = {Status.RESULT_READY: (DONE, NOW), Status.HANDED_OVER: (DONE, DONE)}.get(status, (NEXT, NEXT))
    come = _("Please come and collect it") if handed == NOW else ""
    return [
        Stage(named[-1] if named else _("The result is ready"), ready, found.finished_at if ready == DONE else None),
        Stage(_("The result is handed over"), handed, found.handed_over_at if handed == DONE else None, words=come),
    ]


def _ends():
    return {Status.NOT_ACCEPTED: _("Not accepted"), Status.STOPPED: _("Stopped")}
