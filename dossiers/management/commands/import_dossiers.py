"""manage.py import_dossiers FILE: dossiers of the existing one-stop system, with their history (docs/imports.md)."""

from django.utils import timezone

from dossiers.exchange.files import import_file
from dossiers.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Take over dossiers with their history from a CSV, XLSX or JSON file. The same file twice changes nothing."

    def load(self, source, *, name, tell, progress):
        return import_file(source, name=name, at=timezone.now(), on_bad=tell, progress=progress)
