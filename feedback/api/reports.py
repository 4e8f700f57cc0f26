"""Reports: send, list, show. Sending needs no key, as the page does not; it is counted by the client's address."""

from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response

from agencies.clients import client_address
from agencies.door import Door, or_404, printable
from agencies.openapi import IDEMPOTENCY_KEY, problems
from agencies.paging import KeysetPagination
from attachments.models import Attachment
from attachments.refusals import Code, Refused
from feedback import arrival, codes
from feedback.api.examples import REPORTS
from feedback.api.filters import ReportFilter, UnitReportFilter
from feedback.api.rows import NewReportRow
from feedback.api.shown import FileShown, ReportShown, SentShown, UnitReportShown, WholeReportShown, sent
from feedback.intake import Draft, SentBefore
from feedback.report import Report

CHANNEL = "api"
PAGES = {KeysetPagination.cursor_param, KeysetPagination.size_param}
EXAMPLES = [
    OpenApiExample(f"send_report_{place}", value=value, summary=summary, request_only=True)
    for place, (summary, value) in enumerate(REPORTS, start=1)
]


class OpenDoor(Door):
    """For everybody. No key is looked at, so that a wrong one is no obstacle."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    queryset = Report.objects.none()

    def count(self, at):
        """One report or upload more of this client. Raises Throttled."""
        if wait := arrival.count_client(client_address(self.request), at=at):
            raise Throttled(wait)


class Reports(OpenDoor):
    serializer_class = ReportShown
    filterset_class = ReportFilter
    ordering = ["-received_at"]
    known_params = frozenset({*ReportFilter.base_filters, *PAGES})

    @extend_schema(
        operation_id="list_reports", summary="Public reports, the newest first", tags=["reports"],
        responses={(200, "application/json"): ReportShown(many=True), **problems(400)},
    )  # fmt: skip
    def get(self, request):
        page = self.paginate_queryset(self.filter_queryset(ReportShown.rows().shown()))
        return self.get_paginated_response(ReportShown(page, many=True).data)

    @extend_schema(
        operation_id="send_report", summary="Report something; 200 with the same code if it was sent before",
        tags=["reports"], parameters=[IDEMPOTENCY_KEY], request=NewReportRow, examples=EXAMPLES,
        responses={201: SentShown, 200: SentShown, **problems(400, 413, 415, 422, 429)},
    )  # fmt: skip
    def post(self, request):
        at = now()
        self.count(at)
        draft = self._draft()
        try:
            report = arrival.open_with_files(draft, at=at)
        except SentBefore as before:
            is_theirs = bool(draft.origin) and before.report.origin == draft.origin
            return Response(sent(before.report, is_theirs=is_theirs))
        except Refused as error:
            raise ValidationError({"pictures": [str(error)]}) from None
        return Response(sent(report, is_theirs=True), status=201)

    def _draft(self):
        row = NewReportRow(data=self.request.data)
        row.is_valid(raise_exception=True)
        return Draft(**row.validated_data, channel=CHANNEL, origin=arrival.origin_of(CHANNEL, self._key()))

    def _key(self):
        key = self.request.headers.get("Idempotency-Key", "").strip().strip('"')
        if len(key) > 255 or not key.isprintable():
            raise ValidationError({"Idempotency-Key": _("At most 255 printable characters are expected.")})
        return key


class Files(OpenDoor):
    """A photo or video for a report that is not sent yet."""

    parser_classes = (MultiPartParser,)
    serializer_class = FileShown

    @extend_schema(
        operation_id="send_file", summary="Send a photo or video, to be named in a report within a day",
        tags=["reports"], request={"multipart/form-data": {
            "type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}},
        }},
        responses={201: FileShown, **problems(400, 413, 415, 429)},
    )  # fmt: skip
    def post(self, request):
        at = now()
        self.count(at)
        upload = request.FILES.get("file")
        if upload is None:
            raise ValidationError({"file": [str(Code.EMPTY.label)]})
        try:
            taken = Attachment.objects.take(upload, door=CHANNEL, at=at)
        except Refused as error:
            raise ValidationError({"file": [str(error)]}) from None
        place = dict(zip(("latitude", "longitude"), taken.place, strict=True)) if taken.place else None
        return Response(FileShown({"key": taken.attachment.key, "place": place}).data, status=201)


class OneReport(OpenDoor):
    serializer_class = WholeReportShown

    @extend_schema(
        operation_id="show_report", summary="A public report with its history", tags=["reports"],
        parameters=[OpenApiParameter("code", str, "path", description="However it is typed: PA-7KQ2-M9XW.")],
        responses={200: WholeReportShown, **problems(404)},
    )  # fmt: skip
    def get(self, request, code):
        found = WholeReportShown.rows().shown().filter(code=codes.code_in(printable(code)))
        return Response(WholeReportShown(or_404(found)).data)


class UnitReports(Door):
    """Of the key's unit and all units below it; others do not exist for this key."""

    queryset = Report.objects.none()
    permission_classes = (IsAuthenticated,)
    serializer_class = UnitReportShown
    filterset_class = UnitReportFilter
    ordering = ["-pk"]
    known_params = frozenset({*UnitReportFilter.base_filters, *PAGES})

    @extend_schema(
        operation_id="list_unit_reports", summary="Reports of the key's unit and all units below it", tags=["reports"],
        responses={(200, "application/json"): UnitReportShown(many=True), **problems(400, 401)},
    )  # fmt: skip
    def get(self, request):
        visible = UnitReportShown.rows().visible_to(request.user)
        page = self.paginate_queryset(self.filter_queryset(visible))
        return self.get_paginated_response(UnitReportShown(page, many=True).data)
