"""All tables of this app; each is written in the module of its verb."""

from dossiers.catalogue import Fee, Procedure, ProcedureCase, ProcedureVersion, RequiredDocument, Step
from dossiers.confirming import OpenQuestion
from dossiers.deadlines import Recalculation
from dossiers.dossier import Dossier, FormerNumber, Party
from dossiers.following import Follower
from dossiers.ledger import ClockEvent, LogEntry, Supplement
from dossiers.numbers import NumberSeries
from dossiers.rating import Rating
from dossiers.receipts import Receipt
from dossiers.signing import SigningKey

__all__ = [
    "ClockEvent",
    "Dossier",
    "Fee",
    "Follower",
    "FormerNumber",
    "LogEntry",
    "NumberSeries",
    "OpenQuestion",
    "Party",
    "Procedure",
    "ProcedureCase",
    "ProcedureVersion",
    "Rating",
    "Recalculation",
    "Receipt",
    "RequiredDocument",
    "SigningKey",
    "Step",
    "Supplement",
]
