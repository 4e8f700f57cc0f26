"""What every address of an API has: a limit to what may be sent, no unknown questions, no cache on the way."""

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView

from agencies.strict import UNKNOWN, shown


class TooLarge(Exception):
    problem_status = 413

    def __str__(self):
        return str(_("The body may have %(size)s bytes at most.") % {"size": settings.DATA_UPLOAD_MAX_MEMORY_SIZE})


class Door(GenericAPIView):
    """Refuses a body that is too large and questions it does not know."""

    # What may stand after the “?”.
    known_params = frozenset()

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        declared = request.META.get("CONTENT_LENGTH") or "0"
        # Declared first: a large body is not read to be refused.
        if declares_more_than(settings.DATA_UPLOAD_MAX_MEMORY_SIZE, declared):
            raise TooLarge
        if unknown := [name for name in request.query_params if name not in self.known_params]:
            reason = str(UNKNOWN).format(known=", ".join(sorted(self.known_params)) or "–")
            raise ValidationError({shown(name): [reason] for name in unknown[:20]})

    def finalize_response(self, request, response, *args, **kwargs):
        """Persons are in the answers: no cache on the way keeps one, whoever runs it."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response


def declares_more_than(most, declared):
    """Whether a Content-Length says more than so many bytes, or nothing that could be believed."""
    return not (declared.isdecimal() and len(declared) < 20) or int(declared) > most


def printable(text):
    """What an address names, or 404: nothing that PostgreSQL could not be asked for; such a thing is nobody's."""
    if not text.isprintable() or len(text) > 200:
        raise Http404
    return text


def or_404(queryset):
    """The one row, or 404: what is not there and what is another unit's look the same."""
    found = queryset.first()
    if found is None:
        raise Http404
    return found
