"""What a report looks like outside: to anybody, to who has just sent it, to a system of the unit in charge."""

import segno
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, Prefetch, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from attachments.models import Attachment
from feedback.log import LogEntry
from feedback.masking import masked
from feedback.public import outcome_of, state_of, text_of
from feedback.report import Report
from feedback.workflow import PUBLIC_WORDS, Outcome, State, Verb


class CodeAndName(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class PointShown(serializers.Serializer):
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()


class ReportShown(serializers.Serializer):
    """As anybody may read it: numbers of persons are hidden, and an answer is there once it is approved."""

    code = serializers.CharField()
    kind = serializers.CharField()
    category = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField(help_text=f"{', '.join(Outcome.values)}; empty while it is open.")
    text = serializers.SerializerMethodField()
    ward = serializers.SerializerMethodField()
    address = serializers.SerializerMethodField()
    place = serializers.SerializerMethodField()
    received_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="null while the citizen is asked.")
    answered_at = serializers.DateTimeField(allow_null=True)
    supports = serializers.IntegerField(help_text="How many others say the same.")
    pictures = serializers.SerializerMethodField()
    link = serializers.SerializerMethodField()

    @extend_schema_field(CodeAndName)
    def get_category(self, report):
        return {"code": report.category.code, "name": report.category.shown_name}

    @extend_schema_field(CodeAndName)
    def get_state(self, report):
        return {"code": state_of(report), "name": str(PUBLIC_WORDS[State(report.state)])}

    def get_outcome(self, report) -> str:
        return outcome_of(report)

    def get_text(self, report) -> str:
        return text_of(report)

    @extend_schema_field(CodeAndName(allow_null=True))
    def get_ward(self, report):
        return {"code": report.ward.official_code, "name": report.ward.name} if report.ward else None

    def get_address(self, report) -> str:
        return masked(report.address)

    @extend_schema_field(PointShown(allow_null=True))
    def get_place(self, report):
        return {"latitude": report.latitude, "longitude": report.longitude} if report.place else None

    def get_pictures(self, report) -> list[str]:
        return [f"{settings.BASE_URL}{reverse('attachments:whole', args=[key])}" for key in report.picture_keys]

    def get_link(self, report) -> str:
        return link_of(report)

    @staticmethod
    def rows():
        """Reports with all that is shown of them in a list, in one query."""
        about = Concat(Value("report:"), Cast(OuterRef("pk"), CharField()))
        keys = Attachment.objects.public().filter(about=about).order_by("order", "pk").values("key")
        return Report.objects.select_related("category", "ward", "unit").annotate(picture_keys=ArraySubquery(keys))


class ActShown(serializers.Serializer):
    at = serializers.DateTimeField()
    act = serializers.ChoiceField(Verb.choices, source="verb")
    words = serializers.SerializerMethodField()

    def get_words(self, entry) -> str:
        return masked(entry.public_note)


class WholeReportShown(ReportShown):
    history = ActShown(source="said", many=True)

    @staticmethod
    def rows():
        said = LogEntry.objects.public().order_by("pk")
        return ReportShown.rows().prefetch_related(Prefetch("log", said, to_attr="said"))


class UnitReportShown(ReportShown):
    """As the unit in charge reads it: in the citizen's own words, never who it was."""

    text = serializers.CharField()
    unit = serializers.CharField(source="unit.name")
    channel = serializers.CharField()
    changed_at = serializers.DateTimeField()

    @extend_schema_field(CodeAndName)
    def get_state(self, report):
        return {"code": report.state, "name": str(State(report.state).label)}


class SentShown(serializers.Serializer):
    """What is told to whoever sent it. The follow link is a secret: only its reporter may have it."""

    code = serializers.CharField()
    link = serializers.CharField(help_text="The public page, once it is public.")
    follow_link = serializers.CharField(
        allow_null=True,
        help_text="Secret. null if it came in before and no Idempotency-Key shows that it was you.",
    )
    due_at = serializers.DateTimeField(allow_null=True)
    qr = serializers.CharField(help_text="The link as a QR code: an SVG picture as a data: address.")


def sent(report, *, is_theirs):
    link = link_of(report)
    follow = f"{settings.BASE_URL}{reverse('feedback:own', args=[report.token])}"
    return SentShown({
        "code": report.code, "link": link, "follow_link": follow if is_theirs else None, "due_at": report.due_at,
        "qr": segno.make_qr(link).svg_data_uri(scale=4),
    }).data  # fmt: skip


def link_of(report):
    return f"{settings.BASE_URL}{reverse('feedback:report', args=[report.code])}"


class FileShown(serializers.Serializer):
    key = serializers.CharField(help_text="Name it in `pictures` of the report within 24 hours.")
    place = PointShown(
        allow_null=True, help_text="Where the camera says it was. Kept nowhere: send it as `place` if its owner agrees."
    )
