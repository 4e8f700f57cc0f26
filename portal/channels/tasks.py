"""What workers do. The scheduled ones are named in portal/celery.py."""

from celery import shared_task
from django.utils.timezone import now

from portal.channels.models import Delivery


@shared_task(name="post_office.deliver")
def deliver(*, delivery_id):
    Delivery.objects.select_related("account").get(pk=delivery_id).deliver(at=now())


@shared_task(name="post_office.clear")
def clear(*, delivery_id):
    Delivery.objects.get(pk=delivery_id).clear(at=now())


@shared_task(name="post_office.sweep")
def sweep():
    Delivery.objects.sweep(at=now())


@shared_task(name="post_office.reconcile")
def reconcile():
    Delivery.objects.reconcile(at=now())


@shared_task(name="post_office.redact")
def redact():
    Delivery.objects.redact(at=now())
