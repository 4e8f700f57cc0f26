"""Who reported: shown once, for a reason that is written down first."""

from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agencies.rights import require
from feedback.admin.frame import page, report_or_404
from feedback.reporter import FIELDS, VIEW
from feedback.workflow import Incomplete

LONGEST_REASON = 60


def unmask(request, pk):
    """GET asks for the reason; POST shows the values once. Nothing of it is kept."""
    report = report_or_404(request, pk)
    require(request.user, VIEW, report)
    reporter = getattr(report, "reporter", None)
    if reporter is None:
        raise Http404
    if request.method != "POST":
        return _ask(request, report)
    reason = " ".join(request.POST.get("reason", "").replace("\x00", "").split())[:LONGEST_REASON]
    try:
        known = reporter.unmasked(by=request.user, at=now(), reason=reason)
    except Incomplete as wrong:
        return _ask(request, report, wrong=" ".join(map(str, wrong.errors.values())), status=422)
    rows = [(reporter._meta.get_field(name).verbose_name, known[name]) for name in FIELDS if name in known]
    return page(request, "reporter", title=_("Who reported"), report=report, rows=rows)


def _ask(request, report, *, wrong="", status=None):
    return page(request, "ask_reporter", title=_("Who reported"), report=report, wrong=wrong, status=status)
