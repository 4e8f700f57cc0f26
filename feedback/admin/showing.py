"""The page of one report: what was said, what was done, what is like it, what to do now. Opening it is noted."""

from itertools import chain

from django.urls import reverse
from django.utils.timezone import now

from agencies.models import AccessLog
from agencies.rights import allowed
from attachments.models import Attachment
from feedback.admin.acts import BY_KEY, open_acts
from feedback.admin.frame import page, report_or_404
from feedback.admin.listing import COLOURS
from feedback.doors import own_name
from feedback.duplicates import near
from feedback.report import Report
from feedback.reporter import VIEW
from feedback.routing import proposed_unit
from feedback.sending_views import map_facts
from feedback.suggesting import suggest
from feedback.time_left import time_left
from feedback.workflow import UNASSIGNED
from feedback.worklist import urgency

RADIUS = 250  # metres; an officer looks further than a citizen is asked
FURTHEST = 1_000
MERGED_SHOWN = 50


def change(request, pk):
    report, at = report_or_404(request, pk), now()
    AccessLog.record(by=request.user, about=report.about, what="view", at=at, unit=report.unit)
    acts = open_acts(request.user, report)
    log = list(report.log.order_by("pk"))
    sorting = report.state in UNASSIGNED and BY_KEY["assign"] in acts
    return page(
        request, "report", title=report.shown_code, report=report, log=log[::-1], last_seen=log[-1].pk if log else "",
        main_acts=[act for act in acts if act.kind == "main"], links=[act for act in acts if act.kind == "link"],
        acts=[act for act in acts if act.kind not in ("main", "link")], tag=COLOURS.get(report.state, "grey"),
        time=time_left(report, at=at), urgency=urgency(report, at=at), door=own_name(report.channel),
        photos=list(Attachment.objects.about(report.about)), reporter=getattr(report, "reporter", None),
        may_unmask=allowed(request.user, VIEW, report), answers=report.answers,
        nearby=_near(request, report, at), radius=_radius(request), furthest=FURTHEST,
        may_merge=BY_KEY["merge"] in acts, merged=_merged(request, report),
        proposed=proposed_unit(report) if sorting else None, suggested=_suggested(report) if sorting else [],
        followers=report.followers.active().count(), map=_map() if report.place else None,
    )  # fmt: skip


def _map():
    """What the script draws when somebody opens the map: the ground, and the public reports around."""
    points = f"{reverse('feedback:map_points')}?"
    return {**map_facts(), "points": points, "report": reverse("feedback:report", args=["_"])}


def _radius(request):
    text = request.GET.get("radius", "")
    return min(int(text), FURTHEST) if text.isascii() and text.isdecimal() and len(text) < 6 else RADIUS


def _near(request, report, at):
    """Open ones of the category around it, among those this officer may see."""
    if report.place is None:
        return []
    among = Report.objects.visible_to(request.user).select_related("unit")
    return near(report.place, report.category, at=at, radius=_radius(request), among=among, exclude=report.pk)


def _merged(request, report):
    """The one it went into, and those that went into it, as far as this officer sees them."""
    seen = Report.objects.visible_to(request.user)
    into = seen.filter(pk=report.merged_into_id) if report.merged_into_id else []
    return list(chain(into, seen.filter(merged_into=report).order_by("-pk")[:MERGED_SHOWN]))


def _suggested(report):
    """Categories the text sounds like, other than the one it has."""
    return [(category, round(100 * likely)) for category, likely in suggest(report.text) if category != report.category]
