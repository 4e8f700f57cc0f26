"""What workers do that needs more than one app. The scheduled ones are named in portal/celery.py."""

from celery import shared_task
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.refusals import Refused
from feedback.pictures import AwaitedPicture
from portal.channels.base import SendError, TryAgain, adapter_for


@shared_task(name="portal.fetch_pictures", soft_time_limit=300, time_limit=330)
def fetch_pictures():
    """Brings the pictures that citizens sent on a channel, out of every transaction; each is made anew."""
    with transaction.atomic():
        taken = AwaitedPicture.objects.due(at=now())
    for awaited in taken:
        fetch_picture(awaited, at=now())


def fetch_picture(awaited, *, at):
    try:
        content = adapter_for(awaited.channel).fetch(awaited.address)
        Attachment.objects.take(content, door=awaited.channel, about=awaited.report.about, at=at)
    except TryAgain:
        awaited.not_now(at=at)
    except (SendError, KeyError):
        awaited.lost(_("A picture could not be fetched from its channel."), at=at)
    except Refused as refused:
        awaited.lost(_("A picture was not taken: %(why)s") % {"why": refused}, at=at)
    else:
        awaited.here()
