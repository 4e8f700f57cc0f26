"""What every API of the house shares: keys, pages, and errors as problem documents (RFC 9457).

An exception of the domain that sets `problem_status` is answered with that status, its text as the detail and its
`problem_errors` ([{field, detail}]) if it has them.
"""

from django.core.exceptions import ValidationError as ModelError
from django.db import DataError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.response import Response

from agencies.audit import name_actor
from agencies.keys import ApiKey
from agencies.paging import KeysetPagination

__all__ = ["BearerKey", "KeysetPagination", "problem"]

TITLES = {
    400: _("The request has errors"),
    401: _("An API key is needed"),
    403: _("This API key may not do that"),
    404: _("Not found"),
    405: _("This method is not offered here"),
    406: _("This format is not offered here"),
    409: _("The request does not fit the present state"),
    413: _("The request is too large"),
    415: _("This format is not understood here"),
    422: _("The request cannot be carried out"),
    429: _("Too many requests"),
}


class BearerKey(BaseAuthentication):
    """`Authorization: Bearer mc_…`."""

    keyword = "Bearer"

    def authenticate(self, request):
        scheme, _space, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != self.keyword.lower():
            return None
        key = ApiKey.objects.authenticate(text.strip())
        if key is None:
            raise exceptions.AuthenticationFailed(_("This API key is unknown or revoked."))
        user = key.user()
        name_actor(user)
        key.used(on=timezone.localdate())
        return user, key

    def authenticate_header(self, request):
        return self.keyword


def problem(exc, context):
    """DRF's exception handler: a problem document in the language of the request, or None for a defect of ours."""
    response = _response_to(exc, context)
    if response is None:
        return None
    code, errors = _code(exc), _errors(exc)
    document = {
        "type": "about:blank",
        "title": str(TITLES.get(response.status_code, _("The request failed"))),
        "status": response.status_code,
        "detail": _detail(exc, errors, response.status_code),
        "code": code,
        "instance": f"urn:request:{getattr(context['request'], 'id', '')}",
    }
    response.data = {**document, "errors": errors} if errors else document
    response.content_type = "application/problem+json"
    return response


def _response_to(exc, context):
    # Imported late: rest_framework.views reads the settings, which name this module.
    from rest_framework.views import exception_handler

    if hasattr(exc, "problem_status"):
        wait = getattr(exc, "wait", None)
        return Response(status=exc.problem_status, headers={"Retry-After": str(wait)} if wait else None)
    if isinstance(exc, ModelError | DataError | UnicodeError | RecursionError):
        return Response(status=status.HTTP_400_BAD_REQUEST)
    return exception_handler(exc, context)


def _code(exc):
    if isinstance(exc, exceptions.ValidationError | ModelError):
        return "invalid"
    if isinstance(exc, exceptions.APIException):
        return exc.default_code
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in type(exc).__name__).lstrip("_")


def _detail(exc, errors, code):
    if hasattr(exc, "problem_status"):
        return str(exc)
    if isinstance(exc, exceptions.ParseError):
        return str(_("The body is no valid JSON."))
    if isinstance(exc, DataError | UnicodeError | RecursionError):
        return str(_("A value is out of range or holds forbidden characters."))
    if errors:
        return "; ".join(
            f"{error['field']}: {error['detail']}" if error["field"] else error["detail"] for error in errors[:5]
        )
    if isinstance(exc, exceptions.APIException):
        return str(exc.detail)
    return str(TITLES.get(code, ""))


def _errors(exc):
    """[{field, detail}]; a field inside others is written with dots: parties.0.phone."""
    if hasattr(exc, "problem_status"):
        return list(getattr(exc, "problem_errors", ()))
    if isinstance(exc, exceptions.ValidationError):
        return list(_flat(exc.detail))
    if isinstance(exc, ModelError):
        return list(_flat(exc.message_dict if hasattr(exc, "error_dict") else exc.messages))
    return []


def _flat(detail, path=()):
    if isinstance(detail, dict):
        for field, inner in detail.items():
            yield from _flat(inner, path if field in ("non_field_errors", "__all__") else (*path, str(field)))
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _flat(inner, (*path, str(place)) if nested else path)
    else:
        yield {"field": ".".join(path), "detail": str(detail)}
