"""`load_starter`: fills an empty catalogue with the starter data, and never any other."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from importers import formats
from importers.apply import apply_batch
from importers.management.data_command import DataCommand
from importers.records import UnreadableSource
from models_catalog.models import LanguageModel, Result

STARTER = Path(settings.BASE_DIR) / "data" / "starter"


class Command(DataCommand):
    help = "Import the starter data if the catalogue holds no model and no result; else leave it alone."

    def add_arguments(self, parser):
        parser.add_argument("--path", type=Path, default=STARTER, help="another folder in the CSV layout")

    def handle(self, *, path: Path, **options):
        if LanguageModel.objects.exists() or Result.objects.exists():
            self.stdout.write("The catalogue holds data already; the starter data was not loaded.")
            return
        try:
            report = apply_batch(formats.read("csv", path), reason="Starter data")
        except UnreadableSource as error:
            raise CommandError(str(error)) from error
        if not report.written:
            first = "\n".join(str(problem) for problem in report.problems[:20])
            raise CommandError(f"The starter data has rows that were refused, so nothing was loaded:\n{first}")
        self.stdout.write("Loaded the starter data.")
        self.stdout.write(report.last_line)
