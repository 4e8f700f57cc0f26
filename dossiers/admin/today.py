"""The first page: how much of which work there is, and what is most urgent. Names are masked, so no look is noted."""

from django.urls import reverse
from django.utils.timezone import now

from agencies.paging import capped_counts
from agencies.rights import rights_of
from dossiers.admin.listing import Wanted, as_lines, page_of, shown_count
from dossiers.models import Dossier
from dossiers.worklist import FIGURES, Today

MOST_URGENT = 15


def todays_work(request):
    today = Today.of(request.user, at=now())
    visible = Dossier.objects.visible_to(request.user)
    counts = capped_counts([visible.filter(today.q(group)) for group in FIGURES])
    wanted = Wanted.of({})
    rows, _following = page_of(wanted.of_all(request.user, today), wanted, size=MOST_URGENT)
    return {
        "figures": [_figure(group, count) for group, count in zip(FIGURES, counts, strict=True)],
        "lines": as_lines(rows, user=request.user, today=today, masked=True),
        "may_receive": rights_of(request.user).has("dossiers.receive_dossier"),
    }


def _figure(group, count):
    address = f"{reverse('admin:dossiers_dossier_changelist')}?work={group.key}"
    return {"group": group, "count": shown_count(count), "address": address}
