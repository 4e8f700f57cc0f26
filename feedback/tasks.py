from celery import shared_task
from django.utils.timezone import now

from feedback import deadlines


@shared_task(name="feedback.tick")
def tick():
    deadlines.tick(at=now())
