"""What the OpenAPI document says of every API of the house: errors and the key of a repeated request."""

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

MEANINGS = {
    400: "The body or a parameter is wrong; `errors` names each field and what was expected.",
    401: "No API key, or one that is unknown or revoked.",
    403: "The key's unit or role does not reach so far.",
    404: "There is no such thing, or it is another unit's.",
    409: "The present state does not admit it, or the first request with this Idempotency-Key is still under way.",
    413: "The body is too large.",
    415: "The body is of another format.",
    422: "The Idempotency-Key came with another request before.",
    429: "Too many tries; Retry-After says for how long.",
}
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER,
    description="At most 255 printable characters, kept for 48 hours. The same request again gets the first answer.",
)  # fmt: skip


class FieldErrorShown(serializers.Serializer):
    field = serializers.CharField(help_text="Fields inside others with dots: parties.0.phone.")
    detail = serializers.CharField(help_text="What is wrong and what was expected.")


class ProblemShown(serializers.Serializer):
    """RFC 9457. Title and details are in Vietnamese, or in English with Accept-Language: en."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(help_text="The same in every language.")
    instance = serializers.CharField(
        required=False, help_text="The id of the request, to be told to whoever helps; the look-up gives none."
    )
    errors = FieldErrorShown(many=True, required=False)


def problems(*codes):
    return {
        (code, "application/problem+json"): OpenApiResponse(ProblemShown, description=MEANINGS[code]) for code in codes
    }
