"""`compare_runs FILE_A FILE_B`: two runs question by question, without a database."""

from __future__ import annotations

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from comparisons.core.method_words import words
from comparisons.runs.files import FilePair, NothingToCompare, compare_readings
from importers import runs


class Command(BaseCommand):
    help = "Compare two runs question by question: wins, losses, ties, the difference and its margin. Writes nothing."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("first", metavar="FILE_A", type=Path, help="a run with scores of single questions")
        parser.add_argument("second", metavar="FILE_B", type=Path, help="another run of the same task")
        parser.add_argument("--format", default=runs.AUTO, help=f"one of: {', '.join([runs.AUTO, *runs.FORMATS])}")
        parser.add_argument(
            "--models",
            nargs=2,
            metavar=("A", "B"),
            default=("", ""),
            help="whose answers, if a file has several models'",
        )
        parser.add_argument("--json", action="store_true", help="print JSON, a list of comparisons")

    def handle(self, *, first: Path, second: Path, **options):
        try:
            readings = [runs.read(options["format"], path) for path in (first, second)]
            found = compare_readings(*readings, models=tuple(options["models"]))
        except (runs.BadRun, NothingToCompare) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps([each.as_json() for each in found], indent=1, ensure_ascii=False))
            return
        for each in found:
            self._tell(each)

    def _tell(self, each: FilePair) -> None:
        figure, paired = each.first, each.paired
        self.stdout.write(
            " / ".join(part for part in (figure.benchmark, figure.metric, figure.filter, figure.reducer) if part)
        )
        self.stdout.write(f"  {each.sentence}")
        clusters = "" if paired.clusters is None else f" Questions go together in {paired.clusters} clusters."
        self.stdout.write(f"  p = {paired.p:.3g} ({paired.p_by}). Margins are of {words()['interval']}.{clusters}")
        for note in each.notes:
            self.stdout.write(f"  Note: {note}")
