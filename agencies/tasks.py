from celery import shared_task
from django.utils.timezone import now

from agencies.models import IdempotentRequest


@shared_task(name="agencies.forget_idempotent_requests")
def forget_idempotent_requests():
    IdempotentRequest.objects.forget(at=now())
