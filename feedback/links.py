""" "My reports": the links of what was reported from an address, sent to that address and to nobody else.

Whoever asks is told the same, as fast, whether there is anything or not: the page only writes down what was asked, and
the clock looks and sends.
"""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.sealed import SealedJSONField
from feedback import events
from feedback.report import Report
from feedback.reporter import contact_index

MOST = 20
BATCH = 200
WORTH_SENDING = timedelta(hours=1)


class LinksRequest(models.Model):
    """Somebody asks for the links of an address, theirs or not: {"phone"} or {"email"}. Gone once it is answered."""

    contact = SealedJSONField()
    language = models.CharField(max_length=5, default="vi")
    asked_at = models.DateTimeField(_("asked at"))

    class Meta:
        verbose_name = _("request for links")
        verbose_name_plural = _("requests for links")
        default_permissions = ()

    def __str__(self):
        return f"{self.asked_at:%d/%m/%Y %H:%M}"


def ask(contact, *, at, language="vi"):
    LinksRequest.objects.create(contact=contact, asked_at=at, language=language)


def send(*, at):
    """Answer what was asked: one event for each address that has reported something. Returns how many."""
    sent = 0
    with transaction.atomic():
        asked = list(LinksRequest.objects.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
        for request in asked:
            reports = reported_from(request.contact) if request.asked_at > at - WORTH_SENDING else []
            if reports:
                events.links_asked.send(LinksRequest, contact=request.contact, reports=reports, at=at,
                                        language=request.language)  # fmt: skip
                sent += 1
        LinksRequest.objects.filter(pk__in=[request.pk for request in asked]).delete()
    return sent


def reported_from(contact):
    """The newest reports that this phone or e-mail address was left with."""
    [(kind, value)] = contact.items()
    index = contact_index(kind, value)
    if not index:
        return []
    of_address = Q(**{f"reporter__{kind}_index": index})
    return list(Report.objects.filter(of_address, anonymised_at=None).order_by("-pk")[:MOST])
