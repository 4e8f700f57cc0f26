"""What citizens would see on their phones: every message that went to the console, phone by phone."""

from django.conf import settings
from django.http import Http404
from django.template.response import TemplateResponse

from portal.channels.models import Delivery

NEWEST = 300


def phones_page(request, *, context):
    """For demos only: codes are shown as the citizen would read them. `context` is the back-office's own."""
    if settings.ENVIRONMENT != "demo":
        raise Http404
    asked = request.GET.get("q", "").strip()[:200]
    shown = Delivery.objects.filter(channel="console", redacted_at__isnull=True, sent_at__isnull=False)
    shown = shown.search(asked) if asked else shown
    phones = {}
    for delivery in shown.order_by("-sent_at", "-pk")[:NEWEST]:
        phones.setdefault(delivery.address, []).append(delivery)
    return TemplateResponse(request, "post_office/phones.html", {**context, "phones": phones, "asked": asked})
