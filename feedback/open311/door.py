"""What every address of Open311 has: a format by its suffix, its methods, and errors in the format that was asked."""

import logging
from functools import wraps

from django.conf import settings
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from agencies import limits
from agencies.audit import name_actor
from agencies.door import declares_more_than
from agencies.keys import ApiKey
from feedback.open311.asking import Asked
from feedback.open311.errors import Refused, not_found, refusal_of
from feedback.open311.writing import FORMATS, Document, answer

POST = "feedback.post_open311"
HOUR = 3600
# What does not lie in files: fields of a form.
BESIDE_FILES = 1024 * 1024
log = logging.getLogger(__name__)


def door(**methods):
    """The view of one address: `door(GET=…, POST=…)`. Each takes (asked, **blanks) and gives a Document.

    No cookie of ours is believed here, so there is nothing that a foreign page could abuse.
    """

    def view(request, suffix="", is_test=False, **blanks):
        asked = Asked(request, at=now(), is_test=is_test)
        try:
            document = _handler(methods, request.method, suffix)
            return _readable_by_all(answer(document(asked, **blanks), suffix))
        except Exception as error:
            return _error(error, suffix)

    return csrf_exempt(wraps(next(iter(methods.values())))(view))


def _handler(methods, method, suffix):
    if suffix not in FORMATS:
        raise not_found(_("This format is not offered: .xml and .json are."))
    method = "GET" if method == "HEAD" else method
    if method not in methods:
        raise Refused(405, _("This method is not offered here."), allow=tuple(methods))
    handler = methods[method]

    def checked(asked, **blanks):
        _refuse_what_is_too_large(asked.request)
        asked.check_jurisdiction()
        return handler(asked, **blanks)

    return checked


def _refuse_what_is_too_large(request):
    """Declared first: what is too large is not read to be refused."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    most = settings.ATTACHMENTS_PER_THING_MB * 1024 * 1024 + BESIDE_FILES
    if declares_more_than(most, declared):
        raise Refused(413, _("The request is too large."))


def _readable_by_all(response):
    """By pages of other sites too: nothing here depends on who asks."""
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _error(error, suffix):
    refused = refusal_of(error)
    if refused is None:
        log.exception("Open311 failed")
        refused = Refused(500, _("This failed on our side. Please try again later."))
    lines = [{"code": refused.status, "description": str(words)} for words in refused.details]
    response = answer(Document("errors", lines, "error"), suffix, status=refused.status)
    if refused.wait:
        response["Retry-After"] = str(refused.wait)
    if refused.allow:
        response["Allow"] = ", ".join(refused.allow)
    return _readable_by_all(response)


def nowhere(request, rest="", **kwargs):
    """What is under none of our addresses; XML unless the end of the name says JSON."""
    suffix = "json" if request.path_info.rstrip("/").endswith(".json") else "xml"
    return _error(not_found(_("There is no such address; discovery.xml names them.")), suffix)


nowhere = csrf_exempt(nowhere)


def key_of(asked):
    """The API key of who posts. Raises Refused: 403 without one that may post, 429 after too many of either."""
    key = ApiKey.objects.authenticate(asked.text("api_key"))
    if key is None or not key.user().has_perm(POST):
        _count(limits.of_client(asked.client, "open311:keys", allowed=settings.REPORTS_A_CLIENT, seconds=HOUR), asked)
        raise Refused(403, _("A valid api_key is needed to post."))
    of_key = limits.Limit(f"open311:key:{key.pk}", settings.REPORTS_A_KEY, HOUR)
    of_client = limits.of_client(asked.client, "open311", allowed=settings.REPORTS_A_KEY, seconds=HOUR)
    _count([of_key, *of_client], asked)
    name_actor(key.user())
    key.used(on=localdate(asked.at))
    return key


def count_a_miss(asked):
    """Somebody tried a secret that opens nothing. Raises Refused after too many."""
    _count(limits.of_client(asked.client, "open311:tokens", allowed=settings.REPORTS_A_CLIENT, seconds=HOUR), asked)


def _count(under, asked):
    if wait := limits.count(under, at=asked.at):
        raise Refused(429, _("Too many requests. Try again in %(n)s seconds.") % {"n": wait}, wait=wait)
