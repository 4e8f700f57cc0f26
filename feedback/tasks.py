from celery import shared_task
from django.utils.timezone import now

from feedback import alerts, deadlines, retention


@shared_task(name="feedback.tick")
def tick():
    deadlines.tick(at=now())


@shared_task(name="feedback.tell_of_areas", soft_time_limit=600, time_limit=660)
def tell_of_areas():
    alerts.announce(at=now())


@shared_task(name="feedback.forget", soft_time_limit=3_000, time_limit=3_060)
def forget():
    retention.forget(at=now())
