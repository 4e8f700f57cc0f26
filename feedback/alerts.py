"""News of a ward, once a day: what became public there, or was answered, since its subscriber heard last."""

from datetime import timedelta

from feedback import events
from feedback.following import AreaAlert
from feedback.report import Report

MOST = 20
FIRST = timedelta(days=1)


def announce(*, at):
    """One event for each subscriber with news; asked again on the same day it changes nothing. Returns how many."""
    told = 0
    for alert in AreaAlert.objects.active().select_related("ward").iterator(chunk_size=500):
        since = alert.told_until or at - FIRST
        reports = list(_news(alert, since, at))
        AreaAlert.objects.filter(pk=alert.pk).update(told_until=at)
        if reports and alert.contacts:
            events.area_news.send(AreaAlert, alert=alert, reports=reports, at=at)
            told += 1
    return told


def _news(alert, since, at):
    rows = Report.objects.shown().filter(ward=alert.ward_id, changed_at__gt=since, changed_at__lte=at)
    if alert.category_id:
        rows = rows.filter(category=alert.category_id)
    return rows.order_by("-changed_at")[:MOST]
