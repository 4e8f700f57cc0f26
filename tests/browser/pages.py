"""The public pages that are looked at in a real browser. A new page is one line here.

`path` is an address, or a function of pytest's `request` that returns one (and may ask for fixtures by name:
`lambda request: request.getfixturevalue("received").address`). `then(page)` does what a reader does before we look,
for example fills in the form and sends it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.timezone import now

from portal.channels.erasing import ErasureRequest
from tests.browser import dossiers, reports


@dataclass(frozen=True)
class PublicPage:
    name: str
    path: str | Callable
    then: Callable | None = None
    status: int = 200
    more_with_scripts: bool = False  # never less without: a map beside the list, a button for the phone's own place

    def address(self, request):
        return self.path(request) if callable(self.path) else self.path


def erasure(request):
    """What somebody sees who asked that their data be erased."""
    request.getfixturevalue("my_tho")
    asked = ErasureRequest.objects.ask(channel="console", kind="erasure", subject="218471", at=now())
    return f"/xoa-du-lieu/{asked.code}/"


PAGES = [
    PublicPage("home", "/"),
    PublicPage("accessibility", "/tro-nang/"),
    PublicPage("privacy", "/quyen-rieng-tu/"),
    PublicPage("no-such-page", "/khong-co/", status=404),
    PublicPage("look-up", dossiers.LOOK_UP),
    PublicPage("look-up-errors", dossiers.LOOK_UP, then=dossiers.send_nothing, status=400),
    PublicPage("look-up-not-found", dossiers.LOOK_UP, then=dossiers.send_a_wrong_proof, status=404),
    PublicPage("look-up-answer", dossiers.to_look_up, then=dossiers.send_code_and_proof),
    PublicPage("receipt", dossiers.by_qr),
    PublicPage("electronic-receipt", dossiers.sent_receipt),
    PublicPage("verify", "/hs/kiem-tra/"),
    PublicPage("verify-forged", "/hs/kiem-tra/", then=dossiers.send_a_forged_receipt),
    PublicPage("procedures", dossiers.some_procedures),
    PublicPage("procedures-none", "/thu-tuc/?q=khong+co"),
    PublicPage("procedure", dossiers.procedure),
    PublicPage("erasure", erasure),
    PublicPage("open-data", "/du-lieu-mo/phan-anh/"),
    PublicPage("open-data-columns", "/du-lieu-mo/phan-anh/mo-ta/"),
    PublicPage("procedure-unknown", "/thu-tuc/9.999999/", status=404),
    PublicPage("report-begin", reports.subjects),
    PublicPage("report-stopper", reports.stopper),
    PublicPage("report-form", reports.form, more_with_scripts=True),
    PublicPage("report-errors", reports.short_form, then=reports.send_nothing, status=400, more_with_scripts=True),
    PublicPage("report-preview", reports.form_near_another, then=reports.fill_in),
    PublicPage("report-thanks", reports.thanks),
    PublicPage("report", reports.answered),
    PublicPage("report-private", reports.private),
    PublicPage("report-unknown", "/phan-anh/PA22222222/", status=404),
    PublicPage("report-own", reports.asked),
    PublicPage("report-own-answered", reports.own_answered),
    PublicPage("report-survey", reports.survey),
    PublicPage("report-follow", reports.follow),
    PublicPage("report-flag", reports.flag),
    PublicPage("report-links", "/phan-anh/cua-toi/"),
    PublicPage("reports", reports.some),
    PublicPage("reports-none", "/phan-anh/?q=khong+co"),
    PublicPage("reports-ward", reports.ward),
    PublicPage("reports-wards", reports.wards),
    PublicPage("reports-map", "/phan-anh/ban-do/", more_with_scripts=True),
    PublicPage("reports-figures", reports.figures),
]
