"""The one back-office site, behind which every app registers its pages."""

from django.conf import settings
from unfold.sites import UnfoldAdminSite


class BackOffice(UnfoldAdminSite):
    site_title = site_header = "Một Cửa"
    index_title = settings.BACKOFFICE_NAME
