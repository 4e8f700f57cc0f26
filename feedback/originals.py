"""Who may see the photos of a report as they came: whoever may see the report."""

from agencies.models import Unit
from attachments import access
from feedback.report import Report


def register():
    access.register("report", may_see=may_see, unit_of=unit_of)


def may_see(user, ident):
    pk = _number(ident)
    return pk is not None and Report.objects.visible_to(user).filter(pk=pk).exists()


def unit_of(ident):
    return Unit.objects.filter(reports=_number(ident)).first()


def _number(ident):
    return int(ident) if ident.isascii() and ident.isdecimal() and len(ident) < 19 else None
