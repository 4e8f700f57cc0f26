"""Dossiers: list, receive, show, put."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from agencies.access_log import AccessLog
from agencies.door import or_404, printable
from agencies.openapi import IDEMPOTENCY_KEY, problems
from agencies.paging import KeysetPagination
from agencies.replay import idempotent
from agencies.rights import rights_of
from dossiers.api.door import Door
from dossiers.api.filters import DossierFilter
from dossiers.api.schema import NUMBER, examples
from dossiers.api.shown import DossierShown, ReceivedShown, WholeDossierShown
from dossiers.dossier import Dossier
from dossiers.exchange.known import Directory
from dossiers.exchange.rows import NEW_DOSSIER, PUT, NewDossierRow, PutRow, bad
from dossiers.exchange.takeover import NotHere, NotYours, take_over
from dossiers.numbers import number_key
from dossiers.signing import receipt_address

RECEIVE = "dossiers.receive_dossier"


class Dossiers(Door):
    """Dossiers of other units do not exist for this key."""

    queryset = Dossier.objects.none()
    serializer_class = DossierShown
    filterset_class = DossierFilter
    known_params = frozenset(
        {*DossierFilter.base_filters, KeysetPagination.cursor_param, KeysetPagination.size_param}
    )  # fmt: skip

    @property
    def ordering(self):
        return ["changed_at"] if "updated_since" in self.request.query_params else ["-pk"]

    @extend_schema(
        operation_id="list_dossiers", summary="Dossiers of the key's unit and all units below it, page by page",
        responses={(200, "application/json"): DossierShown(many=True), **problems(400, 401)},
    )  # fmt: skip
    def get(self, request):
        visible = DossierShown.rows().visible_to(request.user)
        page = self.paginate_queryset(self.filter_queryset(visible))
        return self.get_paginated_response(DossierShown(page, many=True).data)

    @extend_schema(
        operation_id="receive_dossier", summary="Receive a dossier at a counter; the number is ours to give",
        parameters=[IDEMPOTENCY_KEY], request=NewDossierRow, examples=examples("receive_dossier"),
        responses={201: ReceivedShown, **problems(400, 401, 403, 409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request):
        return self._receive(request)

    @idempotent
    def _receive(self, request, prepared):
        dossier = _received(prepared, by=request.user, at=now())
        place = reverse("dossiers_api:dossier", args=[dossier.number])
        return Response(ReceivedShown(dossier).data, status=201, headers={"Location": place})

    def prepare(self, request):
        """Everything that must not be done inside the transaction: counters would wait for each other."""
        row = self.told(NEW_DOSSIER)
        at, directory = now(), Directory()
        unit = _living(directory.unit(row.pop("unit")), "unit")
        code = row.pop("received_by_unit", None)
        received_by = _living(directory.unit(code, "received_by_unit"), "received_by_unit") if code else unit
        version = directory.version(row.pop("procedure"), localdate(at))
        case = directory.case(version, row.pop("case", None))
        for field, place in (("unit", unit), ("received_by_unit", received_by)):
            if not rights_of(request.user).allows(RECEIVE, unit=place, field=version.procedure.field):
                raise NotYours([(field, _("You may receive dossiers for your own unit and those below it only."))])
        number = Dossier.next_number(received_by, at)
        return {**row, "case": case, "unit": unit, "received_by_unit": received_by, "number": number}


def _living(unit, field):
    if unit.valid_to is not None and unit.valid_to < localdate():
        raise bad(field, _("%(unit)s no longer exists; name the unit that follows it.") % {"unit": unit})
    return unit


def _received(facts, *, by, at):
    """The dossier, with what is told once beside it."""
    with transaction.atomic(savepoint=False):
        dossier = Dossier.receive(**facts, by=by, at=at)
        receipt = dossier.issue_receipt(by=by, at=at)
        dossier.token = receipt.token
        dossier.qr_url = receipt_address(dossier, receipt, at=at)
    return dossier


class OneDossier(Door):
    """One dossier, by today's form of its number, that of 2018, or a number it had before."""

    queryset = Dossier.objects.none()
    serializer_class = WholeDossierShown

    @extend_schema(
        operation_id="show_dossier", summary="A dossier with its history; by any form its number ever had",
        parameters=[NUMBER], responses={200: WholeDossierShown, **problems(401, 404)},
    )  # fmt: skip
    def get(self, request, number):
        return Response(shown_to(request, number))

    @extend_schema(
        operation_id="put_dossier", summary="Tell a dossier with its history; the same again changes nothing",
        parameters=[NUMBER], request=PutRow, examples=examples("put_dossier"),
        responses={200: WholeDossierShown, 201: WholeDossierShown, **problems(400, 401, 403, 404, 413, 415)},
    )  # fmt: skip
    def put(self, request, number):
        taken = _put(self._row(number), by=request.user, at=now())
        return Response(
            shown_to(request, taken.dossier.number, look=False), status=201 if taken.result == "created" else 200,
            headers={"Location": reverse("dossiers_api:dossier", args=[taken.dossier.number])},
        )  # fmt: skip

    def _row(self, number):
        """The body; the number may stand in the address alone."""
        row = self.told(PUT, number=number)
        if number_key(row["number"]) != number_key(number):
            raise bad("number", _("This is another number than the one in the address."))
        return row


def _put(row, *, by, at):
    since = at - timedelta(hours=settings.IMPORT_ANNOUNCE_HOURS)
    for last_try in (False, True):
        try:
            [taken] = take_over([row], by=by, at=at, directory=Directory(), announce_since=since)
            break
        except IntegrityError:
            # Somebody else told it at this moment: now it is known.
            if last_try:
                raise Http404 from None
    if isinstance(taken, NotHere):
        raise Http404
    if isinstance(taken, Exception):
        raise taken
    return taken


def shown_to(request, number, *, look=True):
    """What this key may see of the dossier; seeing a person is written down."""
    dossier = or_404(WholeDossierShown.rows().visible_to(request.user).with_number(printable(number)))
    page = WholeDossierShown(dossier, context={"request": request})
    if look and page.sees_persons(dossier):
        AccessLog.record(by=request.user, about=dossier.about, what="api", at=now(), unit=dossier.unit)
    return page.data
