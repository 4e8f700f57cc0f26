from django.conf import settings
from django.utils.translation import gettext_lazy as _

# The same in every language, sent in messages and linked from error pages: addresses that are promised, not computed.
LOOK_UP, PROCEDURES, REPORTS = "/ho-so/tra-cuu/", "/thu-tuc/", "/phan-anh/"
# Where the bar under the header leads. A page lights up the entry whose address its own begins with.
NAVIGATION = [(_("Look up a dossier"), LOOK_UP), (_("Procedures"), PROCEDURES), (_("Reports and proposals"), REPORTS)]


def facts():
    """Who speaks on this site, how to reach them, and where its pages are that every other leads to."""
    return {
        "LOOK_UP": LOOK_UP,
        "PROCEDURES": PROCEDURES,
        "REPORTS": REPORTS,
        "AUTHORITY_NAME": settings.AUTHORITY_NAME,
        "AUTHORITY_HOTLINE": settings.AUTHORITY_HOTLINE,
        "AUTHORITY_EMAIL": settings.AUTHORITY_EMAIL,
        "AUTHORITY_ADDRESS": settings.AUTHORITY_ADDRESS,
        "MESSAGE_RETENTION_DAYS": settings.MESSAGE_RETENTION_DAYS,
        "NATIONAL_PORTAL_URL": settings.NATIONAL_PORTAL_URL,
        "SOURCE_URL": settings.SOURCE_URL,
        "NAVIGATION": NAVIGATION,
    }


def authority(request):
    """For every template: the facts, and where on the site it is."""
    here = next((href for _text, href in NAVIGATION if request.path.startswith(href)), "")
    return {**facts(), "HERE": here, "CURRENT": "page" if request.path == here else "true"}
