"""Why a question or a request is refused. The HTTP status is what counts; the words are for people (GeoReport v2)."""

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from feedback.workflow import Incomplete

# How clients know the fields of a draft.
NAMES = {"text": "description", "extra_text": "description", "place": "lat/long", "pictures": "media",
         "category": "service_code", "name": "first_name/last_name", "address": "address_string"}  # fmt: skip


class Refused(Exception):
    """The answer is an error document. `details` are its lines; the first is the exception's text."""

    def __init__(self, status, *details, wait=0, allow=()):
        super().__init__(details[0])
        self.status, self.details, self.wait, self.allow = status, details, wait, allow


def bad(name, words):
    """400, naming the argument."""
    return Refused(400, f"{name}: {words}")


def not_found(words=None):
    return Refused(404, words or _("There is no such thing."))


def incomplete(error: Incomplete):
    """400 with a line for each field, under the name its client knows."""
    return Refused(400, *(f"{_name(field)}: {words}" for field, words in error.errors.items()))


def _name(field):
    answers, _dot, code = field.partition(".")
    return f"attribute[{code}]" if answers == "answers" and code else NAMES.get(field, field)


def refusal_of(error):
    """What an exception means to the client, or None: then it is a defect of ours."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, Incomplete):
        return incomplete(error)
    if isinstance(error, Http404):
        return not_found()
    if isinstance(error, RequestDataTooBig):
        return Refused(413, _("The request is too large."))
    if isinstance(error, MultiPartParserError | SuspiciousOperation | BadRequest | UnreadablePostError | UnicodeError):
        return Refused(400, _("The body cannot be read."))
    return None
