"""Where we are: GeoReport v2, Service Discovery."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from feedback.open311.writing import FORMATS, Document

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
# Raised by hand when what is offered here changes.
CHANGESET = "2026-11-25T00:00:00+07:00"


def discover(asked):
    endpoints = [_endpoint("open311:discovery", "production"), _endpoint("open311_test:discovery", "test")]
    contact = _("%(authority)s · %(phone)s · %(email)s. The jurisdiction_id is %(jurisdiction)s.") % {
        "authority": settings.AUTHORITY_NAME, "phone": settings.AUTHORITY_HOTLINE,
        "email": settings.AUTHORITY_EMAIL, "jurisdiction": settings.OPEN311_JURISDICTION,
    }  # fmt: skip
    key_service = _("Keys are given by the authority: write to %(email)s.") % {"email": settings.AUTHORITY_EMAIL}
    rows = {"changeset": CHANGESET, "contact": contact, "key_service": key_service, "endpoints": endpoints}
    return Document("discovery", rows)


def _endpoint(name, kind):
    address = reverse(name, args=["xml"]).rpartition("/")[0]
    return {
        "specification": SPECIFICATION,
        "url": f"{settings.BASE_URL}{address}",
        "changeset": CHANGESET,
        "type": kind,
        "formats": [content_type.partition(";")[0] for content_type in FORMATS.values()],
    }
