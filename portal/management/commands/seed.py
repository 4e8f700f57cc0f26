from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now
from django.utils.translation import gettext as _
from tqdm import tqdm

from agencies.models import Unit
from portal.demo.history import History


class Command(BaseCommand):
    help = "Writes many made-up dossiers, for measuring and for training. Adds to what is there; can be run again."

    def add_arguments(self, parser):
        parser.add_argument("--dossiers", type=int, required=True, help="how many")
        parser.add_argument("--days", type=int, default=365, help="how far back the oldest was received")
        parser.add_argument("--seed", type=int, default=1, help="another number writes other dossiers")

    def handle(self, *, dossiers, days, seed, **options):
        units = list(Unit.objects.in_force(on=now().date()).filter(codes__code__regex=r"^[A-Z]\d{2}\.").distinct())
        if not units:
            raise CommandError(_("There are no units with an identification code yet: run load_demo first."))
        if dossiers < 1:
            raise CommandError(_("--dossiers: a whole number from 1 on was expected."))
        begun = now()
        with tqdm(total=dossiers, unit="dossier", file=self.stderr, disable=options["verbosity"] < 1) as bar:
            history = History(units=units, now=begun, days=days, seed=seed)
            rows = history.write(dossiers, progress=bar.update)
        seconds = (now() - begun).total_seconds()
        self.stdout.write(
            f"{dossiers} dossiers, {rows} rows in {seconds:.1f} s: "
            f"{dossiers / seconds:.0f} dossiers/s, {rows / seconds:.0f} rows/s"
        )
