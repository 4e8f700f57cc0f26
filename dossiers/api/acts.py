"""Moving a dossier: one address, and the verb that the move means."""

from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from agencies.door import or_404, printable
from agencies.openapi import IDEMPOTENCY_KEY, problems
from agencies.replay import idempotent
from agencies.strict import TOO_LONG
from dossiers.api.door import Door
from dossiers.api.dossiers import shown_to
from dossiers.api.schema import NUMBER, examples
from dossiers.api.shown import WholeDossierShown
from dossiers.dossier import Dossier
from dossiers.exchange.fields import status_named
from dossiers.exchange.rows import ADVANCE, AdvanceRow, BadRow, bad
from dossiers.ledger import REASON
from dossiers.workflow import NotAllowed, Status, check_move

S = Status
# (from, to) or to -> (verb, what it needs, what it may have). Of two that fit, the one that says from where.
VERBS = {
    S.NOT_ACCEPTED: ("refuse", ["reason"], ["paper_number"]),
    S.SUPPLEMENT_REQUESTED: ("request_supplement", ["what", "reason"], ["bring_by", "paper_number"]),
    S.PAYMENT_REQUESTED: ("request_payment", ["what"], ["obligation"]),
    S.WITHDRAWAL_REQUESTED: ("ask_withdrawal", ["reason"], []),
    S.STOPPED: ("stop", ["reason"], ["paper_number"]),
    S.RESULT_READY: ("finish", [], ["note"]),
    S.HANDED_OVER: ("hand_over", [], ["note"]),
    (S.SUBMITTED, S.RECEIVED): ("accept", [], []),
    (S.SUPPLEMENT_REQUESTED, S.RECEIVED): ("take_supplement", [], ["note"]),
    (S.SUPPLEMENT_REQUESTED, S.PROCESSING): ("take_supplement", [], ["note"]),
    (S.PAYMENT_REQUESTED, S.PROCESSING): ("take_payment", [], ["note"]),
    (S.RESULT_READY, S.PROCESSING): ("correct", ["reason"], []),
    (S.WITHDRAWAL_REQUESTED, S.STOPPED): ("withdraw", [], ["note", "paper_number"]),
    (S.RECEIVED, S.PROCESSING): ("advance", [], ["note"]),
    (S.PROCESSING, S.PROCESSING): ("advance", [], ["note"]),
}
DECLINE = ("decline_withdrawal", ["reason"], [])
# What of an act stands in the clock's ledger as its reason, where it is not called that.
REASONS = {"request_payment": "what", "withdraw": "note"}


class Advance(Door):
    """What an act needs beside `to` is named when it is missing; what it cannot use is refused."""

    queryset = Dossier.objects.none()
    serializer_class = WholeDossierShown

    @extend_schema(
        operation_id="advance_dossier", summary="Move a dossier to a step or to an official status",
        parameters=[NUMBER, IDEMPOTENCY_KEY], request=AdvanceRow, examples=examples("advance_dossier"),
        responses={200: WholeDossierShown, **problems(400, 401, 403, 404, 409, 413, 415, 422)},
    )  # fmt: skip
    @idempotent
    def post(self, request, number):
        visible = Dossier.objects.visible_to(request.user).with_number(printable(number))
        dossier = or_404(visible.select_related("procedure_version__procedure", "unit", "field"))
        advance(dossier, self.told(ADVANCE), by=request.user, at=now())
        return Response(shown_to(request, dossier.number, look=False))


def advance(dossier, row, *, by, at):
    """Do what the row asks for. Raises BadRow for what the act lacks, NotAllowed where the state does not admit it."""
    to = row.pop("to")
    steps = list(dossier.procedure_version.steps.all())
    step = next((step for step in steps if step.code == to), None)
    verb, needs, may = ("advance", [], ["note"]) if step else _meant(dossier, to, steps)
    _check(row, verb, needs=needs, may=may)
    if verb == "advance":
        row["to"] = step or _next_in_progress(dossier)
    if verb == "finish":
        row["step"] = next((step for step in steps if step.status == S.RESULT_READY), None)
    getattr(dossier, verb)(**row, by=by, at=at)


def _meant(dossier, to, steps):
    status = status_named(to)
    if status is None:
        known = ", ".join([*(step.code for step in steps), *Status.values])
        raise bad("to", _("A step or an official status is expected: %(known)s.") % {"known": known})
    check_move(dossier.status, status)
    if dossier.status == S.WITHDRAWAL_REQUESTED and status != S.STOPPED:
        return DECLINE
    return VERBS.get((Status(dossier.status), status)) or VERBS[status]


def _check(row, verb, *, needs, may):
    """Everything that is needed is there, and nothing that would be lost."""
    errors = [(name, _("This is needed for this move.")) for name in needs if not row.get(name)]
    errors += [(name, _("This has no meaning for this move.")) for name in row if name not in (*needs, *may)]
    if len(row.get(REASONS.get(verb)) or "") > REASON:
        errors.append((REASONS[verb], str(TOO_LONG).format(max_length=REASON)))
    if errors:
        raise BadRow(errors)


def _next_in_progress(dossier):
    step = next((step for step in dossier.next_steps() if step.status == S.PROCESSING), None)
    if step is None:
        raise NotAllowed(_("The procedure has no further step in progress; name a step, or the result."))
    return step
