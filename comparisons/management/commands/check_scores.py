"""manage.py check_scores: how well the order of models holds on results it has not seen."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from comparisons.core.score_check import Field
from comparisons.renderers.score_check import checked, score_check_markdown
from models_catalog import snapshots
from models_catalog.core.specs import LANES
from models_catalog.models import Benchmark, LanguageModel


class Command(BaseCommand):
    help = (
        "Leaves out tests, hides results, holds stated probabilities against outcomes and takes models out, for this "
        "site's scores beside five other methods. Prints the report as Markdown."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "folder",
            nargs="?",
            metavar="FOLDER",
            type=Path,
            help="CSV folder to check instead of the database. It is read into the database and taken back at once.",
        )
        parser.add_argument("--lane", choices=LANES, default=settings.DEFAULT_LANE)
        parser.add_argument("--output", type=Path, metavar="FILE", help="Write the report to this file.")

    def handle(self, *, folder, lane, output, **options):
        if folder is not None and not folder.is_dir():
            raise CommandError(f"{folder} is no folder. Give the folder that holds models.csv and results.csv.")
        catalogue = snapshots.load_catalogue() if folder is None else _read(folder)
        field = Field(catalogue.categories, catalogue.benchmarks, catalogue.results, lane)
        if not field.families:
            raise CommandError(
                f"No benchmark of the {lane} lane has results of enough models to be scored, so there is nothing to "
                "check. Import a larger catalogue or choose another --lane."
            )
        text = score_check_markdown(checked(field), folder.name if folder else "")
        if output is None:
            self.stdout.write(text, ending="")
            return
        output.write_text(text, encoding="utf-8")
        self.stderr.write(f"{output}: written.")


def _read(folder: Path) -> snapshots.Catalogue:
    """The catalogue of a folder alone, by the importer every folder passes; the database stays as it was."""
    with transaction.atomic():
        LanguageModel.objects.all().delete()
        Benchmark.objects.all().delete()
        call_command("import_data", "csv", str(folder), verbosity=0, stdout=_Silent())
        catalogue = snapshots.load_catalogue()
        transaction.set_rollback(True)
    return catalogue


class _Silent:
    """Takes the importer's lines."""

    def write(self, text: str) -> None:
        """Forget them."""

    def flush(self) -> None:
        """Nothing is kept."""
