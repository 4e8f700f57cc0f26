"""What workers do. The scheduled ones are named in portal/celery.py."""

import logging

from celery import shared_task
from django.utils.timezone import now

from portal.channels.base import SendError, adapters
from portal.channels.inbound import InboundMessage
from portal.channels.models import Delivery

log = logging.getLogger(__name__)


@shared_task(name="post_office.deliver")
def deliver(*, delivery_id):
    Delivery.objects.select_related("account").get(pk=delivery_id).deliver(at=now())


@shared_task(name="post_office.clear")
def clear(*, delivery_id):
    Delivery.objects.get(pk=delivery_id).clear(at=now())


@shared_task(name="post_office.confirm")
def confirm(*, delivery_id):
    Delivery.objects.get(pk=delivery_id).confirm(at=now())


@shared_task(name="post_office.sweep")
def sweep():
    Delivery.objects.sweep(at=now())
    InboundMessage.objects.sweep(at=now())


@shared_task(name="post_office.reconcile")
def reconcile():
    Delivery.objects.reconcile(at=now())


@shared_task(name="post_office.handle")
def handle(*, message_id):
    InboundMessage.objects.get(pk=message_id).handle(at=now())


@shared_task(name="post_office.renew")
def renew():
    """Tokens that would end: each adapter knows when."""
    for adapter in adapters():
        try:
            adapter.renew(at=now())
        except SendError as error:  # told on the account's page; the next round tries again
            log.warning("%s could not renew its grant: %s", adapter.name, error)


@shared_task(name="post_office.collect")
def collect():
    """What nobody brings: each adapter knows where it waits. Where one cannot be reached the others still are."""
    for adapter in adapters():
        try:
            InboundMessage.objects.collect(adapter, at=now())
        except SendError as error:  # nothing is lost where it waits; the next round tries again
            log.error("%s could not be visited: %s", adapter.name, error)


@shared_task(name="post_office.redact")
def redact():
    Delivery.objects.redact(at=now())
    InboundMessage.objects.redact(at=now())
