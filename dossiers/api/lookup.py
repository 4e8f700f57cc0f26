"""`POST /api/v1/lookup/`: {"code", "proof"} in, what the citizen's page shows out. Open to all, as the page is.

A plain view, for it is asked more often than all the rest of the API together; its errors are problem documents
(RFC 9457) as everywhere, without `instance`: two answers that must not differ do not differ in that either.
"""

import json

from django.http import HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers

from agencies.api import TITLES
from agencies.clients import client_address
from agencies.worktime import VIETNAM
from dossiers import lookup
from dossiers.api.shown import NamedByCode
from dossiers.road import DONE, NEXT, NOW, STOPPED
from dossiers.workflow import Status

LARGEST = 4096
LONGEST = lookup.LONGEST


class BadRequest(Exception):
    def __init__(self, status, detail, errors=()):
        super().__init__(detail)
        self.status, self.errors = status, list(errors)


# No cookie of ours is believed here, so there is nothing a foreign page could abuse.
@csrf_exempt
def look_up(request):
    try:
        code, proof = _asked(request)
    except BadRequest as error:
        return _problem(error.status, str(error), "invalid", errors=error.errors)
    answer = lookup.look_up(code=code, proof=proof, client=client_address(request), at=now())
    if isinstance(answer, lookup.TooMany):
        detail = _("Too many wrong tries. Wait and try again.")
        if answer.pin_is_open:
            detail = _("Too many wrong tries with phone numbers. Wait and try again, or give the receipt’s PIN.")
        return _problem(429, detail, "throttled", wait=answer.retry_after)
    if isinstance(answer, lookup.NotFound):
        return _problem(404, _("No dossier fits this code and this proof."), "not_found")
    return _json(as_json(answer), status=200)


def as_json(answer):
    """An Answer as the API gives it: moments in Vietnam's time, texts in the language that was asked for."""
    return _SHOWN.to_representation(answer)


# --- what it looks like ---------------------------------------------------------------------------------------------
class LookUp(serializers.Serializer):
    """For the document only: what is sent is checked below, so that nothing slows it."""

    code = serializers.CharField(max_length=LONGEST, help_text="Dossier number, in any form.")
    proof = serializers.CharField(max_length=LONGEST, help_text="The PIN, or the last four digits of the phone.")


class Moment(serializers.DateTimeField):
    def to_representation(self, at):
        return at.astimezone(VIETNAM).isoformat(timespec="seconds")


class StageShown(serializers.Serializer):
    name = serializers.CharField()
    state = serializers.ChoiceField([DONE, NOW, NEXT, STOPPED])
    at = Moment(allow_null=True)
    note = serializers.CharField()


class MoveShown(serializers.Serializer):
    text = serializers.CharField(help_text="Why the due date moved, from when to when.")
    since = Moment()
    until = Moment(allow_null=True, help_text="null while the clock stands still.")
    before = Moment(allow_null=True)
    after = Moment(allow_null=True)


class PlaceShown(serializers.Serializer):
    name = serializers.CharField()
    address = serializers.CharField()
    phone = serializers.CharField()
    hours = serializers.ListField(child=serializers.CharField())


class ProcedureNamed(NamedByCode):
    code = serializers.CharField(source="procedure_code")
    name = serializers.CharField(source="procedure")


class LookedUp(serializers.Serializer):
    """What a citizen may know. The answer is made by it and the document describes it: they cannot differ."""

    number = serializers.CharField()
    procedure = ProcedureNamed(source="*")
    applicant = serializers.CharField(help_text="Masked: Nguyễn V** A*")
    status = serializers.ChoiceField(Status.choices)
    status_text = serializers.CharField(source="status_in_words")
    term = serializers.CharField()
    submitted_at = Moment()
    received_at = Moment(allow_null=True)
    due_at = Moment(allow_null=True, help_text="null while the clock stands still.")
    finished_at = Moment(allow_null=True)
    overdue = serializers.BooleanField()
    steps = StageShown(source="stages", many=True)
    due_date_moves = MoveShown(source="moves", many=True)
    what_now = serializers.CharField()
    needed = serializers.CharField()
    needed_by = serializers.DateField(allow_null=True)
    reason = serializers.CharField()
    unit = serializers.CharField()
    place = PlaceShown()


# One for the whole process: making its fields costs more than all the answers of a second.
_SHOWN = LookedUp()


# --- what was asked -------------------------------------------------------------------------------------------------
def _asked(request):
    """(code, proof). Raises BadRequest, which depends on the form of the question only, never on a dossier."""
    if request.method != "POST":
        raise BadRequest(405, _("Use POST."))
    document = _document(request)
    errors = [_error(name, document) for name in ("code", "proof")]
    if any(errors):
        raise BadRequest(400, _("The request has errors."), filter(None, errors))
    return document["code"], document["proof"]


def _document(request):
    # Declared first: a large body is not read to be refused.
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if not declared.isdigit() or int(declared) > LARGEST:
        raise BadRequest(413, _("The body may have %(size)s bytes at most.") % {"size": LARGEST})
    try:
        document = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadRequest(400, _("The body is no valid JSON.")) from None
    if not isinstance(document, dict):
        raise BadRequest(400, _('Expected an object such as {"code": "H20.30-261123-0001", "proof": "5678"}.'))
    return document


def _error(name, document):
    value = document.get(name)
    if not isinstance(value, str):
        return {"field": name, "detail": _("A text is expected here.")}
    if len(value) > LONGEST:
        return {"field": name, "detail": _("At most %(number)s characters are expected here.") % {"number": LONGEST}}
    if name == "code" and not value.strip():
        return {"field": name, "detail": _("Give the dossier code.")}
    return None


# --- answering ------------------------------------------------------------------------------------------------------
def _problem(status, detail, code, *, errors=(), wait=None):
    document = {"type": "about:blank", "title": str(TITLES[status]), "status": status, "detail": detail, "code": code}
    if errors:
        document["errors"] = errors
    response = _json(document, status=status, content_type="application/problem+json")
    if wait:
        response["Retry-After"] = str(wait)
    if status == 405:
        response["Allow"] = "POST"
    return response


def _json(document, *, status, content_type="application/json"):
    text = json.dumps(document, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type=content_type, headers={"Cache-Control": "private, no-store"})
