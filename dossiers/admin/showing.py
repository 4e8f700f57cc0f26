"""The page of one dossier: what to do now, facts, ledger, log, papers. Opening it is a look at a person's data.

Who may see persons reads their names here as in the list: officers call people by them all day, and both looks are
noted. Identity numbers, phones and addresses show only when asked for, which is noted by itself.
"""

from dataclasses import dataclass

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agencies.models import AccessLog
from agencies.rights import allowed
from dossiers.admin.acts import BY_KEY, open_acts
from dossiers.admin.frame import dossier_or_404, may_see_parties, page
from dossiers.admin.listing import COLOURS, time_of
from dossiers.ledger import LogEntry
from dossiers.papers import form_of
from dossiers.receive_form import PAPER_KINDS
from dossiers.worklist import Today

FOLLOWERS = 20  # more of one dossier nobody has
PAPERS = {
    "02": _("Request for a supplement"),
    "03": _("Refusal"),
    "04": _("Letter of apology and new date"),
    "05": _("Notice that the processing was stopped"),
}


def change(request, pk):
    dossier, at = dossier_or_404(request, pk), now()
    in_full = "parties" in request.GET and may_see_parties(request.user, dossier)
    AccessLog.record(
        by=request.user, about=dossier.about, what="view parties" if in_full else "view", at=at, unit=dossier.unit
    )
    acts = open_acts(request.user, dossier)
    log = list(dossier.log.select_related("step").all())
    return page(
        request, "dossier", title=dossier.number, dossier=dossier, acts=[act for act in acts if act.kind != "main"],
        main_acts=[act for act in acts if act.kind == "main"], log=log[::-1], last_seen=log[-1].pk if log else "",
        steps=dossier.next_steps() if BY_KEY["advance"] in acts else [], time=time_of(dossier, at),
        urgency=Today.of(request.user, at=at).urgency(dossier), in_full=in_full,
        tag=COLOURS.get(dossier.status, "grey"),
        parties=dossier.parties.all(), may_see_parties=may_see_parties(request.user, dossier),
        ledger=dossier.clock_events.all(), supplements=dossier.supplements.all(),
        followers=dossier.followers.active()[:FOLLOWERS], receipts=dossier.receipts.all(),
        papers=papers_of(log), documents=_documents(dossier), former=dossier.former_numbers.all(),
        may_receive=allowed(request.user, "dossiers.receive_dossier", dossier),
    )  # fmt: skip


@dataclass(frozen=True)
class Paper:
    entry: LogEntry
    form: str
    name: str


def papers_of(log):
    """The papers that acts in the log made due, oldest first. Form 01 is a receipt and 06 belongs to the whole."""
    return [Paper(entry, form_of(entry), PAPERS[form_of(entry)]) for entry in log if form_of(entry) in PAPERS]


def _documents(dossier):
    kinds = dict(PAPER_KINDS)
    return [{**paper, "kind": kinds.get(paper.get("kind"), paper.get("kind", ""))} for paper in dossier.documents]
