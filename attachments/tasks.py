from celery import shared_task
from django.utils.timezone import now

from attachments.models import Attachment


@shared_task(name="attachments.forget_waiting", soft_time_limit=600, time_limit=660)
def forget_waiting():
    Attachment.objects.forget_waiting(at=now())


@shared_task(name="attachments.rescan", soft_time_limit=600, time_limit=660)
def rescan():
    Attachment.objects.rescan(at=now())


@shared_task(name="attachments.sweep_strays", soft_time_limit=600, time_limit=660)
def sweep_strays():
    Attachment.objects.sweep_strays(at=now())
