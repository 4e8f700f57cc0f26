"""/api/v1/openapi.json: made from the code."""

import json
from functools import lru_cache

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.views import APIView

from agencies.openapi import problems
from dossiers.api.examples import REQUESTS
from dossiers.api.lookup import LookedUp, LookUp

NUMBER = OpenApiParameter(
    "number", str, OpenApiParameter.PATH, description="Dossier number in any form: today's, that of 2018, a former one."
)


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "agencies.api.BearerKey"
    name = "key"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "`manage.py issue_api_key --unit CODE --name NAME`"}


def examples(operation):
    return [
        OpenApiExample(f"{operation}_{place}", value=value, summary=summary, request_only=True)
        for place, (summary, value) in enumerate(REQUESTS[operation], start=1)
    ]


class LookUpOperation(APIView):
    """Stands in the document for the look-up, which is a plain view (dossiers/api/lookup.py). Nobody calls it."""

    authentication_classes = permission_classes = ()

    @extend_schema(
        operation_id="look_up", summary="What a citizen may know who has a proof", tags=["lookup"],
        request=LookUp, examples=examples("look_up"), responses={200: LookedUp, **problems(400, 404, 413, 429)},
    )  # fmt: skip
    def post(self, request):
        raise NotImplementedError


class Endpoints(EndpointEnumerator):
    def get_api_endpoints(self, patterns=None, prefix=""):
        path = reverse("dossiers_api:look_up")
        return [*super().get_api_endpoints(patterns, prefix), (path, path, "POST", LookUpOperation.as_view())]


class Generator(SchemaGenerator):
    endpoint_inspector_cls = Endpoints


@require_safe
def openapi(request):
    """Open to all: it says nothing that is not in the source."""
    return HttpResponse(_document(), content_type="application/json")


@lru_cache(maxsize=1)
def _document():
    """Made once a process. In English, whatever language is asked for: it is read by programmers and programs."""
    with override("en"):
        document = Generator(api_version="v1").get_schema(request=None, public=True)
    return json.dumps(document, ensure_ascii=False, default=str).encode()
