from celery import shared_task
from django.utils.timezone import now

from feedback import alerts, deadlines, links, retention
from feedback.models import Figures


@shared_task(name="feedback.tick")
def tick():
    links.send(at=now())
    deadlines.tick(at=now())


@shared_task(name="feedback.tell_of_areas", soft_time_limit=600, time_limit=660)
def tell_of_areas():
    alerts.announce(at=now())


@shared_task(name="feedback.forget", soft_time_limit=3_000, time_limit=3_060)
def forget():
    retention.forget(at=now())


@shared_task(name="feedback.count_figures", soft_time_limit=300, time_limit=360)
def count_figures():
    Figures.objects.refresh(at=now())
