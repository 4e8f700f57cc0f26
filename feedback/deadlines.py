"""What the clock does by itself: alarms, reminders, breaches, escalation, unanswered questions, the end.

Each tick takes rows with SKIP LOCKED and marks them in the same transaction as the event, so that nobody hears twice
after a worker died, and two ticks at once share the work. Escalation counts from the breach and nothing else: an edit,
a note or another officer moves nothing.
"""

from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.db import transaction

from agencies.models import Unit
from feedback import clock, events
from feedback.report import Report
from feedback.workflow import RUNNING, SETTLED, UNASSIGNED, NotAllowed, State, Verb

BATCH = 500
MOST_LEVELS = 3


def tick(*, at):
    """Everything that is due. Returns {what: how many}."""
    return {
        "unassigned": alarm_unassigned(at=at),
        "reminded": remind(at=at),
        "overdue": announce_overdue(at=at),
        "escalated": escalate(at=at),
        "went_on": end_waiting(at=at),
        "closed": close_settled(at=at),
    }


def alarm_unassigned(*, at):
    """What nobody has forwarded after half an hour (settings.UNASSIGNED_MINUTES): one alarm each."""
    late = at - timedelta(minutes=settings.UNASSIGNED_MINUTES)
    rows = Report.objects.filter(state__in=UNASSIGNED, unassigned_told_at=None, received_at__lt=late)
    return _announce(rows, {"unassigned_told_at": at}, events.left_unassigned, at=at)


def remind(*, at):
    """Three quarters of the term are over: once."""
    rows = Report.objects.filter(state__in=RUNNING, reminded_at=None, remind_at__lte=at, due_at__gt=at)
    return _announce(rows, {"reminded_at": at}, events.answers_due_soon, at=at, verb=Verb.REMINDED)


def announce_overdue(*, at):
    rows = Report.objects.filter(state__in=RUNNING, overdue_told_at=None, due_at__lte=at)
    values = {"overdue_told_at": at, "reminded_at": at}
    return _announce(rows, values, events.answers_overdue, at=at, verb=Verb.OVERDUE)


def escalate(*, at):
    """So many working hours after the breach (settings.ESCALATION_HOURS), one level up each; three at the most."""
    return sum(_escalate_to(level, hours, at) for level, hours in enumerate(_hours(), start=1))


def _hours():
    return settings.ESCALATION_HOURS[:MOST_LEVELS]


def _escalate_to(level, hours, at):
    # In working time a moment is never nearer than by the clock: rows that cannot be due yet are not read.
    rows = Report.objects.filter(
        state__in=RUNNING, escalation=level - 1, overdue_told_at__isnull=False, due_at__lte=at - timedelta(hours=hours)
    ).select_related("calendar")

    def is_due(report):
        return clock.minutes_left(clock.WORKING_HOURS, report.due_at, at, report.worktime) >= hours * 60 or (
            report.term_unit == clock.CLOCK_HOURS
        )

    return _announce(
        rows, {"escalation": level}, events.answers_escalated, at=at, verb=Verb.ESCALATED, only=is_due, level=level
    )


def end_waiting(*, at):
    """The citizen's days to answer are over: back to work with what is known."""
    rows = Report.objects.filter(state=State.WAITING, replies_until__lte=at)[:BATCH]
    return sum(_if_still(report.go_on, at=at) for report in rows)


def close_settled(*, at):
    """Answered, and nobody asked to reopen within the window."""
    until = at - timedelta(days=settings.REOPEN_DAYS)
    rows = Report.objects.filter(state__in=SETTLED, answered_at__lte=until).order_by("answered_at")[:BATCH]
    return sum(_if_still(report.close, at=at) for report in rows)


def _if_still(act, *, at):
    try:
        act(at=at)
    except NotAllowed:  # somebody was quicker
        return 0
    return 1


def _announce(rows, values, event, *, at, verb=None, only=None, **more):
    """One event for each unit's batch; the mark, the line in the log and the promise in one transaction."""
    told = 0
    while taken := _take(rows, values, event, at, verb, only, more):
        told += taken
        if taken < BATCH:
            break
    return told


def _take(rows, values, event, at, verb, only, more):
    with transaction.atomic():
        locked = list(rows.select_for_update(skip_locked=True, of=("self",)).order_by("unit", "pk")[:BATCH])
        due = [report for report in locked if only is None or only(report)]
        for report in due:
            for name, value in values.items():
                setattr(report, name, value)
            if verb is not None:
                report._write(verb, by=None, at=at)
        Report.objects.bulk_update(due, list(values))
        units = Unit.objects.in_bulk({report.unit_id for report in due})
        for unit_id, group in groupby(due, key=lambda report: report.unit_id):
            event.send(Report, reports=list(group), unit=units[unit_id], at=at, **more)
        return len(due)
