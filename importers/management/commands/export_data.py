"""`export_data DIR`: writes the catalogue as CSV files that `import_data csv` reads."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import CommandError

from importers.exporters import ExportRefused, export_catalogue
from importers.management.data_command import DataCommand


class Command(DataCommand):
    help = "Write the whole catalogue as CSV files; importing them into an empty database gives the same."

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR", type=Path, help="an empty or new folder, or an earlier export")

    def handle(self, *, folder: Path, **options):
        try:
            counts = export_catalogue(folder)
        except ExportRefused as error:
            raise CommandError(str(error)) from error
        for file, rows in counts.items():
            self.stdout.write(f"{file}: {rows} rows")
        self.stdout.write(f"Wrote {len(counts)} files to {folder}.")
