"""What a routing rule would have done: asked before it is saved."""

from feedback.report import Report
from feedback.routing import RoutingRule
from feedback.workflow import State

MOST = 5_000


def dry_run(rule, *, since, until):
    """The reports of a time that this rule, where it stands in the list, would have taken: newest first.

    Earlier rules take theirs first, as they would have. At most 5,000 reports are looked at.
    """
    place = (rule.position, rule.pk or 0)
    before = [one for one in RoutingRule.objects.in_order() if (one.position, one.pk) < place]
    reports = Report.objects.filter(received_at__gte=since, received_at__lt=until).exclude(state=State.MERGED)
    rows = reports.select_related("category", "ward", "unit").order_by("-pk")[:MOST]
    return [one for one in rows if rule.takes(one) and not any(earlier.takes(one) for earlier in before)]
