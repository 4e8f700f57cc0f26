"""Reports on the first page: how much of which work there is, each figure the length of the list it opens."""

from django.urls import reverse
from django.utils.timezone import now

from agencies.paging import capped_counts
from feedback.report import Report
from feedback.worklist import COUNTED_UP_TO, FIGURES, group_q, shown_count


def todays_reports(request):
    at = now()
    visible = Report.objects.visible_to(request.user)
    counts = capped_counts([visible.filter(group_q(group, at=at)) for group in FIGURES], up_to=COUNTED_UP_TO)
    return {"report_figures": [_figure(group, count) for group, count in zip(FIGURES, counts, strict=True)]}


def _figure(group, count):
    address = f"{reverse('admin:feedback_report_changelist')}?work={group.key}"
    return {"group": group, "count": shown_count(count), "address": address}
