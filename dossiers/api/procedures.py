"""The catalogue as other systems need it: cases with their terms, steps with their codes."""

from django.db.models import Prefetch
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from agencies.door import or_404, printable
from agencies.openapi import problems
from agencies.paging import KeysetPagination
from dossiers.api.door import Door
from dossiers.api.shown import NamedByCode, StatusShown, status_shown
from dossiers.catalogue import Fee, Procedure, ProcedureCase, ProcedureVersion, RequiredDocument, Step


class CaseShown(serializers.ModelSerializer):
    class Meta:
        model = ProcedureCase
        fields = ["name", "term_unit", "term_n", "area_extension_n", "term_note"]


class FeeShown(serializers.ModelSerializer):
    case = serializers.CharField(source="case.name", allow_null=True, default=None)

    class Meta:
        model = Fee
        fields = ["case", "kind", "filed", "text", "amount"]
        extra_kwargs = {"amount": {"help_text": "null: not published, never free."}}


class RequiredDocumentShown(serializers.ModelSerializer):
    case = serializers.CharField(source="case.name", allow_null=True, default=None)
    form_url = serializers.CharField(allow_blank=True)

    class Meta:
        model = RequiredDocument
        fields = ["case", "name", "originals", "copies", "certified_copies", "only_to_show", "form_url", "note"]


class StepShown(serializers.ModelSerializer):
    status = serializers.SerializerMethodField()

    class Meta:
        model = Step
        fields = ["code", "name", "status", "budget_minutes", "informs", "citizen_text"]

    def get_status(self, step) -> StatusShown:
        return status_shown(step.status)


class ProcedureShown(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    field = NamedByCode()
    level = serializers.CharField()
    version = serializers.IntegerField(source="now.number")
    valid_from = serializers.DateField(source="now.valid_from")
    online_level = serializers.CharField(source="now.online_level")
    cases = CaseShown(source="now.cases", many=True)

    @staticmethod
    def rows(*parts):
        current = ProcedureVersion.objects.filter(state=ProcedureVersion.State.PUBLISHED).prefetch_related(
            "cases", *parts
        )
        published = Procedure.objects.filter(versions__state=ProcedureVersion.State.PUBLISHED)
        return published.select_related("field").prefetch_related(Prefetch("versions", current, to_attr="current"))


class WholeProcedureShown(ProcedureShown):
    fees = FeeShown(source="now.fees", many=True)
    documents = RequiredDocumentShown(source="now.documents", many=True)
    steps = StepShown(source="now.steps", many=True)
    legal_basis = serializers.CharField(source="now.legal_basis")
    handled_by = serializers.CharField(source="now.handled_by")


def with_current(procedure):
    procedure.now = procedure.current[0]
    return procedure


class Procedures(Door):
    """Whatever is published; what is only a draft is nobody's business outside."""

    queryset = Procedure.objects.none()
    filter_backends = []
    known_params = frozenset({"search", KeysetPagination.cursor_param, KeysetPagination.size_param})
    serializer_class = ProcedureShown
    ordering = ["sort_key"]

    @extend_schema(
        operation_id="list_procedures", summary="Published procedures, by name",
        parameters=[OpenApiParameter("search", str, description="Words of name or code, with or without tone marks.")],
        responses={(200, "application/json"): ProcedureShown(many=True), **problems(400, 401)},
    )  # fmt: skip
    def get(self, request):
        found = ProcedureShown.rows().search(printable(request.query_params.get("search", "")))
        page = [with_current(procedure) for procedure in self.paginate_queryset(found)]
        return self.get_paginated_response(ProcedureShown(page, many=True).data)


class OneProcedure(Door):
    """The published version with its parts. Steps have the codes that `advance` and `history` take."""

    queryset = Procedure.objects.none()
    serializer_class = WholeProcedureShown

    @extend_schema(
        operation_id="show_procedure", summary="A procedure with cases, fees, documents and steps",
        parameters=[OpenApiParameter("code", str, "path", description="National code, e.g. 1.001193.")],
        responses={200: WholeProcedureShown, **problems(401, 404)},
    )  # fmt: skip
    def get(self, request, code):
        found = WholeProcedureShown.rows("fees__case", "documents__case", "steps").filter(code=printable(code))
        return Response(WholeProcedureShown(with_current(or_404(found))).data)
