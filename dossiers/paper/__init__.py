"""The official papers of a dossier, forms 01 to 06 (Circular 03/2025/TT-VPCP, annex I), as A5 PDF.

Fill one frozen dataclass of `dossiers.paper.forms` and give it to `render`. Pure: no database, no settings.
"""

from dossiers.paper.forms import (
    ApologyPaper,
    Applicant,
    ControlSlip,
    Copy,
    Document,
    HandOver,
    Letterhead,
    MissingDocument,
    ReceiptPaper,
    RefusalPaper,
    StopPaper,
    SupplementPaper,
)
from dossiers.paper.press import render

__all__ = [
    "ApologyPaper",
    "Applicant",
    "ControlSlip",
    "Copy",
    "Document",
    "HandOver",
    "Letterhead",
    "MissingDocument",
    "ReceiptPaper",
    "RefusalPaper",
    "StopPaper",
    "SupplementPaper",
    "render",
]
