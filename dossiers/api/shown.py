"""What a dossier and a procedure look like outside."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.rights import allowed
from dossiers.dossier import Dossier, Party
from dossiers.exchange.rows import PartyRow
from dossiers.ledger import ClockEvent, LogEntry
from dossiers.workflow import OFFICIAL_CODES, Status, Verb


def unit_code(unit):
    """The identification code it bears now, else its official one. Prefetch `codes`."""
    codes = (code.code for code in unit.codes.all() if code.scheme == "identification" and code.valid_to is None)
    return next(codes, unit.official_code)


class UnitShown(serializers.Serializer):
    code = serializers.SerializerMethodField()
    name = serializers.CharField()

    def get_code(self, unit) -> str:
        return unit_code(unit)


class StatusShown(serializers.Serializer):
    code = serializers.ChoiceField(Status.choices)
    official = serializers.IntegerField(min_value=1, max_value=10)
    name = serializers.CharField()


def status_shown(status):
    return {"code": status, "official": OFFICIAL_CODES[Status(status)], "name": str(Status(status).label)}


class NamedByCode(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class DossierShown(serializers.Serializer):
    number = serializers.CharField()
    procedure = NamedByCode()
    case = serializers.CharField(source="case.name")
    unit = UnitShown()
    received_by_unit = UnitShown()
    status = serializers.SerializerMethodField()
    step = NamedByCode(allow_null=True)
    subject = serializers.CharField()
    filed = serializers.CharField()
    copies = serializers.IntegerField()
    confidential = serializers.BooleanField()
    submitted_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="null while the clock stands still.")
    finished_at = serializers.DateTimeField(allow_null=True)
    handed_over_at = serializers.DateTimeField(allow_null=True)
    supplements = serializers.IntegerField(source="supplements_count")
    changed_at = serializers.DateTimeField()

    @extend_schema_field(StatusShown)
    def get_status(self, dossier):
        return status_shown(dossier.status)

    @staticmethod
    def rows():
        """Dossiers with all that is shown of them in a list, in a constant number of queries."""
        joined = ("procedure_version__procedure", "case", "unit", "received_by_unit", "step")
        return Dossier.objects.select_related(*joined).prefetch_related("unit__codes", "received_by_unit__codes")


class EntryShown(serializers.ModelSerializer):
    status = serializers.SerializerMethodField()
    step = serializers.CharField(source="step.code", allow_null=True, default=None)
    by = serializers.CharField(source="by_name")
    verb = serializers.ChoiceField(Verb.choices)

    class Meta:
        model = LogEntry
        fields = ["at", "verb", "status", "step", "by", "note", "citizen_note"]

    @extend_schema_field(StatusShown)
    def get_status(self, entry):
        return status_shown(entry.status)


class ClockShown(serializers.ModelSerializer):
    kind = serializers.ChoiceField(ClockEvent.Kind.choices)

    class Meta:
        model = ClockEvent
        fields = ["at", "kind", "n", "reason", "due_before", "due_after"]


class WholeDossierShown(DossierShown):
    documents = serializers.JSONField()
    parties = serializers.SerializerMethodField(help_text="Names are masked without the right to see persons.")
    history = EntryShown(source="log", many=True)
    clock = ClockShown(source="clock_events", many=True)

    @extend_schema_field(PartyRow(many=True))
    def get_parties(self, dossier):
        seen = self.sees_persons(dossier)
        return [_party(party, seen) for party in dossier.parties.all()]

    def sees_persons(self, dossier):
        return allowed(self.context["request"].user, "dossiers.view_party", dossier)

    @staticmethod
    def rows():
        return DossierShown.rows().select_related("field").prefetch_related("parties", "log__step", "clock_events")


def _party(party: Party, seen):
    known = {"role": party.role, "kind": party.kind, "name": party.name if seen else party.masked_name}
    if not seen:
        return known
    return {**known, **{name: getattr(party, name) for name in ("id_number", "phone", "email", "address")}}


class ReceivedShown(serializers.Serializer):
    """What is told once: the PIN can be printed again, the token is stored nowhere."""

    number = serializers.CharField()
    pin = serializers.CharField(help_text="Six digits for the receipt.")
    token = serializers.CharField(help_text="Opens the dossier: /hs/{token}/. Shown this once.")
    qr_url = serializers.CharField(help_text="What the receipt's QR has to say: address and signed claim.")
    status = serializers.SerializerMethodField()
    received_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()

    @extend_schema_field(StatusShown)
    def get_status(self, dossier):
        return status_shown(dossier.status)
