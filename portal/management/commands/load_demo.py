from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now
from django.utils.translation import gettext as _
from tqdm import tqdm

from portal.demo.province import Province, write

STAGES = 5


class Command(BaseCommand):
    help = "Builds the demo province and writes demo.json with log-ins, an API key and sample dossiers. Repeatable."

    def add_arguments(self, parser):
        parser.add_argument("--dossiers", type=int, default=6_000, help="a year of history: how many in all")

    def handle(self, *, dossiers, **options):
        if settings.ENVIRONMENT != "demo":
            raise CommandError(_("The demo province is loaded only where ENVIRONMENT is demo."))
        with tqdm(total=STAGES, file=self.stderr, disable=options["verbosity"] < 1, bar_format="{desc} {bar}") as bar:

            def say(stage):
                bar.set_description(stage)
                bar.update()

            content = Province(at=now(), dossiers=dossiers, say=say).build()
        write(settings.VAR / "demo.json", content)
        self.stdout.write(str(settings.VAR / "demo.json"))
