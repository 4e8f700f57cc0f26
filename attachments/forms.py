"""The page that blacks out parts of a photo, as its form: boxes in hundredths of the picture, and what it shows."""

import re
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from attachments.redaction import FIELDS, MOST_BOXES

SPARE_ROWS = 3
ROW = re.compile(r"box-(\d{1,3})-x$")


class AltForm(forms.Form):
    alt = forms.CharField(
        label=_("What the photo shows, in words"), max_length=200,
        help_text=_("For people who do not see it. Name no person."),
    )  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One box as it stands in the form: its number from 1, its four values, what is wrong with it."""

    number: int
    x: object = ""
    y: object = ""
    width: object = ""
    height: object = ""
    error: str = ""

    @property
    def cells(self):
        """[(name of the field, label, value)]"""
        labels = (_("from the left, %"), _("from the top, %"), _("width, %"), _("height, %"))
        return [
            (f"box-{self.number}-{field}", label, getattr(self, field))
            for field, label in zip(FIELDS, labels, strict=True)
        ]  # fmt: skip


def boxes_in(posted):
    """[(number of the row, box as shares of the picture)]; empty rows are left out."""
    numbers = sorted({int(found[1]) for name in posted if (found := ROW.match(name))})
    typed = [(number, [posted.get(f"box-{number}-{field}", "").strip() for field in FIELDS]) for number in numbers]
    return [(number, dict(zip(FIELDS, map(_share, box), strict=True))) for number, box in typed if any(box)]


def rows_of(boxes, errors=None):
    """The form's rows: of stored boxes (lists) or of what was typed ({number: box}), and some empty ones."""
    if not isinstance(boxes, dict):
        boxes = {number: dict(zip(FIELDS, box, strict=True)) for number, box in enumerate(boxes, 1)}
    errors = errors or {}
    rows = [
        Row(number, **{field: _hundredths(value) for field, value in box.items()}, error=errors.get(number, ""))
        for number, box in boxes.items()
    ]
    last = max(boxes, default=0)
    return rows + [Row(number) for number in range(last + 1, min(last + SPARE_ROWS, MOST_BOXES) + 1)]


def _share(text):
    """Hundredths of the picture as a share of it; what is no number stays what was typed. A comma may be one too."""
    try:
        return float(text.replace(",", ".")) / 100
    except ValueError:
        return text


def _hundredths(share):
    return f"{share * 100:.4g}" if isinstance(share, float) else share
