import logging

from celery import shared_task
from django.utils.timezone import now

from feedback import alerts, deadlines, links, open_data, retention, suggesting
from feedback.models import Figures

log = logging.getLogger(__name__)


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


@shared_task(name="feedback.learn_categories", soft_time_limit=1_800, time_limit=1_860)
def learn_categories():
    try:
        suggesting.learn(at=now())
    except suggesting.TooFew as few:
        log.info("Suggestions of categories: %s settled reports, %s are needed.", few.n, suggesting.LEAST)


@shared_task(name="feedback.publish_open_data", soft_time_limit=3_600, time_limit=3_660)
def publish_open_data():
    """By night: a month that is over appears, and what was hidden meanwhile leaves those before it."""
    at = now()
    for month in open_data.months_to_publish(at=at):
        open_data.publish(month, at=at)
