from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from dossiers.models import Dossier
from portal.channels.base import adapters

SAMPLES = 5


class Command(BaseCommand):
    help = "Connect the channels to the sandbox of SANDBOX_URL, which plays their platforms on this machine."

    def handle(self, **options):
        if settings.ENVIRONMENT == "production" or not settings.SANDBOX_URL:
            raise CommandError(_("There is no sandbox here: set SANDBOX_URL, and never in production."))
        people = list(self._citizens())
        for adapter in adapters():
            adapter.join_sandbox(people=people)

    def _citizens(self):
        """(name, phone) of the applicants of the demo's sample dossiers: their phones ring in the sandbox."""
        for dossier in Dossier.objects.filter(submission_key__isnull=False).order_by("pk")[:SAMPLES]:
            applicant = dossier.parties.order_by("pk").first()
            if applicant and applicant.phone:
                yield applicant.name, applicant.phone
