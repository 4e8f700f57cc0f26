"""Public doors of the post office."""

import logging

from django.conf import settings
from django.core.signing import BadSignature
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from portal.channels.base import NotFromThem, NothingToStore, adapter_for
from portal.channels.erasing import ErasureRequest
from portal.channels.inbound import InboundMessage
from portal.channels.models import Contact

log = logging.getLogger(__name__)


@never_cache
# Mail programs post here for a person who has never seen the page (RFC 8058); the signed link is the proof.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request, token):
    """The link at the end of news: a page that asks, and the stop itself."""
    stops = request.method == "POST"
    try:
        Contact.objects.check_stop_token(token)
        if stops:
            Contact.objects.stop(token, at=now())
    except BadSignature:
        raise Http404 from None
    return render(request, "post_office/stop.html", {"stopped": stops})


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request, channel):
    """The one door for what channels bring: verified over the raw bytes, stored, answered. Read later, by a worker."""
    if channel not in settings.CHANNELS:
        raise Http404
    adapter = adapter_for(channel)
    if request.method != "POST":
        return _shake_hands(adapter, request.GET)
    if int(request.META.get("CONTENT_LENGTH") or 0) > adapter.largest_event:
        return HttpResponse(status=413)
    at = now()
    try:
        arrivals = adapter.open(request.body, request.headers, at=at)
    except NothingToStore:
        return HttpResponse(status=200)
    except NotFromThem as reason:
        log.warning("A webhook that claims to be %s was refused: %s", channel, reason)
        return HttpResponse(status=403)
    InboundMessage.objects.store(channel, arrivals, at=at)
    return HttpResponse(status=200)


@never_cache
@csrf_exempt
@require_http_methods(["POST"])
def asked_to_erase(request, channel, kind):
    """A platform passes on that somebody wants to be forgotten: kept for a person, for nobody is found by it."""
    if channel not in settings.CHANNELS:
        raise Http404
    at = now()
    try:
        subject = adapter_for(channel).asked_to_erase(request.POST, at=at)
    except NotFromThem as reason:
        log.warning("A request to erase that claims to come from %s was refused: %s", channel, reason)
        return HttpResponse(status=403)
    asked = ErasureRequest.objects.ask(channel=channel, kind=kind, subject=subject, at=at)
    return JsonResponse({"url": asked.address, "confirmation_code": asked.code})


@never_cache
@require_safe
def erasure(request, code):
    """What became of a request, for who knows its code."""
    return render(request, "post_office/erasure.html", {"asked": get_object_or_404(ErasureRequest, code=code)})


def _shake_hands(adapter, query):
    try:
        word = adapter.handshake(query)
    except NotFromThem:
        return HttpResponse(status=403)
    # Plain text: what comes back is what somebody asked for.
    return HttpResponseNotAllowed(["POST"]) if word is None else HttpResponse(word, content_type="text/plain")
