"""What strangers may read of reports, wherever they read it: Open311, the API, open data."""

from django.conf import settings
from django.urls import reverse

from attachments.models import Attachment
from feedback.masking import masked
from feedback.workflow import State


def state_of(report):
    """That an answer waits for approval is the authority's matter."""
    return State.IN_PROGRESS if report.state == State.ANSWERED else State(report.state)


def outcome_of(report):
    """How it was settled, once that is out; "" before."""
    return "" if report.is_open else report.outcome


def text_of(report):
    return masked(report.public_text)


def media_of(reports):
    """{report.about: addresses of what everybody may see, in order}, in one query."""
    found = {}
    about = [report.about for report in reports]
    for attachment in Attachment.objects.public().filter(about__in=about).order_by("about", "order", "pk"):
        address = f"{settings.BASE_URL}{reverse('attachments:whole', args=[attachment.key])}"
        found.setdefault(attachment.about, []).append(address)
    return found


def masked_answers(report):
    """The answers to questions whose answers are public, without numbers of people."""
    return [{**one, "value": _masked(one["value"])} for one in report.answers if one.get("public")]


def _masked(value):
    return [masked(one) for one in value] if isinstance(value, list) else masked(str(value))
