"""manage.py import_procedures [FILE]: the catalogue of procedures, as the province publishes it (docs/imports.md)."""

from pathlib import Path

from django.utils import timezone

from dossiers.exchange.procedure_files import import_procedures
from dossiers.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Bring procedures from a CSV, XLSX or JSON file (left out: those we ship) into the catalogue."
    shipped = Path(__file__).parents[2] / "data" / "procedures.json"

    def load(self, source, *, name, tell, progress):
        on = timezone.localdate()
        return import_procedures(source, name=name, on=on, on_bad=tell, progress=progress)
