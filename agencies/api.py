"""What every API of the house shares: keys, pages, problem documents."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.pagination import CursorPagination

from agencies.audit import name_actor
from agencies.keys import ApiKey


class BearerKey(BaseAuthentication):
    """`Authorization: Bearer mc_…`."""

    keyword = "Bearer"

    def authenticate(self, request):
        scheme, _space, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != self.keyword.lower():
            return None
        key = ApiKey.objects.authenticate(text.strip())
        if key is None:
            raise AuthenticationFailed(_("This API key is unknown or revoked."))
        user = key.user()
        key.used(on=timezone.localdate())
        name_actor(user)
        return user, key

    def authenticate_header(self, request):
        return self.keyword


class KeysetPagination(CursorPagination):
    ordering = "-pk"


def problem(exc, context):
    from rest_framework.views import exception_handler

    return exception_handler(exc, context)
