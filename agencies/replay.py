"""`@idempotent` for API methods: see agencies/idempotency.py."""

import hashlib
import json
from functools import partial, wraps

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from agencies.idempotency import IdempotentRequest

_KEPT_HEADERS = ("Location", "Content-Location")


def idempotent(handler):
    """Decorator: a request with an Idempotency-Key is carried out once, in a transaction with the note of its answer.

    An answer of 400 or more undoes everything and is not kept, so that a request put right may use a new try.
    """

    @wraps(handler)
    def once(view, request, *args, **kwargs):
        key, api_key = _key(request), getattr(request.user, "api_key", None)
        ready = partial(_ready, handler, view, request, args, kwargs)
        if not key or api_key is None:
            return ready()()
        row = IdempotentRequest.objects.claim(
            api_key=api_key, key=key, fingerprint=_fingerprint(request), at=timezone.now()
        )
        if row.status is not None:
            return Response(row.body, status=row.status, headers={**row.headers, "Idempotency-Replayed": "true"})
        return _carry_out(row, ready)

    return once


def _ready(handler, view, request, args, kwargs):
    """What is to be done. `view.prepare(request)`, if there is one, goes before the transaction: what others would wait
    for, such as a counter; the handler gets its result."""
    prepare = getattr(view, "prepare", None)
    prepared = [prepare(request)] if prepare else []
    return lambda: handler(view, request, *prepared, *args, **kwargs)


def _carry_out(row, ready):
    try:
        act = ready()
        with transaction.atomic():
            response = act()
            if response.status_code >= 400:
                transaction.set_rollback(True)
            else:
                _keep(row, response)
    except BaseException:
        row.release()
        raise
    if response.status_code >= 400:
        row.release()
    return response


def _keep(row, response):
    body = json.loads(JSONRenderer().render(response.data) or b"null")
    headers = {name: response[name] for name in _KEPT_HEADERS if response.has_header(name)}
    row.answer(status=response.status_code, body=body, headers=headers)


def _key(request):
    key = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if len(key) > 255 or not key.isprintable():
        raise ValidationError({"Idempotency-Key": _("At most 255 printable characters are expected.")})
    return key


def _fingerprint(request):
    body = json.dumps(request.data, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(f"{request.method} {request.get_full_path()}\n{body}".encode()).hexdigest()
