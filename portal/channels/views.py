"""Public doors of the post office."""

from django.core.signing import BadSignature
from django.http import Http404
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.channels.models import Contact


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
