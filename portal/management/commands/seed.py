from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now
from django.utils.translation import gettext as _
from tqdm import tqdm

from agencies.models import Unit
from agencies.units import COMMUNAL
from portal.demo.history import History
from portal.demo.reports import Reports


class Command(BaseCommand):
    help = (
        "Writes many made-up dossiers or reports, for measuring and training. Adds to what is there; can be run again."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dossiers", type=int, default=0, help="how many")
        parser.add_argument("--reports", type=int, default=0, help="how many reports of citizens")
        parser.add_argument("--days", type=int, default=365, help="how far back the oldest was received")
        parser.add_argument("--seed", type=int, default=1, help="another number writes other dossiers")

    def handle(self, *, dossiers, reports, days, seed, **options):
        units = list(Unit.objects.in_force(on=now().date()).filter(codes__code__regex=r"^[A-Z]\d{2}\.").distinct())
        if not units:
            raise CommandError(_("There are no units with an identification code yet: run load_demo first."))
        if min(dossiers, reports) < 0 or not dossiers + reports:
            raise CommandError(_("--dossiers, --reports: a whole number from 1 on was expected."))
        facts = {"now": now(), "days": days, "seed": seed}
        if dossiers:
            self._write("dossier", dossiers, History(units=units, **facts), options)
        if reports:
            wards = [unit for unit in units if unit.kind in COMMUNAL]
            self._write("report", reports, Reports(wards=wards, **facts), options)

    def _write(self, unit, count, history, options):
        begun = now()
        with tqdm(total=count, unit=unit, file=self.stderr, disable=options["verbosity"] < 1) as bar:
            rows = history.write(count, progress=bar.update)
        seconds = (now() - begun).total_seconds()
        self.stdout.write(
            f"{count} {unit}s, {rows} rows in {seconds:.1f} s: "
            f"{count / seconds:.0f} {unit}s/s, {rows / seconds:.0f} rows/s"
        )
